"""What the business can do, one verb each; authorisation is decided here."""
