import io
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.intakes.checking import check_entries
from domain.intakes.entries import EntryField, ListColumn, ListSheet, Problem, Standing
from gateways.workbooks.workbooks import CalamineReader, template
from tests.gateways.workbooks.ugly_corpus import CORPUS
from tests.gateways.workbooks.ugly_files import AN, BAO, HEAD, Ugly, line_of, ready
from tests.gateways.workbooks.ugly_texts import text
from tests.gateways.workbooks.ugly_workbooks import WORKBOOKS
from tests.gateways.workbooks.workbook_files import workbook

SAMPLES = Path(__file__).parents[2] / "samples"
FIELDS = [
    EntryField.TAX_CODE,
    EntryField.NAME,
    EntryField.ADDRESS,
    EntryField.REPRESENTATIVE,
    EntryField.EMAIL,
    EntryField.PHONE,
    EntryField.VAT_METHOD,
    EntryField.KIND,
    EntryField.LABELS,
]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.long]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader() -> AsyncIterator[CalamineReader]:
    async with CalamineReader() as reader:
        yield reader


async def answered(reader: CalamineReader, content: bytes) -> tuple[list[str] | str, list[str]]:
    """The reader's answer in the corpus's form: customers or refusal, and the sheets left out."""
    try:
        found = await reader.read_list(content)
    except DomainError as refusal:
        return " ".join(map(str, [refusal.code, *filter(None, [refusal.params.get("of")])])), []
    assert found is not None
    return [line_of(entry) for entry in found.entries], list(found.skipped_sheets)


@pytest.mark.parametrize("ugly", CORPUS, ids=lambda ugly: ugly.name)
async def test_each_ugly_file_is_answered_as_written_down(reader: CalamineReader, ugly: Ugly) -> None:
    assert await answered(reader, ugly.make()) == (ugly.found, list(ugly.skipped))


@pytest.mark.parametrize(
    ("name", "counts", "wrong"),
    [
        ("khach-hang-doanh-nghiep-30.xlsx", {Standing.READY: 30}, {}),
        ("khach-hang-ho-kinh-doanh-20.xlsx", {Standing.READY: 20}, {}),
        (
            "danh-sach-lon-xon.xlsx",
            # Row 10 has neither phone nor e-mail, the name in row 16 is a formula without a value.
            {Standing.READY: 34, Standing.LACKING: 2, Standing.WRONG: 3, Standing.REPEATED: 1},
            {6: "tax_code_check_digit", 9: "email_doubtful", 15: "phone_several"},
        ),
        ("tin-nhan-dan.txt", {Standing.LACKING: 12}, {}),
    ],
)
async def test_the_samples_go_in_with_the_right_counts(
    reader: CalamineReader, name: str, counts: dict[Standing, int], wrong: dict[int, str]
) -> None:
    found = await reader.read_list((SAMPLES / name).read_bytes())

    assert found is not None
    assert Counter(entry.standing for entry in found.entries) == counts
    assert {e.number: p.error.code for e in found.entries for p in e.problems} == wrong
    assert found.skipped_sheets == ()


async def test_both_kinds_of_a_messy_list_are_told_apart(reader: CalamineReader) -> None:
    found = await reader.read_list((SAMPLES / "danh-sach-lon-xon.xlsx").read_bytes())

    assert found is not None
    by_code = {e.get(EntryField.TAX_CODE): e for e in found.entries}
    households = [e for e in by_code.values() if e.get(EntryField.KIND) == CustomerKind.HOUSEHOLD]
    assert [entry.number for entry in households] == [8, 13, 18, 23, 28, 33, 38, 43]
    assert by_code["9910247164"].get(EntryField.PHONE) == "+84912345678"
    assert by_code["9935687431"].name == "Công ty TNHH MTV Vận tải Ý Tưởng Xanh 208"
    repeated = next(entry for entry in found.entries if entry.standing is Standing.REPEATED)
    assert (repeated.number, repeated.repeats) == (14, 12)


async def test_all_that_an_entry_is_comes_out_of_the_process(reader: CalamineReader) -> None:
    rows = [
        [*HEAD, "Phương pháp tính thuế GTGT", "Loại", "Nhóm"],
        [*AN, "Khấu trừ", "Doanh nghiệp", "a; b"],
        ["0101243150", "", "", "", "hoa@gmail.con", "0912345678 / 0987654321", "lạ", "", ""],
    ]
    expected = check_entries(
        (0, number, {of: text for of, text in zip(FIELDS, row, strict=True) if text})
        for number, row in enumerate(rows[1:], 2)
    )

    found = await reader.read_list(workbook(*rows))

    assert found is not None
    for got, wanted in zip(found.entries, expected, strict=True):
        assert replace(got, problems=()) == replace(wanted, problems=())
        assert [_said(problem) for problem in got.problems] == [_said(problem) for problem in wanted.problems]
    assert len(found.entries[1].problems) >= 3


