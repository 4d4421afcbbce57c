"""The desk's page in a real browser: by keyboard, as a screen reader has it, on a desktop and a phone."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from domain.orders import Order
from domain.people import Actor, Role
from domain.transfers import Attention, TransferState
from gateways.vietqr import png
from services.money.posting import take_in
from services.operations import Operations
from storage.database import Database
from tests.bot.test_upload_page import CONTRASTS
from tests.support.banks import Bank, reported
from tests.support.browser import browsing
from tests.support.desk_site import DeskSite

MISFITS = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide) found.push("the page scrolls sideways");
  for (const node of document.querySelectorAll("header *, main *")) {
    const box = node.getBoundingClientRect();
    // What only a screen reader reads has no room of its own.
    if (node.closest(".hidden, thead") || !box.width) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = node.children.length ? box : range.getBoundingClientRect();
    if (box.left < -1 || box.right > wide + 1 || text.width > box.width + 1)
      found.push(`<${node.tagName.toLowerCase()}> ${node.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""
"""Returns what is wider than the screen, or than its own box."""

DESKTOP, PHONE = (1280, 800), (390, 844)
SIZES = pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)], ids=str)


@contextlib.asynccontextmanager
async def seated(
    site: DeskSite, desk: Actor, size: tuple[int, int], dark: bool = False
) -> AsyncIterator[Page]:
    async with browsing(await site.link(desk), size, ready="main", dark=dark) as browser:
        await browser.page.get_by_role("button", name="Mở bàn làm việc").click()
        await browser.page.wait_for_selector("header")
        yield browser.page
        assert [error for error in browser.errors if "Content Security Policy" in error] == []


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called `name`."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"Tab does not reach {name}")


async def test_by_keyboard_alone(
    chromium: None, site: DeskSite, desk: Actor, order: Order, bank: Bank, database: Database
) -> None:
    for amount in (5, 6):
        await bank.tells("lai tien gui", amount)
    async with seated(site, desk, DESKTOP) as page:
        await page.keyboard.press("Tab")
        await expect(page.locator(":focus")).to_have_text("Tới nội dung")
        await page.keyboard.press("Enter")
        await expect(page.locator("#main")).to_be_focused()
        await tab_to(page, "Chọn 5 ₫")
        await page.keyboard.press("Space")
        assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        await tab_to(page, "🚫 Bỏ qua")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#reason")
        await tab_to(page, "Lý do")
        await page.keyboard.type("Lãi tiền gửi")
        await tab_to(page, "Bỏ qua: 1 khoản, 5 ₫")
        await page.keyboard.press("Enter")
        # What became of it is said, and has the focus.
        await expect(page.get_by_role("status")).to_have_text("1 dòng xong.")
        await expect(page.get_by_role("status")).to_be_focused()
    async with database.read() as uow:
        settled = await uow.transfers.get(1)
    assert settled is not None
    assert (settled.state, settled.note) == (TransferState.IGNORED, "Lãi tiền gửi")


@SIZES
async def test_a_screen_reader_finds_a_table_and_names(
    chromium: None,
    site: DeskSite,
    desk: Actor,
    order: Order,
    bank: Bank,
    size: tuple[int, int],
    dark: bool,
) -> None:
    await bank.tells("lai tien gui", 5)
    async with seated(site, desk, size, dark) as page:
        table = page.get_by_role("table", name="1 khoản")
        await expect(table).to_be_visible()
        await expect(table.get_by_role("columnheader", name="Nội dung")).to_have_count(1)
        await expect(table.get_by_role("rowheader", name="5 ₫")).to_have_count(1)
        await expect(table.get_by_role("checkbox", name="Chọn 5 ₫, 15/06/2026 12:00")).to_have_count(1)
        for name in ("Trạng thái", "Từ ngày", "Đến ngày", "Số tiền hoặc mã giao dịch"):
            await expect(page.get_by_label(name, exact=True)).to_have_count(1)
        await expect(page.get_by_role("navigation", name="Bảng")).to_have_count(1)
        await expect(page.get_by_role("link", name="Chuyển khoản")).to_have_attribute("aria-current", "page")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Chuyển khoản")
        assert await page.evaluate("document.querySelectorAll('script').length") == 0


@SIZES
async def test_every_page_fits_and_can_be_read(
    chromium: None,
    site: DeskSite,
    desk: Actor,
    order: Order,
    operations: Operations,
    bank: Bank,
    database: Database,
    size: tuple[int, int],
    dark: bool,
) -> None:
    async with database.read() as uow:
        first, second, *_ = await uow.payments.of_order(order.id)
    await bank.tells(first.code, first.amount + 700)
    await bank.tells("cty hoa sen 2 ck " + "khongdaucach" * 12, 1_950_000)
    async with database.write() as uow:
        for number in range(198):
            made = await take_in(uow, reported(f"chuyen tien lan {number}", 10**9 + number), bank.clock.now())
            assert made is not None
            found = await uow.transfers.get(made)
            assert found is not None
            await uow.transfers.save(
                replace(found, state=TransferState.UNMATCHED, attention=Attention.NO_CODE)
            )
    owner = Actor(order.accountant_id, order.firm_id, Role.OWNER)
    await operations.claim_transfer(owner, second.code, "telegram:wide")
    site.files["wide"] = png("WIDE" * 20)
    async with seated(site, desk, size, dark) as page:
        for path in (
            *("transfers", "transfers?page=8&all=1", "transfers/1", "transfers/2", "transfers?text=%3F"),
            *("cases", "cases/1", "orders?state=all", f"orders/{order.code}", "transfers?first=2099-01-01"),
            *("claims", "claims/1", "sign_offs", "firms", "payment"),
        ):
            await page.goto(f"{site.url}/desk/{path}")
            assert await page.evaluate(MISFITS) == [], path
            contrasts = await page.evaluate(CONTRASTS)
            assert [text for text, ratio in contrasts if ratio < 4.5] == [], path
        await page.goto(f"{site.url}/desk/claims/1")
        assert await page.evaluate("document.querySelector('img.sent').naturalWidth") > 0
        await page.goto(f"{site.url}/desk/transfers?all=1")
        await page.get_by_role("button", name="Ghi cho khách nêu trong nội dung").click()
        await expect(page.get_by_role("button", name="1 khoản, 1.950.000 ₫")).to_be_visible()
        assert await page.evaluate(MISFITS) == []


async def test_on_a_phone_the_filter_leaves_the_first_screen_to_the_rows(
    chromium: None, site: DeskSite, desk: Actor, order: Order, bank: Bank
) -> None:
    await bank.tells("lai tien gui", 5)
    async with seated(site, desk, PHONE) as page:
        row = page.get_by_role("row").filter(has_text="lai tien gui")
        box = await row.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < PHONE[1]
        await expect(page.get_by_label("Từ ngày")).to_be_hidden()
        # It opens by a tap or by keyboard, and says what it filters by when it is closed.
        await tab_to(page, "🔎 Bộ lọc")
        await page.keyboard.press("Space")
        await expect(page.get_by_label("Từ ngày")).to_be_visible()
        await page.get_by_label("Số tiền hoặc mã giao dịch").fill("5")
        await page.get_by_role("button", name="Lọc", exact=True).click()
        await expect(page.get_by_text("Cần xử lý · “5”")).to_be_visible()
    async with seated(site, desk, DESKTOP) as page:
        await expect(page.get_by_label("Từ ngày")).to_be_visible()
        await expect(page.get_by_text("Bộ lọc")).to_be_hidden()
