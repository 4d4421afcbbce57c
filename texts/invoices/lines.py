"""The lines of a tax invoice, as they are printed on it."""

from collections.abc import Iterable, Sequence

from domain.invoices import InvoiceLine, IssuedNumber

NAME_LIMIT = 500
"""How many characters a printed line has at most."""

UNIT = "gói"

_PARTLY = " (thanh toán một phần)"
_ORDERS = "Đơn hàng "
PAID_BY = "Người thanh toán: "
_BETWEEN = ", "


def line_name(line: InvoiceLine) -> str:
    """What was sold. A name that is too long is cut, never the year, the tax code or that it is a part."""
    end = f" (MST {line.customer_tax_code})" if line.customer_tax_code else ""
    end += _PARTLY if line.partly else ""
    begin = f"{line.package_name} năm {line.fiscal_year} cho {line.customer_name}"
    if len(begin) + len(end) > NAME_LIMIT:
        begin = begin[: NAME_LIMIT - len(end) - 1].rstrip() + "…"
    return begin + end


def order_notes(lines: Sequence[InvoiceLine]) -> Sequence[str]:
    """The orders that these lines come from, and who pays where that is not the buyer: each once and in their
    order; on several lines if need be."""
    codes, payers = [line.order_code for line in lines], [line.payer for line in lines if line.payer]
    return [*_noted(_ORDERS, codes), *_noted(PAID_BY, payers)]


def _noted(begin: str, words: Iterable[str]) -> Sequence[str]:
    notes: list[str] = []
    for word in dict.fromkeys(words):
        if notes and len(notes[-1]) + len(_BETWEEN) + len(word) <= NAME_LIMIT:
            notes[-1] += _BETWEEN + word
        else:
            notes.append(begin + word)
    return notes


def replaces(number: IssuedNumber) -> str:
    """The line that the law asks for on an invoice that replaces another one."""
    return (
        f"Thay thế cho hóa đơn Mẫu số {number.form} ký hiệu {number.series} số {number.number}"
        f" ngày {number.date:%d/%m/%Y}"
    )
