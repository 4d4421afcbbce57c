"""How much one firm may have, or ask for in a day: more than an honest one needs, too little for harm."""

from collections.abc import Mapping

from domain.errors import DomainError
from domain.tallies import Counted

CUSTOMERS = 30_000
"""In a firm's catalogue and orders, with those that were archived or erased."""

ORDER_LINES = 10_000
"""As many as the largest list has."""

PEOPLE = 200
"""At work in a firm. Each has at most two drafts: the open one, and the one that follows."""

A_DAY: Mapping[Counted, int] = {
    Counted.ORDERED: 200,
    Counted.LISTED: 400,
    Counted.LIST_READ: 800,
    Counted.RUN_BEGUN: 400,
    Counted.EXPORTED: 100,
}


def check_customers(have: int, more: int = 1) -> None:
    """Raise `DomainError("customers_full")` (most)."""
    if more and have + more > CUSTOMERS:
        raise DomainError("customers_full", most=CUSTOMERS)


def check_lines(lines: int) -> None:
    """Raise `DomainError("order_too_long")` (most, lines)."""
    if lines > ORDER_LINES:
        raise DomainError("order_too_long", most=ORDER_LINES, lines=lines)


def check_people(have: int) -> None:
    """Raise `DomainError("people_full")` (most) where one more is too many."""
    if have >= PEOPLE:
        raise DomainError("people_full", most=PEOPLE)
