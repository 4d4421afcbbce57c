import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from domain.accounting import recognise_regime, recognise_vat_method
from domain.customer_fields import parse_kind
from domain.customers import CustomerKind
from domain.intakes.entries import EntryField, Standing
from gateways.workbooks.layout import COLUMNS
from gateways.workbooks.workbooks import CalamineReader, template
from texts.intakes.fields import EXAMPLES

GUIDANCE = ("Mỗi dòng là một khách hàng.", "=Không phải công thức")


@pytest.fixture
def book() -> Workbook:
    return load_workbook(io.BytesIO(template(GUIDANCE)))


def choices(book: Workbook, key: str) -> list[str]:
    """The choices of a column's drop-down."""
    place = [column.key for column in COLUMNS].index(key) + 1
    [rule] = [
        rule
        for rule in book.worksheets[0].data_validations.dataValidation
        if any(area.min_col == area.max_col == place for area in rule.sqref.ranges)
    ]
    [area] = rule.sqref.ranges
    assert (area.min_row, area.max_row) == (2, 10_001)
    sheet, _, cells = rule.formula1.partition("!")
    return [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]


def test_the_headings_are_bold_frozen_and_those_of_the_reader(book: Workbook) -> None:
    sheet = book.worksheets[0]
    [row] = sheet.iter_rows()

    assert [cell.value for cell in row] == [column.heading for column in COLUMNS]
    assert all(cell.font.bold for cell in row)
    assert sheet.freeze_panes == "A2"


def test_codes_and_phones_are_text_so_that_zeros_stay(book: Workbook) -> None:
    dimensions = book.worksheets[0].column_dimensions
    text = {
        column.key
        for place, column in enumerate(COLUMNS, 1)
        if dimensions[get_column_letter(place)].number_format == "@"
    }

    assert {"tax_code", "phone"} <= text
    assert "name" not in text


def test_the_guidance_stands_on_the_second_sheet_and_is_no_formula(book: Workbook) -> None:
    cells = [row[0] for row in book.worksheets[1].iter_rows()]

    assert [cell.value for cell in cells] == list(GUIDANCE)
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_choices_are_hidden_and_every_one_is_understood(book: Workbook) -> None:
    assert book.worksheets[2].sheet_state == "hidden"
    assert {parse_kind(label) for label in choices(book, "kind")} == set(CustomerKind)
    assert {recognise_regime(label) for label in choices(book, "regime")} >= {
        "TT99",
        "TT133",
        "TT152",
        "TT58",
    }
    methods = {recognise_vat_method(label) for label in choices(book, "vat_method")}
    assert methods == {"KHAU_TRU", "TT_DOANH_THU", "TT_GTGT", "KHONG_CHIU"}


async def test_a_filled_template_is_read_as_it_was_typed(book: Workbook) -> None:
    typed = {column.key: EXAMPLES[EntryField(column.key)] for column in COLUMNS} | {
        "own_code": "001",
        "tax_code": "0101243150",
        "name": "Công ty An Bình",
        "address": "Hà Nội",
        "representative": "Lê Thị Hoa",
        "email": "hoa@example.com",
        "phone": "0912345678",
        "regime": choices(book, "regime")[0],
        "data_start": "01/01/2026",
        "vat_method": choices(book, "vat_method")[0],
        "kind": choices(book, "kind")[0],
    }
    book.worksheets[0].append(list(typed.values()))
    out = io.BytesIO()
    book.save(out)
    async with CalamineReader() as reader:
        found = await reader.read_list(out.getvalue())

    assert found is not None
    taken = {str(column.field): column.samples for column in found.sheets[0].columns}
    assert taken == {key: (text,) for key, text in typed.items()}
    assert [entry.standing for entry in found.entries] == [Standing.READY]
