"""Sentences about customers."""
