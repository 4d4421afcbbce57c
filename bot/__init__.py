"""The running program: settings, wiring in one place, dispatcher, worker, web endpoints."""

import dialogs  # noqa: F401  (imports aiogram in its own way, before anything else does)

__version__ = "0.3.0"
"""As in pyproject.toml and CHANGELOG.md; a test compares the three."""
