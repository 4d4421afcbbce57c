import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from gateways.workbooks.export import OpenpyxlWriter
from services.ports import Cell, Marked, Table

HARMLESS = ("=1+1", '=HYPERLINK("http://x","y")', "+84912345678", "-1", "@SUM(A1)", "#N/A", "0012", "<b>&")


async def written(*tables: Table) -> list[Worksheet]:
    book = load_workbook(io.BytesIO(await OpenpyxlWriter().write(tables)))
    return list(book.worksheets)


async def test_sheets_headings_and_cells_come_back_as_they_were_given() -> None:
    rows: list[list[Cell]] = [
        ["Hoa Sen", 1_500_000, date(2026, 1, 31), datetime(2026, 6, 15, 18, 30, tzinfo=UTC), None],
        ["", 0, None, None, "x"],
    ]
    first, second = await written(
        Table("Khách", ("Tên", "Số tiền", "Ngày", "Lúc", "Khác"), rows), Table("Trống", ("A",), ())
    )
    assert (first.title, second.title) == ("Khách", "Trống")
    assert [cell.value for cell in first[1]] == ["Tên", "Số tiền", "Ngày", "Lúc", "Khác"]
    assert all(cell.font.bold for cell in first[1])
    assert first.freeze_panes == "A2"
    name, amount, day, moment, nothing = (cell.value for cell in first[2])
    assert (name, amount, nothing) == ("Hoa Sen", 1_500_000, None)
    assert isinstance(day, datetime)
    assert isinstance(moment, datetime)
    assert (day.isoformat(), moment.isoformat()) == ("2026-01-31T00:00:00", "2026-06-16T01:30:00")
    assert [row[0].value for row in second.iter_rows()] == ["A"]


@pytest.mark.parametrize("text", HARMLESS)
async def test_a_text_stays_a_text(text: str) -> None:
    [sheet] = await written(Table("t", (text,), [[text]]))
    for cell in (sheet["A1"], sheet["A2"]):
        assert (cell.value, cell.data_type) == (text, "s")


async def test_no_formula_is_in_the_file() -> None:
    content = await OpenpyxlWriter().write([Table("t", ("a",), [[text] for text in HARMLESS])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


async def test_what_a_workbook_cannot_hold_is_left_out() -> None:
    [sheet] = await written(Table("t", ("a",), [["một\x00hai\x0b"], ["dài" * 20_000]]))
    assert sheet["A2"].value == "mộthai"
    assert len(sheet["A3"].value) == 32_767
    assert sheet.column_dimensions["A"].width <= 60


@pytest.mark.parametrize("text", ["binh@gmail.con", "", "=1+1"])
async def test_a_marked_cell_is_coloured_and_says_why(text: str) -> None:
    [sheet] = await written(Table("t", ("Email", "Khác"), [[Marked(text, "Có phải\x00 gmail.com?"), "x"]]))
    marked, plain = sheet["A2"], sheet["B2"]
    assert (marked.value or "") == text
    assert marked.data_type != "f"
    assert marked.fill.fgColor.rgb != plain.fill.fgColor.rgb
    assert marked.comment is not None
    assert marked.comment.text == "Có phải gmail.com?"
    assert plain.comment is None
