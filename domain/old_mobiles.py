"""Mobile numbers of eleven digits, which became ten on 15/09/2018 (Decision 2036/QĐ-BTTTT)."""

import re

_OLD = re.compile(r"(?:(?:\+|00)?84|0)?(1[2689]\d)(\d{7})")
_PREFIXES = {
    **{"120": "70", "121": "79", "122": "77", "126": "76", "128": "78"},
    **{"123": "83", "124": "84", "125": "85", "127": "81", "129": "82"},
    **{f"16{digit}": f"3{digit}" for digit in range(2, 10)},
    **{"186": "56", "188": "58", "199": "59"},
}


def mobile_since_2018(digits: str) -> str | None:
    """The ten digits that an old number became; `None` for digits that were no such number."""
    old = _OLD.fullmatch(digits)
    prefix = _PREFIXES.get(old[1]) if old else None
    return f"0{prefix}{old[2]}" if old and prefix else None
