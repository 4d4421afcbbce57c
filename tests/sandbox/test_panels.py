"""The panels of bank, vendor, registry, invoices and clock, in Chromium as narrow as a phone. Skipped without
it."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import expect

from domain.codes import find_codes, new_code
from sandbox.app import SandboxServer
from tests.gateways.einvoices import SERIES
from tests.sandbox.client import Client
from tests.sandbox.einvoice.test_einvoice import Sepay
from tests.sandbox.vendor.test_vendor import Vendor
from tests.support.browser import Browser, browsing

CODE = new_code(lambda below: below // 3)
MAIL = f"Số tiền:       2.950.000 ₫\nNội dung:      {CODE}\n"


@pytest.fixture
async def browser(chromium: None, server: SandboxServer) -> AsyncIterator[Browser]:
    async with browsing(server.url) as opened:
        yield opened
        assert await opened.misfits() == []


@pytest.mark.usefixtures("bot")
async def test_an_instruction_is_paid_in_every_way(
    browser: Browser, world: Client, server: SandboxServer
) -> None:
    page = browser.page
    await browser.opens("Ngân hàng")
    await expect(page.get_by_text("Chưa có ai nhận hướng dẫn thanh toán.")).to_be_visible()
    title = f"[{CODE}] Hướng dẫn thanh toán năm 2026 - Công ty TNHH Thương mại Dịch vụ và Xây dựng Ánh Dương"
    server.mail.put("ke.toan.truong@cong-ty-co-ten-rat-dai.com.vn", "x@vendor.example", title, MAIL)
    card = page.get_by_role("listitem", name=CODE)
    await expect(card).to_contain_text("Chưa trả")
    assert await browser.misfits() == []
    for way, state in (
        ("Sai nội dung", "Chưa trả"),
        ("Trả một phần", "Còn 1.475.000 ₫"),
        ("Trả đủ", "Đã đủ"),
        ("Trả hai lần", "Đã đủ"),
    ):
        made = len(await world.get("bank/transfers"))
        await card.get_by_role("button", name=way).click()
        rows = page.locator("#panel-bank ul").last.get_by_role("listitem").filter(has_text="SePay")
        await expect(rows).to_have_count(made + (2 if way == "Trả hai lần" else 1))
        await expect(card).to_contain_text(state)
    await expect(card.get_by_role("button", name="Trả đủ")).to_be_disabled()
    transfers = await world.get("bank/transfers")
    assert [t["amount"] for t in transfers] == [2_950_000, 1_475_000, 1_475_000, 2_950_000, 2_950_000]
    assert [find_codes(t["content"]) for t in transfers] == [[]] + [[CODE]] * 4
    assert all(t["delivered"] for t in transfers)


@pytest.mark.usefixtures("bot")
async def test_any_transfer_can_be_made_and_told_again(browser: Browser, world: Client) -> None:
    page = browser.page
    await browser.opens("Ngân hàng")
    await page.get_by_label("Nội dung", exact=True).fill("Phí tháng 11")
    await page.get_by_label("Số tiền").fill("11.000")
    await page.get_by_label("Báo qua").select_option("Casso")
    await page.get_by_label("Tiền ra").check()
    await page.get_by_label("Ngân hàng giữ nguyên nội dung").check()
    await page.get_by_role("button", name="Chuyển khoản", exact=True).click()
    await expect(page.get_by_text("−11.000 ₫")).to_be_visible()
    await page.get_by_role("button", name="Báo lại").click()
    await expect(page.get_by_text("Đã báo 2 lần")).to_be_visible()
    (made,) = await world.get("bank/transfers")
    assert (made["content"], made["provider"], made["outgoing"]) == ("Phí tháng 11", "casso", True)
    assert browser.errors == []


async def test_an_activation_is_made_to_fail(
    browser: Browser, world: Client, http: aiohttp.ClientSession, server: SandboxServer
) -> None:
    page, vendor = browser.page, Vendor(http, server)
    await browser.opens("Nhà cung cấp")
    await page.get_by_label("Làm hỏng lần kích hoạt tới của").fill("0101243150")
    await page.get_by_label("Hỏng thế nào").select_option("Email không hợp lệ")
    await page.get_by_label("Mấy lần").fill("2")
    await page.get_by_role("button", name="Làm hỏng").click()
    await expect(page.get_by_text("0101243150: Email không hợp lệ")).to_be_visible()
    assert await vendor.refusal() == (422, "invalid", "email")
    await page.get_by_role("button", name="Bỏ hết").click()
    await expect(page.get_by_text("0101243150: Email không hợp lệ")).to_be_hidden()
    _, licence = await vendor.create()
    shown = page.get_by_role("listitem").filter(has_text="Công ty A")
    await expect(shown).to_contain_text("Đang dùng")
    await vendor.call("POST", f"/v1/licences/{licence['id']}/suspend", "s1")
    await expect(shown).to_contain_text("Tạm ngừng")
    await expect(page.get_by_text("1 giấy phép, 1 tạm ngừng")).to_be_visible()
    assert await world.get("vendor/faults") == []


async def test_the_registry_is_switched_off_and_made_to_fail(browser: Browser, world: Client) -> None:
    page = browser.page
    await world.bot("getUpdates", offset=-1)
    await browser.opens("Nhà cung cấp")
    await page.get_by_text("Tra cứu mã số thuế", exact=True).click()
    await page.get_by_label("Dịch vụ tra cứu mã số thuế đang chạy").uncheck()
    await page.get_by_label("Lần tra cứu tới").select_option("Trả lời vô nghĩa")
    await page.get_by_role("button", name="Đặt lỗi tra cứu").click()
    await expect(page.get_by_text("Tra cứu: Trả lời vô nghĩa")).to_be_visible()
    assert await world.get("registry") == {"on": False, "asked": 0}
    await page.get_by_role("button", name="Xóa lỗi tra cứu").click()
    await expect(page.get_by_text("Tra cứu: Trả lời vô nghĩa")).to_be_hidden()
    assert browser.errors == []


async def test_issued_invoices_are_listed_and_made_to_fail(
    browser: Browser, world: Client, http: aiohttp.ClientSession, server: SandboxServer
) -> None:
    page, sepay = browser.page, Sepay(http, server)
    await world.bot("getUpdates", offset=-1)
    await browser.opens("Nhà cung cấp")
    await page.get_by_text("Hóa đơn điện tử", exact=True).click()
    await expect(page.get_by_text("Chưa có hóa đơn nào.")).to_be_visible()
    await page.get_by_label("Lần lập hóa đơn tới").select_option("Mã số thuế người mua sai")
    await page.get_by_role("button", name="Đặt lỗi hóa đơn").click()
    await expect(page.get_by_text("Hóa đơn: Mã số thuế người mua sai")).to_be_visible()
    await sepay.log_in()
    assert (await sepay.create())[0] == 422
    await expect(page.get_by_text("Hóa đơn: Mã số thuế người mua sai")).to_be_hidden()
    tracking = await sepay.tracking()
    shown = page.get_by_role("listitem").filter(has_text="CÔNG TY A")
    await expect(shown).to_contain_text("Đang lập")
    await sepay.settle(tracking)
    await expect(shown).to_contain_text(f"1{SERIES} số 1")
    await expect(shown).to_contain_text("1.080.000 ₫")
    href = await shown.get_by_role("link", name="PDF").get_attribute("href")
    assert href
    assert (await world.download(href)).startswith(b"%PDF-")
    assert browser.errors == []


async def test_the_clock_moves_the_whole_page(browser: Browser, world: Client) -> None:
    page = browser.page
    await world.bot("getUpdates", offset=-1)
    await browser.opens("Đồng hồ")
    await expect(page.get_by_text("Bằng giờ thật")).to_be_visible()
    await page.get_by_role("button", name="+3 ngày").click()
    await page.get_by_role("button", name="+1 giờ").click()
    await expect(page.get_by_text("Nhanh hơn giờ thật 3 ngày 1 giờ")).to_be_visible()
    await world.post("clock", advance="1d")
    await expect(page.get_by_text("Nhanh hơn giờ thật 4 ngày 1 giờ")).to_be_visible()
    assert await browser.misfits() == []
    await browser.opens("Trò chuyện")
    await world.says("owner", "chào")
    await expect(page.locator(".day")).to_have_text("Hôm nay")
    await world.bot("getUpdates", offset=-1)
    updates = (await world.bot("getUpdates"))["result"]
    await world.bot("getUpdates", offset=updates[-1]["update_id"] + 1)
    await world.post("clock", advance="3d")
    await expect(page.locator(".day")).to_have_text(re.compile(r"\d\d/\d\d/\d{4}"))
