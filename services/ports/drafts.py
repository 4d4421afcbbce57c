"""Orders that are not placed yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.customers import Customer
from domain.invoices import BuyerKind
from domain.orders import Draft, DraftLine
from domain.recipients import OtherRecipient
from services.ports.customers import CustomerFilter


@dataclass(frozen=True, slots=True)
class DraftSums:
    """Counts of a draft's lines.

    `own_accounting` lines have accounting data of their own. `saved_accounting` lines have none, but their
    customer has data from before. `recipients` counts the different other recipients of the lines,
    `without_other` the lines that have none.
    """

    lines: int
    incomplete: int
    own_accounting: int
    saved_accounting: int
    recipients: int
    without_other: int


@dataclass(frozen=True, slots=True)
class ToldBy:
    """The lines of a draft with one other recipient, or with none: how many customers they are, how many of
    these have an e-mail, a phone, and neither."""

    other_id: int | None
    customers: int
    by_mail: int
    by_sms: int
    unreachable: int


class Drafts(Protocol):
    async def open_of(self, accountant_id: int) -> Draft | None:
        """The accountant's draft that is neither placed nor waiting for another."""

    async def start(self, firm_id: int, accountant_id: int, now: datetime) -> Draft: ...
    async def get(self, draft_id: int) -> Draft | None: ...
    async def save(self, draft: Draft, now: datetime) -> None:
        """Store the answers. If the draft has become an order, its follower opens."""

    async def discard(self, draft_id: int) -> None:
        """Delete an open or waiting draft, with what was declared only in it; its follower takes its place. A
        placed draft stays."""

    async def firms_with_older_than(self, moment: datetime) -> Sequence[int]:
        """The firms with open drafts last changed before `moment`."""

    async def discard_older_than(self, firm_id: int, moment: datetime, most: int) -> int:
        """Discard at most `most` of these drafts of a firm, each with its followers; returns how many
        drafts."""

    async def pick(self, draft_id: int, customer_id: int) -> None: ...
    async def unpick(self, draft_id: int, customer_id: int) -> None: ...
    async def pick_matching(self, draft_id: int, where: CustomerFilter) -> int: ...
    async def unpick_matching(self, draft_id: int, where: CustomerFilter) -> int: ...
    async def unpick_all(self, draft_id: int) -> None: ...
    async def unpick_many(self, draft_id: int, customer_ids: Sequence[int]) -> None: ...
    async def add_lines(self, draft_id: int, lines: Sequence[DraftLine]) -> None:
        """Add these lines behind those of the draft, in this order. The draft holds none of their customers
        yet."""

    async def follower_of(self, draft_id: int) -> Draft | None:
        """The draft that waits until this one is placed or dropped."""

    async def start_after(self, draft_id: int, now: datetime) -> Draft:
        """A new draft of the same accountant that waits for this one. A draft has at most one follower."""

    async def hand_over(self, customer_id: int, to_id: int) -> None:
        """In every open draft, replace `customer_id` by `to_id`, except where `to_id` is in it already."""

    async def holding(self, customer_ids: Sequence[int]) -> Sequence[Draft]:
        """The open drafts that hold one of these customers."""

    async def forget_person(self, customer_ids: Sequence[int]) -> None:
        """Forget the other recipients that were declared for these customers alone, in placed drafts too."""

    async def unpick_everywhere(self, customer_id: int) -> None:
        """Take a customer out of every open draft."""

    async def withdraw_ticks(self, customer_ids: Sequence[int]) -> None:
        """Clear `confirmed` of every open draft that holds one of these customers."""

    async def count_lines(self, draft_id: int) -> int:
        """`DraftSums.lines` alone, without looking at a single customer."""

    async def last_place(self, draft_id: int) -> int:
        """Where the last of the draft's customers stands, 0 if it has none."""

    async def sums(self, draft: Draft) -> DraftSums: ...
    async def told_by(self, draft: Draft) -> Sequence[ToldBy]: ...
    async def alike(self, draft_id: int) -> Sequence[tuple[DraftLine, int]]:
        """Lines with the same accounting data, declared or of their own, as one, with how many they are. The
        customer has only its kind, what was declared, and a name."""

    async def line(self, draft_id: int, customer_id: int) -> DraftLine | None: ...
    async def lines(
        self, draft: Draft, offset: int = 0, limit: int | None = None, incomplete_first: bool = False
    ) -> Sequence[DraftLine]: ...
    async def perhaps_doubtful(self, draft_id: int) -> Sequence[Customer]:
        """Customers of the lines, in their order, whose e-mail may be mistyped, whose phone is a landline,
        or who share one of them with another customer of the catalogue or the draft."""

    async def perhaps_doubtful_names(self, draft_id: int) -> Sequence[str]:
        """The names of customers that `is_doubtful_name` may say yes of, all such at least."""

    async def tax_codes(self, draft_id: int) -> Sequence[str]:
        """The tax codes of all lines, in their order."""

    async def find_lines(self, draft_id: int, terms: Sequence[str]) -> Sequence[DraftLine]:
        """The lines whose customers the search terms find; none without terms."""

    async def save_line(self, draft_id: int, line: DraftLine) -> None: ...
    async def clear_own_accounting(self, draft_id: int) -> None: ...
    async def add_other(self, draft_id: int, other: OtherRecipient) -> OtherRecipient:
        """Declare `other` in this draft; its `id` is new."""

    async def say_buyer_kind(self, draft_id: int, other_id: int, kind: BuyerKind) -> None:
        """Say of what kind the number of this recipient's invoice is."""

    async def name_buyer(self, draft_id: int, other_id: int, unit_name: str, address: str) -> None:
        """Change name and address on this recipient's invoice."""

    async def others(self, draft_id: int) -> Mapping[int, OtherRecipient]: ...
    async def uncatalogued(self, draft_id: int, tax_code: str) -> Customer | None:
        """The customer with this tax code that was declared only in this draft."""
