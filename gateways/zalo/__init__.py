"""The Zalo Bot Platform: its API, what is pushed to its chats, files that people sent there."""
