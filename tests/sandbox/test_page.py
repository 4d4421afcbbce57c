"""The page in a real browser: live, safe, fit for a phone. Skipped where there is no Chromium."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiohttp
import aiosmtplib
import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, Message
from playwright.async_api import FloatRect, Locator, Page, expect

from domain.calendar import VIETNAM
from sandbox.app import SandboxServer
from sandbox.zalo_chats import zalo_id
from tests.sandbox.client import PNG, Client
from tests.support.browser import browsing
from tests.support.labels import MOST_BUTTONS


@pytest.fixture
async def page(chromium: None, server: SandboxServer) -> AsyncIterator[Page]:
    async with browsing(server.url) as browser:
        yield browser.page


@pytest.fixture
async def echo(agram: Bot) -> AsyncIterator[None]:
    """A bot that answers a text with it and a button; the button changes the message and shows an alert."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> None:
        markup = InlineKeyboardMarkup(
            inline_keyboard=[[InlineKeyboardButton(text="Chọn", callback_data="c")]]
        )
        await message.answer(f"<b>Nhận</b> {message.html_text}", parse_mode="HTML", reply_markup=markup)

    @dispatcher.callback_query()
    async def change(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text("Đã chọn")
        await query.answer("Xong rồi", show_alert=True)

    polling = asyncio.create_task(dispatcher.start_polling(agram, handle_signals=False, polling_timeout=30))
    yield
    await dispatcher.stop_polling()
    await polling


@pytest.mark.usefixtures("echo")
async def test_a_chat_on_a_phone(page: Page, world: Client) -> None:
    await page.get_by_role("button", name="Bắt đầu").click()
    await expect(page.locator(".theirs .text")).to_have_text("Nhận /start")
    await page.get_by_label("Tin nhắn", exact=True).last.fill("<img src=x onerror=alert(1)>")
    await page.keyboard.press("Enter")
    shown = page.locator(".theirs .text").last
    await expect(shown).to_have_text("Nhận <img src=x onerror=alert(1)>")
    assert await page.locator(".log img").count() == 0
    await page.get_by_role("button", name="Chọn").last.click()
    await expect(page.locator("#alert")).to_have_text("Xong rồi Đồng ý", use_inner_text=True)
    await page.get_by_role("button", name="Đồng ý").click()
    await expect(shown).to_have_text("Đã chọn")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await world.says("staff", "chào")
    await expect(page.get_by_role("button", name="Quân").locator(".badge")).to_have_text("1")


async def test_a_newcomer_s_phone_comes_first_and_the_page_waits_for_the_bot(
    chromium: None, server: SandboxServer
) -> None:
    server.bot_ready = False
    async with browsing(server.url, person=None) as browser:
        await expect(browser.page).to_have_title(re.compile("Gia Bảo"))
        starting = browser.page.get_by_text("Bot đang khởi động…")
        await expect(starting).to_be_visible()
        server.tell_ready()
        await expect(starting).to_be_hidden()


@pytest.mark.parametrize("size", [(390, 844), (1400, 900)])
async def test_styles_are_painted_and_no_letters_cut(
    chromium: None, server: SandboxServer, agram: Bot, world: Client, size: tuple[int, int]
) -> None:
    await world.says("owner", "/start")
    person = server.world.person("owner")
    assert person is not None
    looks = [("Đặt hàng gypq", "success"), ("Hủy", "danger"), ("Tiếp tục", "primary"), ("Khác", None)]
    rows = [[InlineKeyboardButton(text=text, callback_data=text, style=style)] for text, style in looks]
    await agram.send_message(
        person.telegram_id, "Chọn", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows)
    )
    async with browsing(server.url, size) as browser:
        await expect(browser.page.locator(".inline")).to_have_count(4)
        colours = [
            await button.evaluate("(node) => getComputedStyle(node).backgroundColor")
            for button in await browser.page.locator(".inline").all()
        ]
        assert len(set(colours)) == 4
        assert await browser.misfits() == []


async def box(of: Locator) -> FloatRect:
    found = await of.bounding_box()
    assert found is not None
    return found


