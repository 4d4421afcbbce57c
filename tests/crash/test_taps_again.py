"""Taps that change something, cut off at every point and therefore repeated: each counts once."""

import re
from datetime import UTC, datetime

from domain.events import Verb
from domain.orders import OrderState
from domain.packages import sample_price_list
from domain.recipients import RecipientMode
from tests.crash.aftermath import check_at_rest, check_pushes, rows_of, said
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import Step, calm, says, taps, types_codes, walk
from tests.support import builders
from texts.common import own_part

PRICE = next(package.amount for package in sample_price_list() if package.code == "STANDARD")
KNOWN, NEW, GUEST = (builders.enterprise(number) for number in (1, 2, 3))

NEW_CUSTOMER = (
    *calm(
        says("/khachhang", "1 khách"),
        taps("Thêm khách", "Mã số thuế"),
        says(NEW.tax_code, "Tên khách hàng"),
        says(NEW.name, "Địa chỉ"),
        taps("Bỏ qua hết", "Kiểm tra lại"),
    ),
    taps("Lưu khách hàng", "Đã lưu khách mới"),
    *calm(taps("Email", NEW.name)),
    says(NEW.email, "Đã lưu: email"),
)
ORDER = (
    *calm(says("/mua", "Gói sản phẩm")),
    taps("Như lần trước", "Chọn khách hàng"),
    taps(own_part(KNOWN.name), "Đã chọn: 1"),
    *calm(
        taps("Thêm khách", "Mã số thuế"),
        says(GUEST.tax_code, "Tên khách hàng"),
        says(GUEST.name, "Địa chỉ"),
        says(GUEST.address, "đại diện"),
        says(GUEST.representative, "Email"),
        says(GUEST.email, "Số di động"),
        says(GUEST.phone, "Kiểm tra lại"),
    ),
    taps("Chỉ dùng cho đơn này", "Đã chọn: 2"),
    taps("Tiếp tục với 2", "Dữ liệu kế toán"),
    taps("Dùng thông tin", "Kiểm tra đơn hàng"),
    *calm(taps("Đối tượng nhận", "Ai nhận hóa đơn")),
    taps("Người khác", "Người nhận khác"),
    *calm(
        taps("Một người cho tất cả", "gõ họ tên"),
        says("Trần Văn Bình", "Email của Trần Văn Bình"),
        says("binh@khac.example.com", "Số di động"),
        says("0987654321", "Hóa đơn ghi tên ai"),
    ),
    *calm(taps("Tên từng khách hàng", "gửi về email nào")),
    taps("Dùng binh@khac", "Kiểm tra đơn hàng"),
    *calm(taps("Xem từng khách", "2 khách"), taps(own_part(GUEST.name), GUEST.email)),
    taps("Bỏ khỏi đơn", f"Đã bỏ {GUEST.name}"),
    taps("Chọn lại khách vừa bỏ", "2 khách"),
    *calm(taps("Về kiểm tra", "Kiểm tra đơn hàng")),
    *calm(taps("Tôi đã kiểm tra", "☑️ Tôi đã kiểm tra"), taps("Tiếp tục", "chưa ghi như đăng ký")),
    *calm(taps("Giữ như đang ghi", "Đặt hàng?")),
    taps("Đặt hàng", "Đã đặt đơn"),
)
RENEWAL = (
    *calm(
        taps("Mở đơn", "Phần mềm"),
        taps("Việc khác", "Gia hạn"),
        taps("Gia hạn sang", "Ai nhận thông báo"),
    ),
    taps("Lập đơn năm", "Em đã lập đơn nháp với 2 khách"),
)
CANCELLING = (
    *calm(
        says("/donhang", "2 đơn"),
        taps("⏳ 2 khách · ", "Phần mềm"),
        taps("Việc khác", "Gia hạn"),
        taps("Hủy đơn", "không mở lại được"),
    ),
    taps("Hủy đơn này", "Đã hủy đơn"),
)
INVITATION = (
    *calm(says("/start", "cần em giúp gì"), taps("Nhân viên", "Nhân viên của")),
    taps("Mời nhân viên", "Lời mời vào đơn vị"),
)


