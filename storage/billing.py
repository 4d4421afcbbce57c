"""What is due to be invoiced, read from orders, money and licences."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Executable,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import Verb
from domain.invoices import InvoiceKind, InvoiceMoment, InvoiceState
from domain.invoicing import Invoiced, LineStanding
from domain.orders import Order
from services.ports import BillableLine
from storage.licence_rows import JOINED
from storage.order_lines import LINE, order_line
from storage.tables.activation import licences
from storage.tables.invoices import invoice_lines, invoices
from storage.tables.money import payment_requests, shares
from storage.tables.orders import events, order_lines, orders

COUNTED = and_(
    invoices.c.state != InvoiceState.REPLACED,
    or_(invoices.c.kind != InvoiceKind.REPLACEMENT, invoices.c.number != ""),
)
"""Whether what stands on a document is invoiced: a replacement counts when what it replaces does not."""

_ORDER = [orders.c[field.name] for field in fields(Order)]
_BORNE = invoice_lines.join(invoices, invoices.c.id == invoice_lines.c.invoice_id)


def changed(moment: InvoiceMoment, since: datetime, until: datetime) -> Executable:
    """The statement of `Invoices.changed`."""
    if moment is not InvoiceMoment.ACTIVATED:
        moved = select(shares.c.payment_code).distinct()
        moved = moved.where(shares.c.created_at >= since, shares.c.created_at < until)
        return moved.order_by(shares.c.payment_code)
    codes = select(order_lines.c.payment_code).select_from(JOINED)
    activated = codes.where(licences.c.activated_at >= since, licences.c.activated_at < until)
    cancelled = (
        select(payment_requests.c.code)
        .join(events, events.c.order_id == payment_requests.c.order_id)
        .where(events.c.at >= since, events.c.at < until, events.c.verb == Verb.ORDER_CANCELLED)
    )
    both = union(activated, cancelled).subquery()
    return select(both.c.payment_code).order_by(both.c.payment_code)


def standings(codes: Collection[str], since: datetime, until: datetime) -> Select[Any]:
    """The statement of `Invoices.standings`: code, amount, received, invoiced, taken back, before."""
    of_request = shares.c.payment_code == payment_requests.c.code
    received = select(func.coalesce(func.sum(shares.c.amount), 0)).where(
        of_request, shares.c.created_at < until
    )
    taken_back = exists().where(of_request, shares.c.amount < 0, shares.c.created_at >= since)
    place = (invoice_lines.c.order_id == order_lines.c.order_id) & (
        invoice_lines.c.position == order_lines.c.position
    )
    invoiced = (
        select(func.coalesce(func.sum(invoice_lines.c.amount), 0))
        .select_from(order_lines.join(invoice_lines, place))
        .join(invoices, invoices.c.id == invoice_lines.c.invoice_id)
        .where(order_lines.c.payment_code == payment_requests.c.code, COUNTED, ~invoices.c.typed)
    )
    columns = (payment_requests.c.code, payment_requests.c.amount)
    sums = (received.scalar_subquery(), invoiced.scalar_subquery())
    before = payment_requests.c.invoiced_before
    return select(*columns, *sums, taken_back, before).where(payment_requests.c.code.in_(codes))


async def billable(
    connection: AsyncConnection, codes: Collection[str], after: tuple[str, int] | None, limit: int
) -> Sequence[BillableLine]:
    """`Invoices.billable`."""
    code, position = order_lines.c.payment_code, order_lines.c.position
    statement = (
        select(*_ORDER, licences.c.activated_at, licences.c.cancelled, *LINE)
        .select_from(JOINED.join(orders, orders.c.id == order_lines.c.order_id))
        .where(code.in_(codes))
        .order_by(code, position)
        .limit(limit)
    )
    if after is not None:
        last, place = after
        statement = statement.where(or_(code > last, and_(code == last, position > place)))
    rows = (await connection.execute(statement)).all()
    places = [(row[0], row[len(_ORDER) + 2]) for row in rows]
    invoiced, typed = await _invoiced(connection, places)
    return [
        _billable(row, invoiced.get(place, {}), typed[place]) for row, place in zip(rows, places, strict=True)
    ]


async def _invoiced(
    connection: AsyncConnection, places: Sequence[tuple[int, int]]
) -> tuple[Mapping[tuple[int, int], Mapping[int | None, Invoiced]], Counter[tuple[int, int]]]:
    """What stands on invoices of the lines at these places, by VAT rate, and how much of it was typed."""
    of = invoice_lines.c
    typed_amount = func.sum(case((invoices.c.typed, of.amount), else_=0))
    statement = (
        select(of.order_id, of.position, of.vat_rate, func.sum(of.amount), func.sum(of.vat), typed_amount)
        .select_from(_BORNE)
        .where(tuple_(of.order_id, of.position).in_(bindparam("places", expanding=True)), COUNTED)
        .group_by(of.order_id, of.position, of.vat_rate)
    )
    found: dict[tuple[int, int], dict[int | None, Invoiced]] = {}
    typed = Counter[tuple[int, int]]()
    rows = await connection.execute(statement, {"places": places})
    for order_id, position, rate, amount, vat, of_typed in rows:
        found.setdefault((order_id, position), {})[rate] = Invoiced(int(amount), int(vat))
        typed[order_id, position] += int(of_typed)
    return found, typed


def _billable(row: Sequence[Any], invoiced: Mapping[int | None, Invoiced], typed: int) -> BillableLine:
    end = len(_ORDER)
    line = order_line(row[end + 2 :])
    activated_at, cancelled = row[end : end + 2]
    standing = LineStanding(line.amount, activated_at is not None, cancelled, invoiced, typed)
    return BillableLine(Order(*row[:end]), line, standing)
