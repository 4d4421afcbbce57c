"""`python -m docs.pictures`: the pictures of `docs/pictures/`, from a walk through the sandbox in Chromium.

Needs what the tests of the page need: chromium, fonts-noto-core, fonts-noto-color-emoji.
"""

import asyncio
import logging
import re
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import openpyxl

from docs.walk import FOLDER, PHONE_WIDTH, PLAIN, Walk
from docs.zalo_pictures import on_zalo
from domain.calendar import VIETNAM
from sandbox.app import SandboxServer, seed_demo
from tests.support.browser import CHROMIUM, browsing
from tests.support.world import SAMPLES, World, running_bot

LIMIT = 1_500_000
"""How many bytes all pictures together may have."""

ENTERPRISES = SAMPLES / "khach-hang-doanh-nghiep-30.xlsx"
TAX_CODE = "9922014439"
"""The customer Việt Đức 13 of that list."""


async def catalogue(walk: Walk) -> None:
    """Draw the way from the first tap to a catalogue of thirty customers."""
    await walk.taps("Bắt đầu")
    await walk.window("welcome")
    await walk.taps("Bắt đầu đăng ký")
    await walk.types("Nguyễn Thị Lan", "0101243150", "Kế toán Minh An")
    await walk.window("register-phone")
    await walk.types("0912345678", "lan@minhan.vn")
    await walk.window("register")
    await walk.taps("Tôi đồng ý")
    await walk.types(await walk.world.codes("0912345678", "lan@minhan.vn"))
    await walk.window("menu")
    await walk.taps("Khách hàng")
    await walk.sends(ENTERPRISES)
    await walk.taps("Thêm 30", "Xem danh mục")
    await walk.window("catalogue")
    await walk.taps("Việt Đức 13")
    await walk.window("customer")


async def lists(walk: Walk) -> None:
    """Draw a pasted list and a workbook as people really send them, and one of its rows put right."""
    await walk.types((SAMPLES / "tin-nhan-dan.txt").read_text("utf-8"))
    await walk.window("pasted")
    await walk.sends(SAMPLES / "danh-sach-lon-xon.xlsx")
    await walk.window("workbook")
    await walk.taps("Sửa 4 dòng", "Để sau")
    await walk.window("fixing")
    await walk.types("/start")


async def order(walk: Walk) -> None:
    """Draw one order for all customers, with the accountant as recipient."""
    await walk.types("/mua")
    await walk.window("package")
    await walk.taps("Standard")
    await walk.window("year")
    await walk.taps("2027")
    await walk.window("recipient")
    await walk.taps("Kế toán dịch vụ", "Việt Đức 13", "Kim Long 16", "Minh Khôi 07")
    await walk.window("customers")
    await walk.types("/mua")
    await walk.window("resume")
    await walk.taps("Làm tiếp", "Chọn cả 30", "Tiếp tục với 30", "Dữ liệu kế toán")
    await walk.window("accounting")
    await walk.taps("Dùng thông tin")
    await walk.taps("Tôi đã kiểm tra")
    await walk.window("review")
    await walk.taps("Xem từng khách", "Việt Đức 13")
    await walk.window("line")
    await walk.taps("Về kiểm tra", "Tiếp tục")
    await walk.window("place")
    await walk.taps("Đặt hàng")
    await walk.window("payment")
    await walk.window("placed", messages=3)


async def letters(walk: Walk) -> None:
    """Draw what a customer receives who pays for their own licence."""
    await walk.types("/mua")
    await walk.taps("Standard", "2028", "Khách hàng (nên chọn)", "Việt Đức 13", "Tiếp tục với 1")
    await walk.passes("Dùng thông tin")
    await walk.taps("Tôi đã kiểm tra", "Tiếp tục")
    await walk.passes("mua thêm gói")
    await walk.taps("Đặt hàng")
    await walk.browser.opens("Hộp thư")
    await walk.page.locator("#panel-mail .row-button").first.click()
    await walk.page.frame_locator("iframe.letter").get_by_role("img").wait_for()
    await walk.screen("mail", 1370)
    await walk.browser.opens("Tin nhắn SMS")
    await walk.screen("sms", 400)
    await walk.browser.opens("Trò chuyện")


async def activation(walk: Walk) -> None:
    """Draw the activation of all thirty at once; the vendor refuses two of them."""
    for row in list(openpyxl.load_workbook(ENTERPRISES).worksheets[0].values)[1:3]:
        await walk.world.post("vendor/faults", tax_code=str(row[1]), error="login_taken", times=1)
    await walk.taps("Kích hoạt hàng loạt")
    await walk.window("activate")
    await walk.taps("Kích hoạt 30")
    await walk.window("activated")
    await walk.taps("Sửa và thử lại")
    await walk.taps("⚠️")
    await walk.types("giamdoc@congty.vn")
    await walk.window("mended")
    await walk.taps("⚠️")
    await walk.types("giamdoc2@congty.vn")
    await walk.taps("Thử lại 2")


