"""Firms, accountants and their chats."""
