"""What every HTTP client shares."""
