"""What all HTTP clients share."""
