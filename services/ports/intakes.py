"""Lists that accountants give, and what reads and shows them."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.customers import CustomerKind
from domain.files import FileRef
from domain.intakes.entries import Entry, EntryField, Intake, Known, ListSheet, Standing


@dataclass(frozen=True, slots=True)
class EntryCount:
    """How many entries share all these values; `kind` is `None` where it is not known."""

    standing: Standing
    known: Known
    kind: CustomerKind | None
    count: int


class Intakes(Protocol):
    async def add(self, intake: Intake, now: datetime) -> Intake:
        """Store a new list; the given `id` is ignored."""

    async def get(self, firm_id: int, intake_id: int) -> Intake | None: ...
    async def save(self, intake: Intake, now: datetime) -> None: ...
    async def drop_upload(self, file: FileRef) -> None:
        """Forget a file that came by our upload page; one that an app keeps stays there."""

    async def progress(self, intake_id: int, read: int, total: int) -> bool:
        """Write how far reading has come; returns whether it shall go on (the state is READING still)."""

    async def of_message(self, accountant_id: int, message: str) -> Intake | None:
        """The list that took this message last."""

    async def latest_of(self, accountant_id: int) -> Intake | None:
        """The newest list with entries that are left to take or to mend (ready, lacking or wrong)."""

    async def replace_entries(self, intake_id: int, entries: Sequence[Entry]) -> None:
        """Replace all entries of the list."""

    async def save_entries(self, intake_id: int, entries: Sequence[Entry]) -> None:
        """Add entries, or replace those at the same positions; `undo` can bring the replaced ones back.
        Saving the same again changes nothing."""

    async def counts(self, intake_id: int) -> Sequence[EntryCount]: ...
    async def entries(
        self,
        intake_id: int,
        standings: Collection[Standing] = (),
        offset: int = 0,
        limit: int | None = None,
        after: int = 0,
    ) -> Sequence[Entry]:
        """Entries after position `after`, by position; of any standing if none is named."""

    async def holding(self, intake_id: int, tax_code: str) -> Sequence[Entry]:
        """All entries that have this tax code among their values, whatever their standing, by position."""

    async def entry(self, intake_id: int, position: int) -> Entry | None: ...
    async def undo(self, intake_id: int, position: int) -> Entry | None:
        """Bring back, once, what stood here before the last `save_entries`; `None` if there is nothing."""

    async def undo_all(self, intake_id: int, positions: Sequence[int]) -> int:
        """`undo` for several entries; returns how many there was something to bring back of."""

    async def answers_of(self, accountant_id: int) -> Mapping[str, str]:
        """The last answer that the accountant gave to each fault of many entries, in the newest lists."""

    async def mark_taken(self, intake_id: int, positions: Sequence[int]) -> None:
        """Note that these entries are in the catalogue; their changes cannot be undone any more."""

    async def forget_person(self, firm_id: int, tax_code: str, addresses: Sequence[str]) -> None:
        """Drop the entries with this tax code or one of these addresses from all lists of the firm, whatever
        their standing, the first texts of the columns of these lists, and the files that were sent in for
        them."""

    async def firms_with_older_than(self, moment: datetime) -> Sequence[int]:
        """The firms with lists last saved before `moment`."""

    async def purge(self, firm_id: int, older_than: datetime, most: int) -> int:
        """Forget at most `most` of these lists of a firm, with their personal data; returns how many."""


@dataclass(frozen=True, slots=True)
class ReadList:
    """What a file holds, as the reader understands it. Entries are judged as if the catalogue were empty."""

    sheets: tuple[ListSheet, ...]
    skipped_sheets: tuple[str, ...]
    entries: Sequence[Entry]


Progress = Callable[[int, int], Awaitable[bool]]
"""Called now and then with the rows read so far and their total; returns whether to go on."""


Take = Callable[[Sequence[Entry]], None]
"""Called with the entries of a file, portion by portion, as they are read."""


class ListReader(Protocol):
    async def read_list(
        self,
        content: bytes,
        columns: Mapping[tuple[int, int], EntryField | None] | None = None,
        progress: Progress | None = None,
        take: Take | None = None,
        with_hidden: bool = False,
        whose: object = None,
    ) -> ReadList | None:
        """Read a customer list out of any spreadsheet or CSV.

        `columns` overrules what the reader takes the column at (sheet, place) for; hidden rows are left out
        unless `with_hidden`. Files take turns by `whose` they are. Returns `None` if `progress` said to stop.
        Raises `DomainError` (`workbook_*`) for what cannot be read.
        """


class Attachments(Protocol):
    async def fetch(self, file: FileRef) -> bytes:
        """The content of the file. Raises `DomainError` (`workbook_too_large`, `file_not_fetched`)."""


class Screens(Protocol):
    async def redraw(self, screen: Mapping[str, str], passing: bool = False) -> None:
        """Draw a window again if it is still the one its chat shows. May be repeated; never raises for a
        window that is gone. `passing` says that it will be drawn again before long."""
