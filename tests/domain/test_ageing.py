from datetime import date, timedelta

import pytest

from domain.ageing import Age, age_of

PLACED = date(2026, 6, 22)


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (0, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.OVER_60),
    ],
)
def test_what_is_owed_ages_from_the_day_of_its_order(days: int, age: Age) -> None:
    assert age_of(PLACED, PLACED + timedelta(days=days)) is age
