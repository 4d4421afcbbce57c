"""Zalo through an Official Account (OA)."""
