"""The firm's customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.customers import Customer, CustomerData, CustomerKind


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers of a firm. `terms` are folded search terms, all of which must match.

    `lapsed` is a fiscal year: those who have an order, not cancelled, for the year before and none for it.
    `missing` keeps those who lack something an order needs. Merged and erased customers are never listed.
    """

    firm_id: int
    terms: tuple[str, ...] = ()
    kind: CustomerKind | None = None
    archived: bool = False
    label_id: int | None = None
    assignee_id: int | None = None
    lapsed: int | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """`picked` says which of `items` a draft already holds."""

    items: tuple[Customer, ...]
    total: int
    picked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Two customers that may be one, and what makes them look so: one of "name", "login", "tax_code"."""

    first: Customer
    second: Customer
    why: str


@dataclass(frozen=True, slots=True)
class Label:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class LabelCount:
    label: Label
    customers: int


class Customers(Protocol):
    async def add(self, firm_id: int, data: CustomerData, in_catalogue: bool, now: datetime) -> Customer: ...
    async def add_many(self, firm_id: int, many: Sequence[CustomerData], now: datetime) -> None: ...
    async def update_many(self, many: Sequence[Customer], now: datetime) -> None: ...
    async def discard_unused(self, older_than: datetime) -> int:
        """Delete those that were declared in an order only, taken out of it again and not changed since
        then; returns how many."""

    async def get(self, firm_id: int, customer_id: int) -> Customer | None: ...
    async def by_tax_code(self, firm_id: int, tax_code: str) -> Customer | None:
        """The catalogue's customer of this tax code, archived or not."""

    async def all(self, where: CustomerFilter) -> Sequence[Customer]:
        """All that match, in the order of the list."""

    async def by_tax_codes(self, firm_id: int, tax_codes: Sequence[str]) -> Mapping[str, Customer]:
        """The catalogue's customers among `tax_codes` (up to 10,000 of them)."""

    async def update(self, customer: Customer, now: datetime) -> None: ...
    async def find(
        self, where: CustomerFilter, offset: int, limit: int, draft_id: int | None = None
    ) -> CustomerPage: ...
    async def sharing_login(self, firm_id: int, phone: str, email: str, but_id: int) -> Sequence[Customer]:
        """Other catalogue customers whose representative has the same phone or e-mail (at most 3)."""

    async def assign_matching(self, where: CustomerFilter, assignee_id: int | None, now: datetime) -> int:
        """Give all that match to this accountant, or to nobody; returns how many changed."""

    async def look_alikes(self, firm_id: int, offset: int, limit: int) -> tuple[Sequence[LookAlikes], int]:
        """Pairs in the catalogue that may be one customer, those most alike first, and how many pairs."""

    async def merged_into(self, firm_id: int, customer_id: int) -> Sequence[int]:
        """Ids of the customers that were merged into just this one; what was merged into those before is not
        among them."""

    async def declared(self, firm_id: int, tax_code: str) -> Sequence[int]:
        """Ids of those that were declared under this tax code in one order each, not in the catalogue."""

    async def erase(self, firm_id: int, customer_id: int, now: datetime) -> None:
        """Blank all that is kept of the customer itself, tax code and labels too, and take it out of the
        catalogue, archived. What else knows the person: `Orders`, `Drafts`, `Intakes` and
        `Pushes.forget_person`, `RegistryAnswers.forget`."""


class Labels(Protocol):
    """Words that a firm puts on its customers. Names are compared folded: "VIP" and "vip" are one label."""

    async def of_firm(self, firm_id: int) -> Sequence[LabelCount]:
        """By name, each with how many customers bear it that are in the catalogue and not archived."""

    async def get(self, firm_id: int, label_id: int) -> Label | None: ...
    async def by_name(self, firm_id: int, name: str) -> Label | None: ...
    async def ensure(self, firm_id: int, names: Sequence[str]) -> Mapping[str, int]:
        """Ids by name as given; those that there are not yet are made."""

    async def rename(self, label_id: int, name: str) -> None:
        """To a name that no other label of the firm has (see `by_name`)."""

    async def delete(self, label_id: int) -> None: ...
    async def of_customers(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[Label]]:
        """By name; customers without any are left out."""

    async def put(self, pairs: Sequence[tuple[int, int]]) -> None:
        """(customer, label) each; one that is there stays."""

    async def take_off(self, customer_id: int, label_id: int) -> None: ...
    async def put_matching(self, where: CustomerFilter, label_id: int) -> int:
        """On all that match; returns how many had it not."""

    async def take_off_matching(self, where: CustomerFilter, label_id: int) -> int: ...
