"""What back office types to find an invoice."""

import re
from dataclasses import dataclass

from domain.codes import find_codes
from domain.errors import DomainError
from domain.identifiers import parse_budget_or_personal_id
from domain.text import search_terms

_NUMBER = re.compile(r"(?:[1-9]?([CK]\d\d[A-Z]{3})[\s\-/]*)?(\d{1,8})")
_DIGITS = re.compile(r"[\d\s.\-]+")


@dataclass(frozen=True, slots=True)
class InvoiceSearch:
    """Invoices with this `number` (of the `series`, if one was typed) or with this `tax_id` of a buyer or a
    customer; of the order or payment request with this `code`; or whose buyer has all of these folded
    `terms`."""

    number: str = ""
    series: str = ""
    tax_id: str = ""
    code: str = ""
    terms: tuple[str, ...] = ()


def read_search(text: str) -> InvoiceSearch:
    """Raises `DomainError("invoice_search_empty")` if nothing of the text can be looked for."""
    codes = find_codes(text)
    if codes:
        return InvoiceSearch(code=codes[0])
    plain = " ".join(text.upper().split())
    found = _NUMBER.fullmatch(plain)
    number, series = (str(int(found[2])), found[1] or "") if found else ("", "")
    tax_id = "" if series else _tax_id(plain)
    if number or tax_id:
        return InvoiceSearch(number, series, tax_id)
    terms = tuple(search_terms(text))
    if not terms:
        raise DomainError("invoice_search_empty")
    return InvoiceSearch(terms=terms)


def _tax_id(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        return ""
    try:
        return parse_budget_or_personal_id(text)
    except DomainError:
        return ""