async def test_times_are_those_of_vietnam_wherever_the_browser_is(
    chromium: None, server: SandboxServer, world: Client
) -> None:
    await world.says("owner", "chào")
    (said,) = await world.messages("owner")
    at = datetime.fromisoformat(said["date"]).astimezone(VIETNAM)
    async with browsing(server.url, zone="America/New_York") as browser:
        page = browser.page
        await expect(page.locator(".mine .time")).to_have_text(f"{at:%H:%M}")
        await browser.opens("Đồng hồ")
        shown = page.locator(".clock-time")
        await expect(shown).to_have_text(re.compile(f"^({at:%H}|{at + timedelta(hours=1):%H}):"))


async def test_what_can_be_done_to_a_message_takes_no_room_and_no_toast_covers_a_button(
    page: Page, world: Client, agram: Bot
) -> None:
    await world.says("owner", "/start")
    (owner, *_) = await world.get("people")
    markup = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Chọn", copy_text=CopyTextButton(text="KT1"))]]
    )
    await agram.send_message(owner["telegram_id"], "Một dòng", reply_markup=markup)
    bubble = page.locator(".theirs .bubble")
    text, time = await box(bubble.locator(".text")), await box(bubble.locator(".time"))
    whole = await box(bubble)
    assert time["y"] < text["y"] + text["height"] <= whole["y"] + whole["height"]
    assert whole["height"] < 2.2 * text["height"]
    button = page.locator(".inline")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await button.click()
    toast = page.locator(".toast")
    await expect(toast).to_be_visible()
    over, below = await box(toast), await box(button)
    assert over["y"] + over["height"] <= below["y"]
    await button.click()


async def test_a_toast_covers_no_button_of_the_longest_window(page: Page, world: Client, agram: Bot) -> None:
    await world.says("owner", "/start")
    (owner, *_) = await world.get("people")
    markup = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=f"Số {place}", copy_text=CopyTextButton(text="KT1"))]
            for place in range(MOST_BUTTONS)
        ]
    )
    await agram.send_message(owner["telegram_id"], "Một dòng", reply_markup=markup)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.locator(".inline").last.click()
    await expect(page.locator(".toast")).to_be_visible()
    over, first = await box(page.locator(".toast")), await box(page.locator(".inline").first)
    assert over["y"] + over["height"] <= first["y"]


@pytest.mark.usefixtures("echo")
async def test_a_message_is_answered(page: Page, world: Client) -> None:
    await page.get_by_role("button", name="Bắt đầu").click()
    await expect(page.locator(".theirs .text")).to_have_text("Nhận /start")
    await page.locator(".theirs").hover()
    await page.get_by_role("button", name="Trả lời tin này").click()
    await expect(page.locator("#replying-to")).to_have_text("Nhận /start")
    await page.get_by_label("Tin nhắn", exact=True).last.fill("sửa")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .quote")).to_have_text("Nhận /start")
    await expect(page.locator("#replying")).to_be_hidden()
    [answer] = [message for message in await world.messages("owner") if message["text"] == "sửa"]
    assert answer["reply_to"]


async def on_zalo(page: Page) -> None:
    await page.locator("#switch").get_by_role("button", name="Zalo").click()


