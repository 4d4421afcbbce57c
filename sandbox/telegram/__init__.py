"""A strict Bot API server on this machine, and the phones of the people who talk to the bot."""
