"""Lists of customers cut off at every point: pasted, sent, mended, taken, and ordered as two orders."""

import io
import json

from openpyxl import Workbook

from domain.intakes.entries import IntakeState, Standing
from tests.crash.aftermath import check_at_rest, check_pushes, rows_of, said
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import Step, calm, says, taps, walk
from tests.support import builders
from tests.support.labels import without_form
from tests.support.rows import Dump, Row
from tests.support.world import Chat

ONE, OTHER, WITHOUT_EMAIL, DOUBTFUL, WHOLE = (builders.enterprise(number) for number in range(1, 6))
SHOP, STALL = (builders.household(number) for number in (1, 2))
EVERYONE = (ONE, OTHER, WITHOUT_EMAIL, DOUBTFUL, WHOLE, SHOP, STALL)
EMAIL, SURELY = "hai@hoasen.vn", "giamdoc4@gmail.com"
FILE = "khach.xlsx"


def _workbook() -> bytes:
    """A workbook with two complete or nearly complete customers of each kind, and a doubtful one."""
    book = Workbook()
    rows = (
        (WHOLE, WHOLE.email, WHOLE.address, WHOLE.representative, WHOLE.phone),
        (WITHOUT_EMAIL, "", WITHOUT_EMAIL.address, WITHOUT_EMAIL.representative, WITHOUT_EMAIL.phone),
        (DOUBTFUL, "giamdoc4@gmail.con", DOUBTFUL.address, DOUBTFUL.representative, DOUBTFUL.phone),
        (SHOP, SHOP.email, SHOP.address, SHOP.representative, SHOP.phone),
        (STALL, STALL.email, "", "", ""),
    )
    book.worksheets[0].append(
        ["Mã số thuế", "Tên khách hàng", "Email", "Địa chỉ", "Người đại diện", "Điện thoại"]
    )
    for one, *said_of_it in rows:
        book.worksheets[0].append([one.tax_code, one.name, *said_of_it])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


async def _send(chat: Chat) -> None:
    await chat.sends(_workbook(), FILE)


ASKED = calm(says("/khachhang", "Khách hàng"), taps("Thêm nhiều khách", "dán danh sách vào đây"))
PASTED = (
    *ASKED,
    # The registry gives names and addresses.
    says(f"Em thêm giúp chị nhé\n{ONE.tax_code}", "✏️ 1 khách còn thiếu"),
    says(f"{OTHER.tax_code} {OTHER.name}\ncảm ơn em", "✏️ 2 khách còn thiếu"),
    says(
        f"1. {ONE.representative}; {ONE.email}; 0{ONE.phone[3:]}\n"
        f"2. {OTHER.representative}; {OTHER.email}; 0{OTHER.phone[3:]}",
        "✅ 2 khách đủ thông tin",
    ),
    *calm(taps("Thêm 2 khách", "Đã vào danh mục: 2 khách")),
)
SENT = (
    *ASKED,
    Step("send a workbook", _send, "✅ 2 khách đủ thông tin"),
    # The representative is missing too: a repeated answer without field names would be taken for it.
    says("5. 12 Lê Lợi", f"5. {without_form(STALL.name)}: người đại diện, điện thoại"),
    *calm(taps("Sửa 3 dòng", WITHOUT_EMAIL.name)),
    says(EMAIL, DOUBTFUL.name),
    taps(SURELY, "người đại diện"),
    *calm(says(STALL.representative, "điện thoại")),
    taps("Bỏ qua dòng này", "➖ 1 dòng bỏ qua"),
    taps("Hoàn tác dòng vừa sửa", "điện thoại"),
    *calm(says(f"0{STALL.phone[3:]}", "✅ 5 khách đủ thông tin")),
    taps("Thêm 5 khách", "Đã vào danh mục: 5 khách"),
)
ORDERED_CODES = "\n".join(one.tax_code for one in (WHOLE, WITHOUT_EMAIL, DOUBTFUL, SHOP, STALL))
LISTED = calm(says("/khachhang", "Khách hàng"), says(ORDERED_CODES, "✅ 5 khách đủ thông tin"))
DROPPED = (
    *LISTED,
    taps("Mua cho 5 khách", "Gói sản phẩm"),
    *calm(
        taps("Standard", "Đơn 1/2"),
        says("/mua", "Đơn nháp"),
        taps("Bỏ, làm đơn mới", "Bỏ hẳn đơn nháp này"),
    ),
    taps("Bỏ hẳn", "Gói sản phẩm"),
)
ORDERED = (
    *LISTED,
    *calm(taps("Mua cho 5 khách", "đơn nháp")),
    taps("lập đơn mới", "Gói sản phẩm"),
    *calm(
        taps("Standard", "Đơn 1/2"),
        # Other tests cut off messages to customers.
        taps("Đối tượng nhận", "Ai nhận hóa đơn"),
        taps("Kế toán dịch vụ", "Đơn 1/2"),
        taps("Tôi đã kiểm tra", "☑️"),
        taps("Tiếp tục", "Đặt hàng?"),
    ),
    taps("Đặt hàng", "còn một đơn chưa đặt"),
    *calm(
        taps("Hộ kinh doanh Plus", "Kiểm tra đơn hàng"),
        taps("Tôi đã kiểm tra", "☑️"),
        taps("Tiếp tục", "Đặt hàng?"),
        taps("Đặt hàng", "Đã đặt đơn"),
    ),
)


