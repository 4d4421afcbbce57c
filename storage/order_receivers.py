"""Who receives for the lines of an order."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identifiers import LANDLINE
from domain.recipients import InvoiceRecipient, NoticeRecipient, ReceiverGroup
from storage.rows import INVOICE, NOTICE
from storage.tables.orders import order_lines

_LINE = order_lines.c
_THEMSELVES = and_(_LINE.notice_email == _LINE.email, _LINE.notice_phone == _LINE.phone)
_OWN_NAME = _LINE.invoice_tax_id == _LINE.tax_code
_NO_MAIL, _NO_PHONE = _LINE.email == "", (_LINE.phone == "") | _LINE.phone.startswith(LANDLINE)
_NOTICE = [case((~_THEMSELVES, _LINE[name])).label(f"told_{name}") for name in NOTICE]
_INVOICE = [case((~_OWN_NAME, _LINE[name])).label(f"billed_{name}") for name in INVOICE]
_OWN_EMAIL = case(
    (and_(_OWN_NAME, _LINE.invoice_email != _LINE.email), _LINE.invoice_email), else_=literal("")
).label("own_email")
_COUNTS = [func.count()] + [
    func.count(case((condition, 1))) for condition in (~_NO_MAIL, ~_NO_PHONE, _NO_MAIL & _NO_PHONE)
]


async def receiver_groups_of(connection: AsyncConnection, order_id: int) -> Sequence[ReceiverGroup]:
    """`Orders.receiver_groups`: one statement, however many lines."""
    groups = [*_NOTICE, *_INVOICE, _OWN_EMAIL]
    statement = select(*_COUNTS, *groups).where(_LINE.order_id == order_id)
    found = []
    row: Any
    for row in await connection.execute(statement.group_by(*(column.name for column in groups))):
        customers, by_mail, by_sms, unreachable, *rest, own_email = row
        told, billed = rest[: len(NOTICE)], rest[len(NOTICE) :]
        notice = NoticeRecipient(*told) if told[0] is not None else None
        invoice = InvoiceRecipient(*billed) if billed[0] is not None else None
        found.append(ReceiverGroup(customers, by_mail, by_sms, unreachable, notice, invoice, own_email))
    return found
