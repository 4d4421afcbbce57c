"""How lists are cut into pages."""

PAGE_SIZE = 6
"""How many items a page of a window's list shows."""

TABLE_ROWS = 25
"""How many rows a page of the desk's tables shows."""
