"""Tax invoices: what is due becomes documents, which are issued once."""