async def money(walk: Walk) -> None:
    """Draw three customers who pay: one in part, one not at all, one by a transfer without a known code."""
    await walk.types("/mua")
    await walk.taps("Starter", "2027", "Khách hàng (nên chọn)", "Việt Đức 13", "Kim Long 16", "Minh Khôi 07")
    await walk.taps("Tiếp tục với 3")
    await walk.passes("Dùng thông tin")
    await walk.taps("Tôi đã kiểm tra", "Tiếp tục")
    await walk.passes("mua thêm gói")
    await walk.taps("Đặt hàng")
    mails = [mail["text"] for mail in (await walk.world.mails())[-3:]]
    first, second, _ = (re.findall(r"KT\w{7}", text)[0] for text in mails)
    for content, amount in ((first, 1_950_000), (second, 950_000), ("Chuyen tien phan mem", 1_950_000)):
        await walk.world.post("bank/transfers", content=content, amount=amount)
    await walk.settled()
    await walk.window("received")
    await walk.taps("Xem thanh toán")
    await walk.window("payments")
    await walk.taps("⏳")
    await walk.window("payment-request")
    await walk.taps("Lấy phiếu")
    await walk.window("payment-card")
    await walk.types("/start", TAX_CODE)
    await walk.window("timeline")
    await walk.types("/donhang")
    await walk.taps("khách ·")
    await walk.window("order")
    await walk.types("/thongbao")
    await walk.window("notices")


async def seven_days(walk: Walk) -> None:
    await walk.opens("telegram")
    await walk.types("/start")
    await walk.world.post("clock", advance="4d2h")
    await walk.settled()
    await walk.window("reminder")


async def back_office(walk: Walk) -> None:
    await walk.takes_up("backoffice", "Thu Hà")
    await walk.taps("Bắt đầu")
    await walk.window("desk")
    await walk.taps("Chuyển khoản cần xử lý", "1.950.000")
    await walk.window("desk-transfer")
    await walk.taps("Quay lại", "Bàn làm việc", "Số liệu ngày")
    await walk.window("desk-totals", messages=2)
    await walk.taps("Bàn làm việc", "Tra cứu")
    await walk.types("Minh An")
    await walk.window("desk-found")


async def staff(walk: Walk) -> None:
    await walk.types("/start")
    await walk.taps("Nhân viên", "Mời nhân viên")
    await walk.window("invitation")


async def desktop(walk: Walk, url: str) -> None:
    """Draw the sandbox on a wide screen, in the middle of the same chat."""
    async with browsing(url, (1280, 760)) as wide:
        await wide.page.add_style_tag(content=PLAIN)
        await wide.choose("Gia Bảo")
        await wide.shows(await walk.world.chat("newcomer").messages())
        await wide.page.locator("#panel-mail .row-button").first.click()
        await wide.page.frame_locator("iframe.letter").get_by_role("img").wait_for()
        walk.save("sandbox", await wide.page.screenshot(animations="disabled"))


async def morning(world: World) -> None:
    """Move the clock to nine tomorrow, an hour at which reminders go out."""
    tomorrow = datetime.now(VIETNAM) + timedelta(days=1)
    await world.post("clock", now=tomorrow.replace(hour=9, minute=0, second=0).isoformat())


async def draw(folder: Path) -> dict[str, int]:
    async with SandboxServer(folder / "world") as server:
        await seed_demo(server, server.environment(0)["DATABASE_URL"])
        async with (
            running_bot(server, LOG_LEVEL="WARNING"),
            aiohttp.ClientSession() as http,
            browsing(server.url, (PHONE_WIDTH, 844), scale=1.6) as browser,
        ):
            walk = Walk(browser, World(http, server.url))
            await morning(walk.world)
            await browser.page.add_style_tag(content=PLAIN)
            await browser.choose("Gia Bảo")
            await catalogue(walk)
            await lists(walk)
            await order(walk)
            await activation(walk)
            await letters(walk)
            await staff(walk)
            await desktop(walk, server.url)
            await money(walk)
            await back_office(walk)
            # Before invoices are issued: what tells of them would come between.
            await walk.takes_up("newcomer", "Gia Bảo")
            await on_zalo(walk)
            await seven_days(walk)
            if browser.errors:
                raise RuntimeError(f"the page complained: {browser.errors}")
            return walk.sizes


def report(sizes: dict[str, int], stale: Sequence[Path]) -> int:
    """Print what was drawn. Returns 1 if the pictures are too large."""
    for name, size in sizes.items():
        print(f"{size:>8,} {name}.png")
    for path in stale:
        print(f"  not drawn any more: {path.name}")
    total = sum(sizes.values())
    print(f"{total:>8,} of {LIMIT:,} bytes")
    return 0 if total <= LIMIT and not stale else 1


def main() -> int:
    if CHROMIUM is None:
        print("No Chromium: apt-get install chromium fonts-noto-core fonts-noto-color-emoji", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.WARNING)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sizes = asyncio.run(draw(Path(folder)))
    return report(sizes, [path for path in sorted(FOLDER.glob("*.png")) if path.stem not in sizes])


if __name__ == "__main__":
    sys.exit(main())
