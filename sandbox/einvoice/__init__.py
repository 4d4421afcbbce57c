"""SePay eInvoice v1 (`docs/api/sepay-einvoice.yaml`), which issues tax invoices."""
