"""All that is kept of one accountant, and what people's chats still remember."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.chats import Channel
from domain.consents import Consent
from domain.customers import Customer
from domain.people import Accountant

Cell = str | int | datetime | None
Kept = Mapping[str, Sequence[Mapping[str, Cell]]]
"""Rows by the name of their table, each with its columns."""


class Accounts(Protocol):
    async def consents(self, accountant_id: int) -> Sequence[Consent]:
        """The newest first."""

    async def withdraw_consents(self, accountant_id: int, now: datetime) -> None: ...
    async def change_person(self, accountant_id: int, name: str, phone: str, email: str) -> None: ...
    async def hand_over(self, owner_id: int, heir_id: int) -> None:
        """Make the heir the firm's owner, and the owner staff."""

    async def kept_of(self, accountant_id: int) -> Kept:
        """All rows about this person, oldest first."""

    async def unsettled(self, firm_id: int, limit: int) -> Sequence[str]:
        """Codes of the firm's orders, not cancelled, with a licence that is not paid and active yet."""

    async def money_waits(self, firm_id: int) -> bool:
        """Whether a claim, a transfer or a return of the firm is still to be settled, or an invoice to be
        issued."""

    async def forget(self, person: Accountant, heir: Accountant | None, name: str) -> None:
        """Blank this person everywhere; `name` stands where they did something. What is still to be mailed to
        them goes to the heir."""

    async def forget_firm(self, firm_id: int, name: str) -> bool:
        """Close the firm, and drop its lists, drafts, labels and open invitations; returns whether it has
        orders. If not, its own name, address and tax code go as well, with `name` instead of them."""

    async def next_customer(self, firm_id: int) -> Customer | None:
        """A customer of the firm that is not erased yet."""


class Traces(Protocol):
    """What chats remember beside the tables that an erasure reaches by itself."""

    async def forget_words(self, firm_id: int, words: Collection[str]) -> None:
        """Forget the windows and menus of the firm's chats that hold one of these words, and the files that
        went out to these chats."""

    async def forget_chats(self, chats: Collection[tuple[Channel, str]]) -> None:
        """Forget all that is remembered of these chats, and the files that came from them or went there."""
