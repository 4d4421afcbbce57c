"""kill -9 at every commit and at every outside call of a journey: nothing is lost and nothing doubled."""

import io

from openpyxl import Workbook, load_workbook

from domain.packages import sample_price_list
from tests.crash.aftermath import check_at_rest, check_pushes, rows_of, said
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import Step, says, taps, types_codes, walk
from tests.support import builders
from tests.support.rows import Dump
from tests.support.world import SAMPLES, Chat

CUSTOMERS = [builders.enterprise(number) for number in range(1, 6)]
PRICE = next(package.amount for package in sample_price_list() if package.code == "STANDARD")


def check_inbox(lives: Lives, rows: Dump) -> None:
    """Each update is stored once and settled, though bots were killed before and after it was stored, and
    between its verb and its end."""
    updates = rows["inbox"]
    assert len({update["external_id"] for update in updates}) == len(updates)
    assert all(update["settled_at"] and update["attempts"] == 0 for update in updates)
    commits = {(point.moment, point.what) for point in lives.points() if point.kind == "commit"}
    for what in ("SqlInbox._write", "PlaceOrder", "DialogStorage._write_end"):
        assert {("before", what), ("after", what)} <= commits


async def _share_number(chat: Chat) -> None:
    await chat.world.post(f"{chat.path}/contact", own=True)
    await chat.world.idle()


REGISTRATION = (
    says("/start", "Đăng ký mất khoảng 1 phút"),
    taps("Bắt đầu", "tên gì"),
    says("Nguyễn Thị Lan", "Mã số thuế"),
    says("0101243150", "Tên đơn vị"),
    says("Kế toán Minh An", "Số di động"),
    Step("share the number", _share_number, "Email của anh/chị"),
    says("lan@minhan.vn", "Anh/chị xem lại"),
    taps("đồng ý", "Gõ mã xác nhận"),
    types_codes("none", "lan@minhan.vn"),
)
UPLOAD = (
    taps("Khách hàng", "Khách hàng"),
    Step("send a workbook", lambda chat: chat.sends(_workbook(), "khach-hang.xlsx"), "5 khách đủ thông tin"),
    taps("Thêm 5 khách", "Đã vào danh mục: 5 khách"),
    taps("Menu", "cần em giúp gì"),
)


def order_for(recipient: str, count: int, unlike: bool = False) -> tuple[Step, ...]:
    """`unlike` says that the customers are registered under other names, and are kept as they are written."""
    to_place = [taps("Tiếp tục", "Đặt hàng?")]
    if unlike:
        to_place = [taps("Tiếp tục", "chưa ghi như đăng ký"), taps("Giữ như đang ghi", "Đặt hàng?")]
    return (
        taps("Mua hàng loạt", "Gói sản phẩm"),
        taps("Standard", "Năm tài chính"),
        taps("năm sau", "Ai nhận hóa đơn"),
        taps(recipient, "Chọn khách hàng"),
        taps(f"Chọn cả {count}", "Dữ liệu kế toán"),
        taps("Dùng thông tin", "Kiểm tra đơn hàng"),
        taps("Tôi đã kiểm tra", "☑️ Tôi đã kiểm tra"),
        *to_place,
        taps("Đặt hàng", "Đã đặt đơn"),
    )


def _workbook() -> bytes:
    """`CUSTOMERS` in the layout that accountants know."""
    sample = load_workbook(SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").worksheets[0]
    headings = next(sample.iter_rows(max_row=1, values_only=True))
    book = Workbook()
    book.worksheets[0].append(headings)
    for one in CUSTOMERS:
        known = (one.own_code, one.tax_code, one.name, one.address, one.representative, one.email, one.phone)
        book.worksheets[0].append(known)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def test_each_customer_pays(lives: Lives, world: DyingWorld, database_url: str) -> None:
    lives.begin(at_points=True, start_up=True)
    chat = world.chat("newcomer")
    order_steps = order_for("Khách hàng (nên chọn)", 5, unlike=True)
    await walk(lives, chat, (*REGISTRATION, *UPLOAD, *order_steps, says("/start", "cần em giúp gì")))
    print(lives.summary())

    rows = await rows_of(database_url)
    (firm,) = rows["firms"]
    assert (firm["name"], firm["tax_code"]) == ("Kế toán Minh An", "0101243150")
    (accountant,) = rows["accountants"]
    assert accountant["name"] == "Nguyễn Thị Lan"
    assert (accountant["phone"], accountant["email"]) == ("+84900000004", "lan@minhan.vn")
    assert len(rows["consents"]) == len(rows["chats"]) == len(rows["drafts"]) == 1
    kept = {(row["tax_code"], row["name"], row["email"], row["phone"]) for row in rows["customers"]}
    assert kept == {(one.tax_code, one.name, one.email, one.phone) for one in CUSTOMERS}
    assert len(rows["customers"]) == len(CUSTOMERS)
    (order,) = rows["orders"]
    assert (order["total"], order["line_count"]) == (5 * PRICE, 5)
    assert sorted(line["email"] for line in rows["order_lines"]) == sorted(one.email for one in CUSTOMERS)
    requests = rows["payment_requests"]
    assert [request["amount"] for request in requests] == [PRICE] * 5

    codes = {request["notice_email"]: request["code"] for request in requests}
    mails = await world.mails()
    assert sorted(mail["to"] for mail in mails) == sorted(codes)
    assert all(f"[{codes[mail['to']]}]" in mail["subject"] for mail in mails)
    texts = await world.texts()
    assert sorted(text["to"] for text in texts) == sorted(f"0{one.phone[3:]}" for one in CUSTOMERS)
    assert len({text["request_id"] for text in texts}) == 5
    check_pushes(lives, await said(chat), f"Đã đặt đơn {order['code']}")
    check_at_rest(rows)
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 150
    check_inbox(lives, rows)


async def test_the_accountant_pays(lives: Lives, world: DyingWorld, database_url: str) -> None:
    async with operations_over(database_url) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        await builders.add_customers(operations, owner, 3)
    lives.begin(at_points=True, start_up=True)
    chat = world.chat("newcomer")
    order_steps = order_for("Kế toán dịch vụ", 3)
    await walk(lives, chat, (says("/start", "cần em giúp gì"), *order_steps, taps("Menu", "cần em giúp gì")))
    print(lives.summary())

    rows = await rows_of(database_url)
    (draft,), (order,), requests = rows["drafts"], rows["orders"], rows["payment_requests"]
    assert order["draft_id"] == draft["id"]
    assert (order["total"], order["line_count"]) == (3 * PRICE, 3)
    assert [request["amount"] for request in requests] == [PRICE] * 3
    assert len({order["code"], *(request["code"] for request in requests)}) == 4
    code = order["code"]
    check_pushes(lives, await said(chat), f"Đã đặt đơn {code}", f"Hướng dẫn thanh toán đơn {code}")
    assert await world.mails() == await world.texts() == []
    check_at_rest(rows)
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 80
    check_inbox(lives, rows)
