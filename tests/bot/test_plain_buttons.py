"""Styles of buttons in the conversation, and a server that does not know them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.telegram.plain_buttons import PlainWhereRefused
from sandbox.telegram.errors import ApiError
from sandbox.telegram.params import Params
from sandbox.telegram.phone import Phone
from sandbox.telegram.state import Telegram
from sandbox.world import World
from tests.support.direct import TOKEN, buttons_of, direct_bot


class OldTelegram(Telegram):
    """A server that refuses what it does not know."""

    async def call(self, name: str, params: Params) -> Any:
        if '"style": "' in str(params.text("reply_markup")):
            raise ApiError("can't parse inline keyboard button: unknown field style")
        return await super().call(name, params)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.mark.parametrize(("server", "styles"), [(Telegram, ["success"] * 2), (OldTelegram, [None] * 2)])
async def test_a_window_is_shown_with_styles_or_without(
    world: World, server: type[Telegram], styles: list[str | None]
) -> None:
    telegram = server(world, TOKEN)
    bot = direct_bot(telegram)
    bot.session.middleware(PlainWhereRefused())
    person = world.person("owner")
    assert person is not None
    Phone(telegram, person).text("/start")
    button = InlineKeyboardButton(text="Đặt hàng", callback_data="place", style="success")
    markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
    for _ in styles:
        await bot.send_message(person.telegram_id, "Đặt hàng?", reply_markup=markup)
    shown = [
        buttons_of(message)[0].get("style") for message in world.history(person.telegram_id) if message.bot
    ]
    assert shown == styles
    refused = getattr(bot.session, "refusals", [])
    assert len(refused) == (server is OldTelegram)
