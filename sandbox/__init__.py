"""A world on this machine: Telegram, mail and SMS, so that the real bot runs with no account and no token."""
