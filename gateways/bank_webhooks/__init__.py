"""Transfers that banks report by webhook: one file for each provider, one port (`base.BankWebhook`)."""
