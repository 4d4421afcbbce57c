"""The picked customers of a draft."""

import string
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.accounting import AccountingData
from domain.customers import DECLARED, Customer
from domain.identifiers import LANDLINE
from domain.near_misses import near_miss
from domain.orders import Draft, DraftLine
from services.ports import CustomerFilter, DraftSums, ToldBy
from storage.customer_lists import CUSTOMER, matching
from storage.prepared import Prepared
from storage.rows import ACCOUNTING, NO_ACCOUNTING, accounting_values, chunks, insert_many, upsert
from storage.tables.catalogue import customers
from storage.tables.ordering import draft_lines, drafts, picked_customers

_LINE = [*CUSTOMER, *(draft_lines.c[name] for name in ACCOUNTING), draft_lines.c.other_id]
_END_OF_CUSTOMER = len(CUSTOMER)
_NUMBER = Prepared(
    select(func.coalesce(func.sum(picked_customers.c.number), 0)).where(
        picked_customers.c.draft_id == bindparam("of")
    )
)
_LAST = select(func.coalesce(func.max(draft_lines.c.position), 0)).where(
    draft_lines.c.draft_id == bindparam("of")
)
_THE_LINE = (draft_lines.c.draft_id == bindparam("of"), draft_lines.c.customer_id == bindparam("whom"))
_PICK = Prepared(
    insert(draft_lines).from_select(
        ["draft_id", "customer_id", "position"],
        select(
            bindparam("of", type_=draft_lines.c.draft_id.type), customers.c.id, _LAST.scalar_subquery() + 1
        ).where(customers.c.id == bindparam("whom"), ~exists().where(*_THE_LINE)),
    )
)
_UNPICK = Prepared(delete(draft_lines).where(*_THE_LINE))
_JOINED = draft_lines.join(customers, customers.c.id == draft_lines.c.customer_id)
_OPEN = select(drafts.c.id).where(drafts.c.order_id.is_(None))


