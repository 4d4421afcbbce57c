"""Payment requests."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import Order
from domain.payments import PAID_STATES, PayeeAccount, PaymentRequest, PaymentState, state_after
from domain.recipients import NoticeRecipient, RecipientMode
from services.ports import NamedRequest, PaymentSums
from storage.orders import ORDER
from storage.prepared import Prepared
from storage.rows import NOTICE, among, given, insert_many, spelled_out
from storage.tables.money import payment_bundles, payment_requests, shares, transfers
from storage.tables.orders import order_lines, orders
from storage.touched import Touched
from storage.transfers import CHOOSING

ASKED = ["code", "order_id", "amount", "state", "recipient", *NOTICE]
ASKED += ["bank_bin", "account", "holder", "line_count", "due_at", "received", "paid_at"]
asked_values = attrgetter(
    *("code", "order_id", "amount", "state", "recipient"),
    *(name.replace("_", ".", 1) for name in NOTICE),
    *("payee.bank_bin", "payee.account", "payee.holder", "line_count", "due_at", "received", "paid_at"),
)
_STANDS = payment_requests.c.line_count > 0
"""A request that was withdrawn pays for no line any more."""
_OWED = (PaymentState.AWAITING, PaymentState.PARTLY_PAID)
_OWN = payment_requests.c.own_account
_ACCOUNT = case((_OWN != "", _OWN), else_=payment_requests.c.account)
_ALL = select(*(_ACCOUNT if name == "account" else payment_requests.c[name] for name in ASKED))
_OF_NUMBER = Prepared(
    _ALL.where(bindparam("number") == _OWN, literal_column("payment_requests.own_account != ''"))
)
_FIRST_LINE = (
    select(func.min(order_lines.c.position))
    .where(order_lines.c.payment_code == payment_requests.c.code)
    .scalar_subquery()
)
_OF_CODE = payment_requests.c.code == bindparam("of_code")
_PAID = spelled_out(payment_requests.c.state, *PAID_STATES)
_SUMS = (
    func.count(),
    func.count(case((_PAID, 1))),
    func.coalesce(func.sum(payment_requests.c.received), 0),
    func.max(payment_requests.c.paid_at),
)
_SAVE = update(payment_requests).where(_OF_CODE)
_SAVE = _SAVE.values({name: bindparam(name) for name in ("state", "received", "paid_at")})


def _bundle() -> Select[Any]:
    asked = payment_requests.c
    # Equal in all requests of an order that its accountant pays, but for what is added up.
    how = dict.fromkeys(("amount", "line_count", "received"), func.sum) | {"paid_at": func.max}
    facts = [how.get(name, func.min)(asked[name]) for name in ASKED[1:]]
    left = func.sum(case((asked.received < asked.amount, asked.amount - asked.received), else_=0))
    waits = (transfers.c.order_id == orders.c.id) & CHOOSING
    came = select(func.coalesce(func.sum(transfers.c.amount), 0)).where(waits)
    of_waiting = shares.join(transfers, transfers.c.id == shares.c.transfer_id)
    booked = select(func.coalesce(func.sum(shares.c.amount), 0)).select_from(of_waiting).where(waits)
    waiting = [one.correlate(orders).scalar_subquery() for one in (came, booked)]
    cancelled = func.min(case((asked.state == PaymentState.CANCELLED, 1), else_=0))
    whole = select(*facts, left, cancelled, *waiting).join(orders, orders.c.id == asked.order_id)
    paid_by_accountant = orders.c.recipient == RecipientMode.ACCOUNTANT
    which = orders.c.code == bindparam("of_code"), paid_by_accountant, _STANDS
    return whole.where(*which).group_by(orders.c.id)


_BUNDLE = _bundle()


@functools.cache
def _of_orders(dialect: str) -> Prepared:
    theirs = orders.join(payment_requests, payment_requests.c.order_id == orders.c.id)
    which = given(dialect, orders.c.id, "ids"), _STANDS
    return Prepared(
        select(*_SUMS, *ORDER).select_from(theirs).where(*which).group_by(orders.c.id).order_by(orders.c.id)
    )


@functools.cache
def _named(dialect: str) -> Prepared:
    asked, bundled = payment_requests.c, payment_bundles.c
    of_order = payment_requests.join(orders, orders.c.id == asked.order_id)
    of_several = of_order.join(payment_bundles, bundled.order_id == orders.c.id)
    # A request that was withdrawn under the order's own code stands for the order.
    standing = _STANDS | (asked.code == orders.c.code)
    named = (
        (of_order, asked.code, asked.code, given(dialect, asked.code, "codes")),
        (of_order, orders.c.code, orders.c.code, given(dialect, orders.c.code, "codes") & standing),
        (of_several, bundled.code, orders.c.code, given(dialect, bundled.code, "codes") & standing),
    )
    each = [
        select(
            *(written, code, orders.c.firm_id, *_ALL.selected_columns),
            *(orders.c.id.label("of_order"), _FIRST_LINE.label("line"), asked.code.label("of_code")),
        )
        .select_from(source)
        .where(which)
        for source, written, code, which in named
    ]
    return Prepared(union_all(*each).order_by("of_order", "line", "of_code"))


class SqlPayments:
    """`Payments`."""

    def __init__(self, connection: AsyncConnection, touched: Touched) -> None:
        self._connection = connection
        self._touched = touched

    async def taken(self, codes: Sequence[str]) -> set[str]:
        taken: set[str] = set()
        for column in (payment_requests.c.code, orders.c.code, payment_bundles.c.code):
            found = select(column).where(among(self._connection, column, codes))
            taken.update(await self._connection.scalars(found))
        return taken

    async def add_many(self, requests: Sequence[PaymentRequest]) -> None:
        await insert_many(self._connection, payment_requests, ASKED, map(asked_values, requests))

    async def get(self, code: str) -> PaymentRequest | None:
        found = await self._requests(_ALL.where(payment_requests.c.code == code))
        return found[0] if found else None

    async def get_many(self, codes: Sequence[str]) -> dict[str, PaymentRequest]:
        theirs = among(self._connection, payment_requests.c.code, codes)
        found = {one.code: one for one in await self._requests(_ALL.where(theirs))}
        return {code: found[code] for code in codes if code in found}

    async def bundle(self, code: str) -> PaymentRequest | None:
        row = (await self._connection.execute(_BUNDLE, {"of_code": code})).one_or_none()
        if row is None:
            return None
        *facts, left, cancelled, came, booked = row
        # PostgreSQL's SUM is a decimal.
        facts = [int(fact) if isinstance(fact, Decimal) else fact for fact in facts]
        bundle, left = _request([code, *facts]), int(left)
        # What waits for a choice pays a part of what is left.
        received = bundle.amount - max(0, left - int(came - booked)) if left else bundle.received
        state = PaymentState.CANCELLED if cancelled else state_after(bundle.amount, received)
        paid_at = bundle.paid_at if state in PAID_STATES else None
        return replace(bundle, received=received, state=state, paid_at=paid_at)

    async def open_orders(self, firm_id: int, accountant_id: int, limit: int) -> Sequence[int]:
        owed = payment_requests.c.state.in_(_OWED) & (payment_requests.c.order_id == orders.c.id)
        theirs = select(orders.c.id).where(
            *(orders.c.firm_id == firm_id, orders.c.accountant_id == accountant_id),
            *(orders.c.recipient == RecipientMode.ACCOUNTANT, exists().where(owed)),
        )
        return (await self._connection.scalars(theirs.order_by(orders.c.id).limit(limit))).all()

    async def join_orders(self, code: str, order_ids: Sequence[int], now: datetime) -> None:
        rows = [{"code": code, "order_id": order_id, "made_at": now} for order_id in order_ids]
        await self._connection.execute(insert(payment_bundles), rows)

    async def joined(self, code: str) -> Sequence[int]:
        ids = select(payment_bundles.c.order_id).where(payment_bundles.c.code == code)
        return (await self._connection.scalars(ids.order_by(payment_bundles.c.order_id))).all()

    async def joint_code(self, order_ids: Sequence[int]) -> str | None:
        bundled = payment_bundles.c
        of_first = select(bundled.code).where(bundled.order_id == min(order_ids))
        for code in (await self._connection.scalars(of_first.order_by(bundled.made_at))).all():
            if [*await self.joined(code)] == sorted(order_ids):
                return str(code)
        return None

    async def ask_numbers(self, codes: Sequence[str], now: datetime) -> None:
        await self._change(among(self._connection, payment_requests.c.code, codes), number_asked_at=now)

    async def give_number(self, code: str, number: str) -> None:
        mine = (payment_requests.c.code == code) & (_OWN == "")
        await self._change(mine, own_account=number, number_asked_at=None)

    async def waits_for_number(self, code: str, since: datetime) -> bool:
        asked_at = payment_requests.c.number_asked_at
        waits = select(asked_at).where(payment_requests.c.code == code)
        found = await self._connection.scalar(waits)
        return found is not None and bool(found > since)

    async def of_number(self, number: str) -> PaymentRequest | None:
        row = await _OF_NUMBER.first(self._connection, number=number) if number else None
        return _request(row) if row else None

    async def accounts_of(self, code: str) -> set[str]:
        both = select(payment_requests.c.account, _OWN).where(payment_requests.c.code == code)
        row = (await self._connection.execute(both)).one_or_none()
        return {one for one in row or () if one}

    async def save(self, requests: Sequence[PaymentRequest]) -> None:
        self._touched.codes.update(one.code for one in requests)
        rows = [
            {"of_code": one.code, "state": one.state, "received": one.received, "paid_at": one.paid_at}
            for one in requests
        ]
        await self._connection.execute(_SAVE, rows)

    async def of_order(
        self, order_id: int, offset: int = 0, limit: int | None = None, owed_first: bool = False
    ) -> Sequence[PaymentRequest]:
        owed = payment_requests.c.state.in_(_OWED)
        return await self._requests(
            _ALL.where(payment_requests.c.order_id == order_id, _STANDS)
            .order_by(*([owed.desc()] if owed_first else []), _FIRST_LINE, payment_requests.c.code)
            .offset(offset)
            .limit(limit)
        )

    async def sums(self, order_id: int) -> PaymentSums:
        statement = select(*_SUMS).where(payment_requests.c.order_id == order_id, _STANDS)
        return _sums((await self._connection.execute(statement)).one())

    async def of_orders(self, order_ids: Sequence[int]) -> Sequence[tuple[Order, PaymentSums]]:
        rows = await _of_orders(self._connection.dialect.name).rows(self._connection, ids=order_ids)
        return [(Order(*row[len(_SUMS) :]), _sums(row[: len(_SUMS)])) for row in rows]

    async def named(self, codes: Sequence[str]) -> Sequence[NamedRequest]:
        if not codes:
            return []
        rows = await _named(self._connection.dialect.name).rows(self._connection, codes=codes)
        return [NamedRequest(row[0], row[1], row[2], _request(row[3:-3])) for row in rows]

    async def open_codes(
        self, firm_id: int, accountant_id: int | None, offset: int, limit: int
    ) -> tuple[Sequence[str], int]:
        by_accountant = orders.c.recipient == RecipientMode.ACCOUNTANT
        code = case((by_accountant, orders.c.code), else_=payment_requests.c.code).label("code")
        owed = select(code, func.min(orders.c.id).label("order_id"))
        owed = owed.join(orders, orders.c.id == payment_requests.c.order_id)
        owed = owed.where(orders.c.firm_id == firm_id, payment_requests.c.state.in_(_OWED)).group_by(code)
        if accountant_id is not None:
            owed = owed.where(orders.c.accountant_id == accountant_id)
        found = owed.subquery()
        page = select(found.c.code).order_by(found.c.order_id.desc(), found.c.code)
        codes = (await self._connection.scalars(page.offset(offset).limit(limit))).all()
        total = await self._connection.scalar(select(func.count()).select_from(found))
        return codes, int(total or 0)

    async def open_accounts(self) -> set[str]:
        accounts = select(payment_requests.c.account).where(payment_requests.c.state.in_(_OWED)).distinct()
        return set(await self._connection.scalars(accounts))

    async def cancel(self, order_id: int) -> None:
        of_order = payment_requests.c.order_id == order_id
        await self._change(of_order, state=PaymentState.CANCELLED)
        self._touched.codes.update(
            await self._connection.scalars(select(payment_requests.c.code).where(of_order))
        )

    async def _requests(self, statement: Select[Any]) -> Sequence[PaymentRequest]:
        return [_request(row) for row in await self._connection.execute(statement)]

    async def _change(self, condition: ColumnElement[bool], **values: Any) -> None:
        await self._connection.execute(update(payment_requests).where(condition).values(**values))


def _sums(row: Sequence[Any]) -> PaymentSums:
    requests, in_full, money, paid_at = row
    return PaymentSums(requests, in_full, int(money), paid_at)


def _request(row: Sequence[Any]) -> PaymentRequest:
    code, order_id, amount, state, recipient = row[:5]
    notice, payee = NoticeRecipient(*row[5:8]), PayeeAccount(*row[8:11])
    return PaymentRequest(code, order_id, amount, state, recipient, notice, payee, *row[11:])
