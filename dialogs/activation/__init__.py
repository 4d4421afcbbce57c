"""Windows of activation."""
