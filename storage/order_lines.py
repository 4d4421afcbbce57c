"""Lines of placed orders as rows."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from domain.accounting import AccountingData
from domain.orders import OrderLine
from domain.recipients import InvoiceRecipient, NoticeRecipient
from storage.rows import ACCOUNTING, INVOICE, NOTICE
from storage.tables.orders import order_lines

_CUSTOMER = ["position", "customer_id", "kind", "tax_code", "name", "address"]
_CUSTOMER += ["representative", "email", "phone"]
NAMES = [*_CUSTOMER, *ACCOUNTING, "price", "vat_rate", "amount", *NOTICE, *INVOICE, "payment_code"]
LINE = [order_lines.c[name] for name in NAMES]
line_values = attrgetter(
    *_CUSTOMER,
    *(f"accounting.{name}" for name in ACCOUNTING),
    *("price", "vat_rate", "amount"),
    *(name.replace("_", ".", 1) for name in (*NOTICE, *INVOICE)),
    "payment_code",
)


def order_line(row: Sequence[Any]) -> OrderLine:
    """The line in a row of `LINE`."""
    parts = (
        *row[:9],
        AccountingData(*row[9:16]),
        *row[16:19],
        NoticeRecipient(*row[19:22]),
        InvoiceRecipient(*row[22:27]),
        row[27],
    )
    return OrderLine(*parts)
