"""Windows of payments."""
