"""After an order, through the World API: activation, part payments, reminders, restoration.

Exactly the right messages come, once and in order.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from python_calamine import CalamineWorkbook

from tests.support.apps import on_both_apps
from tests.support.prepared import with_30_customers
from tests.support.steps import order_for
from tests.support.world import SAMPLES, Chat, World, is_window

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
PRICE = 2_950_000
LIST = SAMPLES / "khach-hang-doanh-nghiep-30.xlsx"

MOST_OF_A_RUN = {"telegram": 1, "zalo": 2}
"""The messages of a run. On Zalo its window stays, since no message can be edited."""

pytestmark = with_30_customers


async def _ready(world: World) -> Chat:
    """Nine in the morning of tomorrow."""
    tomorrow = datetime.now(UTC).astimezone(VIETNAM) + timedelta(days=1)
    nine = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)
    await world.post("clock", now=nine.isoformat())
    return world.chat("newcomer")


class Pushes:
    """The messages and edits that came unasked in a chat since the last look, each by its first line."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._seen: set[int] = set()

    async def new(self) -> list[dict[str, Any]]:
        said = [m for m in await self._chat.messages() if m["from"] == "bot" and not is_window(m)]
        found = [m for m in said if m["id"] not in self._seen]
        self._seen.update(m["id"] for m in said)
        return found

    async def headings(self) -> list[str]:
        return [line for message in await self.new() for line in headings_of(message)]


def headings_of(message: dict[str, Any]) -> list[str]:
    """The first line of each push in the message. An app with a quota gets several pushes in one message."""
    return [push.split("\n")[0] for push in message["text"].split("\n────────\n")]


async def _code(world: World, chat: Chat) -> str:
    said = [m["text"] for m in await chat.messages() if "Đã đặt đơn" in m["text"]]
    found = re.search(r"KT\w{7}", said[-1])
    assert found is not None
    return found[0]


async def _invoices(world: World, pushes: Pushes) -> list[str]:
    """What the one message that comes next tells of invoices. Where messages are gathered, it says so
    first."""
    await world.post("clock", advance="11m")
    await world.idle()
    (message,) = await pushes.new()
    return [line for line in message["text"].splitlines() if line.startswith("🧾")]


async def _licences(world: World) -> dict[str, str]:
    return {one["tax_code"]: one["state"] for one in await world.get("vendor/licences")}


@on_both_apps
async def test_thirty_activated_two_mended_paid_in_parts_and_no_word_more(world: World) -> None:
    chat = await _ready(world)
    pushes = Pushes(chat)
    await order_for(chat, recipient="Kế toán dịch vụ", pick="Chọn cả 30")
    code = await _code(world, chat)
    # The window is the order's notice, so that no push tells the same.
    assert (await chat.window())["text"].startswith(f"✅ Đã đặt đơn {code}")
    told = [m["text"] for m in await chat.messages() if f"Đã đặt đơn {code}" in m["text"]]
    assert len(told) == 1
    assert (await pushes.headings())[-1] == f"Hướng dẫn thanh toán đơn {code}"

    # Two customers that the vendor will refuse.
    wrong = [row[1] for row in CalamineWorkbook.from_path(LIST).get_sheet_by_index(0).to_python()[1:3]]
    for tax_code in wrong:
        await world.post("vendor/faults", tax_code=tax_code, error="login_taken", times=1)
    await chat.taps_on("Kích hoạt hàng loạt")
    await chat.taps_on("Kích hoạt 30 khách")
    result = (await pushes.new())[-1]
    # One message from start to end: the window became the progress, and the progress the result.
    assert [m for m in await chat.messages() if "▓" in m["text"] or "░" in m["text"]] == []
    assert (
        len([m for m in await chat.messages() if f"ích hoạt đơn {code}" in m["text"]])
        == MOST_OF_A_RUN[chat.app]
    )
    for shown in ("2 khách bị lỗi", "Đã chọn: 30 khách", "Xong: 28", "Lỗi: 2"):
        assert shown in result["text"]
    assert "Bỏ qua" not in result["text"]
    licences = await _licences(world)
    assert len(licences) == 28
    assert not set(wrong) & licences.keys()
    assert len(await world.mails()) == 28

    # Mend both and try only these two again.
    await chat.opens(result, "Sửa và thử lại (2)")
    for number in range(2):
        failed = [b for b in chat.labels(await chat.window()) if b.startswith("⚠️")]
        assert len(failed) == 2 - number
        await chat.taps_on(failed[0])
        await chat.taps_on("Điện thoại")
        await chat.says(f"098765432{number}")
    await chat.taps_on("Thử lại 2 khách")
    again = (await pushes.new())[-1]
    for shown in ("Đã kích hoạt đơn", "Đã chọn: 2 khách", "Xong: 2"):
        assert shown in again["text"]
    assert "Lỗi" not in again["text"]
    assert len(await _licences(world)) == 30
    assert len(await world.mails()) == 30

    # A part is paid, then time passes.
    await world.post("bank/transfers", content=code, amount=10_000_000)
    await world.idle()
    (asked,) = await pushes.new()
    assert asked["text"].startswith(f"💰 Đã nhận 10.000.000 ₫ cho đơn {code}")
    assert "Đủ cho 3/30 khách chưa trả" in asked["text"]
    await chat.opens(asked, "Chọn khách đã trả")
    (third,) = [label for label in chat.labels(await chat.window()) if "⬜️" in label][2:3]
    await chat.taps_on(third)
    await chat.taps_on("Xong, ghi cho 1 khách")
    received = (await pushes.new())[-1]
    assert received["text"].startswith("💰 Đã nhận 10.000.000 ₫")
    assert third.removeprefix("⬜️ ") in received["text"].splitlines()[2]
    assert "đã trả 3/30 khách, còn 78.500.000 ₫" in received["text"]
    await world.post("clock", advance="3d")
    await world.idle()
    assert await _invoices(world, pushes) == [f"🧾 Đơn {code}: đã xuất 1 hóa đơn"]
    await world.post("clock", advance="1d2h")
    await world.idle()
    (reminder,) = await pushes.new()
    # Three prices are paid, so three customers are reminded no more, and one of the others of the rest.
    assert reminder["text"].startswith("⏰ 27 khách chưa trả đủ")
    assert "(còn 3 ngày)" in reminder["text"]
    assert "· 27 khách, 78.500.000 ₫" in reminder["text"]
    assert ": còn 1.800.000 ₫" in reminder["text"]
    assert "chưa trả" in str(chat.labels(reminder))

    # The rest is paid, and no reminder comes any more.
    await world.later()
    await world.post("bank/transfers", content=code, amount=30 * PRICE - 10_000_000)
    await world.idle()
    (paid,) = await pushes.new()
    assert "78.500.000 ₫" in paid["text"]
    for _ in range(3):
        await world.post("clock", advance="3d")
        await world.idle()
    assert await pushes.headings() == [f"🧾 Đơn {code}: đã xuất 1 hóa đơn"]
    assert set((await _licences(world)).values()) == {"active"}
    assert len(await world.mails()) == 30 + 2
    assert len(await world.mails("lan@minhan.vn")) == 2
    assert await world.texts() == []


