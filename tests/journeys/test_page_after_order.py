"""After an order, on the page as narrow as a phone, using the panels of vendor, bank and clock.

Exactly the right messages come, once and in order, and every window fits the screen.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from playwright.async_api import expect
from python_calamine import CalamineWorkbook

from gateways.vietqr import png
from sandbox.app import SandboxServer, seed_demo
from tests.support.browser import Browser
from tests.support.steps import order_for
from tests.support.world import SAMPLES, World, is_window, running_bot

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ROWS = (
    CalamineWorkbook.from_path(SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").get_sheet_by_index(0).to_python()
)
WRONG = {str(row[1]): str(row[2]) for row in ROWS[1:3]}
"""Tax codes and names of two customers that the vendor will refuse."""
IN_DAYS = re.compile(r"\(sau \d ngày nữa\)")
"""How the reader's form of a moment says how long it is from now."""


@pytest.fixture
async def world(server: SandboxServer, database_url: str) -> AsyncIterator[World]:
    """The world with the demo firm and the running bot, at nine tomorrow morning."""
    await seed_demo(server, database_url)
    async with aiohttp.ClientSession() as http, running_bot(server, DATABASE_URL=database_url):
        world = World(http, server.url)
        tomorrow = datetime.now(UTC).astimezone(VIETNAM) + timedelta(days=1)
        nine = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)
        await world.post("clock", now=nine.isoformat())
        yield world


