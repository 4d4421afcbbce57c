"""The invoices of an order's day where people look for them: in the chat, in the mailbox, at the provider.

On the page as narrow as a phone, for all three recipients, each with enterprises and households.
"""

import re

from playwright.async_api import expect

from domain.money import vnd
from tests.journeys.test_invoices import (
    FIRM,
    OTHER,
    PRICES,
    RECIPIENTS,
    customers_for,
    next_morning,
    orders_of_both_kinds,
)
from tests.support.browser import Browser
from tests.support.prepared import COMPANIES, SHOPS, registered
from tests.support.steps import code_of_placed
from tests.support.world import Chat, World


async def ordered_on_the_page(browser: Browser, chat: Chat) -> dict[str, int]:
    """Both orders for another recipient, each answer tapped or typed on the page; their sums by code."""
    answers = ["\n".join(customers_for("other")), "Mua cho 2 khách"]
    placing = ["Tôi đã kiểm tra", "Tiếp tục ▶", "🛒 Đặt hàng"]
    answers += ["Đối tượng nhận", *RECIPIENTS["other"], *placing, "Sang đơn", "Đối tượng nhận"]
    orders, packages = {}, iter(PRICES.values())
    for answer in [*answers, *RECIPIENTS["other"], *placing]:
        if answer in str(chat.labels(await chat.window())):
            await browser.taps(answer)
        else:
            await browser.types(answer)
        await chat.world.idle()
        await browser.shows(await chat.messages())
        assert await browser.misfits() == []
        if answer == placing[-1]:
            orders[await code_of_placed(chat)] = next(packages)
    return orders


@registered(COMPANIES, SHOPS)
async def test_invoices_are_where_each_person_looks(browser: Browser, world: World) -> None:
    page, chat = browser.page, world.chat("newcomer")
    orders = {
        one: await orders_of_both_kinds(chat, customers_for(one), one) for one in ("customer", "accountant")
    }
    await browser.choose("Gia Bảo")
    orders["other"] = await ordered_on_the_page(browser, chat)
    for code, amount in (one for of in orders.values() for one in of.items()):
        await world.post("bank/transfers", content=code, amount=amount)
    await next_morning(world)
    await browser.shows(await chat.messages())

    # The accountant: one message for each order, and from it the invoices, one of them, and its files.
    for code in (code for of in orders.values() for code in of):
        await expect(browser.said.filter(has_text=f"Đơn {code}: đã xuất")).to_have_count(1)
    of_customers, of_shop = orders["customer"]
    told = await browser.sees(f"Đơn {of_customers}: đã xuất 2 hóa đơn")
    await told.get_by_role("button", name="Xem hóa đơn").click()
    await browser.sees(f"Hóa đơn đơn {of_customers}")
    await browser.taps("✅ Số")
    card = await browser.sees("Hóa đơn điện tử số")
    await expect(card).to_contain_text("Mã tra cứu: ")
    assert await browser.misfits() == []
    for label, ending in (("Tải PDF", "pdf"), ("Tải XML", "xml")):
        await browser.taps(label)
        link = browser.said.get_by_role("link", name=re.compile(rf"hoa-don-\w+-\d+\.{ending}")).last
        await expect(link).to_be_visible()
        async with page.expect_download() as download:
            await link.click()
        assert (await (await download.value).path()).read_bytes()[:5] in (b"%PDF-", b"<?xml")
    assert await browser.misfits() == []

    # Each recipient: the mail, with both files.
    mails = [mail for mail in await world.mails() if mail["subject"].startswith("Hóa đơn")]
    (shop,) = [mail for mail in mails if mail["text"].startswith("Kính gửi Hộ kinh doanh")]
    company = next(mail for mail in mails if mail["to"] not in (shop["to"], FIRM, OTHER))
    await browser.opens("Hộp thư")
    boxes = {
        company["to"]: orders["customer"][of_customers] // 2,
        shop["to"]: orders["customer"][of_shop],
        FIRM: sum(orders["accountant"].values()),
        OTHER: sum(orders["other"].values()),
    }
    for address, amount in boxes.items():
        await page.get_by_label("Chọn hộp thư").select_option(address)
        await page.locator("#panel-mail .row-button").filter(has_text="Hóa đơn điện tử").click()
        letter = page.frame_locator("iframe.letter").locator("body")
        await expect(letter).to_contain_text(vnd(amount))
        files = page.locator(".attachments a")
        await expect(files).to_have_text([re.compile(rf"hoa-don-\w+-\d+\.{one}") for one in ("pdf", "xml")])
        async with page.expect_download() as download:
            await files.last.click()
        content = (await (await download.value).path()).read_text("utf-8")
        assert f"<TgTTTBSo>{amount}</TgTTTBSo>" in content
        assert await browser.misfits() == []
        await page.get_by_role("button", name="Tất cả thư").click()

    # The provider: all five, with their numbers and files.
    await browser.opens("Nhà cung cấp")
    await page.get_by_text("Hóa đơn điện tử", exact=True).click()
    issued = page.locator("#panel-vendor details li.card").filter(has_text=" số ")
    await expect(issued).to_have_count(5)
    await expect(issued.get_by_role("link", name="PDF")).to_have_count(5)
    await expect(issued.filter(has_text="Công ty CP Holding Bình Minh")).to_contain_text(vnd(boxes[OTHER]))
    assert await browser.misfits() == []
