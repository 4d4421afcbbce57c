from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.errors import DomainError
from domain.packages import sample_price_list
from domain.price_list import check_prices
from gateways.workbooks.export import OpenpyxlWriter
from gateways.workbooks.layout import PRICE_COLUMNS
from gateways.workbooks.workbooks import CalamineReader
from services.ports import Sheet
from tests.gateways.workbooks.ugly_files import LIST
from tests.gateways.workbooks.ugly_texts import text
from tests.gateways.workbooks.workbook_files import workbook
from texts.back_office.prices import table as price_table

HEAD = [column.heading for column in PRICE_COLUMNS]
ROW = ["STANDARD", "Doanh nghiệp", "Gói chuẩn", "một năm", 1_080_000, "KCT", "Có"]
MISSING = ["Mã gói", "Loại khách hàng", "Tên gói", "Giá", "Thuế suất GTGT"]
READ = {**dict(zip([column.key for column in PRICE_COLUMNS], ROW, strict=True)), "price": "1080000"}


async def read(content: bytes) -> Sheet:
    async with CalamineReader() as reader:
        return await reader.read(content, "bang-gia.xlsx")


async def test_a_price_list_goes_out_and_comes_back_the_same() -> None:
    packages = [
        replace(package, sample=False, vat_rate=rate)
        for package, rate in zip(sample_price_list(), (None, 8, 0, 10, None), strict=True)
    ]
    rows = (await read(await OpenpyxlWriter().write([price_table(packages)]))).rows

    assert [row.package for row in check_prices((row.number, row.cells) for row in rows)] == packages


async def test_headings_may_stand_anywhere_in_any_spelling_and_others_are_named() -> None:
    content = workbook(["BẢNG GIÁ"], [], [None, "STT", *map(str.upper, HEAD), "GIÁ"], [], ["", 1, *ROW, 7])
    sheet = await read(content)

    assert sheet.unknown_headings == ("STT", "GIÁ")
    assert [(row.number, row.cells) for row in sheet.rows] == [(5, READ)]


async def test_the_first_sheet_with_the_headings_is_taken() -> None:
    sheet = await read(workbook(["Giới thiệu"], Nháp=[["Mã gói"]], Giá=[HEAD, ROW], Sau=[HEAD]))

    assert [row.cells for row in sheet.rows] == [READ]


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([["Mã gói", "Mô tả"]], MISSING[1:]),
        (LIST, MISSING),
        (
            [[str(number)] for number in range(20)] + [HEAD],
            MISSING,
        ),
    ],
)
async def test_missing_headings_are_named(rows: list[list[object]], missing: list[str]) -> None:
    with pytest.raises(DomainError) as error:
        await read(workbook(*rows))
    assert (error.value.code, error.value.params) == ("price_list_headings", {"missing": missing})


@pytest.mark.long
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: text([HEAD, ROW]).encode(), "workbook_format"),
        (lambda: workbook(HEAD, *[ROW] * 10_001), "workbook_rows"),
    ],
    ids=["text", "many rows"],
)
async def test_what_is_no_price_list_is_refused(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(DomainError, match=code):
        await read(make())
