"""The chat apps in which a journey runs."""

import pytest

on_both_apps = pytest.mark.parametrize("app", ["telegram", "zalo"])
"""Runs one script in each app. A step that is impossible in one app fails there."""
