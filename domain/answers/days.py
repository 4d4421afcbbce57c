"""A day typed where a day is asked for: "1/3/2027", "01032027", "đầu tháng 3"."""

import re
from datetime import date

from domain.answers.words import NUMBERS, bare
from domain.errors import DomainError
from domain.text import fold

_LONGEST, _SHOWN = 60, 60
_LEAD = r"(?:(?:tu|bat dau|la|ngay|mung|mong|dau|lay|chon) )*"
_DAY = re.compile(rf"{_LEAD}(\d{{1,2}}) (?:thang )?(\d{{1,2}})(?: (?:nam )?(\d{{4}}|\d{{2}}))?")
_TOGETHER = re.compile(rf"{_LEAD}(\d\d)(\d\d)(20\d\d)")
_ISO = re.compile(r"(20\d\d) ?(\d{1,2}) ?(\d{1,2})")
_MONTH = re.compile(rf"{_LEAD}(?:thang (\d{{1,2}})(?: (?:nam )?(20\d\d))?|(\d{{1,2}}) (20\d\d))")
_YEAR = re.compile(rf"{_LEAD}nam (20\d\d)|(?:tu )?dau nam")
_MONTHS = {
    **{words[0].folded: value for words, value in NUMBERS.items() if len(words) == 1},
    **{"gieng": 1, "chap": 12},
}
_MONTH_WORD = re.compile(rf"thang ({'|'.join(_MONTHS)})\b")


def typed_day(text: str, year: int | None = None) -> date:
    """The day that was typed; a month or a year is its first day. Without a year it is in `year`.

    Raises `DomainError("data_start_unknown")` (value).
    """
    words = fold(bare(text[:_LONGEST]))
    words = _MONTH_WORD.sub(lambda found: f"thang {_MONTHS[found[1]]}", words)
    try:
        found = _day(words, year)
    except ValueError:
        found = None
    if found is None or found.year // 100 != 20:
        raise DomainError("data_start_unknown", value=text[:_SHOWN])
    return found


def _day(words: str, year: int | None) -> date | None:
    if match := _ISO.fullmatch(words):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _TOGETHER.fullmatch(words) or _DAY.fullmatch(words):
        said = int(match[3]) if match[3] else year
        return date(said % 100 + 2000 if said < 100 else said, int(match[2]), int(match[1])) if said else None
    if match := _MONTH.fullmatch(words):
        said = int(match[2] or match[4]) if match[2] or match[4] else year
        return date(said, int(match[1] or match[3]), 1) if said else None
    if match := _YEAR.fullmatch(words):
        said = int(match[1]) if match[1] else year
        return date(said, 1, 1) if said else None
    return None
