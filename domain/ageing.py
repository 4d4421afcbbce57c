"""How long what is owed has been due."""

from datetime import date
from enum import StrEnum


class Age(StrEnum):
    """Days past the deadline."""

    IN_TIME = "in_time"
    TO_30 = "to_30"
    TO_60 = "to_60"
    OVER_60 = "over_60"


def age_of(due_on: date, today: date) -> Age:
    past = (today - due_on).days
    if past <= 0:
        return Age.IN_TIME
    if past <= 30:
        return Age.TO_30
    return Age.TO_60 if past <= 60 else Age.OVER_60