def joining(link: str) -> tuple[Step, ...]:
    return (
        *calm(
            says(f"/start {link}", "mời anh/chị cùng làm việc"),
            taps("Nhận lời mời", "tên gì"),
            says("Trần Minh Quân", "Số di động"),
            says("0912345678", "Email"),
            says("quan@minhan.vn", "Anh/chị xem lại"),
        ),
        taps("đồng ý", "Gõ mã xác nhận"),
        types_codes("0912345678", "quan@minhan.vn"),
    )


async def test_done_again_is_done_once(lives: Lives, world: DyingWorld, database_url: str) -> None:
    owner_chat, staff_chat = world.chat("newcomer"), world.chat("staff")
    await world.post(f"{owner_chat.path}/text", text="/start")
    async with operations_over(database_url) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        known = await builders.add_customers(operations, owner, 1)
        year = operations.view_draft.clock.today().year
        before = await builders.ready_draft(
            operations, owner, known, package_code="STANDARD", fiscal_year=year
        )
        # Cancelled, so that its customer may be ordered again with the same answers.
        order = await builders.place(operations, owner, before)
        await operations.cancel_order(owner, order.id)
    lives.begin(at_points=True)
    await walk(lives, owner_chat, (*NEW_CUSTOMER, *ORDER, *RENEWAL, *CANCELLING, *INVITATION))
    link = re.findall(r"moi_[\w-]+", (await owner_chat.window())["text"])[-1]
    await walk(lives, staff_chat, joining(link))
    print(lives.summary())

    rows = await rows_of(database_url)
    catalogue = {row["tax_code"]: row["in_catalogue"] for row in rows["customers"]}
    assert catalogue == {KNOWN.tax_code: True, NEW.tax_code: True, GUEST.tax_code: False}
    assert len(rows["customers"]) == 3
    (draft, other_draft, renewed), (_, placed) = rows["drafts"], rows["orders"]
    assert (renewed["order_id"], renewed["fiscal_year"]) == (None, placed["fiscal_year"] + 1)
    assert len([line for line in rows["draft_lines"] if line["draft_id"] == renewed["id"]]) == 2
    assert {one["state"] for one in rows["orders"]} == {OrderState.CANCELLED}
    assert len([one for one in rows["events"] if one["verb"] == Verb.ORDER_CANCELLED]) == 2
    assert (draft["order_id"], other_draft["order_id"]) == (rows["orders"][0]["id"], placed["id"])
    assert (placed["total"], placed["recipient"]) == (2 * PRICE, RecipientMode.OTHER)
    lines = [line for line in rows["order_lines"] if line["order_id"] == placed["id"]]
    assert {line["tax_code"] for line in lines} == {KNOWN.tax_code, GUEST.tax_code}
    assert len(rows["draft_others"]) == 2
    (request,) = [request for request in rows["payment_requests"] if request["order_id"] == placed["id"]]
    assert request["amount"] == 2 * PRICE
    # Each got the payment instruction, and its withdrawal.
    assert [mail["to"] for mail in await world.mails()] == ["binh@khac.example.com"] * 2
    assert [text["to"] for text in await world.texts()] == ["0987654321"] * 2
    assert {row["name"]: row["role"] for row in rows["accountants"]} == {
        "Nguyễn Thị Lan": "owner",
        "Trần Minh Quân": "staff",
    }
    assert len(rows["consents"]) == len(rows["accountants"]) == len(rows["chats"]) == 2
    assert len([row for row in rows["invitations"] if row["used_by"]]) == 1
    messages = await said(owner_chat)
    check_pushes(lives, messages, f"Đã đặt đơn {placed['code']}", "Trần Minh Quân")
    # A cancelled order has its day looked at tonight, for its invoices.
    check_at_rest(rows, until=datetime.now(UTC))
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 60
