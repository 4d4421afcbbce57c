"""Scenes on Zalo, the other app of the person who walks."""

import re

from docs.walk import PHONE_WIDTH, Walk
from tests.support.browser import PHONE
from tests.support.world import SAMPLES


async def on_zalo(walk: Walk) -> None:
    await walk.opens("zalo")
    await walk.types("Chào em")
    await walk.window("zalo-welcome", messages=2)
    await _link(walk)
    await _upload_page(walk)
    await _order(walk)


async def _link(walk: Walk) -> None:
    """Make a code on Telegram and send it on Zalo."""
    await walk.opens("telegram")
    await walk.types("/thongbao")
    await walk.taps("Tùy chọn", "Telegram và Zalo", "Nối Zalo")
    await walk.window("link-code")
    (code,) = re.findall(r"NOI \w{4}-\w{4}", (await walk.messages())[-1]["text"])
    await walk.opens("zalo")
    await walk.types(code)
    await walk.window("zalo-menu", messages=2)


async def _upload_page(walk: Walk) -> None:
    await walk.types("tệp")
    (link,) = re.findall(r"https?://\S+/upload/\S+", (await walk.messages())[-1]["text"])
    page = await walk.page.context.new_page()
    await page.set_viewport_size({"width": PHONE_WIDTH, "height": PHONE[1]})
    await page.goto(link)
    await page.locator("input[type=file]").set_input_files(SAMPLES / "khach-hang-doanh-nghiep-30.xlsx")
    walk.save("zalo-upload", await page.locator("body").screenshot())
    await page.close()


async def _order(walk: Walk) -> None:
    """Pick three customers in one message, then type the word that places the order."""
    await walk.types("mua")
    await walk.answers("Professional", "2027", "Kế toán dịch vụ")
    await walk.types("1 3 5")
    await walk.window("zalo-picking", messages=2)
    await walk.answers("Tiếp tục với 3")
    if "Dùng thông tin" in (await walk.messages())[-1]["text"]:
        await walk.answers("Dùng thông tin")
    await walk.answers("Tôi đã kiểm tra", "Tiếp tục")
    if "mua thêm gói" in (await walk.messages())[-1]["text"]:
        await walk.answers("mua thêm gói")
    await walk.window("zalo-place", messages=2)
    (phrase,) = re.findall(r"trả lời: (DAT\s\w\d)", (await walk.messages())[-1]["text"])
    await walk.types(phrase)
    await walk.world.idle()
    told = "\n".join(message["text"] for message in await walk.messages())
    await walk.types(re.findall(r"^(\w+\d)\. .*Nội dung", told, re.MULTILINE)[-1])
    await walk.window("zalo-pushed", messages=3)
