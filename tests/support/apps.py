"""The chat apps that a journey is walked in."""

import pytest

on_both_apps = pytest.mark.parametrize("app", ["telegram", "zalo"])
"""One script, each app: what cannot be done in one of them fails there."""
