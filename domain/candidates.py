"""Whose money a transfer without a right code may be: the names and tax codes in its content, and open
requests that make its sum."""

import re
from collections.abc import Sequence

from domain.text import fold

LOOKED_AT = 12
"""How many words of a content are looked at."""

IN_A_SET = 16
"""How many open requests one firm may have at most for sets of them to be tried: 65,536 sums."""

_LONGEST_NAME = 5
_FORMS: tuple[str, ...] = (
    "cong ty tnhh",
    "cong ty tnhh mtv",
    "cong ty tnhh mot thanh vien",
    "cong ty co phan",
    "cong ty cp",
)
_FORMS += ("cong ty trach nhiem huu han", "cty tnhh", "cty cp", "doanh nghiep tu nhan", "dntn")
_FORMS += ("ho kinh doanh", "hkd")
_LEGAL_FORM = re.compile(rf"(?:{'|'.join(sorted(_FORMS, key=len, reverse=True))}) ")
_TAX_CODE = re.compile(r"(?<!\d)(\d{10})(?:-?(\d{3}))?(?!\d)|(?<!\d)(\d{12})(?!\d)")
_BREAKS = {"ck", "cty", "tnhh", "mtv"}


def tax_codes_in(content: str) -> list[str]:
    """Whatever in a content has the form of a tax code, as it is stored."""
    found = _TAX_CODE.finditer(content)
    return [one[3] or (f"{one[1]}-{one[2]}" if one[2] else one[1]) for one in found]


def names_in(content: str) -> list[str]:
    """Every folded name that may stand in the first `LOOKED_AT` words of a content, with each legal form: two
    to five words, since one word alone is too often a name by chance."""
    runs: list[list[str]] = [[]]
    for word in fold(content).split()[:LOOKED_AT]:
        if word in _BREAKS:
            runs.append([])
        else:
            runs[-1].append(word)
    names = {
        " ".join(run[start : start + length])
        for run in runs
        for length in range(2, _LONGEST_NAME + 1)
        for start in range(len(run) - length + 1)
    }
    return sorted({*names, *(f"{form} {name}" for form in _FORMS for name in names)})


def words_of(content: str) -> str:
    """The words of a content, for `stands_in`: many names are looked for in one."""
    return f" {fold(content)} "


def stands_in(name: str, words: str) -> bool:
    """Whether a name, without its legal form, stands in the words of a content."""
    own = _LEGAL_FORM.sub("", fold(name), count=1)
    return bool(own) and f" {own} " in words


def the_one_set(amounts: Sequence[int], total: int) -> tuple[int, ...]:
    """The places of the amounts that make `total`, if exactly one set of at least two does; else nothing.
    There are at most `IN_A_SET` amounts, each above zero."""
    if len(amounts) > IN_A_SET:
        return ()
    ways: dict[int, tuple[tuple[int, ...], bool]] = {0: ((), True)}
    for place, amount in enumerate(amounts):
        for reached, (places, only) in list(ways.items()):
            further = reached + amount
            if further <= total:
                known = further in ways
                ways[further] = ((*places, place), only and not known)
    places, only = ways.get(total, ((), False))
    return places if only and len(places) > 1 else ()
