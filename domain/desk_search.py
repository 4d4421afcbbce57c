"""What back office types to find anything: a code, tax code, phone, amount, bank's reference or name."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from domain.codes import find_codes
from domain.errors import DomainError
from domain.identifiers import parse_phone, parse_tax_code
from domain.money import parse_amount
from domain.text import search_terms

T = TypeVar("T")

_REFERENCE = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z._/-]{3,59}")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a typed text may be; empty, or 0, where it cannot be that.

    `code` is an order's or a request's, `phone` is E.164, `amount` is VND, `reference` a bank's; `terms` are
    folded words, only where there is a letter and no amount.
    """

    code: str = ""
    tax_code: str = ""
    phone: str = ""
    amount: int = 0
    reference: str = ""
    terms: tuple[str, ...] = ()


def read_sought(text: str) -> Sought:
    """Raises `DomainError("sought_empty")` if nothing of the text can be looked for."""
    codes = find_codes(text)
    if codes:
        return Sought(code=codes[0])
    plain = "".join(text.split())
    amount = _read(lambda: parse_amount(text), 0)
    sought = Sought(
        tax_code=_read(lambda: parse_tax_code(text).value, ""),
        phone=_read(lambda: parse_phone(text).e164, ""),
        amount=amount,
        reference=plain if _REFERENCE.fullmatch(plain) else "",
        terms=tuple(search_terms(text)) if not amount and any(char.isalpha() for char in text) else (),
    )
    if sought == Sought():
        raise DomainError("sought_empty")
    return sought


def _read(read: Callable[[], T], nothing: T) -> T:
    try:
        return read()
    except DomainError:
        return nothing
