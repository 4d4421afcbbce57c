"""The firm's customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.customers import Customer, CustomerData, CustomerKind


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers of a firm. `terms` are folded search terms, all of which must match."""

    firm_id: int
    terms: tuple[str, ...] = ()
    kind: CustomerKind | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """`picked` says which of `items` a draft already holds."""

    items: tuple[Customer, ...]
    total: int
    picked: frozenset[int] = frozenset()


class Customers(Protocol):
    async def add(self, firm_id: int, data: CustomerData, in_catalogue: bool, now: datetime) -> Customer: ...
    async def add_many(self, firm_id: int, many: Sequence[CustomerData], now: datetime) -> None: ...
    async def update_many(self, many: Sequence[Customer], now: datetime) -> None: ...
    async def get(self, firm_id: int, customer_id: int) -> Customer | None: ...
    async def by_tax_code(self, firm_id: int, tax_code: str) -> Customer | None:
        """The catalogue's customer of this tax code, archived or not."""

    async def by_tax_codes(self, firm_id: int, tax_codes: Sequence[str]) -> Mapping[str, Customer]:
        """The catalogue's customers among `tax_codes` (up to 10,000 of them)."""

    async def update(self, customer: Customer, now: datetime) -> None: ...
    async def find(
        self, where: CustomerFilter, offset: int, limit: int, draft_id: int | None = None
    ) -> CustomerPage: ...
    async def sharing_login(self, firm_id: int, phone: str, email: str, but_id: int) -> Sequence[Customer]:
        """Other catalogue customers whose representative has the same phone or e-mail (at most 3)."""
