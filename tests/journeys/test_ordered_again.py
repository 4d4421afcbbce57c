"""Customers of a cancelled order, ordered again: one licence at the vendor, and seven unpaid days in all."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.calendar import VIETNAM
from tests.support.apps import on_both_apps
from tests.support.prepared import with_30_customers
from tests.support.steps import code_of_placed, order_for
from tests.support.world import Chat, World

PRICE = 2_950_000

pytestmark = with_30_customers


async def _last(chat: Chat, text: str) -> dict[str, Any]:
    return [one for one in await chat.messages() if one["from"] == "bot" and text in one["text"]][-1]


async def _order(chat: Chat) -> str:
    """Order the first three customers. Returns the order's code."""
    await order_for(chat, recipient="Kế toán dịch vụ", pick=3)
    return await code_of_placed(chat)


async def _activate(world: World, chat: Chat, code: str) -> str:
    """Activate the order. Returns what is told of it."""
    await chat.says("/kichhoat")
    await chat.taps_on("3 khách · Standard 2027")
    await chat.taps_on("Kích hoạt 3 khách")
    await world.idle()
    return str((await _last(chat, f"đơn {code}"))["text"])


async def _cancel(world: World, chat: Chat, code: str) -> None:
    await chat.says(code)
    for label in ("Việc khác", "Hủy đơn", "Hủy đơn này"):
        window = await chat.taps_on(label)
    assert "Đã hủy đơn" in window["text"]
    await world.idle()


async def _licences(world: World) -> list[tuple[str, str, int]]:
    return [(one["order_code"], one["state"], one["creations"]) for one in await world.get("vendor/licences")]


@on_both_apps
async def test_three_ordered_activated_cancelled_and_ordered_again(world: World) -> None:
    chat = world.chat("newcomer")
    nine = datetime.now(UTC).astimezone(VIETNAM) + timedelta(days=1)
    await world.post("clock", now=nine.replace(hour=9, minute=0, second=0, microsecond=0).isoformat())
    first = await _order(chat)
    assert "Xong: 3" in await _activate(world, chat, first)
    await world.post("clock", advance="2d")
    await world.idle()
    await _cancel(world, chat, first)
    assert await _licences(world) == [(first, "suspended", 1)] * 3

    again = await _order(chat)
    told = await _activate(world, chat, again)
    assert "Xong: 3" in told
    assert "những ngày đã dùng ở đơn đó vẫn tính" in told
    assert await _licences(world) == [(again, "active", 1)] * 3
    assert len(await world.mails()) == 3
    assert "còn 5 ngày" in (await chat.says(again))["text"]
    await world.post("clock", advance="4d23h")
    await world.idle()
    assert await _licences(world) == [(again, "active", 1)] * 3
    await world.post("clock", advance="1h")
    await world.idle()
    assert await _licences(world) == [(again, "suspended", 1)] * 3

    # No eighth day, until it is paid.
    await _cancel(world, chat, again)
    third = await _order(chat)
    told = await _activate(world, chat, third)
    assert "Lỗi: 3" in told
    assert "thanh toán trước, rồi kích hoạt lại" in told
    assert await _licences(world) == [(again, "suspended", 1)] * 3
    await world.post("bank/transfers", content=third, amount=3 * PRICE)
    await world.idle()
    assert "Xong: 3" in await _activate(world, chat, third)
    assert await _licences(world) == [(third, "active", 1)] * 3
    assert len(await world.mails()) == 3
