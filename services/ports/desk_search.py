"""What back office finds by whatever it types, in all firms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.customers import Customer
from domain.desk_search import Sought
from domain.orders import Order
from domain.people import Firm
from domain.transfers import Transfer

COUNTED = 100
"""How many are counted at most: a search says "100 or more" rather than go through all."""


@dataclass(frozen=True, slots=True)
class FoundCustomer:
    """A customer, and the name of the firm that keeps it."""

    customer: Customer
    firm: str


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A payment request that is not paid, by what a person knows it by: its (first) customer, its order and
    firm. `left` is VND."""

    code: str
    left: int
    order_id: int
    order: str
    firm_id: int
    firm: str
    firm_tax_code: str
    customer: str
    tax_code: str
    customers: int


class DeskSearch(Protocol):
    """The first four give the newest that match, and how many there are, `COUNTED` at most."""

    async def firms(self, sought: Sought, limit: int) -> tuple[Sequence[Firm], int]:
        """By tax code, or by name; or by name or phone of somebody who works there."""

    async def customers(self, sought: Sought, limit: int) -> tuple[Sequence[FoundCustomer], int]:
        """By tax code, phone, name or own code. Merged and erased ones are left out."""

    async def orders(self, sought: Sought, limit: int) -> tuple[Sequence[Order], int]:
        """By the code of the order or of one of its requests, or by its total."""

    async def transfers(self, sought: Sought, limit: int) -> tuple[Sequence[Transfer], int]:
        """By the bank's reference, or by amount."""

    async def customer(self, customer_id: int) -> FoundCustomer | None: ...

    async def open_of_amount(self, amount: int, limit: int) -> Sequence[OpenRequest]:
        """Open requests of which exactly `amount` is left."""

    async def open_of_named(
        self, names: Sequence[str], tax_codes: Sequence[str], limit: int
    ) -> Sequence[OpenRequest]:
        """Open requests of customers with one of these folded names or tax codes."""

    async def open_of_firm(self, firm_id: int, limit: int) -> Sequence[OpenRequest]:
        """Open requests of a firm, of its newest orders first."""

    async def firms_of_total(self, total: int, limit: int) -> Sequence[int]:
        """Firms with an order of this total."""

    async def firms_of_tax_codes(self, tax_codes: Sequence[str]) -> Sequence[int]: ...
