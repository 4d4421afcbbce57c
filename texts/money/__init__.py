"""Sentences about payments and transfers."""
