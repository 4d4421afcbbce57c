"""However a list is shuffled, parted, remarked on or encoded, no right code is lost in silence, and no number
that is none is taken."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.identifiers import parse_tax_code
from domain.intakes.checking import check_entries
from domain.intakes.entries import Entry, EntryField
from domain.intakes.pasting import read_text
from domain.intakes.syllables import encodings
from gateways.workbooks.reading import read_file
from tests.corpora.lists.shapes import content_of
from tests.support.builders import household_tax_code

FIRMS = ["0101243150", "0312345673", "0300588569", "0100109106", "0100112437", "0101248141"]
NAMES = ["An Bình", "Bảo Ngọc", "Sao Mai", "Minh Khôi", "Việt Đức", "Đông Á"]
PEOPLE = ["Lê Thị Hoa", "Đỗ Văn Ước", "Trần Thị Bình", "Vũ Văn Chín", "Ngô Thị Dung", "Bùi Văn Em"]
CUSTOMERS = [
    {
        "code": FIRMS[at] if at % 3 else household_tax_code(85_012_300 + at),
        "name": f"{'Công ty TNHH' if at % 3 else 'Hộ kinh doanh'} {NAMES[at]}",
        "rep": PEOPLE[at],
        "phone": f"091234567{at}",
        "email": f"kh{at}@congty.vn",
        "at": f"Số {at + 1} Lê Lợi, Hà Nội",
    }
    for at in range(6)
]
HEADINGS = {
    "code": ["MST", "Mã số thuế", "Tax code"], "name": ["Tên công ty", "Khách hàng", "Tên KH"],
    "rep": ["Người đại diện", "Giám đốc"], "phone": ["SĐT", "Điện thoại"], "email": ["Email", "Mail"],
    "at": ["Địa chỉ", "Đ/c"],
}  # fmt: skip
REMARKS = [
    "gửi em danh sách nhé", "mst của các công ty cần mua", "cảm ơn em", "28/11/2026 09:15",
    "2026-11-28T09:15:00Z", "tổng tiền 1.250.000.000 đồng", "đã chuyển 2500000000đ ngày 28-11-2026 0915",
    "không mua cho 0100686174",
    "MST, tên công ty và sđt em gửi sau", "---", "[Lan Kế Toán]: dạ vâng", "281120260915",
    "số cũ của chị là 01662345678",
]  # fmt: skip
NO_CODES = {"2026100108", "281120260915", "20261128091500", "1250000000", "2500000000", "0100686174"}

fields = st.permutations(["name", "rep", "phone", "email", "at"]).flatmap(
    lambda others: st.tuples(st.just(others), st.integers(0, 5), st.integers(0, 5))
)


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[list[str]], list[str]]:
    """Rows of a list in any order of its columns, and remarks to put between them."""
    others, at, count = draw(fields)
    columns = others[:count]
    columns.insert(min(at, len(columns)), "code")
    rows = [[customer[column] for column in columns] for customer in CUSTOMERS[: draw(st.integers(1, 6))]]
    if draw(st.booleans()) and len(columns) > 1:
        rows.insert(0, [draw(st.sampled_from(HEADINGS[column])) for column in columns])
    return rows, draw(st.lists(st.sampled_from(REMARKS), max_size=3))


def with_remarks(lines: list[Any], remarks: Sequence[Any], places: Sequence[int]) -> list[Any]:
    out = list(lines)
    for remark, place in zip(remarks, places, strict=False):
        out.insert(place % (len(out) + 1), remark)
    return out


def codes_of(rows: Sequence[Sequence[str]]) -> set[str]:
    known = {customer["code"] for customer in CUSTOMERS}
    return {cell for row in rows for cell in row if cell in known}


def check(entries: Sequence[Entry], left: Sequence[str], wanted: set[str]) -> None:
    """Every code is taken, asked about or named; nothing else is taken."""
    taken = {entry.get(EntryField.TAX_CODE) for entry in entries} - {""}
    asked = " ".join(problem.text for entry in entries for problem in entry.problems)
    for code in wanted - taken:
        assert code in asked or any(code in line for line in left), code
    assert taken <= wanted
    assert not taken & NO_CODES


places = st.lists(st.integers(0, 9), min_size=3, max_size=3)


@settings(deadline=None, max_examples=60)
@given(lists(), st.sampled_from(["\t", "; ", " | ", " - ", ", ", "   "]), places)
def test_a_pasted_list(made: tuple[list[list[str]], list[str]], parting: str, at: list[int]) -> None:
    rows, remarks = made
    lines = with_remarks([parting.join(row) for row in rows], remarks, at)
    read = read_text("\n".join(lines))
    entries = check_entries((0, number, texts) for number, texts in read.customers)
    check(entries, read.left, codes_of(rows))


def in_tcvn3(text: str) -> str:
    back = {letter: code for code, letter in encodings()["tcvn3"].items()}
    return "".join(back.get(char, char) for char in text)


ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "TCVN3": in_tcvn3,
    "UTF-8 read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "letters lost": lambda text: re.sub("[ạ-ỹ]", "?", text),
}


@settings(deadline=None, max_examples=60)
@given(lists(), st.sampled_from(sorted(ENCODINGS)), st.sampled_from(["", "xml2003", "html"]), places)
def test_a_file(made: tuple[list[list[str]], list[str]], encoding: str, kind: str, at: list[int]) -> None:
    rows, remarks = made
    cells = [[ENCODINGS[encoding](cell) for cell in row] for row in rows]
    given_ = {"rows": with_remarks(cells, [[remark] for remark in remarks], at), "as": kind}
    found = read_file(content_of(given_), {})
    left = [line for sheet in found.sheets for line in sheet.left]
    check(list(found.entries()), left, codes_of(rows))


@settings(deadline=None)
@given(st.integers(0, 10**9 - 1))
def test_a_household_without_its_zeros_is_always_a_question(rest: int) -> None:
    """Whatever the check digit says."""
    code = f"001{rest % 10**8 + 1 * 10**8:09d}"
    (entry,) = check_entries(
        [(0, 1, {EntryField.TAX_CODE: str(int(code)), EntryField.NAME: "Hộ kinh doanh Cúc"})]
    )
    assert EntryField.TAX_CODE not in entry.values
    assert parse_tax_code(code).value in entry.problems[0].choices
