"""The Zalo Bot Platform, as strict as it is known to be."""
