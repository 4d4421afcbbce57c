from datetime import date, timedelta

import pytest

from domain.ageing import Age, age_of

DUE = date(2026, 6, 22)


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-7, Age.IN_TIME),
        (0, Age.IN_TIME),
        (1, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.OVER_60),
    ],
)
def test_what_is_owed_ages_from_the_day_behind_its_deadline(days: int, age: Age) -> None:
    assert age_of(DUE, DUE + timedelta(days=days)) is age
