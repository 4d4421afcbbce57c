"""The back office's windows in the sandbox's Telegram, with the longest and most hostile texts."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from dialogs.pictures import ATTACHMENTS
from domain.errors import DomainError
from domain.files import FileRef
from domain.orders import Order
from domain.payments import PaymentRequest
from domain.people import Actor
from domain.recipients import RecipientMode
from gateways.vietqr import png
from gateways.workbooks.export import OpenpyxlWriter
from services.back_office.people import EnsureBackOffice
from services.invoices.closing import CloseInvoices, InvoiceRules
from services.operations import build_operations
from services.people.people import PersonDetails
from tests.support import builders
from tests.support.banks import Bank
from tests.support.direct import DirectWorld
from tests.support.invoice_books import InvoiceBook
from tests.support.working import Working
from texts.invoices.by_hand import table

LONGEST = "🏠" * 200
HOSTILE = "<b>&amp; {{ 7 * 7 }} {0} %s</b> ‮ngược‬"


@pytest.fixture
async def desk(direct: DirectWorld) -> Actor:
    identity = direct.identity("backoffice")
    await EnsureBackOffice(direct.database, direct.clock, "Nhà cung cấp")(
        [(int(identity.external_id), "Lan")]
    )
    found = await direct.actor("backoffice")
    assert found is not None
    return found


async def _walk(direct: DirectWorld, *steps: tuple[str, str]) -> None:
    """Each step has a label to tap, or a text to type after `>`, and the window that follows."""
    for act, window in steps:
        if act.startswith(">"):
            await direct.says("backoffice", act[1:])
        else:
            await direct.taps("backoffice", act)
        assert await direct.state("backoffice") == window, act
    assert direct.refusals == []


@pytest.mark.parametrize("text", [LONGEST, HOSTILE], ids=["longest", "hostile"])
async def test_every_window_of_people_and_their_firms(direct: DirectWorld, desk: Actor, text: str) -> None:
    details = PersonDetails(text[:100], "+84912345678", "a@minhan.vn", builders.CONSENT)
    codes = [builders.enterprise_tax_code(number) for number in (1000, 1001)]
    owner = await direct.operations.register_firm(direct.identity("owner"), details, text, codes[0])
    for number, code in enumerate((*codes, codes[0])):
        who = builders.person(f"Người {number}", number)
        await direct.operations.register_firm(builders.chat(f"more-{number}"), who, f"Firm {number}", code)
    for number in range(9):
        token = await direct.operations.invite_staff(owner.actor)
        who = PersonDetails(text[:100], f"+8491234{number:04}", "a@minhan.vn", builders.CONSENT)
        await direct.operations.join_firm(builders.chat(f"staff-{number}"), who, token)
    await direct.says("backoffice", "/start")
    await _walk(
        direct,
        ("Tra cứu", "DeskLookup:code"),
        (f">{codes[1]}", "DeskLookup:found"),
        ("🏢", "DeskLookup:firm"),
        ("Người và đơn vị", "DeskPeople:firm"),
        ("Người 1", "DeskPeople:person"),
        ("Chuyển sang", "DeskPeople:target"),
        (f">{text}", "DeskPeople:target"),
        (f">{codes[0]}", "DeskPeople:target"),
        ("Firm 0", "DeskPeople:why"),
        (f">{text}", "DeskPeople:why_check"),
        ("Làm và báo", "DeskPeople:firm"),
        ("Người 1", "DeskPeople:person"),
        ("Cho làm chủ đơn vị này", "DeskPeople:why"),
        (f">{text}", "DeskPeople:why_check"),
        ("Làm và báo", "DeskPeople:firm"),
        ("Người 1", "DeskPeople:person"),
        ("Mất chat", "DeskPeople:recover"),
        (f">{text}", "DeskPeople:recover_check"),
        ("Tạo mã", "DeskPeople:code"),
        ("Quay lại", "DeskPeople:person"),
        ("Quay lại", "DeskPeople:firm"),
        (text[:4], "DeskPeople:firm"),
        ("Đóng đơn vị", "DeskPeople:close"),
        (f">{text}", "DeskPeople:close_check"),
        ("Đóng và báo", "DeskPeople:firm"),
        ("Mở lại", "DeskPeople:reopen"),
        (f">{text}", "DeskPeople:reopen_check"),
        ("Mở lại và báo", "DeskPeople:firm"),
        ("Bàn làm việc", "Desk:home"),
    )


@pytest.mark.parametrize("text", [LONGEST, HOSTILE], ids=["longest", "hostile"])
async def test_every_window(direct: DirectWorld, desk: Actor, text: str) -> None:
    working = Working(direct.database, direct.clock)
    approving = build_operations(
        direct.database, direct.clock, builders.PAYEE, builders.CHANNELS, direct._reader, approval=True
    )
    details = PersonDetails(text[:100], "+84912345678", "a@minhan.vn", builders.CONSENT)
    for number in range(9):
        await approving.register_firm(
            builders.chat(f"firm-{number}"), details, text, builders.enterprise_tax_code(2000 + number)
        )
    await direct.operations.register_firm(
        direct.identity("owner"), details, text, builders.enterprise_tax_code(1000)
    )
    owner = await direct.actor("owner")
    assert owner is not None
    customers = [
        (
            await direct.operations.add_customer(
                owner, builders.enterprise(n, name=text, representative=text)
            )
        ).customer
        for n in range(1, 10)
    ]
    order = await builders.placed_order(direct.operations, owner, customers)
    await working.work()
    async with direct.database.read() as uow:
        payments = await uow.payments.of_order(order.id)
    bank = Bank(direct.database, direct.clock, working)
    for amount in range(9):
        await bank.tells(text, 1000 + amount)
    await direct.says("backoffice", "/start")
    assert await direct.state("backoffice") == "Desk:home"
    await _walk(
        direct,
        ("Duyệt đơn vị (9)", "DeskFirms:waiting"),
        ("›", "DeskFirms:waiting"),
        (text[:8], "DeskFirms:card"),
        ("Từ chối", "DeskFirms:refuse"),
        (f">{text}", "DeskFirms:refuse_check"),
        ("Từ chối và báo", "DeskFirms:waiting"),
        ("Đã từ chối", "DeskFirms:refused"),
        (text[:8], "DeskFirms:card"),
        ("Duyệt", "DeskFirms:waiting"),
        ("Bàn làm việc", "Desk:home"),
        ("Chuyển khoản cần xử lý (9)", "DeskTransfers:list"),
        ("1.000 ₫", "DeskTransfers:card"),
        ("Ghi cho một đơn", "DeskTransfers:assign"),
        (f">{text}", "DeskTransfers:assign"),
        (f">{order.code}", "DeskTransfers:assign_check"),
        ("→", "DeskTransfers:assign_check"),
        ("Ghi nhận", "DeskTransfers:list"),
        ("1.001 ₫", "DeskTransfers:card"),
        ("Bỏ qua", "DeskTransfers:ignore"),
        (f">{text}", "DeskTransfers:ignore_check"),
        ("Bỏ qua", "DeskTransfers:list"),
        ("Bàn làm việc", "Desk:home"),
        ("Ghi nhận thanh toán", "DeskClaims:list"),
        ("Nhập khoản", "DeskPayment:code"),
        (f">{payments[1].code}", "DeskPayment:amount"),
        ("Đúng", "DeskPayment:reference"),
        (f">{text[:60]}", "DeskPayment:check"),
        ("Ghi nhận", "DeskClaims:list"),
        ("Bàn làm việc", "Desk:home"),
        ("Tra cứu", "DeskLookup:code"),
        (">1002", "DeskLookup:found"),
        ("1.002 ₫", "DeskTransfers:card"),
        ("Quay lại", "DeskTransfers:list"),
        ("Bàn làm việc", "Desk:home"),
        ("Tra cứu", "DeskLookup:code"),
        (f">{builders.enterprise_tax_code(1000)}", "DeskLookup:found"),
        ("🏢", "DeskLookup:firm"),
        (order.code, "DeskLookup:order"),
        ("Lịch sử", "DeskLookup:log"),
        ("Về đơn", "DeskLookup:order"),
        ("Khách trong đơn (9)", "DeskLookup:lines"),
        ("›", "DeskLookup:lines"),
        ("Về đơn", "DeskLookup:order"),
        ("Tra cứu khác", "DeskLookup:code"),
        (f">{customers[0].tax_code}", "DeskLookup:found"),
        ("👥", "DeskLookup:customer"),
        ("Đơn vị", "DeskLookup:firm"),
        (f">{order.code}", "DeskLookup:order"),
        ("Bàn làm việc", "Desk:home"),
        ("Bảng giá", "DeskPrices:list"),
        ("Tải bảng giá", "DeskPrices:list"),
        ("Bàn làm việc", "Desk:home"),
        ("Số liệu ngày", "DeskTotals:day"),
        ("‹", "DeskTotals:day"),
        ("Nhật ký", "DeskLog:days"),
        ("7 ngày", "DeskLog:days"),
        ("Bàn làm việc", "Desk:home"),
        ("Số liệu ngày", "DeskTotals:day"),
        ("Tình trạng hệ thống", "DeskCheckup:lines"),
    )


async def _placed(direct: DirectWorld) -> tuple[Actor, Order, Sequence[PaymentRequest]]:
    """An order of two customers and its payment requests."""
    await direct.operations.register_firm(
        direct.identity("owner"), builders.person("Hương"), "Ánh Sao", builders.enterprise_tax_code(1000)
    )
    owner = await direct.actor("owner")
    assert owner is not None
    customers = await builders.add_customers(direct.operations, owner, 2)
    order = await builders.placed_order(direct.operations, owner, customers)
    async with direct.database.read() as uow:
        return owner, order, await uow.payments.of_order(order.id)


async def _open_claim(direct: DirectWorld) -> None:
    await direct.says("backoffice", "/start")
    await direct.taps_push("backoffice", "open:claim:1")
    assert await direct.state("backoffice") == "DeskClaims:card"


async def test_a_claim_is_seen_with_its_picture(direct: DirectWorld, desk: Actor) -> None:
    owner, order, (first, second) = await _placed(direct)
    sent = direct.phone("owner").photo("image/png", png("chuyen khoan"))
    picture = sent.content["photo"][-1]["file_id"]
    await direct.settle()
    for payment in (first, second):
        await direct.operations.claim_transfer(owner, payment.code, f"telegram:{picture}")
    await _open_claim(direct)
    assert direct.messages("backoffice")[-1].content["photo"][-1]["file_id"] == picture
    await _walk(
        direct,
        ("Đã thấy tiền", "DeskClaims:accept"),
        (">FT1", "DeskClaims:accept_check"),
        ("Ghi nhận", "DeskClaims:list"),
        ("Công ty TNHH Hoa S", "DeskClaims:card"),
        ("Chưa thấy tiền", "DeskClaims:refuse"),
        (">Ảnh mờ", "DeskClaims:refuse_check"),
        ("Báo chưa thấy tiền", "DeskClaims:list"),
    )
    async with direct.database.read() as uow:
        assert [one.left for one in await uow.payments.of_order(order.id)] == [0, second.amount]


class Elsewhere:
    """`Attachments` with one picture, from the other app."""

    def __init__(self, content: bytes | DomainError) -> None:
        self.content = content
        self.asked: list[FileRef] = []

    async def fetch(self, file: FileRef) -> bytes:
        self.asked.append(file)
        if isinstance(self.content, DomainError):
            raise self.content
        return self.content


async def test_a_picture_of_the_other_app_is_seen_too(direct: DirectWorld, desk: Actor) -> None:
    owner, _, (first, _) = await _placed(direct)
    elsewhere = Elsewhere(png("chuyen khoan"))
    direct.dispatcher[ATTACHMENTS] = elsewhere
    await direct.operations.claim_transfer(owner, first.code, "zalo:https://photo.example/1.jpg")
    await _open_claim(direct)
    assert elsewhere.asked == [FileRef("zalo", "https://photo.example/1.jpg", "")]
    (window,) = [message for message in direct.messages("backoffice") if message.content.get("photo")]
    shown = await direct.bot.download(window.content["photo"][-1]["file_id"])
    assert shown is not None
    assert shown.read() == elsewhere.content
    await _walk(direct, ("Đã thấy tiền", "DeskClaims:accept"))


@pytest.mark.parametrize("elsewhere", [None, Elsewhere(DomainError("file_not_fetched"))])
async def test_a_claim_is_settled_also_without_its_picture(
    direct: DirectWorld, desk: Actor, elsewhere: Elsewhere | None
) -> None:
    owner, _, (first, _) = await _placed(direct)
    direct.dispatcher[ATTACHMENTS] = elsewhere
    await direct.operations.claim_transfer(owner, first.code, "zalo:https://photo.example/1.jpg")
    await _open_claim(direct)
    assert not direct.messages("backoffice")[-1].content.get("photo")
    await _walk(direct, ("Đã thấy tiền", "DeskClaims:accept"))


@pytest.mark.parametrize("text", [LONGEST, HOSTILE], ids=["longest", "hostile"])
async def test_every_window_of_invoices(direct: DirectWorld, desk: Actor, text: str) -> None:
    owner = builders.actor_of(
        await direct.operations.register_firm(
            direct.identity("owner"),
            builders.person(text[:100]),
            text,
            builders.enterprise_tax_code(1000),
            text,
        )
    )
    customers = [
        (await direct.operations.add_customer(owner, builders.enterprise(n, name=text))).customer
        for n in range(1, 11)
    ]
    for recipient in (RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT):
        order = await builders.placed_order(direct.operations, owner, customers, recipient)
        customers = [
            (await direct.operations.add_customer(owner, builders.enterprise(20 + n, name=text))).customer
            for n in range(1, 11)
        ]
        async with direct.database.writing() as connection:
            await connection.exec_driver_sql("UPDATE order_lines SET invoice_address = '%s'" % ("Đ" * 200))
        async with direct.database.read() as uow:
            codes = [one.code for one in await uow.payments.of_order(order.id)]
        bank = Bank(direct.database, direct.clock, Working(direct.database, direct.clock))
        for code in codes:
            await bank.tells(code, 10_000_000)
    day = direct.clock.today()
    direct.clock.set(direct.clock.now() + timedelta(days=1))
    await CloseInvoices(direct.database, direct.clock, InvoiceRules())(day)
    book = await _taken_numbers(direct, desk)
    await direct.says("backoffice", "/start")
    await _walk(
        direct,
        ("Hóa đơn (", "DeskInvoices:board"),
        ("Đang xử lý", "DeskInvoices:group"),
        ("›", "DeskInvoices:group"),
        (text[:4], "DeskInvoices:card"),
        ("Quay lại", "DeskInvoices:group"),
        ("Hóa đơn", "DeskInvoices:board"),
    )
    direct.phone("backoffice").document(f"{text}.xlsx", "application/octet-stream", book)
    await direct.settle()
    assert await direct.state("backoffice") == "DeskInvoices:checked"
    await _walk(
        direct,
        ("Xem các dòng cần sửa", "DeskInvoices:problems"),
        ("Quay lại", "DeskInvoices:checked"),
        ("Ghi nhận", "DeskInvoices:board"),
        ("Tìm hóa đơn", "DeskInvoices:find"),
        (">" + order.code, "DeskInvoices:card"),
        ("Quay lại", "DeskInvoices:found"),
        (">5", "DeskInvoices:card"),
        ("Gửi tới email khác", "DeskInvoices:address"),
        (">khach@gmail.con", "DeskInvoices:address"),
        ("Giữ gmail.con", "DeskInvoices:card"),
        ("Sửa sai sót", "DeskCorrection:what"),
        ("Chỉ sai tên", "DeskCorrection:name"),
        (f">{text}", "DeskCorrection:address"),
        (f">{text}", "DeskCorrection:notice_check"),
        ("Lập thông báo", "DeskInvoices:card"),
        ("Sửa sai sót", "DeskCorrection:what"),
        ("Sai mã số", "DeskCorrection:tax_id"),
        (">001085000123", "DeskCorrection:kind"),
        ("Hộ kinh doanh", "DeskCorrection:name"),
        (f">{text}", "DeskCorrection:address"),
        ("Giữ nguyên", "DeskCorrection:rate"),
        ("8%", "DeskCorrection:agreed_by"),
        (f">{text[:90]}", "DeskCorrection:agreed_on"),
        ("Hôm nay", "DeskCorrection:agreed_file"),
    )
    direct.phone("backoffice").photo("image/png", png("thoa thuan"))
    await direct.settle()
    assert await direct.state("backoffice") == "DeskCorrection:replace_check"
    await _walk(
        direct,
        ("Lập hóa đơn thay thế", "DeskInvoices:card"),
        ("Văn bản thỏa thuận", "DeskInvoices:card"),
        ("Quay lại", "DeskInvoices:found"),
        ("Hóa đơn", "DeskInvoices:board"),
        ("Thông báo sai sót", "DeskNotices:list"),
        ("Số 5", "DeskNotices:card"),
        ("Đã gửi cơ quan thuế", "DeskNotices:list"),
        ("Quay lại", "DeskInvoices:board"),
        ("Tìm hóa đơn", "DeskInvoices:find"),
        (">" + order.code, "DeskInvoices:card"),
        ("Sửa sai sót", "DeskCorrection:what"),
        ("Điều chỉnh tiền", "DeskCorrection:adjust_line"),
        (text[:4], "DeskCorrection:adjust_sum"),
        (">1.234.567", "DeskCorrection:adjust_rate"),
        ("10%", "DeskCorrection:agreed_by"),
        (f">{text[:90]}", "DeskCorrection:agreed_on"),
        ("Hôm nay", "DeskCorrection:agreed_file"),
    )
    direct.phone("backoffice").photo("image/png", png("thoa thuan"))
    await direct.settle()
    assert await direct.state("backoffice") == "DeskCorrection:adjust_check"
    await _walk(direct, ("Lập hóa đơn điều chỉnh", "DeskInvoices:card"))


async def _taken_numbers(direct: DirectWorld, desk: Actor) -> bytes:
    """The workbook of the queue with numbers, of which three rows are wrong."""
    queue = await direct.operations.desk.take_invoice_queue(desk)
    book = InvoiceBook(await OpenpyxlWriter().write([table(queue)]))
    keys = [row["Mã chứng từ"] for row in book.rows]
    for row, key in enumerate(keys, 2):
        if keys.index(key) == row - 2:
            book.number(row, row, direct.clock.today())
    for row in (2, 3, 4):
        book.put(row, series=f"?{row}")
    return book.saved()
