"""Zalo's Official Accounts (OA): the vendor's channel. docs/zalo-oa.md has the facts that this follows."""
