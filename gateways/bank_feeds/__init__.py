"""The lists of transfers that the banks' services keep: one file for each service, one port (`BankFeed`)."""
