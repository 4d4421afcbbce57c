"""Amounts: integers of VND, which has no smaller unit."""

import re

from domain.errors import DomainError
from domain.text import without_diacritics

_AMOUNT = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d{1,15})(?:d|vnd)?")


def vnd(amount: int) -> str:
    """`amount` VND as shown: "1.500.000 ₫"."""
    return f"{amount:,} ₫".replace(",", ".")


def line_amount(price: int, vat_rate: int | None) -> int:
    """VND to pay for `price` VND before VAT, the tax rounded half up to a whole dong.

    `vat_rate` is a percentage; `None` means not subject to VAT, which costs the same as 0 but reads
    differently on the invoice. Raises `ValueError` for a negative price or rate: no price list has one.
    """
    if price < 0 or (vat_rate or 0) < 0:
        raise ValueError(f"negative price or VAT rate: {price}, {vat_rate}")
    return price + (price * (vat_rate or 0) + 50) // 100


def parse_amount(text: str) -> int:
    """VND as people type it: `1500000`, `1.500.000 đ`, `1,500,000 VND`.

    Raises `DomainError("amount_format")` for anything else.
    """
    found = _AMOUNT.fullmatch("".join(without_diacritics(text).lower().split()))
    digits = re.sub(r"[.,]", "", found[1]) if found else ""
    if not digits or len(digits) > 15:
        raise DomainError("amount_format", value=text)
    return int(digits)
