"""A bank's statement as people download it: which rows are movements, found by words and not by place."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from domain.calendar import VIETNAM, day_of
from domain.errors import DomainError
from domain.statement_headings import DAY, Column, headings, text_at
from domain.text import fold, without_diacritics
from domain.transfers import VND

HEADING_ROWS = 80
"""How many rows are looked through for the first headings: those of bank and account stand above."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement: `amount` in `currency`, positive both ways. `timed` is whether the bank told the time of
    the day; `account` is empty where the file names none, `balance` is what was on it afterwards, if the bank
    told that. `number` is that of the row in its sheet."""

    number: int
    occurred_at: datetime
    timed: bool
    amount: int
    outgoing: bool
    content: str
    reference: str
    account: str
    currency: str = VND
    balance: int | None = None

    @property
    def money(self) -> int:
        """What the movement added to the account; below zero for what went out."""
        return -self.amount if self.outgoing else self.amount


@dataclass(frozen=True, slots=True)
class ToldBalance:
    """What was on an account before the first movement of a file, and after the last; `None` where the file
    does not say it in a row of its own."""

    account: str
    opening: int | None = None
    closing: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """The movements of a file, the numbers of rows with money that could not be read, the days that it says
    it covers, in Vietnam, and the balances that it names."""

    rows: tuple[StatementRow, ...]
    unreadable: tuple[int, ...]
    first: date
    last: date
    balances: tuple[ToldBalance, ...] = ()


_IN = ("c", "co", "cr", "credit", "ghi co", "thu", "in", "tien vao", "vao")
_OUT = ("d", "no", "dr", "debit", "ghi no", "chi", "out", "tien ra", "ra")
_SUMS = ("tong", "total", "cong", "so du", "luy ke", "phat sinh", "closing", "opening", "ending")
_ACCOUNT_LABEL = re.compile(
    r"\b(?:so tai khoan|tai khoan so|account no|account number|stk)\b|^tai khoan(?: \d|$)"
)
_NOT_THIS_ACCOUNT = re.compile(r"\b(?:cu|old|doi ung|dich|lien ket)\b")
_TOKEN = re.compile(r"(?<![0-9A-Z])[0-9A-Z*]{4,19}(?![0-9A-Z])")
_GROUPS = re.compile(r"(?<![0-9A-Z])\d{2,}(?:[ .-]\d{2,})+(?![0-9A-Z])")
_OPENING = re.compile(r"so du dau|opening balance|beginning balance")
_CLOSING = re.compile(r"so du cuoi|closing balance|ending balance")
_CURRENCY_LABEL = re.compile(r"^(?:loai tien|currency|tien te|don vi tien)")
_CURRENCY = re.compile(r"\b(VND|USD|EUR|JPY|GBP|AUD|CNY|KRW|SGD|HKD|CAD|CHF|THB)\b")
_TIME = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2}))?")
_SERIAL = re.compile(r"(\d{5})(?:\.(\d+))?")
_AMOUNT = re.compile(r"([+-]?)\s*(\d{1,3}(?:([.,])\d{3})*|\d+)(?:(?!\3)[.,]0{1,2})?\s*(?:vnd|d)?")
_LONG_ENOUGH = 8
_DIGIT = re.compile(r"\d")


def read_statement(sheets: Iterable[Iterable[tuple[int, Sequence[str]]]]) -> Statement:
    """The movements in the numbered rows of a file's sheets. Raises `DomainError`: `statement_headings` if no
    row heads a day, a content and money that came in, `statement_empty` if no movement stands below."""
    read = _Reading()
    for sheet in sheets:
        read.sheet(list(sheet))
    if not read.headed:
        raise DomainError("statement_headings")
    days = read.days or [day_of(row.occurred_at) for row in read.rows]
    if not days:
        raise DomainError("statement_empty")
    balances = tuple(read.balances.values())
    return Statement(tuple(read.rows), tuple(read.unreadable), min(days), max(days), balances)


class _Reading:
    """What has been read so far: rows belong to the last account named above them."""

    def __init__(self) -> None:
        self.rows: list[StatementRow] = []
        self.unreadable: list[int] = []
        self.days: list[date] = []
        self.balances: dict[str, ToldBalance] = {}
        self.headed = False
        self._account, self._currency, self._fresh = "", VND, False

    def sheet(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        places: dict[Column, int] = {}
        begin, signed, looked = 0, False, 0
        self._fresh = False
        while begin < len(rows):
            number, texts = rows[begin]
            below = rows[begin + 1][1] if begin + 1 < len(rows) else ()
            found, height = ({}, 0) if not places and looked >= HEADING_ROWS else headings(texts, below)
            looked, begin = looked + 1, begin + max(height, 1)
            if found:
                places, self.headed = found, True
                signed = any("-" in _cell(row, places, Column.AMOUNT) for _, row in rows)
            elif not (places and self._take(number, texts, places, signed)):
                self._label(texts)

    def _take(self, number: int, texts: Sequence[str], places: Mapping[Column, int], signed: bool) -> bool:
        """Take a row as a movement; returns whether it has money on it."""
        cells = {column: _cell(texts, places, column) for column in Column}
        money = _money(cells, signed)
        if money == 0:
            return False
        moment = _moment(cells[Column.DAY])
        if moment is None or money is None:
            dated = moment is not None
            if dated or not (money is None or any(map(_is_sum, texts))):
                self.unreadable.append(number)
            return dated
        at, timed = moment
        reference = cells[Column.REFERENCE] or _beside_day(cells[Column.DAY])
        account = self._account or _account_in(cells[Column.ACCOUNT])
        content = " ".join(cells[Column.CONTENT].split())
        balance = _amount(cells[Column.BALANCE]) if cells[Column.BALANCE] else None
        row = StatementRow(
            *(number, at, timed, abs(money), money < 0, content, reference, account, self._currency, balance)
        )
        self.rows.append(row)
        self._fresh = False
        return True

    def _label(self, texts: Sequence[str]) -> None:
        """Read what a row says about the rows below it: account, currency, days."""
        for place, text in enumerate(texts):
            words, rest = fold(text), " ".join(texts[place:])
            if _ACCOUNT_LABEL.search(words) and not _NOT_THIS_ACCOUNT.search(words) and not self._fresh:
                if account := _account_in(text) or _account_in(rest):
                    self._account, self._currency, self._fresh = account, VND, True
            elif _CURRENCY_LABEL.match(words) and (currency := _CURRENCY.search(rest.upper())):
                self._currency = currency[1]
            elif _OPENING.search(words) or _CLOSING.search(words):
                self._balance(words, [text, *texts[place + 1 :]])
        said = " ".join(texts)
        if re.search(r"\b(?:tu ngay|from|tu)\b", fold(said)):
            days = [day for match in DAY.finditer(said) if (day := _day_of(match))]
            if len(days) == 2:
                self.days += days

    def _balance(self, words: str, texts: Sequence[str]) -> None:
        """Read what was on the account before or after all movements: behind the label, or in a cell after
        it."""
        cells = [re.sub(r"^[^0-9+-]*", "", texts[0]), *texts[1:]]
        amounts = [_amount(text.strip()) for text in cells if _DIGIT.search(text)]
        amount = next((one for one in amounts if one is not None), None)
        if amount is None:
            return
        told = self.balances.get(self._account, ToldBalance(self._account))
        if _OPENING.search(words):
            told = replace(told, opening=amount if told.opening is None else told.opening)
        else:
            told = replace(told, closing=amount)
        self.balances[self._account] = told


def _money(cells: Mapping[Column, str], signed: bool) -> int | None:
    """VND that came in, negative for what went out; 0 for a row without money, `None` if it is not clear."""
    credit, debit = _amount(cells[Column.CREDIT]), _amount(cells[Column.DEBIT])
    if credit is None or debit is None:
        return None
    if credit or debit:
        # Both on one row is not a movement that a bank writes.
        return None if credit and debit else credit or -abs(debit)
    text = cells[Column.AMOUNT]
    if not text:
        return 0
    amount, way = _amount(text), fold(cells[Column.WAY])
    if not amount:
        return amount
    if way in _IN or way in _OUT:
        return abs(amount) if way in _IN else -abs(amount)
    # Without a sign anywhere nothing says which way it went.
    return amount if signed or text.startswith(("+", "-")) else None


def _amount(text: str) -> int | None:
    """`1.500.000`, `+1,500,000.00 VND`; 0 where nothing stands, `None` for what is no amount of whole VND."""
    words = without_diacritics(text).casefold().strip()
    if not words or not any(char.isalnum() for char in words):
        return 0
    found = _AMOUNT.fullmatch(words)
    if found is None or len(found[2]) > 20:
        return None
    amount = int(re.sub(r"\D", "", found[2]))
    return -amount if found[1] == "-" else amount


def _moment(text: str) -> tuple[datetime, bool] | None:
    """The moment of a cell, and whether it tells the time; also a spreadsheet's number of days."""
    text = text.strip()
    if serial := _SERIAL.fullmatch(text):
        at = datetime(1899, 12, 30, tzinfo=VIETNAM) + timedelta(seconds=round(float(text) * 86_400))
        return (at.astimezone(UTC), bool(serial[2])) if 2000 <= at.year < 2100 else None
    found = DAY.search(text)
    day = _day_of(found) if found else None
    if found is None or day is None:
        return None
    clock = _TIME.search(text, found.end()) or _TIME.search(text[: found.start()])
    try:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
        at_time = time(hours, minutes, seconds)
    except ValueError:
        clock, at_time = None, time()
    return datetime.combine(day, at_time, VIETNAM).astimezone(UTC), clock is not None


def _day_of(match: re.Match[str]) -> date | None:
    day, month, year, *iso = match.groups()
    if iso[0]:
        year, month, day = iso
    try:
        found = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


def _beside_day(text: str) -> str:
    """The bank's reference that stands in the cell of the day."""
    rest = _TIME.sub(" ", DAY.sub(" ", text)).split()
    return rest[-1] if rest and any(char.isdigit() for char in rest[-1]) else ""


def _account_in(text: str) -> str:
    """The first account number in a text; groups of digits are one number."""
    text = text.upper()
    tokens = [one for one in _TOKEN.findall(text) if sum(map(str.isdigit, one)) >= 4]
    if tokens and len(tokens[0]) < _LONG_ENOUGH and (groups := _GROUPS.search(text)):
        return re.sub(r"\D", "", groups[0])
    return tokens[0] if tokens else ""


def _is_sum(text: str) -> bool:
    words = fold(text)
    return any(words == one or words.startswith(f"{one} ") for one in _SUMS)


def _cell(texts: Sequence[str], places: Mapping[Column, int], column: Column) -> str:
    return text_at(texts, places[column]).strip() if column in places else ""
