"""Firms, their accountants, the texts that these agreed to, and invitations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, exists, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.chats import Channel
from domain.people import Accountant, Approver, Firm, FirmState, Invitation, Role
from domain.proofs import ProofKind
from domain.text import fold, search_key
from storage.rows import chunks, upsert
from storage.tables.orders import orders
from storage.tables.people import accountants, consents, firms, invitations

FIRM = [firms.c[field.name] for field in fields(Firm)]
ACCOUNTANT = [accountants.c[field.name] for field in fields(Accountant)]
INVITATION = [invitations.c[field.name] for field in fields(Invitation)]
_PROVED = {
    ProofKind.PHONE: accountants.c.phone_proved_at,
    ProofKind.EMAIL: accountants.c.email_proved_at,
}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class SqlPeople:
    """`People`. A firm or accountant that does not exist raises `sqlalchemy.exc.NoResultFound`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_firm(
        self, name: str, tax_code: str, state: FirmState, now: datetime, address: str = ""
    ) -> Firm:
        values = {"name": name, "tax_code": tax_code, "state": state, "note": "", "created_at": now}
        values["search"] = search_key(name, tax_code)
        new = insert(firms).values(**values, address=address).returning(*FIRM)
        return Firm(*(await self._connection.execute(new)).one())

    async def change_firm(self, firm_id: int, name: str, address: str) -> None:
        statement = update(firms).where(firms.c.id == firm_id).returning(firms.c.tax_code)
        tax_code = await self._connection.scalar(statement.values(name=name, address=address))
        search = update(firms).where(firms.c.id == firm_id).values(search=search_key(name, tax_code))
        await self._connection.execute(search)

    async def decide_firm(self, firm_id: int, state: FirmState, note: str) -> None:
        statement = update(firms).where(firms.c.id == firm_id)
        await self._connection.execute(statement.values(state=state, note=note))

    async def firms_in(self, state: FirmState, offset: int, limit: int) -> tuple[Sequence[Firm], int]:
        of_state = firms.c.state == state
        statement = select(*FIRM).where(of_state).order_by(firms.c.id).offset(offset).limit(limit)
        items = [Firm(*row) for row in await self._connection.execute(statement)]
        counting = select(func.count()).select_from(firms).where(of_state)
        return items, (await self._connection.execute(counting)).scalar_one()

    async def vendor_firm(self) -> Firm | None:
        return await self._firm(firms.c.state == FirmState.VENDOR)

    async def firm(self, firm_id: int) -> Firm:
        return Firm(*(await self._connection.execute(select(*FIRM).where(firms.c.id == firm_id))).one())

    async def find_firm(self, firm_id: int) -> Firm | None:
        return await self._firm(firms.c.id == firm_id)

    async def claimants(self, tax_code: str) -> Sequence[Firm]:
        statement = select(*FIRM).where(firms.c.tax_code == tax_code).order_by(firms.c.id)
        return [Firm(*row) for row in await self._connection.execute(statement)]

    async def has_orders(self, firm_id: int) -> bool:
        return bool(await self._connection.scalar(select(exists().where(orders.c.firm_id == firm_id))))

    async def add_accountant(
        self, firm_id: int, role: Role, name: str, phone: str, email: str, now: datetime
    ) -> Accountant:
        values = {"firm_id": firm_id, "role": role, "name": name, "phone": phone, "email": email}
        values["search"] = fold(name)
        statement = insert(accountants).values(**values, active=True, created_at=now).returning(*ACCOUNTANT)
        return Accountant(*(await self._connection.execute(statement)).one())

    async def accountant(self, accountant_id: int) -> Accountant:
        statement = select(*ACCOUNTANT).where(accountants.c.id == accountant_id)
        return Accountant(*(await self._connection.execute(statement)).one())

    async def find_accountant(self, accountant_id: int) -> Accountant | None:
        statement = select(*ACCOUNTANT).where(accountants.c.id == accountant_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return Accountant(*row) if row else None

    async def deactivate(self, accountant_id: int) -> None:
        statement = update(accountants).where(accountants.c.id == accountant_id)
        await self._connection.execute(statement.values(active=False))

    async def owner_of(self, firm_id: int) -> Accountant:
        owners = (accountants.c.firm_id == firm_id, accountants.c.role == Role.OWNER)
        last = (accountants.c.active.desc(), accountants.c.id.desc())
        statement = select(*ACCOUNTANT).where(*owners).order_by(*last).limit(1)
        return Accountant(*(await self._connection.execute(statement)).one())

    async def staff_of(self, firm_id: int) -> Sequence[Accountant]:
        active = (accountants.c.firm_id == firm_id, accountants.c.active)
        statement = select(*ACCOUNTANT).where(*active).order_by(accountants.c.id)
        return [Accountant(*row) for row in await self._connection.execute(statement)]

    async def with_address(self, phone: str, email: str) -> Sequence[Accountant]:
        same = (accountants.c.phone == phone, func.lower(accountants.c.email) == email.lower())
        theirs = (accountants.c.active, accountants.c.role != Role.BACK_OFFICE, *same)
        statement = select(*ACCOUNTANT).where(*theirs).order_by(accountants.c.id.desc())
        return [Accountant(*row) for row in await self._connection.execute(statement)]

    async def note_proved(self, accountant_id: int, kinds: Collection[ProofKind], now: datetime) -> None:
        moments = {_PROVED[kind].name: now for kind in kinds}
        if moments:
            of_them = update(accountants).where(accountants.c.id == accountant_id)
            await self._connection.execute(of_them.values(moments))

    async def proved(self, accountant_id: int) -> Collection[ProofKind]:
        statement = select(*_PROVED.values()).where(accountants.c.id == accountant_id)
        row = (await self._connection.execute(statement)).one()
        return [kind for kind, at in zip(_PROVED, row, strict=True) if at is not None]

    async def keep_word(self, old_id: int, new_id: int) -> None:
        agreed = [column for column in consents.c if column.name != "accountant_id"]
        theirs = select(literal(new_id), *agreed).where(consents.c.accountant_id == old_id)
        names = ["accountant_id", *(column.name for column in agreed)]
        await self._connection.execute(insert(consents).from_select(names, theirs))
        before = accountants.alias()
        proved = {
            column.name: select(before.c[column.name]).where(before.c.id == old_id).scalar_subquery()
            for column in _PROVED.values()
        }
        of_them = update(accountants).where(accountants.c.id == new_id)
        await self._connection.execute(of_them.values(proved))

    async def set_approver(self, accountant_id: int, approver: Approver) -> None:
        statement = update(accountants).where(accountants.c.id == accountant_id)
        await self._connection.execute(statement.values(approver=approver))

    async def approvers(self) -> Sequence[Accountant]:
        vendor = select(firms.c.id).where(firms.c.state == FirmState.VENDOR)
        theirs = (accountants.c.firm_id.in_(vendor), accountants.c.active)
        statement = select(*ACCOUNTANT).where(*theirs, accountants.c.approver != Approver.NO)
        return [
            Accountant(*row) for row in await self._connection.execute(statement.order_by(accountants.c.id))
        ]

    async def names(self, accountant_ids: Collection[int]) -> Mapping[int, str]:
        names: dict[int, str] = {}
        for some in chunks(list(accountant_ids)):
            statement = select(accountants.c.id, accountants.c.name).where(accountants.c.id.in_(some))
            names.update((row[0], row[1]) for row in await self._connection.execute(statement))
        return names

    async def record_consent(
        self, accountant_id: int, text_version: str, channel: Channel, now: datetime
    ) -> None:
        """Note that somebody agreed to a text. The first time counts; agreeing again changes nothing."""
        statement = upsert(self._connection, consents).values(
            accountant_id=accountant_id, text_version=text_version, channel=channel, given_at=now
        )
        await self._connection.execute(statement.on_conflict_do_nothing())

    async def add_invitation(
        self, firm_id: int, invited_by: int, token_hash: str, expires_at: datetime
    ) -> None:
        statement = insert(invitations).values(
            firm_id=firm_id, invited_by=invited_by, token_hash=token_hash, expires_at=expires_at
        )
        await self._connection.execute(statement)

    async def invitation(self, token_hash: str) -> Invitation | None:
        statement = select(*INVITATION).where(invitations.c.token_hash == token_hash)
        row = (await self._connection.execute(statement)).one_or_none()
        return Invitation(*row) if row else None

    async def use_invitation(self, invitation_id: int, accountant_id: int) -> None:
        statement = update(invitations).where(
            invitations.c.id == invitation_id, invitations.c.used_by.is_(None)
        )
        await self._connection.execute(statement.values(used_by=accountant_id))

    async def open_invitations(self, firm_id: int, now: datetime) -> Sequence[Invitation]:
        is_open = (
            invitations.c.firm_id == firm_id,
            invitations.c.used_by.is_(None),
            invitations.c.expires_at > now,
        )
        statement = select(*INVITATION).where(*is_open).order_by(invitations.c.id)
        return [Invitation(*row) for row in await self._connection.execute(statement)]

    async def revoke_invitation(self, firm_id: int, invitation_id: int) -> None:
        """Let an invitation expire. Its row stays, so that no other gets its id."""
        statement = update(invitations).where(
            invitations.c.firm_id == firm_id,
            invitations.c.id == invitation_id,
            invitations.c.used_by.is_(None),
        )
        await self._connection.execute(statement.values(expires_at=_LONG_AGO))

    async def _firm(self, condition: ColumnElement[bool]) -> Firm | None:
        row = (await self._connection.execute(select(*FIRM).where(condition))).one_or_none()
        return Firm(*row) if row else None
