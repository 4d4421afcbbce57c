"""The Zalo Bot Platform, as strict as far as its habits are known."""
