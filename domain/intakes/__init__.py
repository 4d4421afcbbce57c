"""Understanding a list of customers, whichever way it came."""
