"""Payment requests, transfers and what they pay for."""
