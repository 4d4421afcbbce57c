"""What the business can do: one operation for each verb. Authorisation is decided here."""
