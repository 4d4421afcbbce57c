"""Telegram: its settings, its updates, and the bot that the dialogs speak through."""
