"""Telegram: files and pushes."""
