"""Sentences of notices and pushes."""
