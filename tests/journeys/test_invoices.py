"""The invoices of a day, issued by SePay, in the right hands: by mail, in the chat, and mended there."""

import io
import re
from datetime import datetime, timedelta
from typing import Any
from zipfile import ZipFile

from domain.calendar import VIETNAM, day_of, start_of
from domain.money import vnd
from tests.support.apps import on_both_apps
from tests.support.prepared import COMPANIES, SHOPS, codes_of, registered, with_30_customers
from tests.support.steps import code_of_placed, order_for
from tests.support.world import Chat, World, is_window

PRICES = {"Standard": 2_950_000, "Hộ kinh doanh Plus": 990_000}
"""A package for each kind of customer."""

FIRM, OTHER = "lan@minhan.vn", "binh@holding.example.com"
RECIPIENTS = {
    "customer": ("Khách hàng (nên chọn)",),
    "accountant": ("Kế toán dịch vụ",),
    "other": (
        *("Người khác", "Một người cho tất cả", f"Trần Văn Bình {OTHER} 0987654321"),
        *(
            "Đơn vị khác",
            "0300588569",
            "Tên, địa chỉ khác",
            "Công ty CP Holding Bình Minh",
            "12 Lê Lợi, TP. Hồ Chí Minh",
        ),
        "Dùng binh@",
    ),
}
"""What is tapped or typed to say who receives."""


async def said(chat: Chat, words: str) -> list[dict[str, Any]]:
    """The bot's messages with these words that are no windows."""
    return [
        m for m in await chat.messages() if m["from"] == "bot" and not is_window(m) and words in m["text"]
    ]


async def pays(world: World, code: str, amount: int) -> None:
    await world.later()
    await world.post("bank/transfers", content=code, amount=amount)
    await world.idle()


async def next_morning(world: World) -> None:
    """Let the day end, its invoices be issued, and the morning come."""
    now = datetime.fromisoformat((await world.get("clock"))["now"]).astimezone(VIETNAM)
    night = start_of(day_of(now) + timedelta(days=1)) + timedelta(minutes=11)
    for moment in (night, night + timedelta(minutes=5), night + timedelta(hours=8)):
        await world.post("clock", now=moment.isoformat())
        await world.idle()


async def invoice_mails(world: World, to: str | None = None) -> list[dict[str, Any]]:
    return [mail for mail in await world.mails(to) if mail["subject"].startswith("Hóa đơn")]


async def checked_files(world: World, mail: dict[str, Any]) -> str:
    """Check that the mail carries the invoice that it names; returns its number."""
    found = re.match(r"Hóa đơn điện tử số (\d+) ký hiệu (\w+) ", mail["subject"])
    assert found is not None
    number, series = found.groups()
    files = {one["name"]: await world.download(one["url"]) for one in mail["attachments"]}
    assert list(files) == [f"hoa-don-{series}-{number}.{ending}" for ending in ("pdf", "xml")]
    pdf, xml = files.values()
    assert pdf.startswith(b"%PDF")
    assert f"<SHDon>{number}</SHDon>".encode() in xml
    assert "Mã tra cứu: " in mail["text"]
    assert f"Số hóa đơn: {number}" in mail["text"]
    return str(number)


async def places(chat: Chat) -> str:
    """Place the order from its review; returns its code."""
    for label in ("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"):
        await chat.taps_on(label)
    return await code_of_placed(chat)


async def orders_of_both_kinds(chat: Chat, codes: list[str], recipient: str) -> dict[str, int]:
    """Order for enterprises and households of one list, which are two orders; returns their sums by code."""
    placed: dict[str, int] = {}
    await chat.says("\n".join(codes))
    await chat.taps_on(f"Mua cho {len(codes)} khách")
    for package, price in PRICES.items():
        if placed and "Sang đơn" in str(chat.labels(await chat.window())):
            await chat.taps_on("Sang đơn")
        for answer in (package, "Đối tượng nhận", *RECIPIENTS[recipient]):
            labels = str(chat.labels(await chat.window()))
            if answer in labels:
                await chat.taps_on(answer)
            elif answer != package:
                await chat.says(answer)
        window = await chat.window()
        assert f"Gói: {package}" in window["text"]
        (count,) = re.findall(r"Khách hàng: (\d+)", window["text"])
        placed[await places(chat)] = int(count) * price
    return placed


def customers_for(recipient: str) -> list[str]:
    """The tax codes of those who are ordered for: an enterprise and a household, or one enterprise more."""
    companies, shops, at = codes_of(COMPANIES), codes_of(SHOPS), [*RECIPIENTS].index(recipient)
    return [companies[at], *([companies[9]] if recipient == "customer" else []), shops[at]]


async def mends(chat: Chat, refused: dict[str, Any], field: str, text: str) -> None:
    """Type one field of a refused buyer anew, and have the document issued."""
    window = await chat.opens(refused, "Sửa và gửi lại")
    assert f"{field.lower()} của người mua" in window["text"]
    await chat.taps_on("Sửa và gửi lại")
    await chat.taps_on(field)
    window = await chat.says(text)
    assert f"→ {text}" in window["text"]
    window = await chat.taps_on("Gửi lại để xuất")
    assert "✅ Em gửi lại để xuất." in window["text"]


