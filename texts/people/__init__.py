"""Sentences about firms, accountants and their chats."""
