"""A customer list read and checked whole, against openpyxl that merely reads its cells."""

import io
import time
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook

from domain.customers import CustomerData
from domain.identifiers import parse_phone
from gateways.workbook_layout import COLUMNS, KIND_LABELS
from gateways.workbooks import CalamineReader
from tests.bench.catalogue import customers, keep, migrated, operations
from tests.bench.measuring import Figure, compare
from tests.support.builders import register_owner


def workbook(many: Sequence[CustomerData]) -> bytes:
    """The list of these customers as an accountant would fill it in."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([column.heading for column in COLUMNS])
    for data in many:
        phone = parse_phone(data.phone).national
        accounting = ("Thông tư 99/2025/TT-BTC", "01/01/2026", "Khấu trừ")
        cells = (data.own_code, data.tax_code, data.name, data.address, data.representative, data.email)
        sheet.append([*cells, phone, *accounting, KIND_LABELS[data.kind]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read_cells(content: bytes) -> int:
    """How many cells openpyxl finds."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    try:
        return sum(len(row) for sheet in book for row in sheet.iter_rows(values_only=True))
    finally:
        book.close()


async def figures(folder: Path, rows: int = 10_000, rounds: int = 3) -> Sequence[Figure]:
    """Time, since two processes work at it; half of the customers are known."""
    many = customers(rows)
    content = workbook(many)
    database = await migrated(folder / "bot.db")
    try:
        async with CalamineReader() as reader:
            ops = operations(database, reader)
            owner = await register_owner(ops)
            await keep(database, owner, many[::2])

            async def by_us() -> float:
                started = time.perf_counter()
                checked = await ops.check_workbook(owner, content, "khach.xlsx")
                seconds = time.perf_counter() - started
                assert not checked.bad, checked.bad[0]
                assert len(checked.new) == rows // 2
                return seconds

            async def by_openpyxl() -> float:
                started = time.perf_counter()
                assert _read_cells(content) == (rows + 1) * len(COLUMNS)
                return time.perf_counter() - started

            floor, value = await compare(by_openpyxl, by_us, rounds)
    finally:
        await database.close()
    title = f"a workbook of {rows:,} rows read and checked, to openpyxl reading it"
    return [Figure(title, value, floor, "ms", goal=0.6)]
