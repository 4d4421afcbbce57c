import io
import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from domain.accounting import (
    offered_costings,
    offered_first_months,
    offered_regimes,
    recognise_costing,
    recognise_regime,
    recognise_vat_method,
)
from domain.customer_fields import parse_kind
from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.income_methods import recognise_income_method
from domain.intakes.entries import EntryField, Standing
from gateways.workbooks.layout import COLUMNS, KIND_LABELS
from gateways.workbooks.reading import read_file
from gateways.workbooks.workbooks import CalamineReader, template
from tests.gateways.workbooks.workbook_files import MAIN, PACKAGE, PARTS, RELATIONS, archive
from tests.support.office import convert
from texts.intakes.fields import EXAMPLES
from texts.workbook import TEMPLATE_GUIDANCE

GUIDANCE = ("Mỗi dòng là một khách hàng.", "=Không phải công thức")


@pytest.fixture
def book() -> Workbook:
    return load_workbook(io.BytesIO(template(GUIDANCE)))


def choices(book: Workbook, key: str, kind: CustomerKind | None = None) -> list[str]:
    """The choices of a column's drop-down in a row that says this kind."""
    place = [column.key for column in COLUMNS].index(key) + 1
    [rule] = [
        rule
        for rule in book.worksheets[0].data_validations.dataValidation
        if any(area.min_col == area.max_col == place for area in rule.sqref.ranges)
    ]
    [area] = rule.sqref.ranges
    assert (area.min_row, area.max_row) == (2, 10_001)
    of_kind = dict(re.findall(r'"([^"]+)",(\'[^\']+\'![$A-Z0-9:]+)', rule.formula1))
    where = of_kind[KIND_LABELS[kind]] if kind else re.findall(r"\'[^\']+\'![$A-Z0-9:]+", rule.formula1)[-1]
    sheet, _, cells = where.partition("!")
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


def test_the_choices_are_what_the_law_offers_to_the_kind_in_the_years_sold() -> None:
    book = load_workbook(io.BytesIO(template(GUIDANCE, [2026, 2027, 2028])))
    for kind, regimes in (
        (CustomerKind.ENTERPRISE, {"TT99", "TT133", "TT58"}),
        (CustomerKind.HOUSEHOLD, {"TT152"}),
    ):
        offered = {
            option.id
            for year in (2026, 2027, 2028)
            for month in offered_first_months(kind)
            for option in offered_regimes(kind, year, month)
        }
        found = [recognise_regime(label) for label in choices(book, "regime", kind)]
        assert set(found) == offered
        assert regimes <= offered
        assert "TT200" not in offered
    assert "Khấu trừ" not in choices(book, "vat_method", CustomerKind.HOUSEHOLD)


def test_what_was_repealed_stands_last() -> None:
    book = load_workbook(io.BytesIO(template(GUIDANCE, [2025, 2026, 2027])))
    regimes = [recognise_regime(label) for label in choices(book, "regime", CustomerKind.ENTERPRISE)]
    assert (regimes[0], regimes[-1]) == ("TT99", "TT200")
    assert recognise_regime(choices(book, "regime", CustomerKind.HOUSEHOLD)[0]) == "TT152"


def test_every_costing_and_first_month_can_be_chosen(book: Workbook) -> None:
    assert [recognise_costing(label) for label in choices(book, "costing")] == [
        option.id for option in offered_costings()
    ]
    assert {"1", "4"} <= set(choices(book, "first_month"))


def test_both_ways_to_work_out_income_tax_can_be_chosen(book: Workbook) -> None:
    found = [recognise_income_method(label) for label in choices(book, "income_method")]
    assert found == ["CIT_INCOME", "CIT_RATE"]


