"""Headings of banks' statements: which column holds what, in Vietnamese, English or both."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from domain.text import fold

DAY = re.compile(
    r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)|(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"
)


class Column(StrEnum):
    DAY = "day"
    CREDIT = "credit"
    DEBIT = "debit"
    AMOUNT = "amount"
    WAY = "way"
    CONTENT = "content"
    REFERENCE = "reference"
    ACCOUNT = "account"
    BALANCE = "balance"


# Words of headings, folded; the first kind that has one is taken. `None` is a column to leave alone.
_WORDS: tuple[tuple[Column | None, tuple[str, ...]], ...] = (
    (Column.BALANCE, ("so du", "balance")),
    (None, ("ty gia", "phi")),
    (Column.DAY, ("ngay", "date", "thoi gian", "time")),
    (None, ("tai khoan", "account", "ten", "name", "ngan hang", "bank", "don vi", "nguoi")),
    (Column.CREDIT, ("ghi co", "phat sinh co", "tien co", "bao co", "credit", "gui vao")),
    (Column.CREDIT, ("tien vao", "tien nhan", "deposit", "deposits", "money in", "amount in", "thu vao")),
    (Column.DEBIT, ("ghi no", "phat sinh no", "tien no", "bao no", "debit", "rut ra")),
    (Column.DEBIT, ("tien ra", "tien chi", "withdrawal", "withdrawals", "money out", "amount out", "chi ra")),
    (Column.CONTENT, ("noi dung", "dien giai", "mo ta", "description", "content", "narrative")),
    (Column.CONTENT, ("remark", "remarks", "transaction detail", "transaction details")),
    (Column.CONTENT, ("chi tiet giao dich",)),
    (Column.REFERENCE, ("tham chieu", "but toan", "reference", "ref", "so gd", "so giao dich", "so ct")),
    (Column.REFERENCE, ("ma gd", "ma giao dich", "so chung tu", "transaction id", "trace")),
    (Column.AMOUNT, ("so tien", "amount", "gia tri")),
)  # fmt: skip
_EXACT: Mapping[str, Column] = {
    **dict.fromkeys(("co", "thu", "vao", "tien thu", "so tien thu"), Column.CREDIT),
    **dict.fromkeys(("no", "chi", "ra", "so tien chi"), Column.DEBIT),
    **dict.fromkeys(("no co", "co no", "c d", "d c", "dr cr", "loai", "loai giao dich", "type"), Column.WAY),
    **dict.fromkeys(("so tai khoan", "tai khoan", "account number", "account no", "stk"), Column.ACCOUNT),
}

_WANTED = (Column.DAY, Column.CONTENT)


def headings(texts: Sequence[str], below: Sequence[str]) -> tuple[dict[Column, int], int]:
    """The columns that a row heads, alone or together with the one below it, and how many rows it takes."""
    width = max(len(texts), len(below))
    both = [f"{text_at(texts, place)} {text_at(below, place)}".strip() for place in range(width)]
    alone, together = _places(texts), _places(both)
    # A row that heads all by itself does not need the one above it.
    if Column.CREDIT in together and Column.CREDIT not in {*alone, *_places(below)}:
        return together, 2
    return (alone, 1) if alone else ({}, 0)


def _places(heads: Sequence[str]) -> dict[Column, int]:
    """Where the columns stand; empty unless day, content and money are among them."""
    # A row with a day in it is a movement.
    if any(DAY.search(text) for text in heads):
        return {}
    places: dict[Column, int] = {}
    for place, text in enumerate(heads):
        column = _column(text)
        if column and (column not in places or _is_better_day(column, text, heads[places[column]])):
            places[column] = place
    has_money = Column.CREDIT in places or Column.AMOUNT in places
    return places if has_money and all(one in places for one in _WANTED) else {}


def _column(text: str) -> Column | None:
    """What a heading says in Vietnamese or English, or both ("Có/Credit")."""
    words = fold(text)
    if not words or len(words) > 80:
        return None
    if words in _EXACT:
        return _EXACT[words]
    padded = f" {words} "
    return next((of for of, known in _WORDS if any(f" {one} " in padded for one in known)), None)


def _is_better_day(column: Column, text: str, than: str) -> bool:
    """The day of the transaction rather than that of the booking: services tell the first."""
    marks = ("giao dich", "transaction")
    if column is not Column.DAY:
        return False
    return any(one in fold(text) for one in marks) and not any(one in fold(than) for one in marks)


def text_at(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""
