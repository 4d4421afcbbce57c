"""The vendor's bank account: transfers into it, and how the bank's messengers tell the bot of them."""
