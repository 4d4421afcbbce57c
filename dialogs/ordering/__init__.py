"""The order, step by step: one module a question."""
