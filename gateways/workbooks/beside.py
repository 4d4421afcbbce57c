"""Tables that stand side by side in a sheet, each with codes and names of its own."""

from collections.abc import Iterable, Iterator, Sequence

from domain.intakes.columns import (
    HEADING_ROWS,
    PERSONAL_ID,
    column_of,
    find_heading_row,
    meaning_of,
    preference,
    recognise_columns,
)
from domain.intakes.entries import EntryField
from domain.text import fold
from gateways.workbooks.sheets import Row

_FEWEST_COLUMNS = 2
_MARKED = 2
"""From this level on, headings set one column of names before another."""


def tables_beside(rows: Sequence[Sequence[str]]) -> list[range]:
    """The columns of each table, if there are several: parted by an empty column, or with the same headings
    once more. Old codes beside new ones are one table, as is a column that says the same in each row."""
    at = find_heading_row(rows[:HEADING_ROWS])
    headings, body = ([], rows) if at is None else (list(rows[at]), rows[at + 1 :])
    width = max(map(len, [headings, *body]))
    headings += [""] * (width - len(headings))
    groups = _apart(headings, body) if width > 2 * _FEWEST_COLUMNS - 1 else []
    if len(groups) == 1:
        groups = _repeated(headings, groups[0])
    found: list[range] = []
    worth: set[tuple[int, int]] = set()
    for group in groups:
        if (one := _worth(headings, body, group)) is not None:
            found.append(group)
            worth.add(one)
        elif found:  # A note behind a table belongs to it.
            found[-1] = range(found[-1].start, group.stop)
    return found if len(found) > 1 and len(worth) == 1 else []


def only(columns: range, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows with the texts of these columns, in their places."""
    for row in rows:
        texts = [text if place in columns else "" for place, text in enumerate(row.texts)]
        yield row._replace(texts=texts, carried=[place for place in row.carried if place in columns])


def _apart(headings: Sequence[str], body: Sequence[Sequence[str]]) -> list[range]:
    """The columns that stand together, with empty ones between."""
    filled = [bool(heading.strip()) or bool(column_of(body, place)) for place, heading in enumerate(headings)]
    starts = [
        place for place, is_filled in enumerate(filled) if is_filled and not (place and filled[place - 1])
    ]
    ends = [
        next((end for end in range(start, len(filled)) if not filled[end]), len(filled)) for start in starts
    ]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


def _repeated(headings: Sequence[str], group: range) -> list[range]:
    """The columns of each run of the same headings."""
    words = [fold(headings[place]) for place in group]
    for size in range(_FEWEST_COLUMNS, len(words) // 2 + 1):
        if len(words) % size == 0 and all(words) and words == words[:size] * (len(words) // size):
            return [range(start, start + size) for start in group[::size]]
    return []


def _worth(headings: Sequence[str], body: Sequence[Sequence[str]], group: range) -> tuple[int, int] | None:
    """How good the columns of codes and names are beside others; `None` if these are no customers."""
    rows = [row[group.start : group.stop] for row in body]
    heads = headings[group.start : group.stop]
    fields = recognise_columns(heads, rows)
    if EntryField.TAX_CODE not in fields or EntryField.NAME not in fields:
        return None
    place, named = fields.index(EntryField.TAX_CODE), fields.index(EntryField.NAME)
    codes = column_of(rows, place)
    if not codes or (len(codes) > 1 and len(set(codes)) == 1):
        return None
    meaning = meaning_of(heads[place])
    is_personal = meaning is not None and meaning.standing == PERSONAL_ID
    worth = 0 if is_personal else preference(EntryField.TAX_CODE, heads[place])
    # "Tên công ty" and "Tên hộ" name customers alike.
    return worth, preference(EntryField.NAME, heads[named]) // _MARKED
