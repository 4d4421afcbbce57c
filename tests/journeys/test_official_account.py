"""Journeys only on Zalo's Official Account: buttons, files, the time in which it may write, and its token."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from openpyxl import load_workbook

from bot.zalo_oa import catching_up
from domain.messaging.templates import Template
from sandbox.app import SandboxServer
from sandbox.sms import BRANDNAME
from sandbox.zalo.faults import Fault
from sandbox.zalo_oa.account import APP_SECRET
from sandbox.zalo_oa.server import template_environment
from storage.database import Database
from tests.crash.aftermath import rows_of
from tests.support.oa_chat import OaChat
from tests.support.prepared import registered, with_30_customers
from tests.support.steps import code_of_placed, order_for
from tests.support.world import SAMPLES, Chat, World, back_office_in, running_bot

PRICE = 2_950_000
FIRST_PICKED = "Việt Đức 13"
ROWS = load_workbook(SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").worksheets[0].iter_rows(values_only=True)
OFF = [str(row[6]) for row in ROWS if not str(row[2]).endswith(FIRST_PICKED)]
"""The phones of all others."""
MONEY_OUT = "Tài khoản trả tiền tin Zalo đã hết tiền"
SILENT = "Zalo OA không chuyển tin"
ENTERPRISES = (SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes()


@pytest.fixture
def app() -> str:
    return "oa"


def chat_of(world: World, person: str = "newcomer") -> OaChat:
    chat = world.chat(person)
    assert isinstance(chat, OaChat)
    return chat


@registered
async def test_a_list_is_sent_right_into_the_chat_and_its_next_steps_are_buttons(world: World) -> None:
    chat = chat_of(world)
    window = await chat.sends(ENTERPRISES, "khach-hang.xlsx")
    assert window["quick"] == ["🛒 Mua cho 30 khách", "➕ Thêm 30 khách", "🗂 Cột", "‹ Quay lại"]
    assert "1. 🛒 Mua cho 30 khách" in window["text"]
    assert "Gửi tệp Excel ngay tại đây" in window["text"]
    assert "/upload/" not in window["text"]
    # What a button says for the person is not shown in the chat.
    before = len(await chat.messages())
    window = await chat.taps_on("Thêm 30 khách")
    assert "Đã vào danh mục: 30 khách" in window["text"]
    said = (await chat.messages())[before:]
    assert {message["from"] for message in said} == {"bot"}


@registered
async def test_a_button_of_an_old_message_never_means_something_else(world: World) -> None:
    chat = chat_of(world)
    old = await chat.sends(ENTERPRISES, "khach-hang.xlsx")
    await chat.taps_on("Quay lại")
    await chat.says("/start")
    before = len(await chat.messages())
    await world.post(f"{chat.path}/tap", message=old["id"], button="➕ Thêm 30 khách")
    await world.idle()
    (answer,) = (await chat.messages())[before:]
    assert "Nút này ở tin cũ" in answer["text"]


async def orders_for_30(chat: OaChat) -> str:
    """Order for all customers in few words; returns the window."""
    window = await chat.says("mua 2027 standard tất cả")
    for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
        if label in str(chat.labels(window)):
            window = await chat.taps_on(label)
    assert "Đã đặt đơn" in window["text"]
    assert "30 khách" in window["text"]
    return str(window["text"])


READINGS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "the safe reading": ({}, {}),
    "no buttons": ({"buttons": False}, {}),
    "no count of free replies": ({"free_replies": None}, {"ZALO_OA_FREE_REPLIES": "0"}),
    "whoever is written to follows": ({"must_follow": True}, {}),
    "workbooks as files": ({"xlsx": True}, {}),
    "the app's secret signs": ({"signs_with": "app"}, {"ZALO_OA_SECRET": APP_SECRET}),
    "only lost connections are repeated": ({"ladder": True, "repeats_refused": False}, {}),
}
"""What sources disagree about: how the sandbox plays Zalo, and what the vendor has to set for it."""


@with_30_customers
@pytest.mark.parametrize("reading", READINGS)
async def test_an_order_for_30_takes_few_words_and_messages_however_zalo_is_read(
    server: SandboxServer, database_url: str, reading: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings, environment = READINGS[reading]
    bot = running_bot(server, DATABASE_URL=database_url, **{**back_office_in(server, "oa"), **environment})
    async with aiohttp.ClientSession() as http, bot:
        world = World(http, server.url, "oa")
        chat = chat_of(world)
        await world.post("zalo-oa/settings", **settings)
        await world.post(f"{chat.path}/follow", follows=True)
        at, done = len(await chat.messages()), chat.taps + chat.typed
        told = await orders_for_30(chat)
        assert chat.taps + chat.typed - done <= 5
        said = [message for message in (await chat.messages())[at:] if message["from"] == "bot"]
        assert len(said) <= 4
        assert any(message["quick"] for message in said) is (reading != "no buttons")
        assert caplog.text.count("texts leave without buttons") == (reading == "no buttons")
        # Money is told in the chat, or where Zalo no longer lets us write, by mail.
        if reading == "whoever is written to follows":
            await world.post(f"{chat.path}/follow", follows=False)
        at, mails = len(await chat.messages()), len(await world.mails("lan@minhan.vn"))
        code = re.findall(r"\bKT[A-Z0-9]{7}\b", told)[0]
        await world.post("bank/transfers", content=f"{code} CT tu 0011", amount=30 * PRICE)
        await world.idle()
        news = [message["text"] for message in (await chat.messages())[at:]]
        news += [mail["text"] for mail in (await world.mails("lan@minhan.vn"))[mails:]]
        assert any("88.500.000" in text for text in news), news
        # A workbook leaves by its link, which each reading takes.
        window = await chat.says("/khachhang")
        if reading != "whoever is written to follows":
            assert "30 khách" in window["text"]
            await chat.taps_on("Việc khác")
            await chat.taps_on("Excel")
            assert "/files/" in (await chat.messages())[-1]["text"]
            return
        # Nobody is met with silence, but is told once.
        await chat.says("/khachhang")
        heard = [mail["text"] for mail in (await world.mails("lan@minhan.vn"))[mails:]]
        assert sum("Zalo không cho em trả lời" in text for text in heard) == 1


@with_30_customers
async def test_after_seven_days_of_silence_a_push_goes_by_mail(world: World) -> None:
    chat = chat_of(world)
    await order_for(chat, "Kế toán dịch vụ", 1)
    code = await code_of_placed(chat)
    await world.post("clock", advance="8d")
    await world.idle()
    before, mails = len(await chat.messages()), len(await world.mails("lan@minhan.vn"))
    await world.post("bank/transfers", content=f"{code} CT tu 0011", amount=PRICE)
    await world.idle()
    assert len(await chat.messages()) == before
    told = (await world.mails("lan@minhan.vn"))[mails:]
    assert any(code in mail["text"] for mail in told)
    # A word opens the chat again.
    assert "cần em giúp gì" in (await chat.says("menu"))["text"]


async def costs_seen_by(desk: Chat) -> str:
    await desk.says("/start")
    await desk.taps_on("Số liệu ngày")
    text: str = (await desk.taps_on("Tin nhắn và chi phí"))["text"]
    return text


@with_30_customers
async def test_back_office_sees_what_messages_cost_by_way_and_kind(world: World) -> None:
    chat, desk = chat_of(world), chat_of(world, "backoffice")
    await order_for(chat, "Kế toán dịch vụ", 1)
    code = await code_of_placed(chat)
    before = await costs_seen_by(desk)
    # An account begins with a code by SMS.
    assert "Đã tốn: 850 ₫" in before
    assert "• Mã xác minh số điện thoại: 850 ₫" in before
    assert "Trả lời trong hội thoại" not in before
    assert "tính phí" not in (await desk.says("/start"))["text"]
    # From two days after a word on, a message costs something.
    await world.post("clock", advance="3d")
    await world.post("bank/transfers", content=f"{code} CT tu 0011", amount=PRICE)
    await world.idle()
    (paid,) = [one for one in await chat.messages() if one.get("cost")]
    assert (code in paid["text"], paid["cost"]) == (True, 55)
    shown = await costs_seen_by(desk)
    assert "Đã tốn: 905 ₫" in shown
    (by_way,) = [line for line in shown.splitlines() if line.startswith("• Zalo:")]
    (of_kind,) = [line for line in shown.splitlines() if line.startswith("• Tiền:")]
    assert by_way.endswith("tin, 55 ₫")
    assert of_kind.endswith("tin, 55 ₫")
    assert "1 tin tính phí" in (await desk.says("/start"))["text"]


@with_30_customers
async def test_a_payer_gets_a_template_message_and_an_sms_where_it_never_came(
    server: SandboxServer, database_url: str
) -> None:
    async with (
        aiohttp.ClientSession() as http,
        running_bot(server, DATABASE_URL=database_url, **template_environment()),
    ):
        world = World(http, server.url, "oa")
        chat, desk = chat_of(world), world.chat("backoffice", "telegram")
        await _approved(database_url)
        # Zalo takes a message for a phone that is off, and says nothing more.
        await world.post("zalo-oa/settings", phones_that_are_off=OFF)
        await order_for(chat, "Khách hàng (nên chọn)", 2)
        (message,) = await world.texts()
        assert (message["brand"].startswith("Zalo"), message["cost"]) == (True, 300)
        assert f"đơn {await code_of_placed(chat)} đang chờ thanh toán" in message["text"]
        await world.post("clock", advance="11m")
        await world.idle()
        (_, sms) = await world.texts()
        assert (sms["brand"], sms["cost"]) == (BRANDNAME, 0)
        assert sms["to"] in OFF
        shown = await costs_seen_by(desk)
        assert "• Zalo theo mẫu: 1 tin, 300 ₫" in shown
        assert "• SMS: 1 tin, 850 ₫" in shown
        assert "Đã tốn: 2.000 ₫" in shown


@with_30_customers
async def test_back_office_is_told_once_a_day_that_the_money_for_messages_has_ended(
    server: SandboxServer, database_url: str
) -> None:
    async with (
        aiohttp.ClientSession() as http,
        running_bot(server, DATABASE_URL=database_url, **template_environment()),
    ):
        world = World(http, server.url, "oa")
        chat, desk = chat_of(world), world.chat("backoffice", "telegram")
        await desk.says("/start")
        await _approved(database_url)
        await world.post("zalo-oa/settings", money=299)
        await order_for(chat, "Khách hàng (nên chọn)", 2)
        # The payers get an SMS at once.
        texts = await world.texts()
        assert [one["brand"] for one in texts] == [BRANDNAME] * 2
        told = [one["text"] for one in await desk.messages() if MONEY_OUT in one["text"]]
        assert len(told) == 1
        assert "nạp tiền vào tài khoản ZBS" in told[0]
        # A message to a chat costs something after two days, and its money comes from the same account.
        await world.post("zalo-oa/settings", money=54)
        await world.post("clock", advance="3d")
        await world.post("bank/transfers", content=f"{await code_of_placed(chat)} CT tu 0011", amount=PRICE)
        await world.idle()
        assert sum(MONEY_OUT in one["text"] for one in await desk.messages()) == 2


async def _approved(database_url: str) -> None:
    """Wait until the program knows what Zalo has approved."""
    database = Database(database_url)
    try:
        for _ in range(600):
            async with database.read() as uow:
                if len(await uow.zalo_templates.all()) == len(Template):
                    return
            await asyncio.sleep(0.1)
    finally:
        await database.close()
    raise AssertionError("the templates were never looked at")


@registered
async def test_who_wrote_and_cannot_be_answered_hears_it_by_mail(world: World, server: SandboxServer) -> None:
    chat = chat_of(world)
    before = len(await world.mails("lan@minhan.vn"))
    server.zalo.faults.add(Fault(211, 1, "cs"))
    await world.post(f"{chat.path}/text", text="/start")
    for _ in range(600):
        if len(mails := await world.mails("lan@minhan.vn")) > before:
            break
        await asyncio.sleep(0.1)
    assert "Em chưa trả lời được anh/chị trên Zalo" in mails[-1]["text"]
    # What was written is answered once Zalo takes messages again.
    await world.post("clock", advance="10m")
    await world.idle()
    assert "cần em giúp gì" in (await chat.window())["text"]


@registered
async def test_a_token_that_ends_before_its_time_is_renewed(world: World, server: SandboxServer) -> None:
    chat = chat_of(world)
    await world.post("zalo-oa/expire")
    assert (await chat.says("/start"))["text"]
    assert server.account.world.setting("oa_tokens")["expires"] > server.world.now()


def _links(message: dict[str, Any]) -> list[str]:
    buttons = [button for row in message["buttons"] for button in row]
    return [button["url"] for button in buttons if "Kết nối Zalo OA" in button["text"]]


async def _found(chat: Chat, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first such message of the bot, once it is there."""
    for _ in range(600):
        for message in await chat.messages():
            if message["from"] == "bot" and wanted(message):
                return message
        await asyncio.sleep(0.1)
    raise AssertionError("it never came")