@on_both_apps
@registered(COMPANIES, SHOPS)
async def test_each_kind_of_recipient_gets_the_invoice(world: World) -> None:
    """All three recipients, each with enterprises and with households."""
    chat = world.chat("newcomer")
    orders = {one: await orders_of_both_kinds(chat, customers_for(one), one) for one in RECIPIENTS}
    addresses = {mail["to"] for mail in await world.mails() if "[KT" in mail["subject"]}
    for code, amount in (one for of in orders.values() for one in of.items()):
        await pays(world, code, amount)
    assert await invoice_mails(world) == []

    # What is said before the day has ended.
    of_customers, _ = orders["customer"]
    await chat.says(of_customers)
    await chat.taps_on("Việc khác")
    window = await chat.taps_on("Hóa đơn")
    assert "Chưa có hóa đơn nào." in window["text"]
    assert "Hóa đơn được lập khi hết ngày nhận tiền" in window["text"]

    await next_morning(world)
    assert await said(chat, "Hóa đơn chưa xuất được") == []
    await world.later()
    mails = await invoice_mails(world)
    own = addresses - {OTHER}
    assert len(own) == 3
    # One document for each buyer and day, of both kinds of customers.
    assert sorted(mail["to"] for mail in mails) == sorted([*own, FIRM, OTHER])
    assert sorted([await checked_files(world, mail) for mail in mails], key=int) == [
        str(number) for number in range(1, 6)
    ]
    for address, unit, recipient in (
        (OTHER, "Công ty CP Holding Bình Minh", "other"),
        (FIRM, "Kế toán Minh An", "accountant"),
    ):
        (shared,) = await invoice_mails(world, address)
        assert unit in shared["text"]
        assert vnd(sum(orders[recipient].values())) in shared["text"]
    theirs = [mail["text"].splitlines()[0] for mail in mails if mail["to"] in own]
    assert sorted(line.split()[2] for line in theirs) == ["Công", "Công", "Hộ"]
    # The household's invoice bears its twelve digits as a tax code.
    (shop,) = [mail for mail in mails if mail["text"].startswith("Kính gửi Hộ kinh doanh")]
    assert f"MST: {codes_of(SHOPS)[0]}" in shop["text"]
    assert vnd(PRICES["Hộ kinh doanh Plus"]) in shop["text"]
    # One message for each order.
    told = await said(chat, "đã xuất")
    codes = {code for of in orders.values() for code in of}
    assert {code for code in codes for one in told if f"Đơn {code}: đã xuất" in one["text"]} == codes
    assert sum(one["text"].count("đã xuất") for one in told) == len(codes) == 6

    # The list, one of them, its mail once more, its files, and all in one.
    (message,) = [one for one in told if of_customers in one["text"]]
    window = await opened(chat, message, of_customers)
    assert "Đã xuất: 2" in window["text"]
    window = await chat.taps_on("✅ Số")
    assert f"Số tiền: {vnd(PRICES['Standard'])}" in window["text"]
    await chat.taps_on("Gửi lại email")
    assert len(await invoice_mails(world)) == 6
    again = (await invoice_mails(world))[-1]
    number = await checked_files(world, again)
    assert f"Hóa đơn điện tử số {number}" in window["text"]
    await chat.taps_on("Tải PDF")
    assert (await last_file(chat)).startswith(b"%PDF")
    await chat.taps_on("Các hóa đơn")
    await chat.taps_on("Tải tất cả")
    with ZipFile(io.BytesIO(await last_file(chat))) as archive:
        assert archive.testzip() is None
        assert sorted(name.rpartition(".")[2] for name in archive.namelist()) == ["pdf"] * 2 + ["xml"] * 2

    # It stands on the customer of the order.
    await chat.says(of_customers)
    await chat.taps_on("Khách trong đơn")
    window = await chat.taps_on("1")
    assert "🧾 Hóa đơn số " in window["text"]


async def opened(chat: Chat, message: dict[str, Any], code: str) -> dict[str, Any]:
    """Open the invoices of an order from the message about them; on Zalo several messages may be one."""
    if chat.app == "telegram":
        return await chat.opens(message, "Xem hóa đơn")
    await chat.says(code)
    return await chat.taps_on("Hóa đơn")


async def last_file(chat: Chat) -> bytes:
    url = [m["document"]["url"] for m in await chat.messages() if m["from"] == "bot" and m["document"]][-1]
    return await chat.world.download(url)


@on_both_apps
@with_30_customers
async def test_a_refused_buyer_is_mended_in_the_chat(world: World) -> None:
    chat = world.chat("newcomer")
    await order_for(chat, recipient="Khách hàng (nên chọn)", pick=3)
    await pays(world, await code_of_placed(chat), 3 * PRICES["Standard"])
    await world.post("einvoice/faults", error="refused", field="ADDRESS")
    await next_morning(world)
    assert len(await invoice_mails(world)) == 2
    (refused,) = await said(chat, "Hóa đơn chưa xuất được")
    assert "địa chỉ của người mua cần sửa" in refused["text"]
    await world.later()
    (told,) = await said(chat, "đã xuất 2 hóa đơn")
    # On Zalo it may come right behind the other, and is gathered then: its title is left of it.
    gathered = chat.app == "zalo" and "Tin em gom lại" in told["text"]
    assert gathered or "cần anh/chị sửa: 1" in told["text"]

    await mends(chat, refused, "Địa chỉ", "12 Hàng Bài, Hà Nội")
    await world.post("clock", advance="1m")
    await world.idle()
    mails = await invoice_mails(world)
    assert len(mails) == 3
    assert len({await checked_files(world, mail) for mail in mails}) == 3
