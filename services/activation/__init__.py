"""Activating licences, and keeping the vendor in step with them."""
