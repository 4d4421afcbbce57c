"""The firm's customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.customers import Customer, CustomerData, CustomerKind


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers of a firm. `terms` are folded search terms, all of which must match.

    `lapsed` is a fiscal year: customers with an order, not cancelled, for the year before and none for it.
    `missing`: customers that lack something an order needs. Merged and erased customers are never listed.
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
    """A page of customers. `picked` are the ids of those in `items` that a draft already holds."""

    items: tuple[Customer, ...]
    total: int
    picked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Two customers that may be one. `why` is what is alike: "name", "login" or "tax_code"."""

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
    async def count(self, firm_id: int) -> int:
        """How many the firm has, with those of single orders, archived and erased ones."""

    async def add(self, firm_id: int, data: CustomerData, in_catalogue: bool, now: datetime) -> Customer: ...
    async def add_many(self, firm_id: int, many: Sequence[CustomerData], now: datetime) -> None: ...
    async def update_many(self, many: Sequence[Customer], now: datetime) -> None: ...
    async def declare_many(self, many: Sequence[Customer], now: datetime) -> None:
        """Keep the accounting data of these customers (`DECLARED`), and nothing else of them."""

    async def unused(self, older_than: datetime, most: int) -> Mapping[int, Sequence[int]]:
        """By firm, ids of at most `most` customers that were declared only in an order, were taken out of it
        again, and have not changed since `older_than`."""

    async def discard_unused(self, customer_ids: Sequence[int], older_than: datetime) -> None:
        """Delete those among these customers that are still `unused`."""

    async def get(self, firm_id: int, customer_id: int) -> Customer | None: ...
    async def by_tax_code(self, firm_id: int, tax_code: str) -> Customer | None:
        """The catalogue's customer of this tax code, archived or not."""

    async def all(self, where: CustomerFilter) -> Sequence[Customer]:
        """All customers that match, in the order of the list."""

    async def by_tax_codes(self, firm_id: int, tax_codes: Sequence[str]) -> Mapping[str, Customer]:
        """The catalogue's customers with these tax codes (at most 10,000), by tax code."""

    async def update(self, customer: Customer, now: datetime) -> None: ...
    async def find(
        self,
        where: CustomerFilter,
        offset: int,
        limit: int,
        draft_id: int | None = None,
        picked_to: int = 0,
    ) -> CustomerPage:
        """One page in the order of names. In a whole list, customers on the first `picked_to` places of
        the draft come first, unless they are many."""

    async def formerly_named(self, where: CustomerFilter, name: str) -> Sequence[Customer]:
        """Customers that match and in one of whose former names these words stand together (at most 2)."""

    async def sharing_login(self, firm_id: int, phone: str, email: str, but_id: int) -> Sequence[Customer]:
        """Other catalogue customers whose representative has the same phone or e-mail (at most 3)."""

    async def with_logins(self, firm_id: int, values: Sequence[str]) -> Sequence[Customer]:
        """The catalogue's customers whose representative has one of these e-mails or phones."""

    async def by_ids(self, firm_id: int, customer_ids: Sequence[int]) -> Sequence[Customer]:
        """Which of these customers the firm has; erased ones are left out."""

    async def assign_matching(self, where: CustomerFilter, assignee_id: int | None, now: datetime) -> int:
        """Make this accountant, or nobody, the assignee of all that match; returns how many changed."""

    async def look_alikes(self, firm_id: int, offset: int, limit: int) -> tuple[Sequence[LookAlikes], int]:
        """Pairs in the catalogue that may be one customer, the most alike first, and how many pairs."""

    async def merged_into(self, firm_id: int, customer_id: int) -> Sequence[int]:
        """Ids of the customers that were merged directly into this one, without those merged into them."""

    async def declared(self, firm_id: int, tax_code: str) -> Sequence[int]:
        """Ids of customers with this tax code that were declared in a single order, not in the catalogue."""

    async def erase(self, firm_id: int, customer_id: int, now: datetime) -> None:
        """Blank all fields of the customer, its tax code and labels too, and archive it outside the
        catalogue. Other places that know the person have `forget_person` (`Orders`, `Drafts`, `Intakes`,
        `Pushes`) and `RegistryAnswers.forget`."""


class Labels(Protocol):
    """Words that a firm puts on its customers. Names are compared folded: "VIP" and "vip" are one label."""

    async def of_firm(self, firm_id: int) -> Sequence[LabelCount]:
        """The firm's labels by name. Each has the number of customers that bear it, without archived ones."""

    async def get(self, firm_id: int, label_id: int) -> Label | None: ...
    async def by_name(self, firm_id: int, name: str) -> Label | None: ...
    async def ensure(self, firm_id: int, names: Sequence[str]) -> Mapping[str, int]:
        """The ids of labels by name as given. Missing labels are made."""

    async def rename(self, label_id: int, name: str) -> None:
        """Give a label a name that no other label of the firm has (see `by_name`)."""

    async def delete(self, label_id: int) -> None: ...
    async def of_customers(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[Label]]:
        """The labels of each customer, sorted by name. Customers without labels are left out."""

    async def put(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Put labels on customers: pairs of (customer, label). A pair that exists stays."""

    async def take_off(self, customer_id: int, label_id: int) -> None: ...
    async def put_matching(self, where: CustomerFilter, label_id: int) -> int:
        """Put a label on all customers that match; returns how many did not have it."""

    async def take_off_matching(self, where: CustomerFilter, label_id: int) -> int: ...
