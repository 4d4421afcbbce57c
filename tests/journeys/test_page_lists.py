"""A list of customers through the page, on a phone: pasted, completed in one message, bought."""

from playwright.async_api import expect

from tests.support.browser import Browser
from tests.support.steps import register
from tests.support.world import SAMPLES, World

PASTED = (SAMPLES / "tin-nhan-dan.txt").read_text("utf-8")
"""Twelve companies, in turn with only the phone, only the email, or both."""


async def test_a_pasted_list_is_completed_and_bought_on_the_page(browser: Browser, world: World) -> None:
    await world.post("registry", on=False)
    await register(world.chat("newcomer"))
    await browser.choose("Gia Bảo")

    async def fits(then: str) -> None:
        await browser.sees(then)
        assert await browser.misfits() == []

    await browser.types(PASTED)
    await fits("12 khách còn thiếu")
    await browser.taps("Sửa 12 dòng")
    await fits("Khách số 1")
    await browser.types("1 Lê Lợi, Huế")
    await fits("Còn thiếu: email")
    await browser.taps("Hoàn tác")
    await fits("Còn thiếu: địa chỉ")
    await browser.taps("Các dòng cần sửa")
    await fits("1/2")
    await browser.taps("Về danh sách")

    answers = (
        "{}. {} Lê Lợi, Huế; khach{}@example.com",
        "{}. {} Lê Lợi, Huế; Trần Văn Bình; 0988000{:03}",
        "{}. {} Lê Lợi, Huế; Lê Thị Hoa",
    )
    lines = [answers[number % 3].format(number + 1, number + 1, number + 1) for number in range(12)]
    await browser.types("\n".join((*lines, "em cảm ơn ạ")))
    await fits("12 khách đủ thông tin")
    for label, then in (
        ("Mua cho 12 khách", "Gói sản phẩm"),
        ("Standard", "Kiểm tra đơn hàng"),
        ("Tôi đã kiểm tra", "☑️ Tôi đã kiểm tra"),
        ("Tiếp tục", "Đặt hàng?"),
        ("Đặt hàng", "Đã đặt đơn"),
    ):
        await browser.taps(label)
        await fits(then)
    await expect(await browser.sees("Đã đặt đơn")).to_contain_text("Khách hàng: 12")

    await browser.types("9969436387")
    await fits("Chưa kích hoạt")
