"""What the vendor's own people do: each operation asks for `Right.RUN_BACK_OFFICE`."""
