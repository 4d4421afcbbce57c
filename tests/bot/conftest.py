"""A clock to hold and to move."""

import pytest

from tests.support.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()
