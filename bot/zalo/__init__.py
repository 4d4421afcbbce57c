"""Zalo: its settings, its events, and how a bot of aiogram speaks there."""