def _said(problem: Problem) -> tuple[EntryField, str, str, tuple[str, ...]]:
    return problem.field, problem.text, problem.error.code, problem.choices


async def test_what_each_column_was_taken_for_is_told(reader: CalamineReader) -> None:
    content = workbook(["DANH SÁCH"], ["STT", "MST", None, None, "Tên"], [1, AN[0], None, "?", AN[1]])
    found = await reader.read_list(content)

    assert found is not None
    assert found.sheets == (
        ListSheet(
            "Sheet",
            2,
            (
                ListColumn(0, "STT", None, ("1",)),
                ListColumn(1, "MST", EntryField.TAX_CODE, (AN[0],)),
                ListColumn(3, "", None, ("?",)),
                ListColumn(4, "Tên", EntryField.NAME, (AN[1],)),
            ),
        ),
    )


async def test_columns_are_taken_for_what_the_accountant_says(reader: CalamineReader) -> None:
    content = workbook(
        ["MST", "Tên", "Ghi chú"], [AN[0], "A", AN[1]], More=[["MST", "Tên"], [BAO[0], BAO[1]]]
    )
    columns = {(0, 2): EntryField.NAME, (1, 0): None, (1, 7): EntryField.PHONE}
    found = await reader.read_list(content, columns)

    assert found is not None
    assert [[column.field for column in sheet.columns] for sheet in found.sheets] == [
        [EntryField.TAX_CODE, None, EntryField.NAME],
        [None, EntryField.NAME],
    ]
    assert [line_of(entry) for entry in found.entries] == [
        "2 0101243150 Công ty TNHH An Bình lacking",
        "1!2 - Công ty CP Bảo Ngọc wrong",
    ]


async def test_rows_of_one_customer_stand_together_to_be_chosen_from(reader: CalamineReader) -> None:
    merged = next(ugly for ugly in WORKBOOKS if ugly.name == "cells merged downwards")
    found = await reader.read_list(merged.make())

    assert found is not None
    assert found.entries[1].problems[0].choices == ("+84987654321", "+84934567890")
    assert [entry.get(EntryField.ASSIGNEE) for entry in found.entries] == ["Lan", "Lan", "Minh"]


async def test_the_sheets_of_the_empty_list_are_not_said_to_be_left_out(reader: CalamineReader) -> None:
    empty = load_workbook(io.BytesIO(template(["Cách điền"])))
    empty.worksheets[0].append(["KH1", *AN[:2]])
    out = io.BytesIO()
    empty.save(out)
    found = await reader.read_list(out.getvalue())

    assert found is not None
    assert len(found.entries) == 1
    assert found.skipped_sheets == ()


async def test_progress_is_told_every_thousand_rows(reader: CalamineReader) -> None:
    told = []

    async def progress(read: int, total: int) -> bool:
        told.append((read, total))
        return True

    found = await reader.read_list(text([HEAD, *[AN] * 2_500]).encode(), progress=progress)

    assert found is not None
    assert len(found.entries) == 2_500
    assert told == sorted(told)
    # It is also told while the worker is slow.
    every_thousand = dict.fromkeys(each for each in told if each != (0, 0) and each[0] % 1000 == 0)
    assert list(every_thousand) == [(0, 2500), (1000, 2500), (2000, 2500)]


async def test_reading_is_stopped_when_nobody_wants_the_rest(reader: CalamineReader) -> None:
    async def enough(read: int, total: int) -> bool:
        return read < 1_000

    assert await reader.read_list(text([HEAD, *[AN] * 9_000]).encode(), progress=enough) is None
    assert await answered(reader, text().encode()) == (ready(2, 3, 4), [])


@pytest.mark.parametrize(("rows", "code"), [(10_000, None), (10_001, "workbook_rows")])
async def test_ten_thousand_rows_are_read_and_no_more(
    reader: CalamineReader, rows: int, code: str | None
) -> None:
    found, _ = await answered(reader, text([HEAD, *[AN] * rows]).encode())

    assert found == code if code else len(found) == rows


async def test_the_rows_of_all_sheets_count(reader: CalamineReader) -> None:
    half = [HEAD[:2], *[AN[:2]] * 5_001]

    assert await answered(reader, workbook(*half, More=half)) == ("workbook_rows", [])
