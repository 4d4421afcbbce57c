"""Sending pushes, and the notices that remain of them."""
