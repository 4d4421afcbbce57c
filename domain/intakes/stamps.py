"""Digits that identify nobody: dates, times and sums of money."""

import re

_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_TIME = (
    r"(?:[01]?\d|2[0-3])\s?[:.hg]?[0-5]\d(?:[:.]?[0-5]\d)?(?:[.,]\d{1,6})?(?: ?[AP]M)?(?:Z|[+-]\d\d:?\d\d)?"
)
_MONEY = r"(?:đ|d|vnđ|vnd|₫|đồng|dong)(?![\w/])"
_STAMPS = re.compile(
    rf"(?<![\d.,/-])(?:{_DAY}([./-]){_MONTH}\1{_YEAR}|{_YEAR}([./-]){_MONTH}\2{_DAY})"
    rf"(?:(?:\s*[T,-]?\s*){_TIME})?(?![\d/-]|[.,]\d)"
    rf"|(?<![\d.,])[1-9]\d{{0,2}}(?:([.,])\d{{3}})(?:\3\d{{3}})*(?![.,]?\d)\s?{_MONEY}"
    rf"|(?<![\d.,])[1-9]\d{{0,2}}(?:([.,])\d{{3}})(?:\4\d{{3}})*(?<=000)(?![.,]?\d)"
    rf"|(?<![\d.,])[1-9]\d{{3,}}\s?{_MONEY}",
    re.IGNORECASE,
)
_RUN_TOGETHER = re.compile(
    r"(?:(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])20[0-4]\d|20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?"
)
_BLANK = "\x1f"


def without_stamps(text: str) -> str:
    """The text, as long as before, without the digits of dates with a whole year, their times, and sums."""
    return _STAMPS.sub(lambda match: _BLANK * len(match[0]), text)


def is_dated(text: str) -> bool:
    """Whether a text is nothing but a date, its time, or a sum of money."""
    return bool(text) and not text.isdigit() and not without_stamps(text).strip(f"{_BLANK} ,")


def is_stamp(digits: str) -> bool:
    """Whether 12 or 14 digits are a day and a time, written without a sign between."""
    return len(digits) in (12, 14) and _RUN_TOGETHER.fullmatch(digits) is not None