def entries_of(rows: Dump, intake: Row) -> list[Row]:
    return [entry for entry in rows["intake_entries"] if entry["intake_id"] == intake["id"]]


def check_lists(rows: Dump, sizes: list[int]) -> None:
    """No list still waits to be read, and no entry of a list is lost or doubled."""
    assert {intake["state"] for intake in rows["intakes"]} == {IntakeState.CHECKED}
    lists = [entries_of(rows, intake) for intake in rows["intakes"]]
    assert [len(entries) for entries in lists] == sizes
    for entries in lists:
        assert [entry["position"] for entry in entries] == list(range(1, len(entries) + 1))
        assert {entry["standing"] for entry in entries} == {Standing.TAKEN}
        assert len({entry["tax_code"] for entry in entries}) == len(entries)


def check_orders(rows: Dump) -> None:
    """The draft of each kind is ordered once, the second after the first has opened it. Dropped drafts leave
    nothing."""
    drafts, orders = rows["drafts"], rows["orders"]
    assert [(draft["order_id"], draft["follows_id"]) for draft in drafts] == [
        (order["id"], None) for order in orders
    ]
    codes = {
        order["id"]: {line["tax_code"] for line in rows["order_lines"] if line["order_id"] == order["id"]}
        for order in orders
    }
    assert list(codes.values()) == [
        {one.tax_code for one in (WITHOUT_EMAIL, DOUBTFUL, WHOLE)},
        {one.tax_code for one in (SHOP, STALL)},
    ]
    assert len(rows["order_lines"]) == 5
    assert len({line["draft_id"] for line in rows["draft_lines"]}) == 2


async def test_each_customer_is_taken_once(lives: Lives, world: DyingWorld, database_url: str) -> None:
    chat = world.chat("newcomer")
    await world.post(f"{chat.path}/text", text="/start")
    async with operations_over(database_url) as operations:
        await register_person(operations, await world.telegram_id("newcomer"))
    lives.begin(at_points=True)
    await walk(lives, chat, (*PASTED, *SENT))
    print(lives.summary())

    rows = await rows_of(database_url)
    kept = {row["tax_code"]: row for row in rows["customers"]}
    assert sorted(row["tax_code"] for row in rows["customers"]) == sorted(one.tax_code for one in EVERYONE)
    for one in EVERYONE:
        of_it = kept[one.tax_code]
        email = {WITHOUT_EMAIL: EMAIL, DOUBTFUL: SURELY}.get(one, one.email)
        assert (of_it["representative"], of_it["email"], of_it["phone"]) == (
            one.representative,
            email,
            one.phone,
        )
        assert of_it["name"]
    assert kept[STALL.tax_code]["address"] == "12 Lê Lợi"
    check_lists(rows, [2, 5])
    taken = [json.loads(event["params"]) for event in rows["events"]]
    assert [(one["taken"], one["added"]) for one in taken] == [(2, 2), (5, 5)]
    check_at_rest(rows)
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 100


async def test_each_kind_is_ordered_once(lives: Lives, world: DyingWorld, database_url: str) -> None:
    chat = world.chat("newcomer")
    await world.post(f"{chat.path}/text", text="/start")
    async with operations_over(database_url) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        for one in (WITHOUT_EMAIL, DOUBTFUL, WHOLE, SHOP, STALL):
            await operations.add_customer(owner, one)
    lives.begin(at_points=True)
    await walk(lives, chat, (*DROPPED, *ORDERED))
    print(lives.summary())

    rows = await rows_of(database_url)
    assert len(rows["customers"]) == 5
    check_lists(rows, [5, 5])
    check_orders(rows)
    placed = [f"Đã đặt đơn {order['code']}" for order in rows["orders"]]
    check_pushes(lives, await said(chat), *placed)
    check_at_rest(rows)
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 40