async def test_a_chat_on_zalo(page: Page, world: Client) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await on_zalo(page)
    await expect(page.locator("#bot-name")).to_have_text("Bot Mua hàng loạt")
    await page.get_by_label("Tin nhắn", exact=True).last.fill("/start <b>")
    await page.keyboard.press("Enter")
    await expect(page.locator(".mine .text")).to_have_text("/start <b>")
    assert await page.locator(".command").count() == 0
    text = "<b>1.</b> Đặt hàng\nhttps://vendor.example/huong-dan?a=1&b=2."
    await world.zalo("sendMessage", chat_id=zalo_id("owner"), text=text)
    said = page.locator(".theirs .text")
    await expect(said).to_have_text(text, use_inner_text=True)
    link = said.get_by_role("link")
    await expect(link).to_have_attribute("href", "https://vendor.example/huong-dan?a=1&b=2")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", re.compile("noopener"))
    await page.locator(".theirs").hover()
    await page.locator(".theirs").get_by_role("button", name="Sao chép cả tin").click()
    await expect(page.locator(".toast")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == text
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.reload()
    await expect(said).to_be_visible()
    assert [message["text"] for message in await world.zalo_messages("owner")] == ["/start <b>", text]
    assert await world.messages("owner") == []


async def test_photos_and_what_zalo_does_not_carry(page: Page, world: Client, tmp_path: Path) -> None:
    (tmp_path / "khách.png").write_bytes(PNG)
    await on_zalo(page)
    for label, picks in (
        ("Gửi ảnh", True),
        ("Gửi nhãn dán", False),
        ("Gửi tin thoại", False),
        ("Gửi tệp", True),
    ):
        await page.get_by_role("button", name="Đính kèm").click()
        item = page.get_by_role("menuitem", name=label)
        if picks:
            async with page.expect_file_chooser() as chooser:
                await item.click()
            await (await chooser.value).set_files(tmp_path / "khách.png")
        else:
            await item.click()
        await expect(page.locator(".mine .note" if label == "Gửi tệp" else ".mine").last).to_be_visible()
    await expect(page.locator(".mine")).to_have_count(4)
    sent = await world.zalo_messages("owner")
    assert [bool(message["photo"]) for message in sent] == [True, False, False, False]
    assert "sticker" in sent[1]
    assert "voice" in sent[2]
    assert (sent[3]["document"]["name"], sent[3]["unsupported"]) == ("khách.png", True)
    await page.get_by_role("button", name="Phóng to ảnh").click()
    await expect(page.locator("#lightbox-img")).to_be_visible()


async def test_each_app_has_its_own_chat_and_news(page: Page, world: Client) -> None:
    await world.says("owner", "/start")
    await world.zalo_says("owner", "chào")
    owner = (await world.get("people"))[0]
    await world.bot("sendMessage", chat_id=owner["telegram_id"], text="trên Telegram")
    said = page.locator(".theirs .text")
    await expect(said).to_have_text("trên Telegram")
    switch = page.locator("#switch")
    await expect(switch.locator(".badge:visible")).to_have_count(0)
    for _ in range(2):
        await world.zalo("sendMessage", chat_id=zalo_id("owner"), text="trên Zalo")
    await expect(switch.get_by_role("button", name="Zalo").locator(".badge")).to_have_text("2")
    person = page.get_by_role("list").get_by_role("button", name="Hương")
    await expect(person.locator(".badge")).to_have_text("2")
    await expect(person.locator(".mark")).to_have_text("Z")
    await expect(said).to_have_text("trên Telegram")
    await on_zalo(page)
    await expect(said).to_have_text(["trên Zalo"] * 2)
    await expect(person.locator(".badge")).to_have_count(0)
    await world.bot("sendMessage", chat_id=owner["telegram_id"], text="lần nữa")
    await expect(person.locator(".mark")).to_have_text("T")
    await world.post("chats/zalo/owner/block")
    await page.get_by_role("button", name="Bỏ chặn bot").click()
    await expect(page.locator("#composer")).to_be_visible()
    assert (await world.get("chats/zalo/owner"))["blocked"] is False


async def test_a_mail_can_do_no_harm(page: Page, server: SandboxServer) -> None:
    visitors = 0

    async def visited(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal visitors
        visitors += 1
        writer.close()

    elsewhere = await asyncio.start_server(visited, "127.0.0.1", 0)
    port = elsewhere.sockets[0].getsockname()[1]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@vendor.example", "b@khach.example", "Thư lạ"
    mail.set_content(
        f"<script>top.document.body.textContent=''</script><img src='http://127.0.0.1:{port}/x'>Chào", "html"
    )
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=server.smtp_port)
    await page.locator(".tabbar").get_by_role("button", name="Hộp thư").click()
    await page.get_by_role("button", name="Thư lạ").click()
    await expect(page.frame_locator("iframe").locator("body")).to_contain_text("Chào")
    await expect(page.get_by_role("heading", name="Thư lạ")).to_be_visible()
    await expect(page.frame_locator("iframe").locator("img")).to_have_js_property("complete", True)
    elsewhere.close()
    assert visitors == 0


async def test_the_page_comes_back_after_a_restart(
    tmp_path: Path, page: Page, server: SandboxServer, http: aiohttp.ClientSession
) -> None:
    async with SandboxServer(tmp_path / "other") as first:
        await page.goto(first.url)
        await page.wait_for_selector("#app[data-ready]")
    async with SandboxServer(tmp_path / "other", first.port) as second:
        await Client(http, second).says("owner", "sau khi khởi động lại")
        await expect(page.locator(".mine .text")).to_have_text("sau khi khởi động lại")
