"""The conversation on Zalo: what comes from there, and how a bot of aiogram's speaks there."""
