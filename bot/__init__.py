"""The running program: settings, wiring in one place, dispatcher, worker, web endpoints."""

__version__ = "0.2.0"
"""As in pyproject.toml and CHANGELOG.md; a test compares the three."""
