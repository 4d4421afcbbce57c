"""Amounts: integers of VND, which has no smaller unit."""


def vnd(amount: int) -> str:
    """`amount` VND as shown: "1.500.000 ₫"."""
    return f"{amount:,} ₫".replace(",", ".")


def line_amount(price: int, vat_rate: int | None) -> int:
    """VND to pay for `price` VND before VAT, the tax rounded half up to a whole dong.

    `vat_rate` is a percentage; `None` means not subject to VAT, which costs the same as 0 but is another
    thing on the invoice. Raises `ValueError` for a negative price or rate: no price list has one.
    """
    if price < 0 or (vat_rate or 0) < 0:
        raise ValueError(f"negative price or VAT rate: {price}, {vat_rate}")
    return price + (price * (vat_rate or 0) + 50) // 100
