"""The chat apps in which a journey runs."""

import os

import pytest

BOTH = ("telegram", "zalo")
OA = "oa"
"""Zalo where the vendor has an Official Account, not a bot."""

on_every_app = pytest.mark.parametrize("app", [*BOTH, OA])
"""Runs one script in each app. A step that is impossible in one app fails there."""

on_both_apps = on_every_app if os.environ.get("APPS") == "all" else pytest.mark.parametrize("app", BOTH)
"""The same, on the Official Account only for the night (`make test-postgresql`)."""
