"""Sentences of activation."""
