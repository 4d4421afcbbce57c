"""One person in two apps: linking by a code, a draft continued in the other, messages to the right chat."""

import re

from tests.support.prepared import with_30_customers
from tests.support.steps import order_for, register, upload
from tests.support.world import SAMPLES, Chat, World, is_window

ENTERPRISES = (SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes()
PRICE = 2_950_000


async def _pushed(chat: Chat, words: str) -> list[str]:
    said = [m for m in await chat.messages() if m["from"] == "bot" and not is_window(m)]
    return [m["text"] for m in said if words in m["text"]]


async def _link(world: World, chat: Chat) -> Chat:
    """Link the other app's chat to this chat's person."""
    await chat.says("/thongbao")
    await chat.taps_on("Tùy chọn")
    await chat.taps_on("Telegram và Zalo")
    window = await chat.taps_on("Nối")
    code = re.search(r"NOI \w{4}-\w{4}", window["text"])
    assert code is not None
    person = chat.path.rpartition("/")[2]
    other = world.chat(person, "zalo" if chat.app == "telegram" else "telegram")
    # The first message in the new chat is the code, here in small letters without its dash.
    window = await other.says(code[0].lower().replace("-", ""))
    assert "Đã nối khung chat này" in window["text"]
    return other


@with_30_customers
async def test_a_draft_begun_in_telegram_is_placed_in_zalo_and_the_other_way_round(world: World) -> None:
    telegram = world.chat("newcomer")
    zalo = await _link(world, telegram)
    assert await _pushed(telegram, "Zalo")

    await telegram.says("/mua")
    for label in ("Standard", "2027", "Kế toán dịch vụ"):
        await telegram.taps_on(label)
    await telegram.taps_on((telegram.labels(await telegram.window()))[0])
    await zalo.says("menu")
    window = await zalo.taps_on("Tiếp tục đơn nháp")
    assert "Đã chọn: 1" in window["text"]
    await zalo.says("2 3")
    for label in ("Tiếp tục với 3", "Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
        window = await zalo.taps_on(label)
    assert "Đã đặt đơn" in window["text"]
    # The window is the order's notice. How to pay goes to the person's present chat; opening it in either
    # chat marks it read.
    assert await _pushed(zalo, "Hướng dẫn thanh toán")
    assert await _pushed(telegram, "Hướng dẫn thanh toán") == []
    assert await _pushed(zalo, "Đã đặt đơn") == []
    window = await telegram.says("/start")
    (label,) = [label for label in telegram.labels(window) if "Thông báo (" in label]
    await zalo.says("/thongbao")
    await zalo.taps_on("Đánh dấu đã đọc")
    assert label not in telegram.labels(await telegram.says("/start"))

    await zalo.says("mua")
    await zalo.taps_on("Professional")
    window = await telegram.says("/mua")
    assert "Professional" in window["text"]


async def test_a_message_falls_back_to_the_other_chat_and_then_to_the_mailbox(world: World) -> None:
    zalo = world.chat("newcomer", "zalo")
    await register(zalo)
    await upload(zalo, ENTERPRISES, 30)
    telegram = await _link(world, zalo)
    await order_for(zalo, recipient="Kế toán dịch vụ", pick=4)
    code = re.search(r"KT\w{7}", (await zalo.window())["text"])
    assert code is not None

    async def pays() -> None:
        await world.post("clock", advance="11m")
        await world.post("bank/transfers", content=code[0], amount=PRICE)
        await world.idle()

    await pays()
    assert len(await _pushed(zalo, "💰")) == 1
    await world.post("chats/zalo/newcomer/block", blocked=True)
    await pays()
    assert (len(await _pushed(zalo, "💰")), len(await _pushed(telegram, "💰"))) == (1, 1)
    await world.post("chats/telegram/newcomer/block", blocked=True)
    await pays()
    assert len(await _pushed(telegram, "💰")) == 1
    (mail,) = await world.mails("lan@minhan.vn")
    assert "2.950.000 ₫" in mail["text"]
    assert "💰" not in mail["subject"] or "2.950.000" in mail["subject"]


async def test_a_wrong_code_links_nothing_and_says_so(world: World) -> None:
    stranger = world.chat("newcomer", "zalo")
    window = await stranger.says("NOI AAAA-AAAA")
    assert "mã" in window["text"].lower()
    assert "Bắt đầu đăng ký" in str(stranger.labels(await stranger.window()))
