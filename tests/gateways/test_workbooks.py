from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from dialogs.texts.back_office.prices import table as price_table
from domain.catalog import sample_price_list
from domain.errors import DomainError
from domain.price_list import check_prices
from gateways.workbook_export import OpenpyxlWriter
from gateways.workbooks import CalamineReader
from services.ports import Book
from tests.gateways.workbook_files import HEADINGS, KEYS, ROW, cells, raw_workbook, workbook

SAMPLES = Path(__file__).parent.parent / "samples"
GOOD = workbook(HEADINGS, ROW)


@pytest.fixture
async def reader():
    async with CalamineReader() as reader:
        yield reader


async def read_cells(reader: CalamineReader, content: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in (await reader.read(content, "list.xlsx")).rows]


async def refusal(reader: CalamineReader, content: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(DomainError) as error:
        await reader.read(content, "list.xlsx")
    return error.value.code, error.value.params


async def test_the_sample_of_enterprises_is_read_whole(reader):
    sheet = await reader.read((SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes(), "x.xlsx")

    assert [row.number for row in sheet.rows] == list(range(2, 32))
    assert sheet.unknown_headings == ()
    assert sheet.rows[0].cells == {
        "own_code": "KH0001",
        "tax_code": "9937460933",
        "name": "Công ty CP Nông sản Ý Tưởng Xanh 01",
        "address": "Số 294 đường Ý Tưởng Xanh, Nghệ An",
        "representative": "Phạm Thanh Quân",
        "email": "khach0001@example.com",
        "phone": "0701721960",
        "regime": "TT99/2025",
        "data_start": "01/01/2026",
        "vat_method": "Khấu trừ",
    }


async def test_the_sample_of_households_is_read_whole(reader):
    rows = await read_cells(reader, (SAMPLES / "khach-hang-ho-kinh-doanh-20.xlsx").read_bytes())

    assert len(rows) == 20
    assert rows[0]["tax_code"] == "001195039855"
    assert rows[0]["vat_method"] == "Không chịu thuế"


async def test_headings_may_stand_anywhere_in_any_order_and_spelling(reader):
    content = workbook(
        ["DANH SÁCH KHÁCH HÀNG 2026"],
        [],
        [None, "TÊN KHÁCH HÀNG (*)", "STT", " ma so  thue", "Loại khách hàng", "Ghi chú"],
        [None, "Công ty An Bình", 1, "0101243150", "Doanh nghiệp", "gọi sau"],
    )
    sheet = await reader.read(content, "x.xlsx")

    assert sheet.unknown_headings == ("STT", "Ghi chú")
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (4, {"name": "Công ty An Bình", "tax_code": "0101243150", "kind": "Doanh nghiệp"})
    ]


async def test_the_first_sheet_with_the_headings_is_taken(reader):
    content = workbook(["Giới thiệu"], Khac=[["Mã số thuế"]], DS=[HEADINGS, ROW], Sau=[HEADINGS])

    assert await read_cells(reader, content) == [dict(zip(KEYS, ROW, strict=True))]


async def test_rows_bear_the_numbers_that_excel_shows_and_blank_ones_are_skipped(reader):
    blank = [None, "  ", ""]
    content = workbook(HEADINGS, blank, ROW, [], blank, ROW)

    assert [row.number for row in (await reader.read(content, "x.xlsx")).rows] == [3, 6]


async def test_a_row_numbered_in_advance_is_blank(reader):
    content = workbook(["STT", *HEADINGS], [1, *ROW], [2], [3])

    assert len(await read_cells(reader, content)) == 1


async def test_a_repeated_heading_is_named_as_unknown(reader):
    sheet = await reader.read(workbook([*HEADINGS, "EMAIL"], [*ROW, "other@example.com"]), "x.xlsx")

    assert sheet.unknown_headings == ("EMAIL",)
    assert sheet.rows[0].cells["email"] == "hoa@example.com"


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
async def test_cells_come_as_the_text_that_is_read(reader, value, text):
    [row] = await read_cells(reader, workbook(HEADINGS, [value, *ROW[1:]]))

    assert row == dict(zip(KEYS, [text, *ROW[1:]], strict=True))


async def test_formulas_give_their_last_value_and_errors_nothing(reader):
    heads = cells(1, "Mã số thuế", "Tên khách hàng", "Địa chỉ", "Email", "Số điện thoại")
    formulas = (
        '<row r="2"><c r="A2" t="str"><f>TEXT(1,"0")</f><v>0101243150</v></c>'
        '<c r="B2" t="str"><f>HYPERLINK("http://x")</f><v>Công ty</v></c>'
        '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D2"><f>A1</f></c>'
        '<c r="E2"><f>900000000+1</f><v>900000001</v></c></row>'
    )

    assert await read_cells(reader, raw_workbook(heads + formulas)) == [
        {"tax_code": "0101243150", "name": "Công ty", "address": "", "email": "", "phone": "900000001"}
    ]


async def test_a_huge_cell_is_cut(reader):
    content = raw_workbook(cells(1, "Mã số thuế", "Tên khách hàng") + cells(2, "0101243150", "x" * 900_000))

    assert [len(row["name"]) for row in await read_cells(reader, content)] == [1000]


async def test_columns_far_to_the_right_are_not_looked_at(reader):
    content = workbook([*HEADINGS, *[None] * 50, "Loại khách hàng"], [*ROW, *[None] * 50, "Doanh nghiệp"])
    sheet = await reader.read(content, "x.xlsx")

    assert "kind" not in sheet.rows[0].cells
    assert sheet.unknown_headings == ()


@pytest.mark.parametrize(
    ("headings", "missing"),
    [
        (["Tên khách hàng", "Email"], ["Mã số thuế"]),
        (["Mã số thuế"], ["Tên khách hàng"]),
        (["STT", "Ghi chú"], ["Mã số thuế", "Tên khách hàng"]),
        ([], ["Mã số thuế", "Tên khách hàng"]),
    ],
)
async def test_missing_headings_are_named(reader, headings, missing):
    assert await refusal(reader, workbook(headings, ROW)) == ("workbook_headings", {"missing": missing})


async def test_headings_below_the_first_rows_are_not_found(reader):
    content = workbook(*[[f"dòng {number}"] for number in range(20)], HEADINGS, ROW)

    assert (await refusal(reader, content))[0] == "workbook_headings"


async def test_a_list_without_rows_is_empty(reader):
    assert (await reader.read(workbook(HEADINGS), "x.xlsx")).rows == []


def long_list(rows: int) -> bytes:
    body = "".join(cells(number, "0101243150", f"Công ty {number}") for number in range(2, rows + 2))
    return raw_workbook(cells(1, "Mã số thuế", "Tên khách hàng") + body)


async def test_ten_thousand_rows_are_read(reader):
    rows = (await reader.read(long_list(10_000), "x.xlsx")).rows

    assert len(rows) == 10_000
    assert (rows[-1].number, rows[-1].cells["name"]) == (10_001, "Công ty 10001")


@pytest.mark.parametrize("rows", [10_001, 100_000])
async def test_more_rows_are_refused(reader, rows):
    assert await refusal(reader, long_list(rows)) == ("workbook_rows", {"limit": 10_000})


async def test_texts_shared_by_every_cell_cannot_flood_the_program(reader):
    shared = "".join(
        f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c><c r="B{number}" t="s"><v>1</v></c></row>'
        for number in range(2, 10_002)
    )
    content = raw_workbook(
        cells(1, "Mã số thuế", "Tên khách hàng") + shared,
        **{"xl/sharedStrings.xml": f"<sst><si><t>1</t></si><si><t>{'x' * 5000}</t></si></sst>".encode()},
    )
    rows = (await reader.read(content, "x.xlsx")).rows

    assert sum(len(row.cells["name"]) for row in rows) <= 10_000 * 1_000


async def test_a_price_list_goes_out_and_comes_back_the_same(reader):
    packages = [
        replace(package, sample=False, vat_rate=rate)
        for package, rate in zip(sample_price_list(), (None, 8, 0, 10, None), strict=True)
    ]
    book = await OpenpyxlWriter().write([price_table(packages)])
    rows = (await reader.read(book, "bang-gia.xlsx", Book.PRICES)).rows
    checked = check_prices((row.number, row.cells) for row in rows)
    assert [row.package for row in checked] == packages


async def test_a_list_of_customers_is_no_price_list(reader):
    with pytest.raises(DomainError) as error:
        await reader.read(GOOD, "x.xlsx", Book.PRICES)
    assert error.value.code == "workbook_headings"
    assert "Mã gói" in error.value.params["missing"]
    assert (await reader.read(GOOD, "x.xlsx")).rows
