"""Sentences of ordering."""
