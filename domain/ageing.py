"""How long what is owed has been open."""

from datetime import date
from enum import StrEnum


class Age(StrEnum):
    """Days since the order was placed. No deadline counts here: an order has none before it is activated."""

    TO_30 = "to_30"
    TO_60 = "to_60"
    OVER_60 = "over_60"


def age_of(placed_on: date, today: date) -> Age:
    days = (today - placed_on).days
    if days <= 30:
        return Age.TO_30
    return Age.TO_60 if days <= 60 else Age.OVER_60
