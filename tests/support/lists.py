"""Stand-ins that read and show lists of customers: files are JSON, windows are only recorded."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.errors import DomainError
from domain.files import FileRef
from domain.intakes.checking import check_entries
from domain.intakes.entries import EntryField, ListColumn, ListSheet
from services.catalogue.registry import LookUp
from services.intakes.reading import ReadIntake
from services.ports import Clock, Progress, ReadList, Registered, Take, Units

FIELDS = {field.value: field for field in EntryField}

Row = Mapping[str, str]


class JsonLists:
    """`ListReader` of files made by `list_file`; others are refused. Progress is told at each row. A row with
    a text under "hidden" is hidden."""

    async def read_list(
        self,
        content: bytes,
        columns: Mapping[tuple[int, int], EntryField | None] | None = None,
        progress: Progress | None = None,
        take: Take | None = None,
        with_hidden: bool = False,
        whose: object = None,
    ) -> ReadList | None:
        try:
            headings, *rows = json.loads(content)
        except ValueError:
            raise DomainError("workbook_broken") from None
        chosen = [
            (columns or {}).get((0, place), FIELDS.get(heading)) for place, heading in enumerate(headings)
        ]
        texts = []
        at = headings.index("hidden") if "hidden" in headings else None
        hidden = [cells for cells in rows if at is not None and cells[at]]
        for number, cells in enumerate(rows, 2):
            if cells in hidden and not with_hidden:
                continue
            if progress and not await progress(number - 1, len(rows)):
                return None
            pairs = zip(chosen, cells, strict=True)
            texts.append((0, number, {taken_for: cell for taken_for, cell in pairs if taken_for and cell}))
        listed = (ListColumn(place, headings[place], taken_for) for place, taken_for in enumerate(chosen))
        entries = check_entries(texts)
        if take is not None:
            take(entries)
        sheet = ListSheet("Khách", 1, tuple(listed), hidden=len(hidden), with_hidden=with_hidden)
        return ReadList((sheet,), ("Ghi chú",), entries)


def list_file(*rows: Row) -> bytes:
    """A file of these rows. Columns not named like a field stay unused until somebody assigns a field."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    return json.dumps([headings, *([row.get(name, "") for name in headings] for row in rows)]).encode()


@dataclass
class KeptFiles:
    """`Attachments` of files that people sent. `outcomes` are raised instead, one for each call."""

    contents: dict[str, bytes] = field(default_factory=dict)
    outcomes: list[BaseException] = field(default_factory=list)

    def send(self, content: bytes, name: str = "khach-hang.xlsx") -> FileRef:
        file = FileRef("telegram", f"file-{len(self.contents)}", name, len(content))
        self.contents[file.file_id] = content
        return file

    async def fetch(self, file: FileRef) -> bytes:
        if self.outcomes:
            raise self.outcomes.pop(0)
        return self.contents[file.file_id]


@dataclass
class KeptScreens:
    """`Screens` that records those drawn, in order. `outcomes` are raised instead, one for each call."""

    drawn: list[Mapping[str, str]] = field(default_factory=list)
    outcomes: list[BaseException] = field(default_factory=list)

    async def redraw(self, screen: Mapping[str, str], passing: bool = False) -> None:
        if self.outcomes:
            raise self.outcomes.pop(0)
        self.drawn.append(screen)


@dataclass
class KnownTaxpayers:
    """`Registry` of the taxpayers a test names. `meanwhile` runs before each answer."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def find(self, tax_code: str) -> Registered | None:
        self.asked.append(tax_code)
        if self.meanwhile:
            await self.meanwhile()
        return Registered(tax_code, *self.known[tax_code]) if tax_code in self.known else None


class Lists:
    """The job that reads lists, with all these stand-ins."""

    def __init__(self, units: Units, clock: Clock, registry: KnownTaxpayers | None = None) -> None:
        self.files, self.screens = KeptFiles(), KeptScreens()
        self.read_intake = ReadIntake(
            units, clock, JsonLists(), self.files, self.screens, LookUp(units, clock, registry)
        )


def pasted(*lines: Sequence[str] | str) -> str:
    return "\n".join(line if isinstance(line, str) else "; ".join(line) for line in lines)
