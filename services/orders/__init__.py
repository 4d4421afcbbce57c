"""Placed orders as people look at them."""
