"""What the address of a table asks for."""

from collections.abc import Callable
from datetime import date

from services.back_office.tables import TableFilter
from services.ports import RowState


def filter_of(asked: Callable[[str, str], str]) -> TableFilter:
    """What is asked for; what cannot be read counts as not given."""
    state, number = asked("state", RowState.OPEN), asked("page", "1")
    return TableFilter(
        RowState(state) if state in list(RowState) else RowState.OPEN,
        _day(asked("first", "")),
        _day(asked("last", "")),
        asked("text", "").strip()[:100],
        min(int(number), 10**6) - 1 if number.isascii() and number.isdigit() and int(number) else 0,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
