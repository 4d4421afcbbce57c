"""Sentences about placed orders."""
