from datetime import date, datetime, time

import pytest

from gateways.workbooks.sheets import open_workbook
from tests.gateways.workbooks.workbook_files import cells, raw_workbook, workbook


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  giữ nguyên ", "  giữ nguyên "),
        (101243150, "101243150"),
        (912345678.0, "912345678"),
        (1195039855123, "1195039855123"),
        (1.5, "1.5"),
        (-3, "-3"),
        (date(2026, 1, 2), "02/01/2026"),
        (datetime(2026, 1, 2), "02/01/2026"),  # noqa: DTZ001
        (datetime(2026, 1, 2, 8, 30), "02/01/2026 08:30"),  # noqa: DTZ001
        (time(8, 30), "08:30"),
        (True, "TRUE"),
        (None, ""),
    ],
)
def test_cells_come_as_the_text_that_is_read(value: object, text: str) -> None:
    sheets, _ = open_workbook(workbook(["x", value, "y"]))

    assert [row.texts for sheet in sheets for row in sheet.rows] == [["x", text, "y"]]


def test_a_huge_cell_is_cut() -> None:
    sheets, _ = open_workbook(raw_workbook(cells(1, "x" * 900_000)))

    assert [len(row.texts[0]) for sheet in sheets for row in sheet.rows] == [1000]
