"""The windows of the vendor's own people."""
