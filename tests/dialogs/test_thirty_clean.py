"""An order for thirty clean customers meets the windows that are written down here, and no other, on both
apps."""

import io
from collections.abc import Awaitable, Callable, Sequence

from openpyxl import load_workbook

from domain.intakes.entries import Standing
from gateways.workbooks.layout import COLUMNS, KIND_LABELS
from gateways.workbooks.reading import read_file
from gateways.workbooks.template import template
from tests.dialogs.harness import Harness, Person
from tests.dialogs.intakes.conftest import Lists, lists
from tests.dialogs.test_answers import say, shown
from tests.support.builders import enterprise

__all__ = ["lists", "say", "shown"]

Say = Callable[[Person, str], Awaitable[None]]
CUSTOMERS = [enterprise(number, representative="Nguyễn Văn An") for number in range(1, 31)]
ROWS = [
    {
        "own_code": one.own_code,
        "tax_code": one.tax_code,
        "name": one.name,
        "address": one.address,
        "representative": one.representative,
        "email": one.email,
        "phone": f"0{one.phone[3:]}",
        "kind": KIND_LABELS[one.kind],
    }
    for one in CUSTOMERS
]
PASTED = "\n".join("; ".join(text for key, text in row.items() if key != "own_code") for row in ROWS)

LIST = "📋 {} · 30 dòng"
PACKAGE, YEAR = "Bước 1/6 · Gói sản phẩm", "Bước 2/6 · Năm tài chính"
RECIPIENT, PICKING = "Bước 3/6 · Đối tượng nhận", "Bước 4/6 · Chọn khách hàng"
ACCOUNTING, REVIEW = "Bước 5/6 · Dữ liệu kế toán và thuế GTGT", "Bước 6/6 · Kiểm tra đơn hàng"
LAST = "Đặt hàng?"
GUESSED = "⚠️ Em đoán: kế toán của 30 khách (chưa khai đủ)"
HEADINGS = ("📋", "Bước", LAST)
"""A notice of what was done may stand above the heading."""


async def walk(chat: Person, say: Say, answers: Sequence[str]) -> list[str]:
    """The headings of the windows that these answers lead through."""
    found = []
    for answer in answers:
        await say(chat, answer)
        found.append(next(line for line in chat.window.splitlines() if line.startswith(HEADINGS)))
    return found


async def place(chat: Person, *told: str) -> None:
    """Order from the last window, which asks nothing more, and warns of nothing but what is `told`."""
    assert [line for line in chat.window.splitlines() if "⚠️" in line] == list(told)
    await chat.tap("Đặt hàng")
    assert "88.500.000 ₫" in chat.window
    assert (await chat.harness.operations.list_orders(await chat.actor())).total == 1


async def test_chosen_from_the_catalogue(harness: Harness, say: Say) -> None:
    chat = await harness.person()
    for data in CUSTOMERS:
        await harness.operations.add_customer(await chat.actor(), data)
    await chat.text("/start")
    answers = ["mua hàng loạt", "standard", "năm nay", "khách hàng", "tất cả", "1", "1", "2"]
    assert await walk(chat, say, answers) == [
        *(PACKAGE, YEAR, RECIPIENT, PICKING),
        *(ACCOUNTING, REVIEW, REVIEW, LAST),
    ]
    await place(chat)


async def test_pasted(harness: Harness, say: Say) -> None:
    chat = await harness.person()
    await chat.text("/start")
    answers = [PASTED, "1", "standard", "1", "2"]
    got = await walk(chat, say, answers)
    assert got == [LIST.format("Danh sách dán"), PACKAGE, REVIEW, REVIEW, LAST]
    await place(chat, GUESSED)


async def test_the_template_filled_in(harness: Harness, lists: Lists, say: Say) -> None:
    book = load_workbook(io.BytesIO(template(["Điền từ dòng 2"])))
    for row in ROWS:
        book.worksheets[0].append([row.get(column.key) for column in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    entries = list(read_file(out.getvalue(), {}).entries())
    assert [(entry.standing, entry.problems) for entry in entries] == [(Standing.READY, ())] * 30
    chat = await harness.person()
    await chat.text("/start")
    await lists.send(chat, *ROWS, name="mau.xlsx")
    assert chat.window.startswith(LIST.format("mau.xlsx"))
    got = await walk(chat, say, ["1", "standard", "1", "2"])
    assert got == [PACKAGE, REVIEW, REVIEW, LAST]
    await place(chat, GUESSED)
