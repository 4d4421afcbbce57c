"""Lists in files of any kind, read in processes of their own."""

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from domain.errors import DomainError
from domain.files import FILE_LIMIT_MB
from domain.intakes.entries import Entry, EntryField
from domain.invoice_files import GivenFile
from domain.statements import Statement
from gateways.workbooks.frames import unpack_entries, unpack_sheets
from gateways.workbooks.invoice_files import read_invoice_files
from gateways.workbooks.reader_process import Frame
from gateways.workbooks.readers import Readers
from gateways.workbooks.statements import STATEMENT, statement_of
from gateways.workbooks.template import template
from services.ports import Progress, ReadList, Sheet, SheetRow, Take

__all__ = ["CalamineReader", "template"]

_MB = 1024 * 1024
_TOLD_EVERY = 1_000


class _Stopped(Exception):
    """Nobody wants the rest."""


class CalamineReader:
    """`WorkbookReader` and `ListReader`; the names of files decide nothing."""

    def __init__(self) -> None:
        self.readers = Readers()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.readers.close()

    async def read_list(
        self,
        content: bytes,
        columns: Mapping[tuple[int, int], EntryField | None] | None = None,
        progress: Progress | None = None,
        take: Take | None = None,
        with_hidden: bool = False,
        whose: object = None,
    ) -> ReadList | None:
        """Raises `DomainError`: "workbook_too_large" (limit, of: "file" or "content" in MB, "members"),
        "workbook_empty", "workbook_format" (of: what it is instead, where that is known),
        "workbook_password", "workbook_broken", "workbook_no_list", "workbook_no_rows", "workbook_rows"
        (limit).
        """
        _check_size(content)
        entries: list[Entry] = []
        total = 0

        async def tell() -> None:
            if progress is not None and not await progress(len(entries), total):
                raise _Stopped

        async def take_frame(frame: Frame) -> None:
            nonlocal total
            total = frame.get("rows", total)
            if "entries" in frame:
                portion = unpack_entries(frame)
                entries.extend(portion)
                if take is not None:
                    take(portion)
            if len(entries) % _TOLD_EVERY == 0:
                await tell()

        chosen = [[*at, to] for at, to in (columns or {}).items()]
        wanted = {"table": None, "columns": chosen, "with_hidden": with_hidden}
        try:
            last = await self.readers.ask(wanted, content, take_frame, tell, whose)
            if "entries" in last:
                await take_frame(last)
        except _Stopped:
            return None
        return ReadList(unpack_sheets(last["sheets"]), tuple(last["skipped"]), entries)

    async def read(self, content: bytes, file_name: str) -> Sheet:
        """Raises `DomainError`: those of `read_list` for a file that cannot be opened, "workbook_rows"
        (limit), "price_list_headings" (missing)."""
        return await self._table(content, "price_list")

    async def read_invoice_numbers(self, content: bytes) -> Sheet:
        """Raises as `read`, but "invoice_numbers_headings" (missing)."""
        return await self._table(content, "invoice_numbers")

    async def read_statement(self, content: bytes) -> Statement:
        """Raises `DomainError`: those of `read_list` for a file that cannot be opened, "workbook_rows"
        (limit), and those of `domain.statements.read_statement`."""
        _check_size(content)
        return statement_of(await self.readers.ask({"table": STATEMENT}, content, _no_other))

    async def read_invoice_files(self, content: bytes, name: str) -> tuple[Sequence[GivenFile], int] | None:
        """Raises `DomainError`: "workbook_too_large" (limit, of), "workbook_broken", "workbook_password"."""
        _check_size(content)
        return await asyncio.to_thread(read_invoice_files, content, name)

    async def _table(self, content: bytes, name: str) -> Sheet:
        _check_size(content)
        table = await self.readers.ask({"table": name}, content, _no_other)
        return Sheet([SheetRow(number, cells) for number, cells in table["rows"]], tuple(table["unknown"]))


async def _no_other(frame: Frame) -> None:
    raise AssertionError("a table is one frame")


def _check_size(content: bytes) -> None:
    if len(content) > FILE_LIMIT_MB * _MB:
        raise DomainError("workbook_too_large", limit=FILE_LIMIT_MB, of="file")
