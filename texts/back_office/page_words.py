"""What the desk's page says: rows, filters, acts and outcomes."""

from dataclasses import dataclass

from domain.return_cases import CaseState
from domain.text import NOTE_LIMIT
from domain.transfers import Transfer
from services.back_office.payments import REFERENCE_LIMIT
from services.back_office.returns import CaseView
from services.back_office.tables import OrderRow
from services.ports import RowState
from texts.back_office import returns, transfers
from texts.common import short
from texts.filters import moment
from texts.money.sign_offs import amount_words
from texts.money.transfers import SETTLED
from texts.orders.orders import STATES as ORDER_STATES

OPEN_TITLE = "Bàn làm việc"
OVER = (
    "Phiên làm việc đã hết",
    "Anh/chị vào Bàn làm việc trong cuộc trò chuyện, chọn Mở trang để lấy đường dẫn mới ạ.",
)
USED = (
    "Đường dẫn này không dùng được",
    "Mỗi đường dẫn chỉ mở được một lần, trên một trình duyệt, trong 10 phút.",
    "Anh/chị vào Bàn làm việc trong cuộc trò chuyện, chọn Mở trang để lấy đường dẫn mới ạ.",
)
LEFT = ("Đã đóng phiên", "Muốn mở lại, anh/chị lấy đường dẫn mới trong cuộc trò chuyện ạ.")
NOT_OURS = ("Em chưa làm được việc này", "Anh/chị mở lại trang rồi thử lại giúp em ạ.")
FAILED = ("Em gặp trục trặc", "Em chưa làm được việc này. Anh/chị tải lại trang rồi thử lại giúp em ạ.")

LINK = """\
🖥 <b>Mở trang</b>

Bảng chuyển khoản, trả lại và đơn hàng trên trình duyệt, để lọc và làm nhiều dòng một lúc.

{{ link }}

Đường dẫn mở được một lần, trên một trình duyệt, trong 10 phút. Anh/chị đừng chuyển cho người khác nhé."""

COLUMNS = {
    "transfers": ("Số tiền", "Lúc", "Nội dung", "Trạng thái", "Mã giao dịch"),
    "cases": ("Số tiền", "Hồ sơ", "Lý do", "Trạng thái", "Người làm", "Đơn", "Mã giao dịch"),
    "orders": ("Tổng tiền", "Đơn", "Đơn vị", "Gói", "Khách", "Đã nhận", "Trạng thái", "Đặt lúc"),
}
FILTER_STATES = {
    "transfers": {RowState.OPEN: "Cần xử lý", RowState.DONE: "Đã xử lý", RowState.ALL: "Tất cả"},
    "cases": {RowState.OPEN: "Cần trả lại", RowState.DONE: "Đã xong", RowState.ALL: "Tất cả"},
    "orders": {RowState.OPEN: "Chưa trả đủ", RowState.DONE: "Đã trả đủ hoặc hủy", RowState.ALL: "Tất cả"},
}
SOUGHT = {
    "transfers": "Số tiền hoặc mã giao dịch",
    "cases": "Tìm theo đơn, tiền, mã giao dịch",
    "orders": "Tìm theo mã, tên, mã số thuế, tiền",
}
ACTS = {
    "transfers": {"assign": "📌 Ghi cho khách nêu trong nội dung", "ignore": "🚫 Bỏ qua"},
    "cases": {"take": "🙋 Em nhận việc này"},
    "orders": {},
}
COUNTED = {"transfers": "khoản", "cases": "hồ sơ", "orders": "đơn"}

REASON = "Lý do, ví dụ: lãi tiền gửi"
WHY = "Lý do để người duyệt đọc"
SEND = "✍️ Gửi duyệt"
DONE = {
    "assign": "Đã ghi nhận. Em báo người trả và kế toán.",
    "ask": "Đã gửi duyệt. Có kết quả em báo anh/chị ngay trong cuộc trò chuyện.",
    "return": "Đã ghi là trả lại.",
    "ignore": "Đã bỏ qua khoản này.",
    "take": "Anh/chị đang làm việc này, ai mở cũng thấy.",
}
CHECK_TITLES = {
    "assign": "Ghi cho một đơn",
    "ignore": "Bỏ qua",
    "return": "Đã trả lại tiền",
    "take": "Nhận việc trả lại",
}
ORDER = "Đơn {code}"


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is what its page is called, `id` what a tick box carries; `may` says whether it has one."""

    key: str
    id: int
    cells: tuple[str, ...]
    may: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A form of one act, with the label of its field, if it has one."""

    act: str
    button: str
    label: str = ""
    limit: int = NOTE_LIMIT


ASSIGN = Form("assign", transfers.ASSIGN, "Mã đơn, hoặc nội dung chuyển khoản của khách")
RETURN = Form("return", transfers.SEND_BACK, "Mã giao dịch của lần chuyển trả", REFERENCE_LIMIT)
IGNORE = Form("ignore", transfers.IGNORE, REASON)
TAKE = Form("take", returns.GIVE_BACK)


def transfer_row(one: Transfer) -> Row:
    told, waits = one.reported, one.attention is not None
    state = transfers.SHORT_REASONS[one.attention] if one.attention else SETTLED[one.state]
    cells = (
        transfers.shown_amount(one),
        moment(told.occurred_at),
        short(told.content, 120),
        state,
        told.reference,
    )
    return Row(str(one.id), one.id, cells, waits)


def case_row(view: CaseView) -> Row:
    cells = (
        amount_words(view.amount, view.transfer.reported.currency),
        returns.number(view.case),
        returns.REASONS[view.case.reason],
        returns.STATES[view.state],
        view.owner or returns.NOBODY,
        view.order.code if view.order else "",
        view.case.reference or view.transfer.reported.reference,
    )
    return Row(str(view.case.id), view.transfer.id, cells, view.state in (CaseState.OPEN, CaseState.WAITING))


def order_row(row: OrderRow) -> Row:
    one = row.order
    cells = (
        amount_words(one.total),
        one.code,
        short(row.firm.name, 80),
        f"{one.package_name} {one.fiscal_year}",
        str(one.line_count),
        amount_words(row.received),
        ORDER_STATES[one.state],
        moment(one.placed_at),
    )
    return Row(one.code, one.id, cells, False)


def caption(table: str, total: int) -> str:
    return f"{total:,} {COUNTED[table]}".replace(",", ".")
