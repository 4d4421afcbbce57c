"""Windows of tax invoices."""
