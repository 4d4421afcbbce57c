"""Ways to work out income tax, as lists write them and as each kind of customer has them."""

import re
from functools import lru_cache

from domain.customers import CustomerKind
from domain.text import fold

_TAX_NAMES = re.compile(r"\b(?:thue )?thu nhap (?:doanh nghiep|ca nhan|dn|cn)\b|\bt(?:nd|nc)n\b")
_INCOME_WORDS = {
    "INCOME": re.compile(r"\bthu nhap(?: (?:tinh|chiu) thue)?\b|\bdoanh thu tru chi phi\b"),
    "RATE": re.compile(r"\bty le\b|\b(?:tren|theo) doanh thu(?! tru)\b"),
}


@lru_cache(maxsize=1024)
def recognise_income_method(text: str) -> str | None:
    """How income tax is worked out by words of a spreadsheet, as an enterprise has it; `None` unless just one
    is meant."""
    folded = _TAX_NAMES.sub(" ", fold(text))
    meant = [method for method, words in _INCOME_WORDS.items() if words.search(folded)]
    return f"CIT_{meant[0]}" if len(meant) == 1 else None


def income_method_for(kind: CustomerKind, method: str) -> str:
    """The same way to work out income tax, as a customer of this kind has it."""
    return f"{'CIT' if kind is CustomerKind.ENTERPRISE else 'PIT'}_{method.partition('_')[2]}"
