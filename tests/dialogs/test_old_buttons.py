"""Taps on anything but a button of the live window, with the whole way of an update."""

import logging
from dataclasses import replace
from typing import Any, cast

import pytest
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from dialogs.context import OPERATIONS
from sandbox.telegram.params import Params
from sandbox.world import Message
from services.orders.orders import ListOrders
from tests.support import builders
from tests.support.direct import DirectWorld, buttons_of
from texts import common


@pytest.fixture
async def owner(direct: DirectWorld) -> str:
    """The owner of a firm with three customers, in the menu."""
    await direct.operations.register_firm(
        direct.identity("owner"), builders.person("Hương"), "Ánh Sao", builders.enterprise_tax_code(1000)
    )
    actor = await direct.actor("owner")
    assert actor is not None
    await builders.add_customers(direct.operations, actor, 3)
    await direct.says("owner", "/start")
    return "owner"


async def _push(direct: DirectWorld, person: str, data: str) -> Message:
    """A message as the worker sends it: one button copies, one calls back."""
    keyboard = [
        [InlineKeyboardButton(text="Số tiền", copy_text=CopyTextButton(text="1000"))],
        [InlineKeyboardButton(text="Mở đơn", callback_data=data)],
    ]
    chat = direct.phone(person).person.telegram_id
    markup = InlineKeyboardMarkup(inline_keyboard=keyboard)
    sent = await direct.bot.send_message(chat, "Hướng dẫn thanh toán", reply_markup=markup)
    return _again(direct, person, sent.message_id)


def _again(direct: DirectWorld, person: str, message_id: int) -> Message:
    return next(message for message in direct.messages(person) if message.id == message_id)


def _with_buttons(direct: DirectWorld, person: str) -> list[int]:
    return [message.id for message in direct.messages(person) if buttons_of(message)]


async def _order(direct: DirectWorld) -> int:
    actor = await direct.actor("owner")
    assert actor is not None
    found = await direct.operations.find_customers(actor)
    return (await builders.placed_order(direct.operations, actor, found.items)).id


async def test_an_older_message_of_the_same_window_is_old(
    direct: DirectWorld, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (await direct.live(owner))[0]
    await direct.says(owner, "/khac")
    calls: list[str] = []
    call = direct.telegram.call

    async def noted(name: str, params: Params) -> Any:
        calls.append(name)
        return await call(name, params)

    monkeypatch.setattr(direct.telegram, "call", noted)
    tap = await direct.taps_data(owner, first.message, first.data)
    assert calls == ["answerCallbackQuery", "deleteMessage", "editMessageReplyMarkup", "sendMessage"]
    assert tap.answer["text"] == common.STALE_BUTTON
    assert _with_buttons(direct, owner) == [direct.messages(owner)[-1].id]
    assert await direct.state(owner) == "Menu:home"


async def test_a_push_never_turns_into_the_window(direct: DirectWorld, owner: str) -> None:
    push = await _push(direct, owner, "button:of:another:version")
    tap = await direct.taps_data(owner, push.id, "button:of:another:version")
    assert tap.answered.is_set()
    assert _again(direct, owner, push.id).content["text"] == "Hướng dẫn thanh toán"
    assert "em giúp gì" in direct.shown(owner)


async def test_opening_an_order_leaves_the_push_its_buttons(direct: DirectWorld, owner: str) -> None:
    push = await _push(direct, owner, f"open:order:{await _order(direct)}")
    tap = await direct.taps_data(owner, push.id, buttons_of(push)[1]["callback_data"])
    assert tap.answered.is_set()
    assert len(buttons_of(_again(direct, owner, push.id))) == 2
    window = direct.messages(owner)[-1]
    assert await direct.state(owner) == "Orders:card"
    assert _with_buttons(direct, owner) == [push.id, window.id]


async def test_an_order_that_is_not_there_is_answered(direct: DirectWorld, owner: str) -> None:
    push = await _push(direct, owner, "open:order:99")
    tap = await direct.taps_data(owner, push.id, "open:order:99")
    assert tap.answered.is_set()
    assert "không tìm thấy đơn hàng" in direct.shown(owner)
    assert _with_buttons(direct, owner) == [direct.messages(owner)[-1].id]


@pytest.mark.parametrize("data", ["open:order:1", "open:order:x", "x\x1dplace", "gì đó"])
async def test_a_stranger_is_answered_and_asked_in(direct: DirectWorld, owner: str, data: str) -> None:
    order_id = await _order(direct)
    assert order_id == 1
    await direct.says("newcomer", "/start")
    live = (await direct.live("newcomer"))[0]
    tap = await direct.taps_data("newcomer", live.message, data)
    assert tap.answered.is_set()
    assert await direct.state("newcomer") == "Registration:welcome"
    assert await direct.actor("newcomer") is None


@pytest.mark.parametrize("item", ["x", "", "-1", "99999999999999999999", "p"])
async def test_a_made_up_item_is_an_old_button(
    direct: DirectWorld, owner: str, item: str, caplog: pytest.LogCaptureFixture
) -> None:
    actor = await direct.actor(owner)
    assert actor is not None
    await builders.start_draft(direct.operations, actor)
    found = await direct.operations.find_customers(actor)
    await direct.operations.pick_customer(actor, found.items[-1].id, True)
    await direct.says(owner, "/mua")
    await direct.taps(owner, "Làm tiếp")
    assert await direct.state(owner) == "Ordering:customers"
    live = next(button for button in await direct.live(owner) if "\x1dc:" in button.data)
    prefix = live.data.partition(":")[0]
    tap = await direct.taps_data(owner, live.message, f"{prefix}:{item}")
    assert tap.answered.is_set()
    assert await direct.state(owner) == "Ordering:customers"
    assert await direct.live(owner)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_fault_behind_a_true_button_is_told_and_logged(
    direct: DirectWorld, owner: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any) -> None:
        raise KeyError("a fault of ours")

    direct.dispatcher[OPERATIONS] = replace(direct.operations, list_orders=cast(ListOrders, broken))
    tap = await direct.taps(owner, "Đơn hàng")
    assert "báo giúp em mã" in tap.answer["text"]
    assert any(record.name == "dialogs.errors" for record in caplog.records)
    # Half-done work is forgotten, and the menu still works.
    assert await direct.state(owner) == "Menu:home"
    await direct.taps(owner, "Trợ giúp")
    assert await direct.state(owner) == "Menu:help"
