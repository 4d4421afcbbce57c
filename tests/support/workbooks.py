"""Workbooks of tests."""

import json
from collections.abc import Mapping, Sequence

from domain.errors import DomainError
from domain.invoice_files import GivenFile
from domain.statements import Statement
from gateways.workbooks.invoice_files import read_invoice_files
from gateways.workbooks.statements import read_statement_file, statement_of
from services.ports import Sheet, SheetRow


class JsonWorkbooks:
    """`WorkbookReader` of files that are JSON lists of rows; whatever else is refused."""

    async def read_invoice_files(self, content: bytes, name: str) -> tuple[Sequence[GivenFile], int] | None:
        return read_invoice_files(content, name)

    async def read_statement(self, content: bytes) -> Statement:
        return statement_of(read_statement_file(content))

    async def read_invoice_numbers(self, content: bytes) -> Sheet:
        return await self.read(content, "")

    async def read(self, content: bytes, file_name: str) -> Sheet:
        try:
            rows: Sequence[Mapping[str, str]] = json.loads(content)
        except ValueError:
            raise DomainError("workbook_broken") from None
        return Sheet([SheetRow(number, row) for number, row in enumerate(rows, 2)], ("Ghi chú",))