async def test_a_lost_grant_is_told_and_mended_by_one_link(server: SandboxServer, database_url: str) -> None:
    async with aiohttp.ClientSession() as http, running_bot(server, DATABASE_URL=database_url):
        world = World(http, server.url, "oa")
        chat, desk = chat_of(world), world.chat("backoffice", "telegram")
        await desk.says("/start")
        await world.post("zalo-oa/withdraw")
        await world.post(f"{chat.path}/text", text="alo")

        # The updates of Zalo wait, so the world is not idle meanwhile.
        told = await _found(desk, lambda message: "Zalo OA mất kết nối" in message["text"])
        assert "Bàn làm việc" in told["text"]
        await world.post(f"{desk.path}/text", text="/start")
        window = await _found(desk, lambda message: bool(_links(message)))
        (link,) = _links(window)
        assert "Đã kết nối Zalo OA" in (await world.download(link)).decode()
        # What was written meanwhile is answered.
        await world.post("clock", advance="10m")
        await world.idle()
        assert "Bắt đầu" in str(chat.labels(await chat.window()))
        assert "Kết nối Zalo OA" not in str(desk.labels(await desk.says("/start")))


@registered
async def test_what_the_webhook_did_not_bring_is_answered_all_the_same(
    server: SandboxServer, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(catching_up, "SILENT_SECONDS", 0.1)
    async with aiohttp.ClientSession() as http:
        world = World(http, server.url, "oa")
        chat, desk = chat_of(world), world.chat("backoffice", "telegram")
        await world.post("zalo-oa/settings", ladder=True)
        at = len(await chat.messages())
        await world.post(f"{chat.path}/text", text="menu")
        # Nobody is there for hours: Zalo tries less and less often, then no more.
        for _ in range(100):
            await world.post("clock", advance="1h")
            await asyncio.sleep(0.1)
            if not server.account.setting("subscribed"):
                break
        await world.post(f"{chat.path}/text", text="khách hàng")
        await world.post("clock", advance="10m")
        async with running_bot(server, DATABASE_URL=database_url):
            await desk.says("/start")
            # Both were written while nobody was there, which Zalo is not to blame for.
            await _found(chat, lambda message: "👥 Khách hàng ·" in message["text"])
            assert not [one for one in await desk.messages() if SILENT in one["text"]]
            # It is still off. From now on it is looked for often.
            await world.post(f"{chat.path}/text", text="/donhang")
            await world.post("clock", advance="10m")
            await _found(chat, lambda message: message["text"].startswith("📦 Đơn hàng"))
            await _found(desk, lambda message: SILENT in message["text"])
            await world.post(f"{chat.path}/text", text="/thongbao")
            await _found(chat, lambda message: "🔔 Thông báo" in message["text"].split("\n")[0])
            await world.post("zalo-oa/settings", subscribed=True)
            await chat.says("menu")
            said = [one["from"] for one in (await chat.messages())[at:]]
            assert (said.count("person"), said.count("bot"), said[-1]) == (5, 5, "bot")
            assert len([one for one in await desk.messages() if SILENT in one["text"]]) == 1


@registered
async def test_whoever_withdraws_at_zalo_is_erased(world: World, database_url: str) -> None:
    chat = chat_of(world)
    sent = await world.post(f"{chat.path}/text", text="menu")
    await world.idle()
    event = {**sent["event"], "event_name": "user_withdraw"}
    for _ in range(2):
        assert (await world.post("zalo/events", body=event))["status"] == 200
    await world.idle()
    rows = await rows_of(database_url)
    (person,) = [row for row in rows["accountants"] if row["role"] == "owner"]
    assert (person["name"], person["phone"], person["active"]) == (f"#{person['id']}", "", False)
    assert person["id"] not in {row["accountant_id"] for row in rows["chats"]}
    assert all(row["withdrawn_at"] for row in rows["consents"] if row["accountant_id"] == person["id"])
