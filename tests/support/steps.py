"""Steps that several journeys share."""

import re
from typing import Any

from tests.support.world import Chat

MINH_AN = "0101243150"


async def register(chat: Chat, tax_code: str = MINH_AN, name: str = "Nguyễn Thị Lan") -> None:
    """Go from first contact to the menu."""
    await chat.says("/start")
    await chat.taps_on("Bắt đầu")
    phone, email = "0912345678", "lan@minhan.vn"
    if tax_code != MINH_AN:
        # Two firms are two people.
        phone, email = f"0912{tax_code[-6:]}", f"lan{tax_code}@minhan.vn"
    for answer in (name, tax_code, "Kế toán Minh An", phone, email):
        await chat.says(answer)
    window = await agree(chat, phone, email)
    assert "Chào mừng" in window["text"]


async def agree(chat: Chat, phone: str, email: str) -> dict[str, Any]:
    """Agree at the end of the registration, and type the codes that came."""
    await chat.taps_on("đồng ý")
    return await chat.says(await chat.world.codes(phone, email))


async def upload(chat: Chat, workbook: bytes, expected: int) -> None:
    """Take the customers of a workbook into the catalogue."""
    await chat.says("/khachhang")
    window = await chat.sends(workbook, "khach-hang.xlsx")
    assert f"{expected} khách đủ thông tin" in window["text"], window["text"]
    window = await chat.taps_on(f"Thêm {expected} khách")
    assert f"Đã vào danh mục: {expected} khách" in window["text"]
    await chat.taps_on("Menu")


async def order_for(chat: Chat, recipient: str, pick: str | int, package: str = "Standard") -> list[str]:
    """Go from the menu to the placed order. `pick` is a button's label, or how many to pick one by one.

    Returns the names of those picked one by one, without their legal form.
    """
    if "Mua hàng loạt" not in str(chat.labels(await chat.window())):
        await chat.says("/start")
    for label in ("Mua hàng loạt", package, "2027", recipient):
        await chat.taps_on(label)
    names: list[str] = []
    if isinstance(pick, int):
        for place in range(pick):
            label = chat.labels(await chat.window())[place].removeprefix("⬜️ ").partition(" ·")[0]
            names.append(label)
            await chat.taps_on(label)
        await chat.taps_on(f"Tiếp tục với {pick}")
    else:
        await chat.taps_on(pick)
    if "Dữ liệu kế toán" in (await chat.window())["text"].splitlines()[0]:
        # Nothing is asked where each customer has declared it.
        await chat.taps_on("Dùng thông tin")
    for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
        window = await chat.taps_on(label)
    assert "Đã đặt đơn" in window["text"]
    return names


async def code_of_placed(chat: Chat) -> str:
    """The code of the order that the window tells as placed."""
    found = re.search(r"Đã đặt đơn (KT\w{7})", (await chat.window())["text"])
    assert found is not None
    return found[1]
