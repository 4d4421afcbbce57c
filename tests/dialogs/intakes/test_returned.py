"""The entries to fix as a workbook: marked, explained, and read again unchanged."""

import io

from aiogram.types import BufferedInputFile
from openpyxl import load_workbook

from domain.intakes.checking import check_entries, open_fields
from domain.intakes.columns import recognise_columns
from domain.intakes.entries import EntryField
from gateways.workbooks.export import OpenpyxlWriter
from gateways.workbooks.workbooks import CalamineReader
from services.intakes.viewing import EntryView
from tests.dialogs.harness import Harness
from tests.dialogs.intakes.conftest import FULL, Lists, full, opened
from tests.support.builders import enterprise_tax_code, household_tax_code
from texts.intakes.fields import HEADINGS
from texts.intakes.returned import table

EVERYTHING = {
    EntryField.TAX_CODE: enterprise_tax_code(1),
    EntryField.KIND: "DN",
    **{EntryField(name): text for name, text in FULL.items()},
    EntryField.OWN_CODE: "007",
    EntryField.LABELS: "VIP; quận 1",
    EntryField.ASSIGNEE: "Nguyễn Thị Hoa",
    EntryField.REGIME: "TT133",
    EntryField.VAT_METHOD: "khấu trừ",
    EntryField.INCOME_METHOD: "theo tỷ lệ trên doanh thu",
    EntryField.FIRST_MONTH: "tháng 4",
    EntryField.DATA_START: "1/4/2026",
    EntryField.COSTING: "đích danh",
    EntryField.NOTICE_NAME: "Lê Thị Hoa",
    EntryField.NOTICE_EMAIL: "hoa@congty.vn",
    EntryField.NOTICE_PHONE: "0912345679",
    EntryField.INVOICE_NAME: "Công ty Mẹ",
    EntryField.INVOICE_TAX_ID: enterprise_tax_code(9),
    EntryField.INVOICE_ADDRESS: "9 Lê Lợi",
    EntryField.INVOICE_EMAIL: "me@congty.vn",
}


async def test_the_rows_are_marked_and_explained(harness: Harness, lists: Lists) -> None:
    chat = await opened(harness)
    await lists.send(chat, full(1), full(2, email="hai@gmail.con", phone=""), full(3, tax_code="=1+1"))
    await chat.tap("Tải tệp cần sửa")
    [sent] = harness.bot.documents
    assert isinstance(sent.document, BufferedInputFile)
    assert sent.document.filename == "khach-hang-can-sua.xlsx"
    assert (sent.caption or "").startswith("2 dòng cần sửa")
    sheet = load_workbook(io.BytesIO(sent.document.data)).worksheets[0]
    headings, doubtful, wrong = sheet.iter_rows()
    column = {str(cell.value): at for at, cell in enumerate(headings)}
    assert list(column)[-1] == "Cần sửa"
    email, phone = doubtful[column["Email"]], doubtful[column["Số điện thoại"]]
    assert (email.value, phone.value) == ("hai@gmail.con", None)
    assert email.comment is not None
    assert "hai@gmail.com" in email.comment.text
    assert phone.comment is not None
    assert "Còn thiếu" in phone.comment.text
    assert email.fill.fgColor.rgb == phone.fill.fgColor.rgb != doubtful[0].fill.fgColor.rgb
    assert "Còn thiếu: điện thoại." in str(doubtful[-1].value)
    assert (wrong[0].value, wrong[0].data_type) == ("=1+1", "s")


def test_its_headings_are_recognised() -> None:
    fields = list(HEADINGS)
    assert recognise_columns([*HEADINGS.values(), "Cần sửa"], []) == [*fields, None]


async def test_it_comes_back_as_it_went() -> None:
    wrong = {
        EntryField.EMAIL: "hai@gmail.con",
        EntryField.PHONE: "0912345678 / 0912345679",
        EntryField.REGIME: "luật cũ",
        EntryField.DATA_START: "xuân 2026",
    }
    household = {EntryField.TAX_CODE: household_tax_code(3), EntryField.NAME: "Hộ Ba"}
    rows = [EVERYTHING, {**EVERYTHING, EntryField.TAX_CODE: enterprise_tax_code(2), **wrong}, household]
    before = check_entries((0, number, texts) for number, texts in enumerate(rows, 2))
    views = [EntryView(entry, None, open_fields(entry, None)) for entry in before]
    content = await OpenpyxlWriter().write([table(views)])
    async with CalamineReader() as reader:
        found = await reader.read_list(content)
    assert found is not None
    after = list(found.entries)
    assert [entry.values for entry in after] == [entry.values for entry in before]
    assert [
        [(problem.field, problem.text, problem.error.code) for problem in entry.problems] for entry in after
    ] == [
        [(problem.field, problem.text, problem.error.code) for problem in entry.problems] for entry in before
    ]
    assert [entry.standing for entry in after] == [entry.standing for entry in before]
