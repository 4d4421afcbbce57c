"""Updates that come again to dialogs that did not live to remember them: what is done twice counts once."""

from collections.abc import Awaitable
from copy import copy
from typing import Any

import pytest

from storage.database import Database
from tests.dialogs.harness import Harness, Person
from tests.dialogs.intakes.conftest import Lists, full
from tests.support.builders import enterprise_tax_code
from tests.support.lists import list_file
from tests.support.rows import Dump, dump

CODES = [enterprise_tax_code(number) for number in range(10)]


class Twice:
    """Has whatever a person does done again, as after a kill between doing it and remembering it."""

    def __init__(self, harness: Harness, database: Database) -> None:
        self._remembered: dict[Any, Any] = harness.dispatcher.storage.storage  # type: ignore[attr-defined]
        self._database = database

    async def __call__(self, chat: Person, act: Awaitable[None]) -> None:
        before = {key: copy(record) for key, record in self._remembered.items()}
        await act
        rows, buttons = await self._rows(), chat.buttons
        self._remembered.clear()
        self._remembered.update(before)
        await chat.repeat()
        assert await self._rows() == rows
        assert chat.buttons == buttons

    async def _rows(self) -> Dump:
        rows = await dump(self._database)
        for intake in rows["intakes"]:
            # A window opened again is another one.
            del intake["screen"]
        return rows


@pytest.fixture
def twice(harness: Harness, database: Database) -> Twice:
    return Twice(harness, database)


async def test_a_pasted_list(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await twice(chat, chat.text(f"{CODES[1]} Công ty Một 0912345678\n{CODES[2]} Công ty Hai"))
    await lists.read()
    assert "2 khách còn thiếu" in chat.window
    await twice(chat, chat.text(f"{CODES[3]} Công ty Ba"))
    await lists.read()
    assert "3 khách còn thiếu" in chat.window
    await twice(chat, chat.text(f"{CODES[3]} Công ty Ba\n{CODES[1]} Công ty Một"))
    await lists.read()
    await twice(chat, chat.text("2. 12 Lê Lợi"))
    assert "2. Công ty Hai: người đại diện, email, điện thoại" in chat.window
    await twice(chat, chat.text("1. 1 Lê Lợi; Trần Văn Bình; mot@congty.vn"))
    assert "1 khách đủ thông tin" in chat.window
    await twice(chat, chat.tap("Thêm 1 khách"))
    await chat.tap("Về danh sách")
    await twice(chat, chat.tap("Thêm cả 2 khách còn thiếu"))


async def test_the_answer_that_leaves_nothing_open(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await lists.send(chat, full(1, email=""))
    await twice(chat, chat.text(f"{CODES[1]} mot@congty.vn"))
    assert "1 khách đủ thông tin" in chat.window
    assert "trùng" not in chat.window


async def test_a_file_and_its_rows(harness: Harness, lists: Lists, twice: Twice) -> None:
    chat = await harness.person()
    await chat.text("/khachhang")
    await chat.tap("Thêm nhiều khách")
    await lists.send(chat, full(1))
    rows = [full(1, address="", representative=""), full(2, email="hai@gmail.con"), full(3, phone="")]
    await twice(chat, chat.file(list_file(*rows)))
    await lists.read()
    await chat.tap("Sửa 3 dòng")
    await twice(chat, chat.text("12 Lê Lợi"))
    assert "người đại diện" in chat.window
    await twice(chat, chat.text("Trần Văn Bình"))
    assert "Công ty Số 2" in chat.window
    await twice(chat, chat.tap("hai@gmail.com"))
    assert "Công ty Số 3" in chat.window
    await twice(chat, chat.tap("Bỏ qua dòng này"))
    assert "1 dòng bỏ qua" in chat.window
    await twice(chat, chat.tap("Hoàn tác dòng vừa sửa"))
    assert "điện thoại" in chat.window
    await chat.text("0912345679")
    assert "3 khách đủ thông tin" in chat.window
    await twice(chat, chat.tap("Cột"))
    await twice(chat, chat.tap("Quay lại"))
