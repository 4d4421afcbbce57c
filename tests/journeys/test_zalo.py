"""Journeys only on Zalo: an order in few messages, first contact, things people send, files by links."""

import re
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest
from openpyxl import load_workbook

from sandbox.app import SandboxServer
from tests.support.builders import enterprise_tax_code
from tests.support.prepared import registered, with_30_customers
from tests.support.steps import order_for, register, upload
from tests.support.world import SAMPLES, Chat, World, running_bot

ENTERPRISES = (SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes()
MOST_MESSAGES = 8


@pytest.fixture
def app() -> str:
    return "zalo"


async def _said(chat: Chat) -> list[str]:
    return [message["text"] for message in await chat.messages() if message["from"] == "bot"]


@with_30_customers
async def test_thirty_saved_customers_are_bought_for_in_eight_messages(world: World) -> None:
    chat = world.chat("newcomer")
    before = len([m for m in await chat.messages() if m["from"] == "person"])
    answered = len(await _said(chat))
    await chat.says("mua")
    for label in ("Standard", "2027", "Kế toán dịch vụ", "Chọn cả 30"):
        await chat.taps_on(label)
    window = await chat.window()
    keys = {b["text"]: b["key"] for row in window["buttons"] for b in row}
    tick, go_on = (
        next(key for text, key in keys.items() if word in text) for word in ("Tôi đã kiểm tra", "Tiếp tục")
    )
    window = await chat.says(f"{tick} {go_on}")
    assert "Để “Đặt hàng”, trả lời: DAT" in window["text"]
    # A bare number places nothing.
    for number in ("DAT", "DAT Z9", "1"):
        await world.post("clock", advance="1m")
        assert not re.search(r"Đã đặt đơn KT\w", (await chat.says(number))["text"])
    # The last one led to the preview.
    await chat.taps_on("Quay lại")
    window = await chat.taps_on("Đặt hàng")
    assert "Đã đặt đơn" in window["text"]
    told = len([m for m in await chat.messages() if m["from"] == "person"]) - before
    assert told - 4 <= MOST_MESSAGES
    # Each message got one answer; the last one is the order's notice. Its instruction came as one more.
    assert len(await _said(chat)) - answered == told + 1


async def test_whoever_writes_anything_is_welcomed(world: World) -> None:
    for number, act in enumerate(("sticker", "voice", "unsupported", "text")):
        person = await world.post("people", name=f"Người {number}")
        chat = world.chat(person["id"])
        await world.post(f"{chat.path}/{act}", **({"text": "alo"} if act == "text" else {}))
        await world.idle()
        (welcome,) = await _said(chat)
        assert "Đăng ký mất khoảng 1 phút" in welcome
        assert "1. Bắt đầu đăng ký" in welcome
        # Zalo never hands over what a protected person types: that may be them.
        assert ("đang bảo vệ tài khoản" in welcome) is (act == "unsupported")


@registered
async def test_what_a_window_does_not_take_is_answered_with_the_window(world: World) -> None:
    chat = world.chat("newcomer")
    answered = len(await _said(chat))
    for act, word in (("sticker", "cảm ơn"), ("voice", "tin thoại"), ("unsupported", "gõ “tệp”")):
        await world.post(f"{chat.path}/{act}")
        await world.idle()
        said = await _said(chat)
        answered += 1
        assert len(said) == answered
        assert word in said[-1]
        assert "1. 🛒 Mua hàng loạt" in said[-1]


@registered
async def test_a_message_that_comes_again_is_answered_once(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("/khachhang")
    answered = len(await _said(chat))
    for _ in range(3):
        await world.post(f"{chat.path}/redeliver")
    await world.idle()
    assert len(await _said(chat)) == answered


@with_30_customers
async def test_three_are_picked_by_one_message_and_searching_goes_on(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("mua")
    for label in ("Standard", "2027", "Kế toán dịch vụ"):
        await chat.taps_on(label)
    answered = len(await _said(chat))
    window = await chat.says("1 3 5")
    assert "Đã chọn: 3" in window["text"]
    assert len(await _said(chat)) == answered + 1
    boxes = [label[:1] for label in re.findall(r"^\d\. (.+)$", window["text"], re.MULTILINE)[:5]]
    assert boxes == ["☑", "☐", "☑", "☐", "☑"]
    window = await chat.says("bỏ 3 5 nhé em")
    assert "Đã chọn: 1" in window["text"]


@with_30_customers
async def test_a_file_goes_out_by_a_link_and_comes_back_by_a_page_of_its_own(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("/khachhang")
    await chat.taps_on("Việc khác")
    await chat.taps_on("Excel")
    (shared,) = [m["document"] for m in await chat.messages() if m["document"]]
    content = await world.download(shared["url"])
    assert load_workbook(BytesIO(content)).worksheets[0].max_row > 30
    page = re.search(r"https?://\S+/upload/\S+", (await chat.says("gửi tệp"))["text"])
    assert page is not None
    await world.upload(page[0], content, "danh-muc.xlsx")
    await world.idle()
    assert "30 khách" in (await chat.window())["text"]
    async with aiohttp.ClientSession() as http, http.get(page[0]) as again:
        assert again.status == 410


@registered
async def test_a_long_window_is_split_and_its_choices_stand_at_the_end(world: World) -> None:
    chat = world.chat("newcomer")
    name = "Công ty TNHH Thương mại Dịch vụ Rất Dài Rất Dài Rất Dài Rất Dài Rất Dài Rất Dài"
    lines = [f"{enterprise_tax_code(number)} {name} {number}" for number in range(1, 40)]
    await chat.says("\n".join(lines))
    said = await _said(chat)
    assert all(len(text.encode("utf-16-le")) // 2 <= 2000 for text in said)
    assert "0. " in said[-1]


async def test_a_number_is_a_choice_where_it_can_be_no_answer(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("chào em")
    await chat.taps_on("Bắt đầu")
    window = await chat.says("An")
    assert "ghi đủ họ và tên" in window["text"]
    window = await chat.says("Trần Thị An")
    assert "Mã số thuế" in window["text"]
    window = await chat.says("0101243150")
    assert "Tên đơn vị" in window["text"]
    assert "\n1. ⭐ Dùng thông tin này" in window["text"]
    window = await chat.says("1")
    assert "Số di động" in window["text"]
    window = await chat.says("0")
    assert "Tên đơn vị" in window["text"]
    assert "\n1. Giữ " in window["text"]


@pytest.fixture
async def zalo_alone(server: SandboxServer, database_url: str) -> AsyncIterator[World]:
    settings = {"DATABASE_URL": database_url, "TELEGRAM_TOKEN": "", "BACK_OFFICE": ""}
    async with aiohttp.ClientSession() as http, running_bot(server, **settings):
        yield World(http, server.url, "zalo")


async def test_zalo_alone_carries_the_whole_order(zalo_alone: World) -> None:
    chat = zalo_alone.chat("newcomer")
    await register(chat)
    await upload(chat, ENTERPRISES, 30)
    await order_for(chat, recipient="Kế toán dịch vụ", pick="Chọn cả 30")
    (instruction,) = [m for m in await chat.messages() if "Hướng dẫn thanh toán" in m["text"] and m["photo"]]
    copies = {b["copy"] for row in instruction["buttons"] for b in row if b["copy"]}
    assert str(30 * 2_950_000) in copies
    # A value to copy comes first in a message that says whose it is.
    await chat.opens(instruction, "Số tiền")
    code = next(copy for copy in copies if copy.startswith("KT"))
    assert (await _said(chat))[-1] == f"{30 * 2_950_000}\nSố tiền của {code}"
