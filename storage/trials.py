"""Statements about unpaid licences in their seven days."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
)

from storage.licence_rows import JOINED, LICENCE_LINE
from storage.tables.activation import licences, trial_hours
from storage.tables.money import payment_requests
from storage.tables.orders import order_lines, orders

_PARTLY: ColumnElement[bool] = literal_column("payment_requests.state = 'partly_paid'")
ON_TRIAL = licences.c.activated_at.is_not(None), ~licences.c.paid, ~licences.c.cancelled
TRIAL_BEGAN = func.coalesce(licences.c.trial_from, licences.c.activated_at)


def orders_of(accountant_id: Any) -> Select[tuple[int]]:
    return select(orders.c.id).where(orders.c.accountant_id == accountant_id)


_MOMENT = trial_hours.c.hour.type
_AFTER, _UNTIL = bindparam("after", type_=_MOMENT), bindparam("until", type_=_MOMENT)
PLACE = licences.c.order_id, licences.c.position
_OF_HOURS = (
    trial_hours.c.order_id.in_(orders_of(bindparam("whose"))),
    *(trial_hours.c.hour > _AFTER, trial_hours.c.hour <= _UNTIL, trial_hours.c.number > 0),
)
_TOLD = (*ON_TRIAL, TRIAL_BEGAN > _AFTER, TRIAL_BEGAN <= _UNTIL)
_HAVING = select(trial_hours.c.order_id).where(*_OF_HOURS).distinct()


@cache
def of_accountant() -> tuple[Executable, Executable, Executable]:
    """The sums, the first lines and the first codes of what an accountant has on trial. Not all of it is
    read: the sums, and the orders that the first lines are in, are kept by the hour."""
    lines, hours, most = order_lines.c, trial_hours.c, bindparam("most", type_=Integer)
    sums = select(func.sum(hours.number), func.sum(hours.amount), func.count(hours.order_id.distinct()))
    # Each of these orders has one at least.
    which = *_TOLD, licences.c.order_id.in_(_HAVING.order_by(hours.order_id).limit(most))
    earlier, before = licences.alias("earlier").c, order_lines.alias("before").c
    began = func.coalesce(earlier.trial_from, earlier.activated_at)
    named_already = exists().where(
        *(before.payment_code == lines.payment_code, before.position < lines.position),
        *(earlier.order_id == before.order_id, earlier.position == before.position),
        *(began > _AFTER, began <= _UNTIL, ~earlier.paid, ~earlier.cancelled),
    )
    first = select(*LICENCE_LINE).select_from(JOINED).where(*which)
    codes = select(lines.payment_code).select_from(JOINED).where(*which, ~named_already)
    first, codes = first.order_by(*PLACE).limit(most), codes.order_by(*PLACE).limit(most)
    return sums.where(*_OF_HOURS), first, codes


@cache
def of_payer(by_mail: bool) -> Executable:
    """All that one payer is told of: found by the payment requests, as each has one recipient."""
    lines, asked, name = order_lines.c, payment_requests.c, "notice_email" if by_mail else "notice_phone"
    address = bindparam("address", type_=Text)
    codes = select(asked.code).where(asked.order_id.in_(_HAVING), asked[name] == address)
    # The lines know nothing any more of who was forgotten.
    theirs = lines.payment_code.in_(codes), lines[name] == address
    of_licence = licences.c.id, licences.c.order_id
    found = select(*of_licence, lines.payment_code, lines.amount, lines.tax_code).select_from(JOINED)
    return found.where(*_TOLD, *theirs).order_by(*PLACE)


@cache
def customers_told() -> Executable:
    which = *_TOLD, licences.c.order_id.in_(_HAVING)
    return select(func.count(order_lines.c.tax_code.distinct())).select_from(JOINED).where(*which)


@cache
def paid_in_part() -> Executable:
    """What came in for the lines told of, where a request is paid in part: the first lines are paid first."""
    lines, asked = order_lines.c, payment_requests.c
    so_far = func.sum(lines.amount).over(partition_by=lines.payment_code, order_by=lines.position)
    rest = (asked.received - so_far + lines.amount).label("rest")
    parts = (
        select(lines.order_id, lines.position, lines.amount, rest)
        .select_from(order_lines.join(payment_requests, asked.code == lines.payment_code))
        .where(_PARTLY, asked.order_id.in_(_HAVING))
        .subquery()
    ).c
    paid = case((parts.rest > parts.amount, parts.amount), else_=parts.rest)
    here = (parts.order_id == licences.c.order_id, parts.position == licences.c.position)
    return select(licences.c.id, paid).where(*here, *_TOLD, parts.rest > 0)
