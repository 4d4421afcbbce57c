"""A chat shows that something is being done, now and then, and nothing depends on it."""

import asyncio

import pytest
from aiogram.methods import SendChatAction

from dialogs import busy
from tests.dialogs.harness import Harness


@pytest.fixture(autouse=True)
def _unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy, "_shown", {})


async def test_while_a_file_is_read_and_not_again_at_once(harness: Harness) -> None:
    chat = await harness.person("An")
    await chat.text("/khachhang")
    await chat.tap(
        "Nhập từ file" if any("Nhập từ file" in one for one in chat.buttons) else "Thêm nhiều khách"
    )
    for _ in range(2):
        await chat.file(b"PK", "khach.xlsx")
        await asyncio.sleep(0)
    assert harness.bot.actions == ["typing"]


async def test_an_app_that_refuses_it_delays_and_fails_nothing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = type(harness.bot).__call__

    async def refuse(bot: object, method: object, *patience: int | None) -> object:
        if isinstance(method, SendChatAction):
            raise RuntimeError("no")
        return await answer(bot, method, *patience)  # type: ignore[arg-type]

    monkeypatch.setattr(type(harness.bot), "__call__", refuse)
    chat = await harness.person("An")
    await chat.text("/khachhang")
    await chat.file(b"PK", "khach.xlsx")
    await asyncio.sleep(0)
    assert chat.window
