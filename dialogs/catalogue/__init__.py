"""The catalogue: its list, a customer's card, groups of customers, duplicates, personal data."""