class SqlDraftLines:
    """The part of `Drafts` that is about lines, which keep the order in which they were picked."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def pick(self, draft_id: int, customer_id: int) -> None:
        await _PICK.rows(self._connection, of=draft_id, whom=customer_id)

    async def pick_matching(self, draft_id: int, where: CustomerFilter) -> int:
        """Append lines in the order of the list. Returns how many are new."""
        last = select(func.coalesce(func.max(draft_lines.c.position), 0)).where(_of(draft_id))
        place = func.row_number().over(order_by=(customers.c.sort_key, customers.c.id))
        chosen = select(literal(draft_id), customers.c.id, last.scalar_subquery() + place)
        statement = (
            upsert(self._connection, draft_lines)
            .from_select(["draft_id", "customer_id", "position"], chosen.where(*matching(where)))
            .on_conflict_do_nothing()
            .execution_options(preserve_rowcount=True)
        )
        return (await self._connection.execute(statement)).rowcount

    async def unpick(self, draft_id: int, customer_id: int) -> None:
        await _UNPICK.rows(self._connection, of=draft_id, whom=customer_id)

    async def unpick_matching(self, draft_id: int, where: CustomerFilter) -> int:
        matched = select(customers.c.id).where(*matching(where, draft_id))
        statement = delete(draft_lines).where(_of(draft_id), draft_lines.c.customer_id.in_(matched))
        return (await self._connection.execute(statement)).rowcount

    async def unpick_all(self, draft_id: int) -> None:
        await self._connection.execute(delete(draft_lines).where(_of(draft_id)))

    async def unpick_many(self, draft_id: int, customer_ids: Sequence[int]) -> None:
        for some in chunks(customer_ids):
            statement = delete(draft_lines).where(_of(draft_id), draft_lines.c.customer_id.in_(some))
            await self._connection.execute(statement)

    async def add_lines(self, draft_id: int, lines: Sequence[DraftLine]) -> None:
        last = (await self._connection.execute(_LAST, {"of": draft_id})).scalar_one()
        rows = (
            (
                draft_id,
                line.customer.id,
                position,
                *accounting_values(line.accounting).values(),
                line.other_id,
            )
            for position, line in enumerate(lines, last + 1)
        )
        names = ["draft_id", "customer_id", "position", *ACCOUNTING, "other_id"]
        await insert_many(self._connection, draft_lines, names, rows)

    async def hand_over(self, customer_id: int, to_id: int) -> None:
        holding = select(draft_lines.c.draft_id).where(draft_lines.c.customer_id == to_id)
        statement = update(draft_lines).where(
            draft_lines.c.customer_id == customer_id,
            draft_lines.c.draft_id.in_(_OPEN),
            draft_lines.c.draft_id.not_in(holding),
        )
        await self._connection.execute(statement.values(customer_id=to_id))

    async def unpick_everywhere(self, customer_id: int) -> None:
        of_open = draft_lines.c.draft_id.in_(_OPEN)
        await self._connection.execute(
            delete(draft_lines).where(draft_lines.c.customer_id == customer_id, of_open)
        )

    async def withdraw_ticks(self, customer_ids: Sequence[int]) -> None:
        for some in chunks(customer_ids):
            holding = select(draft_lines.c.draft_id).where(draft_lines.c.customer_id.in_(some))
            statement = update(drafts).where(
                drafts.c.order_id.is_(None), drafts.c.confirmed, drafts.c.id.in_(holding)
            )
            await self._connection.execute(statement.values(confirmed=False))

    async def count_lines(self, draft_id: int) -> int:
        return int((await _NUMBER.first(self._connection, of=draft_id))[0])

    async def last_place(self, draft_id: int) -> int:
        return int((await self._connection.execute(_LAST, {"of": draft_id})).scalar_one())

    async def sums(self, draft: Draft) -> DraftSums:
        own = draft_lines.c.regime.is_not(None)
        kept = or_(*(customers.c[name].is_not(None) for name in DECLARED if name != "data_start"))
        other = func.coalesce(draft_lines.c.other_id, draft.other_id)
        statement = (
            select(
                func.count(),
                _count(_incomplete(draft)),
                _count(own),
                _count(and_(~own, kept)),
                func.count(other.distinct()),
                _count(other.is_(None)),
            )
            .select_from(_JOINED)
            .where(_of(draft.id))
        )
        return DraftSums(*(await self._connection.execute(statement)).one())

    async def told_by(self, draft: Draft) -> Sequence[ToldBy]:
        other = func.coalesce(draft_lines.c.other_id, literal(draft.other_id, draft_lines.c.other_id.type))
        mail = customers.c.email != ""
        phone = (customers.c.phone != "") & ~customers.c.phone.startswith(LANDLINE)
        counts = (func.count(), _count(mail), _count(phone), _count(~mail & ~phone))
        statement = select(other.label("other"), *counts).select_from(_JOINED).where(_of(draft.id))
        return [ToldBy(*row) for row in await self._connection.execute(statement.group_by("other"))]

    async def alike(self, draft_id: int) -> Sequence[tuple[DraftLine, int]]:
        same = [customers.c[name] for name in ("kind", *DECLARED)]
        same += [draft_lines.c[name] for name in ACCOUNTING]
        statement = (
            select(*same, func.count(), func.min(customers.c.name))
            .select_from(_JOINED)
            .where(_of(draft_id))
            .group_by(*same)
        )
        found = []
        for kind, *row, count, name in (await self._connection.execute(statement)).all():
            declared = dict(zip(DECLARED, row, strict=False))
            own = row[len(DECLARED) :]
            accounting = AccountingData(*own) if own[0] is not None else None
            found.append((DraftLine(Customer(kind, "", name, **declared), accounting, None), count))
        return found

    async def line(self, draft_id: int, customer_id: int) -> DraftLine | None:
        statement = _select_lines().where(*_line(draft_id, customer_id))
        row = (await self._connection.execute(statement)).one_or_none()
        return _draft_line(row) if row else None

    async def lines(
        self, draft: Draft, offset: int = 0, limit: int | None = None, incomplete_first: bool = False
    ) -> Sequence[DraftLine]:
        statement = _select_lines().where(_of(draft.id))
        if incomplete_first:
            statement = statement.order_by(case((_incomplete(draft), 0), else_=1))
        statement = statement.order_by(draft_lines.c.position).offset(offset or None).limit(limit)
        return [_draft_line(row) for row in (await self._connection.execute(statement)).all()]

    async def perhaps_doubtful(self, draft_id: int) -> Sequence[Customer]:
        of_draft = _of(draft_id)
        at = func.instr if self._connection.dialect.name == "sqlite" else func.strpos
        domain = func.substr(customers.c.email, at(customers.c.email, "@") + 1)
        all_of = select(domain).select_from(_JOINED).where(of_draft)
        domains = await self._connection.scalars(all_of.distinct())
        wrong = [one for one in domains if one and near_miss(one)]
        other, lines = customers.alias(), draft_lines.alias()
        held = select(lines.c.customer_id).where(lines.c.draft_id == draft_id)
        elsewhere = (
            other.c.firm_id == customers.c.firm_id,
            other.c.id != customers.c.id,
            or_(other.c.in_catalogue, other.c.id.in_(held)),
        )
        same = ((customers.c.email, other.c.email), (customers.c.phone, other.c.phone))
        doubtful = or_(
            domain.in_(wrong),
            customers.c.phone.startswith(LANDLINE),
            *(and_(mine != "", exists().where(theirs == mine, *elsewhere)) for mine, theirs in same),
        )
        statement = select(*CUSTOMER).select_from(_JOINED).where(of_draft, doubtful)
        rows = await self._connection.execute(statement.order_by(draft_lines.c.position))
        return [Customer(*row) for row in rows]

    async def perhaps_doubtful_names(self, draft_id: int) -> Sequence[str]:
        name, folded = customers.c.name, customers.c.sort_key
        signs = [name.contains(sign) for sign in (".", *string.digits)]
        signs += [folded.contains(word) for word in ("bank", "bidv", "ngan hang")]
        names = select(name).select_from(_JOINED).where(_of(draft_id), or_(*signs))
        return (await self._connection.scalars(names.order_by(draft_lines.c.position))).all()

    async def tax_codes(self, draft_id: int) -> Sequence[str]:
        codes = select(customers.c.tax_code).select_from(_JOINED).where(_of(draft_id))
        return (await self._connection.scalars(codes.order_by(draft_lines.c.position))).all()

    async def find_lines(self, draft_id: int, terms: Sequence[str]) -> Sequence[DraftLine]:
        if not terms:
            return []
        where = (_of(draft_id), *(customers.c.search.contains(term, autoescape=True) for term in terms))
        statement = _select_lines().where(*where).order_by(draft_lines.c.position)
        return [_draft_line(row) for row in (await self._connection.execute(statement)).all()]

    async def save_line(self, draft_id: int, line: DraftLine) -> None:
        await self._connection.execute(
            update(draft_lines)
            .where(*_line(draft_id, line.customer.id))
            .values(**accounting_values(line.accounting), other_id=line.other_id)
        )

    async def clear_own_accounting(self, draft_id: int) -> None:
        await self._connection.execute(update(draft_lines).where(_of(draft_id)).values(**NO_ACCOUNTING))


def _of(draft_id: int) -> ColumnElement[bool]:
    return draft_lines.c.draft_id == draft_id


def _line(draft_id: int, customer_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _of(draft_id), draft_lines.c.customer_id == customer_id


def _select_lines() -> Select[Any]:
    return select(*_LINE).select_from(_JOINED)


def _incomplete(draft: Draft) -> ColumnElement[bool]:
    """`domain.orders.line_gaps` as a condition of SQL."""
    lacking: ColumnElement[bool] = customers.c.missing != ""
    if draft.needs_other and draft.other_id is None:
        return or_(lacking, draft_lines.c.other_id.is_(None))
    return lacking


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _draft_line(row: Row[Any]) -> DraftLine:
    *accounting, other_id = row[_END_OF_CUSTOMER:]
    own = AccountingData(*accounting) if accounting[0] is not None else None
    return DraftLine(Customer(*row[:_END_OF_CUSTOMER]), own, other_id)
