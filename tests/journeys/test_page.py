"""The main job through the page, in a browser as narrow as a phone; and reading a mail there."""

import re

from playwright.async_api import expect

from domain.money import vnd
from tests.support.browser import Browser
from tests.support.prepared import with_30_customers
from tests.support.qr import qr_text
from tests.support.steps import order_for
from tests.support.world import SAMPLES, World

ENTERPRISES = SAMPLES / "khach-hang-doanh-nghiep-30.xlsx"
TOTAL = 30 * 2_950_000


async def _step(browser: Browser, label: str, then: str) -> None:
    """Tap a button, wait for the result, and check that it fits the screen."""
    await browser.taps(label)
    await browser.sees(then)
    assert await browser.misfits() == []


async def _answer(browser: Browser, text: str, then: str) -> None:
    await browser.types(text)
    await browser.sees(then)
    assert await browser.misfits() == []


async def test_a_newcomer_buys_for_thirty_on_the_page(browser: Browser, world: World) -> None:
    page = browser.page
    await browser.choose("Gia Bảo")
    await _step(browser, "Bắt đầu", "Chào anh/chị kế toán dịch vụ")
    await _step(browser, "Bắt đầu đăng ký", "Anh/chị tên gì")
    await _answer(browser, "Nguyễn Thị Lan", "Mã số thuế của đơn vị")
    await _answer(browser, "0101243150", "Tên đơn vị kế toán")
    await _answer(browser, "Kế toán Minh An", "Số di động của anh/chị")
    await _step(browser, "Gửi số của tôi", "Email của anh/chị")
    await _answer(browser, "lan@minhan.vn", "Dữ liệu cá nhân")
    await _step(browser, "Tôi đồng ý", "Gõ mã xác nhận")
    await world.idle()
    codes = await world.codes("none", "lan@minhan.vn")
    await _answer(browser, codes, "Chào mừng Nguyễn Thị Lan")

    await _step(browser, "Khách hàng", "Danh mục chưa có khách nào")
    await browser.sends(ENTERPRISES)
    await browser.sees("30 khách đủ thông tin")
    await _step(browser, "Thêm 30 khách", "Đã vào danh mục: 30")
    await _step(browser, "Menu", "anh/chị cần em giúp gì")

    for label, then in (
        ("Mua hàng loạt", "Gói sản phẩm"),
        ("Standard", "Bước 2/6 · Năm tài chính"),
        ("2027", "Đối tượng nhận"),
        ("Kế toán dịch vụ", "Chọn khách hàng"),
        ("Chọn cả 30", "Kiểm tra đơn hàng"),
        ("Tôi đã kiểm tra", "☑️ Tôi đã kiểm tra"),
        ("Tiếp tục", "Đặt hàng?"),
        ("Đặt hàng", "Đã đặt đơn"),
    ):
        await _step(browser, label, then)

    await browser.sees("Đã đặt đơn")
    instruction = await browser.sees("Hướng dẫn thanh toán đơn")
    said = await instruction.inner_text()
    (code,) = re.findall(r"Nội dung: (KT\w{7})", said)
    assert vnd(TOTAL) in said
    assert f"Số tiền: {TOTAL}" in said

    # The picture as people see it, first in the chat, then enlarged.
    await instruction.get_by_role("button", name="Phóng to ảnh").click()
    enlarged = page.locator("#lightbox-img")
    await expect(enlarged).to_be_visible()
    assert await browser.misfits() == []
    read = qr_text(await enlarged.screenshot())
    assert f"5408{TOTAL}5802VN" in read
    assert f"08{len(code):02}{code}6304" in read
    await page.get_by_role("button", name="Đóng").click()

    for label, copied in (("Số tiền", str(TOTAL)), ("Nội dung", code)):
        await instruction.get_by_role("button", name=label).click()
        await expect(page.locator("#toasts")).to_contain_text(f"Đã sao chép: {copied}")
        assert await page.evaluate("navigator.clipboard.readText()") == copied

    await instruction.get_by_role("button", name="Mở đơn").click()
    card = await browser.sees("chờ thanh toán")
    await expect(card).to_contain_text(f"Đơn {code}")
    await expect(card).to_contain_text("Khách hàng: 30")
    assert await browser.misfits() == []
    assert await world.mails() == []


@with_30_customers
async def test_a_payment_instruction_is_read_in_the_mailbox(browser: Browser, world: World) -> None:
    chat = world.chat("newcomer")
    (customer,) = await order_for(chat, recipient="Khách hàng (nên chọn)", pick=1)

    await browser.opens("Hộp thư")
    mails = browser.page.get_by_role("button", name=re.compile(r"\[KT\w{7}\] Hướng dẫn thanh toán"))
    # No subject has a customer's name.
    await expect(mails).not_to_contain_text(customer)
    await mails.click()
    await expect(browser.page.get_by_role("heading", name="Hướng dẫn thanh toán")).to_be_visible()
    letter = browser.page.frame_locator("iframe.letter")
    await expect(letter.locator("body")).to_contain_text(customer)
    await expect(letter.locator("body")).to_contain_text(vnd(TOTAL // 30))
    qr = letter.get_by_role("img", name="Mã VietQR")
    read = qr_text(await qr.screenshot())
    assert f"5407{TOTAL // 30}5802VN" in read
    assert await letter.locator("html").evaluate("html => html.scrollWidth <= html.clientWidth")
    assert await browser.misfits() == []
