"""Placed orders: the list, and everything about one."""
