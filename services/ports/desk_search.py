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


class DeskSearch(Protocol):
    """Each gives the newest that match, at most `limit`, and how many there are, at most `COUNTED`."""

    async def firms(self, sought: Sought, limit: int) -> tuple[Sequence[Firm], int]:
        """By tax code, or by name; or by name or phone of somebody who works there."""

    async def customers(self, sought: Sought, limit: int) -> tuple[Sequence[FoundCustomer], int]:
        """By tax code, phone, name or own code. Merged and erased ones are left out."""

    async def orders(self, sought: Sought, limit: int) -> tuple[Sequence[Order], int]:
        """By the code of the order or of one of its requests, or by its total."""

    async def transfers(self, sought: Sought, limit: int) -> tuple[Sequence[Transfer], int]:
        """By the bank's reference, or by amount."""

    async def customer(self, customer_id: int) -> FoundCustomer | None: ...
