"""Tables that stand on their side: each column is a customer, and the headings stand in the first one."""

from collections.abc import Sequence

from domain.intakes.columns import meaning_of
from domain.intakes.entries import EntryField
from domain.intakes.looks import is_tax_code
from gateways.workbooks.sheets import Row

_MOST_HEADINGS = 40
_FEWEST_CODES = 2
_ENOUGH = 0.5


def is_turned(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first column holds headings, and the row of the tax code at least two right ones."""
    filled = [row for row in rows if any(row)]
    if not 1 < len(filled) <= _MOST_HEADINGS:
        return False
    headed = [meaning.field for row in filled if (meaning := meaning_of(row[0]))]
    if EntryField.TAX_CODE not in headed or len(headed) < _ENOUGH * len(filled):
        return False
    codes = (row[1:] for row in filled if (of := meaning_of(row[0])) and of.field is EntryField.TAX_CODE)
    return any(sum(map(is_tax_code, filter(None, row))) >= _FEWEST_CODES for row in codes)


def turned(rows: Sequence[Row]) -> list[Row]:
    """The rows as columns and the columns as rows, these numbered by their places."""
    width = max(len(row.texts) for row in rows)
    return [
        Row(place + 1, [row.texts[place] if place < len(row.texts) else "" for row in rows])
        for place in range(width)
    ]
