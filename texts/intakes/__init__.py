"""Words of taking lists of customers."""
