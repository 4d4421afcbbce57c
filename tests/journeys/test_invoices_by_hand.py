"""Back office issues the invoices of a day by hand: a workbook out, filled in, and back with its numbers."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import aiohttp
import pytest

from domain.calendar import VIETNAM, day_of, start_of
from gateways.vietqr import png
from sandbox.app import SandboxServer
from tests.support.apps import on_both_apps
from tests.support.invoice_books import InvoiceBook
from tests.support.invoice_papers import PDF, xml, zipped
from tests.support.prepared import with_30_customers
from tests.support.steps import code_of_placed, order_for
from tests.support.world import Chat, World, back_office_in, running_bot
from texts.common import own_part

PRICE = 2_950_000


@pytest.fixture
async def world(server: SandboxServer, database_url: str, app: str) -> AsyncIterator[World]:
    """The world with a bot whose invoices are issued by back office."""
    settings = {"DATABASE_URL": database_url, "INVOICE_MODE": "by_hand", **back_office_in(server, app)}
    async with aiohttp.ClientSession() as http, running_bot(server, **settings):
        yield World(http, server.url, app)


async def last_book(chat: Chat) -> InvoiceBook:
    url = [m["document"]["url"] for m in await chat.messages() if m["document"]][-1]
    return InvoiceBook(await chat.world.download(url))


async def now(world: World) -> datetime:
    return datetime.fromisoformat((await world.get("clock"))["now"]).astimezone(VIETNAM)


async def until(world: World, moment: datetime) -> None:
    """Let time pass until `moment`, and all that is due by then be done."""
    await world.post("clock", now=moment.isoformat())
    await world.idle()


@on_both_apps
@with_30_customers
async def test_invoices_by_hand_from_the_money_to_their_numbers(world: World) -> None:
    chat, desk = world.chat("newcomer"), world.chat("backoffice")
    names = await order_for(chat, recipient="Khách hàng", pick=3)
    code = await code_of_placed(chat)
    await world.later()
    day = day_of(await now(world))
    await world.post("bank/transfers", content=code, amount=3 * PRICE)
    await world.idle()
    assert "Hóa đơn (" not in str(desk.labels(await desk.says("/start")))

    # The day ends, and what was paid on it waits for back office.
    await until(world, start_of(day + timedelta(days=1)) + timedelta(hours=8))
    await desk.says("/start")
    window = await desk.taps_on("Hóa đơn (3)")
    assert "Cách xuất: xuất tay" in window["text"]
    assert "Chờ phát hành: 3" in window["text"]
    await desk.taps_on("Tải hàng chờ (Excel)")
    book = await last_book(desk)
    assert {own_part(row["Tên đơn vị"]) for row in book.rows} == set(names)
    assert {(row["Tổng"], row["Thuế suất"], row["Đơn hàng"]) for row in book.rows} == {(PRICE, "KCT", code)}
    codes = [row["MST"] for row in book.rows]
    assert {type(one) for one in codes} == {str}
    assert {row["Ngày lập"].date() for row in book.rows} == {day}

    # Filled in with one wrong row: its total was changed. It comes back where files come in.
    series = f"C{day:%y}TAA"
    for row in (2, 3, 4):
        book.number(row, row + 99, day, series, authority_code=f"00{row}", lookup_code=f"0000{row}")
    book.put(4, total=PRICE + 1)
    assert "Đang xử lý: 3" in (await desk.window())["text"]
    window = await desk.sends(book.saved(), "hoa-don.xlsx")
    assert "2 hóa đơn sẽ được ghi số" in window["text"]
    assert "1 dòng cần sửa" in window["text"]
    window = await desk.taps_on("Xem các dòng cần sửa")
    assert "Dòng 4" in window["text"]
    assert "Tổng trong tệp là 2.950.001 ₫, tổng của chứng từ là 2.950.000 ₫" in window["text"]
    await desk.taps_on("Quay lại")
    window = await desk.taps_on("Ghi nhận 2 hóa đơn")
    assert "Đã ghi số cho 2 hóa đơn. Còn 1 dòng cần sửa" in window["text"]

    # What is left is the same document as before, and is mended.
    await desk.taps_on("Tải hàng chờ (Excel)")
    left = await last_book(desk)
    assert [row["Mã chứng từ"] for row in left.rows] == [book.rows[2]["Mã chứng từ"]]
    book.put(4, total=PRICE)
    window = await desk.sends(book.saved(), "hoa-don.xlsx")
    assert "1 hóa đơn sẽ được ghi số" in window["text"]
    assert "Đã ghi từ trước: 2" in window["text"]
    window = await desk.taps_on("Ghi nhận 1 hóa đơn")
    assert "Đã phát hành hôm nay: 3" in window["text"]
    assert "Tải hàng chờ" not in str(desk.labels(window))

    # Any of them is found again by its number, with all that it bears.
    await desk.taps_on("Tìm hóa đơn")
    window = await desk.says("103")
    for words in ("số 103", f"ký hiệu {series}", "Mã tra cứu: 00004", codes[2], f"Đơn: {code}"):
        assert words in window["text"]
    assert "Email cho người mua: đã gửi" in window["text"]
    # Each recipient has got the mail.
    mails = [mail for mail in await world.mails() if "Hóa đơn" in mail["subject"]]
    assert len(mails) == 3
    assert not any(mail["attachments"] for mail in mails)

    # The files come back, too: one pair alone, the others in an archive with a wrong one.
    papers = {
        number: xml(series, str(number), row["Tổng"], row["MST"])
        for number, row in zip((101, 102, 103), book.rows, strict=True)
    }
    await desk.says("/start")
    await desk.taps_on("Hóa đơn")
    window = await desk.sends(papers[101], f"1{series}_00000101.xml")
    assert f"Số 101 · {series} · XML · " in window["text"]
    assert "1 hóa đơn em chỉ lưu, không gửi email" in window["text"]
    await desk.taps_on("Lưu tệp của 1 hóa đơn")
    files = {f"1{series}_101.pdf": PDF, "b.xml": papers[102], "b.pdf": PDF, "c.xml": papers[103]}
    wrong = {"c.pdf": PDF, "d.xml": xml(series, "103", PRICE + 1, book.rows[2]["MST"])}
    window = await desk.sends(zipped(files | wrong), "hoa-don.zip")
    assert "3 hóa đơn vừa đủ PDF và XML" in window["text"]
    await desk.taps_on("Xem các tệp chưa đúng")
    assert "d.xml\nTrùng với tệp c.xml" in (await desk.window())["text"]
    await desk.taps_on("Quay lại")
    window = await desk.taps_on("Lưu tệp của 3 hóa đơn")
    assert "Em gửi email kèm tệp cho 3 hóa đơn" in window["text"]
    again = [mail for mail in await world.mails() if "Hóa đơn" in mail["subject"]][3:]
    assert sorted(mail["to"] for mail in again) == sorted(mail["to"] for mail in mails)
    for mail in again:
        pdf, original = mail["attachments"]
        number = int(mail["subject"].split("số ")[1].split()[0])
        assert (pdf["name"], original["name"]) == tuple(
            f"hoa-don-{series}-{number}.{ending}" for ending in ("pdf", "xml")
        )
        assert await world.download(original["url"]) == papers[number]


@on_both_apps
@with_30_customers
async def test_mistakes_on_issued_invoices_are_put_right(world: World) -> None:
    chat, desk = world.chat("newcomer"), world.chat("backoffice")
    await order_for(chat, recipient="Khách hàng", pick=2)
    code = await code_of_placed(chat)
    await world.later()
    day = day_of(await now(world))
    await world.post("bank/transfers", content=code, amount=2 * PRICE)
    await until(world, start_of(day + timedelta(days=1)) + timedelta(hours=8))
    await desk.says("/start")
    await desk.taps_on("Hóa đơn (2)")
    await desk.taps_on("Tải hàng chờ (Excel)")
    book, series = await last_book(desk), f"C{day:%y}TAA"
    for row in (2, 3):
        book.number(row, row + 99, day, series)
    await desk.sends(book.saved(), "hoa-don.xlsx")
    await desk.taps_on("Ghi nhận 2 hóa đơn")

    # A wrong name: a notice, which is listed until it was sent.
    await desk.taps_on("Tìm hóa đơn")
    await desk.says("101")
    await desk.taps_on("Sửa sai sót")
    await desk.taps_on("Chỉ sai tên, địa chỉ")
    await desk.says("Công ty TNHH Hoa Mai")
    window = await desk.taps_on("Giữ nguyên")
    assert "Sau: Công ty TNHH Hoa Mai" in window["text"]
    assert "chờ gửi" in (await desk.taps_on("Lập thông báo"))["text"]
    await desk.says("/start")
    await desk.taps_on("Hóa đơn")
    await desk.taps_on("Thông báo sai sót (1)")
    await desk.taps_on("Số 101")
    assert "Không có thông báo nào chờ gửi" in (await desk.taps_on("Đã gửi cơ quan thuế"))["text"]

    # A wrong code: a document that replaces it, with the written agreement, in the queue like any other.
    await desk.says("/start")
    await desk.taps_on("Hóa đơn")
    await desk.taps_on("Tìm hóa đơn")
    await desk.says("102")
    await desk.taps_on("Sửa sai sót")
    await desk.taps_on("Sai mã số, thuế suất")
    await desk.says("0101243150")
    for _ in range(3):
        await desk.taps_on("Giữ nguyên")
    await desk.says("Bà Hoa, giám đốc")
    await desk.taps_on("Hôm nay")
    await world.send_file(f"{desk.path}/photo", png("thoa thuan"), "anh.png")
    await world.idle()
    window = await desk.window()
    assert "Sau:" in window["text"]
    assert "0101243150" in window["text"]
    assert "đang chờ phát hành" in (await desk.taps_on("Lập hóa đơn thay thế"))["text"]
    await desk.says("/start")
    await desk.taps_on("Hóa đơn (1)")
    await desk.taps_on("Tải hàng chờ (Excel)")
    book = await last_book(desk)
    (left,) = book.rows
    today = day_of(await now(world))
    assert (left["MST"], left["Tổng"]) == ("0101243150", PRICE)
    bears = f"Thay thế cho hóa đơn Mẫu số 1 ký hiệu {series} số 102 ngày {day:%d/%m/%Y}"
    assert left["Điều chỉnh/thay thế"] == bears
    book.number(2, 103, today, f"C{today:%y}TAA")
    await desk.sends(book.saved(), "hoa-don.xlsx")
    await desk.taps_on("Ghi nhận 1 hóa đơn")
    await desk.taps_on("Tìm hóa đơn")
    window = await desk.says("102")
    assert "không còn hiệu lực, đã có hóa đơn thay thế" in window["text"]
    assert "Sửa sai sót" not in str(desk.labels(window))
