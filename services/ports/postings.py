"""The books."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.postings import BooksPart, Difference, JournalEntry
from domain.transfers import Share


class Postings(Protocol):
    """Entries are only added. A transaction whose figures differ from its postings is not committed."""

    async def add(self, entry: JournalEntry, now: datetime) -> None:
        """Store an entry; one without postings is left out."""

    async def surplus_of(self, transfer_id: int) -> Sequence[Share]:
        """How much of a transfer's surplus each request holds, in the order in which they got it."""

    async def last_ids(self) -> Mapping[BooksPart, int]:
        """The largest number of each part, 0 for an empty one."""

    async def differences(self, part: BooksPart, first_id: int, last_id: int) -> Sequence[Difference]:
        """What differs in these rows of a part, both ends included, in their order."""
