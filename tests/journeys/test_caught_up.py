"""A day whose webhooks were down is whole again without a hand: the bot reads the services' own lists."""

import re
from datetime import datetime, timedelta
from typing import Any

from domain.calendar import VIETNAM
from domain.money import vnd
from sandbox.bank.bank import ACCOUNT
from tests.support.bank_files import Move, as_xlsx, vietcombank
from tests.support.prepared import with_30_customers
from tests.support.steps import order_for
from tests.support.world import Chat, World, is_window

PRICE = 2_950_000


async def said(chat: Chat, words: str) -> list[str]:
    pushed = [m for m in await chat.messages() if m["from"] == "bot" and not is_window(m)]
    return [str(m["text"]) for m in pushed if words in m["text"]]


async def pays(world: World, content: str, amount: int, **more: Any) -> Any:
    made = await world.post("bank/transfers", content=content, amount=amount, **more)
    await world.idle()
    return made


async def passes(world: World, time: str) -> None:
    await world.post("clock", advance=time)
    await world.idle()


async def codes_of(world: World) -> list[str]:
    found = [re.search(r"\[(KT\w{7})\]", mail["subject"]) for mail in await world.mails()]
    return [one[1] for one in found if one is not None]


@with_30_customers
async def test_six_hours_without_webhooks_are_made_good(world: World) -> None:
    chat, desk = world.chat("newcomer"), world.chat("backoffice")
    await desk.says("/start")
    await order_for(chat, recipient="Khách hàng (nên chọn)", pick=5)
    a, b, c, d, e = await codes_of(world)
    await pays(world, a, PRICE)
    await passes(world, "10m")

    # For six hours no webhook comes; neither can the lists be read at first.
    for provider in ("sepay", "casso"):
        await world.post("bank/lists/faults", provider=provider, error="500", times=2)
    late = await pays(world, b, PRICE, lost=True)
    # Two equal transfers, without a reference, are two.
    for _ in range(2):
        await pays(world, c, PRICE // 2, lost=True, reference="", raw=True)
    await passes(world, "3h")
    await pays(world, d, PRICE, lost=True, provider="casso")
    await pays(world, "lai tien gui", 12_345, lost=True)
    for _ in range(3):
        await passes(world, "1h")
    assert len(await said(chat, "💰")) == 5
    assert len(await said(desk, "Nội dung không có mã")) == 1

    # What was told is not booked again, and a webhook that comes after the list changes nothing.
    await pays(world, b, PRICE, id=late["id"])
    await passes(world, "1h")
    await pays(world, e, PRICE, lost=True)
    await passes(world, "5m")
    await passes(world, "1d")
    received = await said(chat, "💰")
    assert [vnd(PRICE // 2) in one for one in received].count(True) == 2
    assert len(received) == 6
    await chat.says("/donhang")
    await chat.taps_on("khách ·")
    assert "Đã trả: 5/5" in (await chat.taps_on("Thanh toán"))["text"]
    assert await said(desk, "Chuyển thừa tiền") == await said(desk, "Trả cho khoản") == []


@with_30_customers
async def test_what_payos_did_not_tell_comes_by_another_list_or_by_the_bank_s_file(
    world: World,
) -> None:
    chat, desk = world.chat("newcomer"), world.chat("backoffice")
    await desk.says("/start")
    await order_for(chat, recipient="Khách hàng (nên chọn)", pick=2)
    a, b = await codes_of(world)
    lost = {"provider": "payos", "lost": True}
    listed = await pays(world, a, PRICE, reference="FT26330001", **lost)
    filed = await pays(world, b, PRICE, reference="FT26330002", **lost)
    await passes(world, "1h")
    assert await said(chat, "💰") == []

    # SePay watches the same account, and its list has the one.
    await pays(world, a, PRICE, reference="FT26330001", lost=True)
    await passes(world, "5m")
    assert len(await said(chat, "💰")) == 1
    # The file has both.
    now = datetime.fromisoformat((await world.get("clock"))["now"]).astimezone(VIETNAM)
    moves = [Move(now - timedelta(hours=1), PRICE, f"MBVCB.1.{code} ck") for code in (a, b)]
    await desk.taps_on("Chuyển khoản")
    seen = (await desk.sends(as_xlsx(vietcombank(moves, ACCOUNT)), "sao-ke.xlsx"))["text"]
    assert "Chưa có trong sổ: 1 khoản" in seen
    await world.later()
    assert "Em đã ghi 1 khoản" in (await desk.taps_on("Ghi 1 khoản còn thiếu"))["text"]
    received = await said(chat, "💰")
    assert len(received) == 2

    # What payOS tells after all changes nothing.
    for code, told in ((a, listed), (b, filed)):
        await pays(world, code, PRICE, provider="payos", id=told["id"])
    await passes(world, "1h")
    assert await said(chat, "💰") == received
    assert await said(desk, "Trả cho khoản") == await said(desk, "Chuyển thừa tiền") == []


@with_30_customers
async def test_a_list_that_refuses_us_is_told_once(world: World) -> None:
    desk = world.chat("backoffice")
    await desk.says("/start")
    await world.post("bank/lists/faults", provider="sepay", error="unauthorized", times=3)
    for _ in range(4):
        await passes(world, "5m")
    (told,) = await said(desk, "Chưa xem được danh sách giao dịch ở SePay")
    assert "quản trị" in told
    await world.post("bank/lists/faults", provider="sepay", error="unauthorized", times=1)
    await passes(world, "5m")
    assert len(await said(desk, "Chưa xem được danh sách giao dịch ở SePay")) == 2


@with_30_customers
async def test_a_service_that_asks_to_slow_down_is_left_alone(world: World) -> None:
    await passes(world, "5m")
    await world.post("bank/lists/faults", provider="casso", error="too_many", retry_after=1800)
    await passes(world, "5m")
    asked = (await world.get("bank/lists"))["asked"]
    for _ in range(4):
        await passes(world, "5m")
    after = (await world.get("bank/lists"))["asked"]
    assert after["casso"] == asked["casso"]
    assert after["sepay"] > asked["sepay"]
    await passes(world, "15m")
    assert (await world.get("bank/lists"))["asked"]["casso"] > asked["casso"]