class Owner:
    """The owner of the demo firm, at the page."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.browser = browser
        self.page = browser.page
        self.world = world
        self.chat = world.chat("owner")
        self.windows: set[int] = set()

    async def settled(self) -> None:
        """Wait until the bot is done and the page shows it, and check that it fits."""
        await self.world.idle()
        messages = await self.chat.messages()
        self.windows |= {message["id"] for message in messages if is_window(message)}
        await self.browser.shows(messages)
        assert await self.browser.misfits() == []

    async def taps(self, *labels: str) -> None:
        for label in labels:
            await self.browser.taps(label)
            await self.settled()

    async def types(self, text: str) -> None:
        await self.browser.types(text)
        await self.settled()

    async def panel(self, tab: str, button: str) -> None:
        """Press the first button of that name on another screen, and come back."""
        await self.browser.opens(tab)
        await self.page.locator("section.world").get_by_role("button", name=button, exact=True).first.click()
        if tab == "Đồng hồ":  # Its buttons rest until the clock has moved.
            await expect(self.page.get_by_role("button", name=button, exact=True)).to_be_enabled()
        await self.world.idle()
        assert await self.browser.misfits() == []
        await self.browser.opens("Trò chuyện")
        await self.settled()

    async def fails(self, tax_code: str, how: str) -> None:
        """Order a failure of a customer's next activation in the vendor's panel."""
        await self.browser.opens("Nhà cung cấp")
        form = self.page.locator("#panel-vendor form")
        await form.get_by_label("Làm hỏng lần kích hoạt tới của").fill(tax_code)
        await form.get_by_label("Hỏng thế nào").select_option(label=how)
        await form.get_by_role("button", name="Làm hỏng").click()
        await expect(self.page.locator("#panel-vendor .waiting").filter(has_text=tax_code)).to_be_visible()
        await self.browser.opens("Trò chuyện")

    async def told(self) -> list[str]:
        """The first line of each message that came unasked, as the page shows it."""
        said = [message["id"] for message in await self.chat.messages() if message["from"] == "bot"]
        shown = [
            self.page.locator(f"#message-{number} .text") for number in said if number not in self.windows
        ]
        return [(await text.inner_text()).split("\n")[0] for text in shown]


@pytest.fixture
async def owner(browser: Browser, world: World) -> Owner:
    await browser.choose("Hương")
    found = Owner(browser, world)
    await found.settled()
    return found


async def test_thirty_are_activated_mended_and_paid_in_parts_on_the_page(owner: Owner, world: World) -> None:
    before = await owner.told()
    await owner.types("/mua")
    await owner.taps("Standard", "2027", "Kế toán dịch vụ", "Chọn cả 30")
    await owner.taps("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng")
    instruction = await owner.browser.sees("Hướng dẫn thanh toán đơn")
    (code,) = re.findall(r"Nội dung: (KT\w{7})", await instruction.inner_text())
    # The window is the order's notice, and later that of a run its progress and its result.
    told_once = owner.browser.said.filter
    await expect(told_once(has_text=f"Đã đặt đơn {code}")).to_have_count(1)

    for tax_code, how in zip(WRONG, ("Tài khoản đã thuộc người khác", "Email không hợp lệ"), strict=True):
        await owner.fails(tax_code, how)
    await owner.taps("Kích hoạt hàng loạt", "Chọn từng khách")
    await expect(owner.browser.said.locator(".command").filter(has_text="/30")).to_have_count(0)
    await owner.taps("Quay lại", "Kích hoạt 30 khách")
    result = await owner.browser.sees("2 khách bị lỗi")
    for words in ("Đã chọn: 30 khách", "Xong: 28", "Lỗi: 2", *WRONG.values()):
        await expect(result).to_contain_text(words)
    await expect(told_once(has_text=f"ích hoạt đơn {code}")).to_have_count(1)

    await owner.taps("Sửa và thử lại (2)")
    for number in range(2):
        await owner.taps("⚠️ ")
        await owner.types(f"moi{number}@example.com")
    await owner.taps("Thử lại 2 khách")
    await owner.browser.sees("Đã kích hoạt đơn")
    await expect(told_once(has_text=f"ích hoạt đơn {code}")).to_have_count(2)

    await owner.panel("Ngân hàng", "Trả một phần")
    await owner.panel("Đồng hồ", "+3 ngày")
    await owner.panel("Đồng hồ", "+1 ngày")
    await owner.panel("Đồng hồ", "+1 giờ")
    await expect(await owner.browser.sees("15 khách chưa thanh toán")).to_contain_text(IN_DAYS)
    await owner.panel("Ngân hàng", "Trả đủ")
    for _ in range(2):
        await owner.panel("Đồng hồ", "+3 ngày")

    assert (await owner.told())[len(before) :] == [
        f"Hướng dẫn thanh toán đơn {code}",
        # Nobody chooses, so it is booked as the day ends.
        f"💰 Đã nhận 44.250.000 ₫ cho đơn {code}",
        "💰 Đã nhận 44.250.000 ₫",
        f"🧾 Đơn {code}: đã xuất 1 hóa đơn",
        "⏰ 15 khách chưa thanh toán",
        f"💰 Đơn {code} đã trả đủ 88.500.000 ₫, 30/30 ✅",
        f"🧾 Đơn {code}: đã xuất 1 hóa đơn",
    ]
    await owner.browser.opens("Nhà cung cấp")
    await expect(owner.page.locator("#panel-vendor")).to_contain_text("30 giấy phép, 0 tạm ngừng")
    assert len(await world.mails()) == 30 + 2, "one login each, and the two invoices"
    assert await world.texts() == []


async def test_every_window_after_an_order_fits_the_screen(
    owner: Owner, world: World, tmp_path: Path
) -> None:
    """With customers who pay: roll call, card, claim, timeline, cancelling, notices."""
    await order_for(owner.chat, recipient="Khách hàng (nên chọn)", pick=3)
    await owner.settled()
    await owner.taps("Mở đơn", "Thanh toán", "Bảng theo dõi")
    roll_call = await owner.browser.sees("Ai đã trả")
    await expect(roll_call).to_contain_text("Đã trả: 0/3")
    await owner.panel("Ngân hàng", "Trả một phần")
    await expect(roll_call).to_contain_text("còn 1.475.000 ₫")

    await owner.taps("⏳", "Lấy phiếu thanh toán")
    await owner.browser.sees("Mời quý khách thanh toán")
    await owner.taps("Gửi lại hướng dẫn", "Khách đã chuyển khoản")
    picture = tmp_path / "anh.png"
    picture.write_bytes(png("chuyen khoan"))
    await owner.browser.sends(picture, kind="ảnh")
    await owner.settled()
    await owner.browser.sees("đang chờ kiểm tra")

    await owner.taps("Các khoản", "Về đơn", "Khách trong đơn", "1", "Về đơn", "Lịch sử", "Về đơn")
    await owner.taps("Việc khác", "Gia hạn sang 2028", "Về đơn", "Việc khác", "Xuất Excel", "Về đơn")
    await owner.types("/kichhoat")
    await owner.taps("khách ·", "Kích hoạt 3 khách", "Mở đơn")
    await owner.types("/thongbao")
    await owner.taps("Tùy chọn", "Giờ yên lặng", "22h – 7h", "Đơn hàng: gửi ngay", "Quay lại")
    await owner.taps("Đánh dấu đã đọc hết")
    await owner.browser.sees("đã đọc hết")