TYPED = {
    "own_code": "001",
    "tax_code": "0101243150",
    "name": "Công ty An Bình",
    "address": "Hà Nội",
    "representative": "Lê Thị Hoa",
    "email": "hoa@example.com",
    "phone": "0912345678",
    "regime": "Thông tư 133/2016/TT-BTC",
    "data_start": "01/01/2026",
    "vat_method": "Khấu trừ",
    "kind": "Doanh nghiệp",
    "first_month": "4",
    "costing": "Đích danh",
    "income_method": "Theo tỷ lệ trên doanh thu",
}
"""A row of the template as somebody fills it in."""


def in_shape(content: bytes, program: str) -> bytes:
    """The workbook as this program writes it: Excel shares texts and keeps styled blank cells; Google Sheets
    writes a thousand rows, and texts in place or shared."""
    book = load_workbook(io.BytesIO(content))
    texts: dict[str, int] = {}
    members = dict(PARTS)
    named = []
    for number, sheet in enumerate(book.worksheets, 1):
        rows = []
        for row in range(1, 1001 if program == "google" else sheet.max_row + 3):
            cells = []
            for cell in sheet[row][: sheet.max_column]:
                at = cell.coordinate
                if cell.value is None:
                    cells.append(f'<c r="{at}" s="1"/>')
                elif program == "inline":
                    cells.append(f'<c r="{at}" t="inlineStr"><is><t>{escape(str(cell.value))}</t></is></c>')
                else:
                    place = texts.setdefault(str(cell.value), len(texts))
                    cells.append(f'<c r="{at}" s="1" t="s"><v>{place}</v></c>')
            spans = f' spans="1:{sheet.max_column}"' if program == "excel" else ' customHeight="1"'
            rows.append(f'<row r="{row}"{spans}>{"".join(cells)}</row>')
        body = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
        members[f"xl/worksheets/sheet{number}.xml"] = body.encode()
        state = ' state="hidden"' if sheet.sheet_state == "hidden" else ""
        named.append(f'<sheet name="{sheet.title}" sheetId="{number}"{state} r:id="rId{number}"/>')
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(named) + 1)
    )
    relations += f'<Relationship Id="rId9" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return archive(
        {
            **members,
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{"".join(named)}'
            "</sheets></workbook>".encode(),
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
            "</Relationships>".encode(),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>'.encode(),
        }
    )


def filled(content: bytes, rows: int) -> bytes:
    """The workbook with this many customers typed into it."""
    book = load_workbook(io.BytesIO(content))
    for row in range(2, rows + 2):
        for place, text in enumerate(TYPED.values(), 1):
            book.worksheets[0].cell(row, place, text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_rows(content: bytes) -> list[tuple[str, Standing]] | str:
    try:
        found = read_file(content, {})
        entries = list(found.entries())
    except DomainError as refusal:
        return refusal.code
    assert found.skipped == []
    assert [sheet.left for sheet in found.sheets] == [()]
    return [(entry.get(EntryField.TAX_CODE), entry.standing) for entry in entries]


ONE = [("0101243150", Standing.READY)]


@pytest.mark.parametrize("program", ["excel", "inline", "google"])
def test_it_comes_back_without_a_false_row_from_other_programs(program: str) -> None:
    empty = template(TEMPLATE_GUIDANCE)
    assert read_rows(in_shape(empty, program)) == "workbook_no_rows"
    assert read_rows(in_shape(filled(empty, 1), program)) == ONE


@pytest.mark.usefixtures("office")
def test_it_comes_back_without_a_false_row_from_libreoffice(tmp_path: Path) -> None:
    """Opened and kept there, filled in, kept again; its drop-downs stay."""
    content = template(TEMPLATE_GUIDANCE)
    for ending in ("ods", "xlsx"):
        content = convert(content, ending, tmp_path)
        assert read_rows(content) == "workbook_no_rows"
    assert len(load_workbook(io.BytesIO(content)).worksheets[0].data_validations.dataValidation) == 6
    content = filled(content, 1)
    for ending in ("ods", "xlsx"):
        content = convert(content, ending, tmp_path)
        assert read_rows(content) == ONE


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
        "first_month": choices(book, "first_month")[0],
        "costing": choices(book, "costing")[0],
        "income_method": choices(book, "income_method")[0],
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
