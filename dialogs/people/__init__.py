"""Windows of registration, staff and chats."""
