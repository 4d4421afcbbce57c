"""Anything of any firm, by whatever back office knows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.desk_search import read_sought
from domain.errors import DomainError
from domain.events import Verb
from domain.orders import Order
from domain.people import Accountant, Actor, Firm, FirmState, Right
from domain.transfers import Transfer
from services.audit import record
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import FoundCustomer, OrderFilter, Purchase, Turn

SHOWN = 5
"""How many of one kind a search shows."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Matches(Generic[T]):
    """The newest of one kind that match; `count` is all of them, `COUNTED` at most."""

    items: tuple[T, ...]
    count: int


@dataclass(frozen=True, slots=True)
class FoundThings:
    firms: Matches[Firm]
    customers: Matches[FoundCustomer]
    orders: Matches[Order]
    transfers: Matches[Transfer]

    @property
    def only_order(self) -> Order | None:
        """The one order, if nothing else was found."""
        counts = self.firms.count, self.customers.count, self.orders.count, self.transfers.count
        return self.orders.items[0] if counts == (0, 0, 1, 0) else None


@dataclass(frozen=True, slots=True)
class FirmLook:
    firm: Firm
    people: tuple[Accountant, ...]
    """The active ones, oldest first."""
    orders: tuple[Order, ...]
    """One page of them, newest first."""
    total: int


@dataclass(frozen=True, slots=True)
class CustomerLook:
    found: FoundCustomer
    purchases: tuple[Purchase, ...]
    """The newest ones."""


class SearchAnything(Operation):
    """Firms, customers, orders and transfers that match a typed text. Raises `DomainError`: `sought_empty`,
    `nothing_found`."""

    async def __call__(self, actor: Actor, text: str) -> FoundThings:
        actor.require(Right.RUN_BACK_OFFICE)
        sought = read_sought(text)
        async with self.units.read() as uow:
            found = FoundThings(
                _matches(await uow.desk_search.firms(sought, SHOWN)),
                _matches(await uow.desk_search.customers(sought, SHOWN)),
                _matches(await uow.desk_search.orders(sought, SHOWN)),
                _matches(await uow.desk_search.transfers(sought, SHOWN)),
            )
        if not (found.firms.count or found.customers.count or found.orders.count or found.transfers.count):
            raise DomainError("nothing_found")
        return found


class LookUpFirm(Operation):
    """A firm with its people and orders. The audit log notes it, since it shows personal data.

    Raises `DomainError("firm_unknown")`.
    """

    async def __call__(self, actor: Actor, firm_id: int, page: int = 0) -> FirmLook:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            firm = await uow.people.find_firm(firm_id) if firm_id <= LARGEST_ID else None
            if firm is None or firm.state is FirmState.VENDOR:
                raise DomainError("firm_unknown")
            people = tuple(await uow.people.staff_of(firm_id))
            orders, total = await uow.orders.find(OrderFilter(firm_id), page * PAGE_SIZE, PAGE_SIZE)
        if not page:
            async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
                await record(uow, Verb.FIRM_LOOKED_UP, self.clock.now(), by=actor, firm_id=firm_id)
        return FirmLook(firm, people, tuple(orders), total)


class LookUpCustomer(Operation):
    """A customer of any firm, with what was bought for it. Raises `DomainError("customer_unknown")`."""

    async def __call__(self, actor: Actor, customer_id: int) -> CustomerLook:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            found = await uow.desk_search.customer(customer_id) if customer_id <= LARGEST_ID else None
            if found is None or found.customer.erased:
                raise DomainError("customer_unknown")
            firm_id = found.customer.firm_id
            purchases = await uow.orders.purchases(firm_id, [customer_id], PAGE_SIZE)
            return CustomerLook(found, tuple(purchases))


def _matches(found: tuple[Sequence[T], int]) -> Matches[T]:
    return Matches(tuple(found[0]), found[1])
