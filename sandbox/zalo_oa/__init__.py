"""Zalo's Official Accounts, as strict as they are known to be (docs/zalo-oa.md)."""
