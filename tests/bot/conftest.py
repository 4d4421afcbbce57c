"""A clock that stands still until a test moves it."""

import pytest

from tests.support.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()
