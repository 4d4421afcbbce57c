"""The main job on Zalo through the page, as narrow as a phone: numbers, the upload page, the QR code."""

import re
from pathlib import Path

from playwright.async_api import expect

from domain.money import vnd
from tests.support.browser import Browser
from tests.support.qr import qr_text
from tests.support.world import SAMPLES, World

ENTERPRISES = SAMPLES / "khach-hang-doanh-nghiep-30.xlsx"
TOTAL = 30 * 2_950_000


async def _answer(browser: Browser, text: str, then: str) -> str:
    """Type an answer, wait for the result, and check that it fits the screen. Returns its text."""
    await browser.types(text)
    found = await browser.sees(then)
    assert await browser.misfits() == []
    return await found.inner_text()


def _key(window: str, label: str) -> str:
    """The number to type for a choice."""
    found = re.search(rf"^#?(\d+)\. .*{re.escape(label)}", window, re.MULTILINE)
    assert found is not None, window
    return found[1]


async def _send_by_page(browser: Browser, link: str, file: Path) -> None:
    """Open the link as the app does, in the phone's browser, and send a file there."""
    page = await browser.page.context.new_page()
    await page.goto(link)
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="Gửi tệp").click()
    await expect(page.locator("body")).to_contain_text("Em đã nhận")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.close()


async def test_a_newcomer_buys_for_thirty_on_zalo(browser: Browser, world: World) -> None:
    await browser.choose("Gia Bảo")
    await browser.page.get_by_role("button", name="Zalo").click()
    window = await _answer(browser, "Chào em", "Chào anh/chị kế toán dịch vụ")
    await _answer(browser, _key(window, "Bắt đầu"), "Anh/chị tên gì")
    await _answer(browser, "Nguyễn Thị Lan", "Mã số thuế của đơn vị")
    await _answer(browser, "0101243150", "Tên đơn vị kế toán")
    await _answer(browser, "Kế toán Minh An", "Số di động của anh/chị")
    await _answer(browser, "0912345678", "Email của anh/chị")
    window = await _answer(browser, "lan@minhan.vn", "Dữ liệu cá nhân")
    await _answer(browser, _key(window, "Tôi đồng ý"), "Gõ mã xác nhận")
    await world.idle()
    codes = await world.codes("0912345678", "lan@minhan.vn")
    await _answer(browser, codes, "Chào mừng Nguyễn Thị Lan")

    window = await _answer(browser, "tệp", "Gửi tệp tại đây")
    (link,) = re.findall(r"https?://\S+/upload/\S+", window)
    await _send_by_page(browser, link, ENTERPRISES)
    found = await browser.sees("30 khách đủ thông tin")
    window = await found.inner_text()
    await _answer(browser, _key(window, "Thêm 30 khách"), "Đã vào danh mục: 30")
    # There the word for buying means the customers of the list, with steps left out.
    await _answer(browser, "menu", "cần em giúp gì")

    for label, then in (
        ("", "Gói sản phẩm"),
        ("Standard", "Bước 2/6 · Năm tài chính"),
        ("2027", "Đối tượng nhận"),
        ("Kế toán dịch vụ", "Chọn khách hàng"),
        ("Chọn cả 30", "Kiểm tra đơn hàng"),
    ):
        window = await _answer(browser, _key(window, label) if label else "mua", then)
    both = f"{_key(window, 'Tôi đã kiểm tra')} {_key(window, 'Tiếp tục')}"
    window = await _answer(browser, both, "Đặt hàng?")
    (phrase,) = re.findall(r"trả lời: (DAT\s\w\d)", window)
    await _answer(browser, phrase, "Đã đặt đơn")

    said = await browser.sees("Hướng dẫn thanh toán đơn")
    text = await said.inner_text()
    (code,) = set(re.findall(r"Nội dung: (KT\w{7})", text))
    assert vnd(TOTAL) in text
    await said.get_by_role("button", name="Phóng to ảnh").click()
    enlarged = browser.page.locator("#lightbox-img")
    await expect(enlarged).to_be_visible()
    read = qr_text(await enlarged.screenshot())
    assert f"5408{TOTAL}5802VN" in read
    assert f"08{len(code):02}{code}6304" in read
    await browser.page.get_by_role("button", name="Đóng").click()

    # A value to copy comes alone in its message.
    (copy,) = re.findall(r"^([A-Z]\d)\. .*Nội dung", text, re.MULTILINE)
    await browser.types(copy)
    await expect(browser.said.last.locator(".text")).to_have_text(code)
    assert await browser.misfits() == []
    await browser.shows(await world.get("chats/zalo/newcomer/messages", after=0))
