"""One accountant's own data: what is kept, and forgetting it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.consents import Consent
from domain.customers import Customer
from domain.messaging.pushes import PushState
from domain.orders import OrderState
from domain.payments import ClaimState
from domain.people import Accountant, FirmState, Role
from domain.text import fold, search_key
from services.ports.accounts import Kept
from storage.customer_lists import CUSTOMER
from storage.tables.activation import licences
from storage.tables.catalogue import customers, labels
from storage.tables.desk import return_cases
from storage.tables.intakes import intakes
from storage.tables.invoices import invoice_lines, invoices
from storage.tables.messaging import preferences, pushes
from storage.tables.money import monthly_statements, payment_requests, shares, transfer_claims, transfers
from storage.tables.ordering import draft_others, drafts
from storage.tables.orders import events, order_lines, orders
from storage.tables.people import accountants, chats, consents, firms, invitations, proofs

_CONSENT = [consents.c[field.name] for field in fields(Consent)]
_SHOWN: Mapping[Table, tuple[str, ...]] = {
    accountants: ("name", "phone", "email", "role", "created_at"),
    firms: ("name", "tax_code", "address"),
    chats: ("channel", "external_id", "linked_at", "used_at"),
    consents: ("text_version", "channel", "given_at", "withdrawn_at"),
    preferences: ("in_digest", "quiet_start", "quiet_end", "channel"),
    monthly_statements: ("address", "made_at"),
    drafts: ("fiscal_year", "recipient", "updated_at"),
    intakes: ("state", "total", "updated_at"),
    orders: ("code", "package_name", "fiscal_year", "line_count", "total", "state", "placed_at"),
    transfer_claims: ("payment_code", "state", "made_at"),
    pushes: ("kind", "about", "channel", "sent_on", "state", "created_at", "read_at"),
    events: ("verb", "at"),
}
"""What a copy shows of each table that holds something of a person."""

_UNISSUED = invoices.c.number == ""


class SqlAccounts:
    """`Accounts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def consents(self, accountant_id: int) -> Sequence[Consent]:
        mine = select(*_CONSENT).where(consents.c.accountant_id == accountant_id)
        rows = await self._connection.execute(mine.order_by(consents.c.given_at.desc()))
        return [Consent(*row) for row in rows]

    async def withdraw_consents(self, accountant_id: int, now: datetime) -> None:
        given = (consents.c.accountant_id == accountant_id, consents.c.withdrawn_at.is_(None))
        await self._connection.execute(update(consents).where(*given).values(withdrawn_at=now))

    async def change_person(self, accountant_id: int, name: str, phone: str, email: str) -> None:
        values = {"name": name, "phone": phone, "email": email, "search": fold(name)}
        # What was proved was the address before.
        proved = {
            "phone_proved_at": case((accountants.c.phone == phone, accountants.c.phone_proved_at)),
            "email_proved_at": case((accountants.c.email == email, accountants.c.email_proved_at)),
        }
        mine = update(accountants).where(accountants.c.id == accountant_id)
        await self._connection.execute(mine.values({**values, **proved}))

    async def hand_over(self, owner_id: int, heir_id: int) -> None:
        for accountant_id, role in ((owner_id, Role.STAFF), (heir_id, Role.OWNER)):
            one = update(accountants).where(accountants.c.id == accountant_id)
            await self._connection.execute(one.values(role=role))

    async def kept_of(self, accountant_id: int) -> Kept:
        kept: dict[str, Any] = {}
        for table, names in _SHOWN.items():
            if table is accountants:
                which = table.c.id == accountant_id
            elif table is firms:
                own = select(accountants.c.firm_id).where(accountants.c.id == accountant_id)
                which = table.c.id.in_(own)
            else:
                which = table.c.accountant_id == accountant_id
            rows = select(*(table.c[name] for name in names)).where(which).order_by(*table.primary_key)
            kept[table.name] = [dict(row) for row in (await self._connection.execute(rows)).mappings()]
        return kept

    async def unsettled(self, firm_id: int, limit: int) -> Sequence[str]:
        open_licence = exists().where(
            licences.c.order_id == orders.c.id,
            ~licences.c.cancelled,
            or_(~licences.c.paid, licences.c.activated_at.is_(None)),
        )
        theirs = (orders.c.firm_id == firm_id, orders.c.state != OrderState.CANCELLED, open_licence)
        codes = select(orders.c.code).where(*theirs).order_by(orders.c.id).limit(limit)
        return (await self._connection.scalars(codes)).all()

    async def money_waits(self, firm_id: int) -> bool:
        of_firm = select(orders.c.id).where(orders.c.firm_id == firm_id)
        codes = select(payment_requests.c.code).where(payment_requests.c.order_id.in_(of_firm))
        people = select(accountants.c.id).where(accountants.c.firm_id == firm_id)
        paying = select(shares.c.transfer_id).where(shares.c.payment_code.in_(codes))
        theirs = transfers.c.order_id.in_(of_firm) | transfers.c.id.in_(paying)
        claimed = (transfer_claims.c.accountant_id.in_(people), transfer_claims.c.state == ClaimState.OPEN)
        to_return = (return_cases.c.returned_at.is_(None), return_cases.c.order_id.in_(of_firm))
        lines = (
            select(order_lines.c.position)
            .join(
                licences,
                and_(
                    licences.c.order_id == order_lines.c.order_id,
                    licences.c.position == order_lines.c.position,
                ),
            )
            .join(payment_requests, payment_requests.c.code == order_lines.c.payment_code)
            .where(order_lines.c.order_id.in_(of_firm), licences.c.paid, ~licences.c.cancelled)
            .where(order_lines.c.amount > 0, payment_requests.c.invoiced_before == 0)
            .where(
                ~exists().where(
                    invoice_lines.c.order_id == order_lines.c.order_id,
                    invoice_lines.c.position == order_lines.c.position,
                )
            )
        )
        waiting = (
            exists().where(*claimed),
            exists().where(transfers.c.attention.is_not(None), theirs),
            exists().where(*to_return),
            exists().where(invoices.c.firm_id == firm_id, _UNISSUED),
            lines.exists(),
        )
        return bool(await self._connection.scalar(select(or_(*waiting))))

    async def forget(self, person: Accountant, heir: Accountant | None, name: str) -> None:
        for table in (preferences, monthly_statements, chats):
            await self._connection.execute(delete(table).where(table.c.accountant_id == person.id))
        open_drafts = (drafts.c.accountant_id == person.id, drafts.c.order_id.is_(None))
        await self._connection.execute(delete(drafts).where(*open_drafts))
        await self._connection.execute(delete(intakes).where(intakes.c.accountant_id == person.id))
        claims = update(transfer_claims).where(transfer_claims.c.accountant_id == person.id)
        settled = transfer_claims.c.state != ClaimState.OPEN
        await self._connection.execute(claims.where(settled).values(picture=""))
        mine = (pushes.c.accountant_id == person.id, pushes.c.address == "")
        seen = update(pushes).where(*mine, pushes.c.state != PushState.QUEUED)
        await self._connection.execute(seen.values(message_ref="", error="", shown=""))
        await self._connection.execute(
            delete(proofs).where(proofs.c.address.in_([person.phone, person.email]))
        )
        await self._readdress(person, heir)
        await self.change_person(person.id, name, "", "")

    async def _readdress(self, person: Accountant, heir: Accountant | None) -> None:
        """Put the heir where orders of the firm have this person as recipient."""
        of_firm = select(orders.c.id).where(orders.c.firm_id == person.firm_id)
        values = {name: getattr(heir, name) if heir else "" for name in ("name", "phone", "email")}
        lines = order_lines.c.order_id.in_(of_firm)
        requests = payment_requests.c.order_id.in_(of_firm)
        others = draft_others.c.draft_id.in_(select(drafts.c.id).where(drafts.c.firm_id == person.firm_id))
        for table, which in ((order_lines, lines), (payment_requests, requests), (draft_others, others)):
            reached = (table.c.notice_email == person.email) & (person.email != "")
            reached |= (table.c.notice_phone == person.phone) & (person.phone != "")
            await self._replace(table.c.notice_name, person.name, values["name"], which & reached)
            for name in ("phone", "email"):
                await self._replace(table.c[f"notice_{name}"], getattr(person, name), values[name], which)
        for table, which in ((order_lines, lines), (draft_others, others)):
            await self._replace(table.c.invoice_email, person.email, values["email"], which)
        own = invoices.c.firm_id == person.firm_id
        await self._replace(invoices.c.email, person.email, values["email"], own & _UNISSUED)
        await self._replace(invoices.c.email, person.email, "", own)
        await self._readdress_pushes(person, values)

    async def _readdress_pushes(self, person: Accountant, heir: Mapping[str, str]) -> None:
        people = select(accountants.c.id).where(accountants.c.firm_id == person.firm_id)
        of_firm = pushes.c.accountant_id.in_(people)
        for name in ("email", "phone"):
            address, hidden = getattr(person, name), f"#{person.id}.{name}"
            if not address:
                continue
            waiting = of_firm & (pushes.c.state == PushState.QUEUED)
            if heir[name]:
                await self._replace(pushes.c.address, address, heir[name], waiting)
            else:
                dropped = update(pushes).where(waiting, pushes.c.address == address)
                await self._connection.execute(dropped.values(state=PushState.DROPPED))
            await self._replace(pushes.c.address, address, hidden, of_firm)
            for column in (pushes.c.key, pushes.c.about):
                held = column.contains(f":{address}:", autoescape=True)
                named = update(pushes).where(of_firm, pushes.c.state != PushState.QUEUED, held)
                instead = func.replace(column, f":{address}:", f":{hidden}:")
                await self._connection.execute(named.values({column: instead}))

    async def forget_firm(self, firm_id: int, name: str) -> bool:
        for table in (intakes, labels):
            await self._connection.execute(delete(table).where(table.c.firm_id == firm_id))
        open_drafts = (drafts.c.firm_id == firm_id, drafts.c.order_id.is_(None))
        await self._connection.execute(delete(drafts).where(*open_drafts))
        unused = (invitations.c.firm_id == firm_id, invitations.c.used_by.is_(None))
        await self._connection.execute(delete(invitations).where(*unused))
        has_orders = await self._connection.scalar(select(exists().where(orders.c.firm_id == firm_id)))
        values: dict[str, str] = {"state": FirmState.CLOSED}
        if not has_orders:
            values |= {
                "name": name,
                "tax_code": name,
                "search": search_key(name, ""),
                "address": "",
                "note": "",
            }
        await self._connection.execute(update(firms).where(firms.c.id == firm_id).values(values))
        return bool(has_orders)

    async def next_customer(self, firm_id: int) -> Customer | None:
        theirs = (customers.c.firm_id == firm_id, customers.c.erased.is_(False))
        one = select(*CUSTOMER).where(*theirs).order_by(customers.c.id).limit(1)
        row = (await self._connection.execute(one)).one_or_none()
        return Customer(*row) if row else None

    async def _replace(self, column: Column[str], was: str, now: str, which: ColumnElement[bool]) -> None:
        if was:
            changed = update(column.table).where(column == was, which)
            await self._connection.execute(changed.values({column: now}))
