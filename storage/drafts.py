"""Drafts: their answers, and the other recipients declared in them. Lines are in `draft_lines`."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, exists, insert, select, update

from domain.accounting import AccountingData
from domain.customers import Customer
from domain.invoices import BuyerKind, kinds_of_number
from domain.orders import Draft, Step
from domain.recipients import InvoiceRecipient, NoticeRecipient, OtherRecipient
from storage.customer_lists import CUSTOMER
from storage.draft_lines import SqlDraftLines
from storage.prepared import Prepared
from storage.rows import ACCOUNTING, INVOICE, NOTICE, accounting_values
from storage.tables.catalogue import customers
from storage.tables.ordering import draft_lines, draft_others, drafts
from storage.tables.orders import order_lines

_ANSWERS = [
    field.name
    for field in fields(Draft)
    if field.name not in ("id", "accounting", "updated_at", "follows_id")
]
_STEPS = ("as_last", "guessed")
_DRAFT = [drafts.c.id, *(drafts.c[name] for name in (*_ANSWERS, "updated_at", "follows_id", *ACCOUNTING))]
_NAMES = [column.name for column in _DRAFT]
_BY_ID = Prepared(select(*_DRAFT).where(drafts.c.id == bindparam("of")))
_OPEN = Prepared(
    select(*_DRAFT).where(
        drafts.c.accountant_id == bindparam("of"), drafts.c.order_id.is_(None), drafts.c.follows_id.is_(None)
    )
)
_FOLLOWER = Prepared(select(*_DRAFT).where(drafts.c.follows_id == bindparam("of")))
_SAVE = Prepared(
    update(drafts).where(drafts.c.id == bindparam("of")), assigned=(*_ANSWERS, *ACCOUNTING, "updated_at")
)
_IS_OPEN = drafts.c.order_id.is_(None) & drafts.c.follows_id.is_(None)
_OTHER = [draft_others.c[name] for name in ("id", *NOTICE, *INVOICE)]


class SqlDrafts(SqlDraftLines):
    """`Drafts`. A draft is open while it has become no order and waits for no other; each accountant has one
    at most."""

    async def open_of(self, accountant_id: int) -> Draft | None:
        return await self._one(_OPEN, accountant_id)

    async def get(self, draft_id: int) -> Draft | None:
        return await self._one(_BY_ID, draft_id)

    async def holding(self, customer_ids: Sequence[int]) -> Sequence[Draft]:
        held = select(draft_lines.c.draft_id).where(draft_lines.c.customer_id.in_(customer_ids))
        statement = select(*_DRAFT).where(drafts.c.order_id.is_(None), drafts.c.id.in_(held))
        return [_draft(row) for row in await self._connection.execute(statement.order_by(drafts.c.id))]

    async def start(self, firm_id: int, accountant_id: int, now: datetime) -> Draft:
        """Open a draft. Raises `sqlalchemy.exc.IntegrityError` if the accountant has an open one."""
        return await self._start(now, firm_id=firm_id, accountant_id=accountant_id)

    async def follower_of(self, draft_id: int) -> Draft | None:
        return await self._one(_FOLLOWER, draft_id)

    async def start_after(self, draft_id: int, now: datetime) -> Draft:
        """Add a draft that waits for this one. Raises `sqlalchemy.exc.IntegrityError` if there is one."""
        before = select(drafts.c.firm_id, drafts.c.accountant_id).where(drafts.c.id == draft_id)
        firm_id, accountant_id = (await self._connection.execute(before)).one()
        return await self._start(now, firm_id=firm_id, accountant_id=accountant_id, follows_id=draft_id)

    async def save(self, draft: Draft, now: datetime) -> None:
        values = {name: getattr(draft, name) for name in _ANSWERS}
        values |= {name: " ".join(sorted(getattr(draft, name))) for name in _STEPS}
        values |= accounting_values(draft.accounting)
        await _SAVE.rows(self._connection, **values, updated_at=now, of=draft.id)
        if draft.order_id is not None:
            await self._move_up(draft.id, None, now)

    async def discard(self, draft_id: int) -> None:
        mine = (drafts.c.id == draft_id, drafts.c.order_id.is_(None))
        place = select(drafts.c.follows_id, drafts.c.updated_at).where(*mine)
        found = (await self._connection.execute(place)).one_or_none()
        await self._discard(select(drafts.c.id).where(*mine))
        if found is not None:
            # A follower's age counts from the last change of the draft before it.
            await self._move_up(draft_id, found.follows_id, found.updated_at)

    async def firms_with_older_than(self, moment: datetime) -> Sequence[int]:
        firms = select(drafts.c.firm_id).where(_IS_OPEN, drafts.c.updated_at < moment).distinct()
        return (await self._connection.scalars(firms)).all()

    async def discard_older_than(self, firm_id: int, moment: datetime, most: int) -> int:
        theirs = (drafts.c.firm_id == firm_id, _IS_OPEN, drafts.c.updated_at < moment)
        old = select(drafts.c.id).where(*theirs).limit(most)
        first = list(await self._connection.scalars(old))
        gone = select(drafts.c.id).where(drafts.c.id.in_(first)).cte("gone", recursive=True, nesting=True)
        gone = gone.union_all(select(drafts.c.id).join(gone, drafts.c.follows_id == gone.c.id))
        return await self._discard(select(gone.c.id))

    async def uncatalogued(self, draft_id: int, tax_code: str) -> Customer | None:
        statement = (
            select(*CUSTOMER)
            .join(draft_lines, draft_lines.c.customer_id == customers.c.id)
            .where(
                draft_lines.c.draft_id == draft_id,
                customers.c.tax_code == tax_code,
                customers.c.in_catalogue.is_(False),
            )
        )
        row = (await self._connection.execute(statement)).first()
        return Customer(*row) if row else None

    async def add_other(self, draft_id: int, other: OtherRecipient) -> OtherRecipient:
        values: dict[str, Any] = {
            "draft_id": draft_id,
            **dict(zip(NOTICE, astuple(other.notice), strict=True)),
        }
        if other.invoice is None:
            values["invoice_email"] = other.invoice_email
        else:
            values |= dict(zip(INVOICE, astuple(other.invoice), strict=True))
            if other.kind_open:
                values["invoice_kind"] = None
        statement = insert(draft_others).values(**values).returning(*_OTHER)
        return _other((await self._connection.execute(statement)).one())

    async def say_buyer_kind(self, draft_id: int, other_id: int, kind: BuyerKind) -> None:
        theirs = (draft_others.c.draft_id == draft_id, draft_others.c.id == other_id)
        await self._connection.execute(update(draft_others).where(*theirs).values(invoice_kind=kind))

    async def name_buyer(self, draft_id: int, other_id: int, unit_name: str, address: str) -> None:
        theirs = (draft_others.c.draft_id == draft_id, draft_others.c.id == other_id)
        named = update(draft_others).where(*theirs)
        await self._connection.execute(named.values(invoice_unit_name=unit_name, invoice_address=address))

    async def others(self, draft_id: int) -> Mapping[int, OtherRecipient]:
        statement = select(*_OTHER).where(draft_others.c.draft_id == draft_id).order_by(draft_others.c.id)
        return {row.id: _other(row) for row in await self._connection.execute(statement)}

    async def forget_person(self, customer_ids: Sequence[int]) -> None:
        theirs = draft_lines.c.customer_id.in_(customer_ids)
        another = draft_lines.alias()
        shared = exists().where(
            another.c.draft_id == draft_lines.c.draft_id,
            another.c.other_id == draft_lines.c.other_id,
            another.c.customer_id.not_in(customer_ids),
        )
        for_all = exists().where(
            drafts.c.id == draft_lines.c.draft_id, drafts.c.other_id == draft_lines.c.other_id
        )
        alone = select(draft_lines.c.other_id).where(
            theirs, draft_lines.c.other_id.is_not(None), ~shared, ~for_all
        )
        others = list(await self._connection.scalars(alone.distinct()))
        await self._connection.execute(update(draft_lines).where(theirs).values(other_id=None))
        await self._connection.execute(delete(draft_others).where(draft_others.c.id.in_(others)))

    async def _one(self, statement: Prepared, of: int) -> Draft | None:
        row = await statement.first(self._connection, of=of)
        return _draft(row) if row else None

    async def _start(self, now: datetime, **values: int) -> Draft:
        statement = insert(drafts).values(
            **values, step=Step.PACKAGE, confirmed=False, keep_declared=True, updated_at=now
        )
        return _draft((await self._connection.execute(statement.returning(*_DRAFT))).one())

    async def _move_up(self, draft_id: int, follows_id: int | None, updated_at: datetime) -> None:
        """Let the follower of this draft, if any, wait for `follows_id` instead; for None, open it."""
        waiting = update(drafts).where(drafts.c.follows_id == draft_id)
        await self._connection.execute(waiting.values(follows_id=follows_id, updated_at=updated_at))

    async def _discard(self, gone: Select[tuple[int]]) -> int:
        alone = list(await self._connection.scalars(_declared_in(gone)))
        await self._connection.execute(delete(draft_lines).where(draft_lines.c.draft_id.in_(gone)))
        if alone:
            await self._connection.execute(delete(customers).where(customers.c.id.in_(alone)))
        return (await self._connection.execute(delete(drafts).where(drafts.c.id.in_(gone)))).rowcount


def _declared_in(gone: Select[tuple[int]]) -> Select[tuple[int]]:
    """The customers outside the catalogue that no other draft holds."""
    of_gone = select(draft_lines.c.customer_id).where(draft_lines.c.draft_id.in_(gone))
    elsewhere = exists().where(
        draft_lines.c.customer_id == customers.c.id, draft_lines.c.draft_id.not_in(gone)
    )
    ordered = exists().where(order_lines.c.customer_id == customers.c.id)
    return select(customers.c.id).where(
        customers.c.id.in_(of_gone), customers.c.in_catalogue.is_(False), ~elsewhere, ~ordered
    )


def _draft(row: Sequence[Any]) -> Draft:
    data: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    accounting = [data.pop(name) for name in ACCOUNTING]
    data |= {name: frozenset(map(Step, data[name].split())) for name in _STEPS}
    return Draft(**data, accounting=AccountingData(*accounting) if accounting[0] is not None else None)


def _other(row: Row[Any]) -> OtherRecipient:
    end = 1 + len(NOTICE)
    notice, (name, number, address, email, kind) = NoticeRecipient(*row[1:end]), row[end:]
    if name is None:
        return OtherRecipient(row[0], notice, None, notice.email if email is None else email)
    kinds = (kind,) if kind is not None else kinds_of_number(number, name)
    invoice = InvoiceRecipient(name, number, address, email, kinds[0])
    return OtherRecipient(row[0], notice, invoice, kind_open=len(kinds) > 1)
