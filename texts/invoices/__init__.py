"""What stands on tax invoices, and what is said of them."""
