"""Windows of notices."""
