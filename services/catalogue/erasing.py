"""What an erasure reaches: of one customer, or of all that a closed firm has kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.customers import Customer
from domain.events import Verb
from domain.orders import OrderLine
from services.audit import record
from services.catalogue.customers import ids_of
from services.ports import Clock, NewJob, Purchase, Turn, UnitOfWork, Units
from services.scrubbing import ask_to_scrub

PURCHASES = 1_000
"""How many orders of one customer are read: an upper bound that no real one reaches."""

ERASE_FIRM_JOB = "erase_firm"


async def rows_of(uow: UnitOfWork, customer: Customer) -> list[Customer]:
    """The customer first, then its copies."""
    found = [await uow.customers.get(customer.firm_id, one) for one in await ids_of(uow, customer)]
    return [one for one in found if one is not None]


async def erase(
    uow: UnitOfWork, rows: Sequence[Customer], purchases: Sequence[Purchase], now: datetime
) -> None:
    firm_id, ids = rows[0].firm_id, [row.id for row in rows]
    addresses = await _own_addresses(uow, rows, purchases)
    # Their pushes are changed too, and may be on their way at this moment.
    staff = {one.id for one in await uow.people.staff_of(firm_id)}
    told = staff | {purchase.order.accountant_id for purchase in purchases}
    await uow.take(*map(Turn.of_person, told), Turn.invoices())
    await uow.orders.forget_person(firm_id, ids)
    await uow.drafts.forget_person(ids)
    await uow.pushes.forget_person(firm_id, rows[0].id, addresses, now)
    await uow.invoices.forget_addresses(firm_id, addresses)
    await uow.jobs.forget(addresses, {purchase.order.accountant_id for purchase in purchases})
    await uow.traces.forget_words(firm_id, _words_of(rows, purchases))
    await ask_to_scrub(uow, now)
    for row in sorted(rows, key=lambda one: one.tax_code):
        await uow.intakes.forget_person(firm_id, row.tax_code, _as_typed(addresses))
        await uow.registry_answers.forget(row.tax_code)
        await uow.monthly_statements.forget_customer(row.id)
        await uow.customers.erase(firm_id, row.id, now)


async def _own_addresses(
    uow: UnitOfWork, rows: Sequence[Customer], purchases: Sequence[Purchase]
) -> list[str]:
    """The e-mail addresses and phones by which this person was reached, without those of other people."""
    known: list[Customer | OrderLine] = [*rows, *(purchase.line for purchase in purchases)]
    pairs = {("", one.email) for one in known} | {(one.phone, "") for one in known}
    sharing = uow.customers.sharing_login
    return [
        phone or email
        for phone, email in sorted(pairs)
        if (phone or email) and not await sharing(rows[0].firm_id, phone, email, rows[0].id)
    ]


def _words_of(rows: Sequence[Customer], purchases: Sequence[Purchase]) -> set[str]:
    """By which words windows may name this person."""
    known: list[Customer | OrderLine] = [*rows, *(purchase.line for purchase in purchases)]
    names = ("name", "tax_code", "representative", "address")
    words = {getattr(one, name) for one in known for name in names}
    return words | set(_as_typed([address for one in known for address in (one.email, one.phone)]))


def _as_typed(addresses: Sequence[str]) -> list[str]:
    """The addresses, and phones also as they are typed in the country."""
    national = [f"0{one.removeprefix('+84')}" for one in addresses if one.startswith("+84")]
    return [*filter(None, addresses), *national]


async def ask_to_erase_firm(uow: UnitOfWork, firm_id: int, now: datetime) -> None:
    """Queue the erasure of all customers of a firm that nobody is in any more."""
    await uow.jobs.enqueue([NewJob(ERASE_FIRM_JOB, f"{ERASE_FIRM_JOB}:{firm_id}", {"firm_id": firm_id})], now)


@dataclass(frozen=True, slots=True)
class EraseFirm:
    """Erase all customers of a firm, each in a transaction; what stands on invoices stays."""

    units: Units
    clock: Clock

    async def __call__(self, firm_id: int) -> None:
        while await self._one_more(firm_id):
            pass

    async def _one_more(self, firm_id: int) -> bool:
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(firm_id)) as uow:
            customer = await uow.accounts.next_customer(firm_id)
            if customer is None:
                await record(uow, Verb.FIRM_ERASED, now, firm_id=firm_id)
                return False
            rows = await rows_of(uow, customer)
            purchases = await uow.orders.purchases(firm_id, [row.id for row in rows], PURCHASES)
            await erase(uow, rows, purchases, now)
            return True