@on_both_apps
async def test_those_who_pay_for_themselves_are_suspended_and_restored(world: World) -> None:
    chat = await _ready(world)
    pushes = Pushes(chat)
    names = await order_for(chat, recipient="Khách hàng (nên chọn)", pick=4)
    code = await _code(world, chat)
    # The fourth was ordered by mistake.
    name = names[3].partition(" ·")[0]
    await chat.says("/donhang")
    for label in ("4 khách", "Sửa đơn", "Bỏ khách", name, "Bỏ 1 khách"):
        await chat.taps_on(label)
    window = await chat.taps_on("Bỏ khỏi đơn")
    assert f"{name} khỏi đơn {code}" in window["text"]
    assert "Khách hàng: 3" in window["text"]
    mails = await world.mails()
    (withdrawn,) = [mail for mail in mails if "Xin không chuyển khoản" in mail["subject"]]
    mails = [mail for mail in mails if mail["to"] != withdrawn["to"]]
    assert len(mails) == 3
    await chat.says("/kichhoat")
    await chat.taps_on("3 khách")
    await chat.taps_on("Kích hoạt 3 khách")
    await pushes.new()
    asked = {mail["to"]: re.search(r"KT\w{7}", mail["text"]) for mail in mails}
    codes = {to: found[0] for to, found in asked.items() if found}
    first, second, third = codes
    # One pays at once; the others let the seven days run out.
    await world.post("bank/transfers", content=codes[first], amount=PRICE)
    await world.idle()
    assert len(await pushes.new()) == 1
    assert "đã nhận 2.950.000 ₫" in (await world.mails(first))[-1]["text"]
    await world.post("clock", advance="7d2h")
    await world.idle()
    states = sorted((await _licences(world)).values())
    assert states == ["active", "suspended", "suspended"]
    (reminder,) = await pushes.new()
    assert "Đã hết 7 ngày" in reminder["text"]
    assert "2 khách" in reminder["text"]
    for to, count in ((first, 4), (second, 3), (third, 3)):
        # Each gets the instruction, the login, and either the receipt and the invoice or the reminder.
        assert len(await world.mails(to)) == count, to
    assert await _invoices(world, pushes) == [f"🧾 Đơn {code}: đã xuất 1 hóa đơn"]
    # The second pays late, twice by mistake.
    for _ in range(2):
        await world.later()
        await world.post("bank/transfers", content=codes[second], amount=PRICE)
        await world.idle()
    assert sorted((await _licences(world)).values()) == ["active", "active", "suspended"]
    told = await pushes.new()
    assert len(told) == 2
    for _ in range(3):
        await world.post("clock", advance="1d")
        await world.idle()
    assert await pushes.headings() == [f"🧾 Đơn {code}: đã xuất 1 hóa đơn"]
