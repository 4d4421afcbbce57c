"""What the desk's page says: rows, filters, acts and outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.messaging.claim_contents import ClaimContent, SignOffContent
from domain.messaging.contents import PaidPart
from domain.people import Firm
from domain.return_cases import CaseState
from domain.text import NOTE_LIMIT
from domain.transfers import Transfer
from services.back_office.payments import REFERENCE_LIMIT
from services.back_office.returns import CaseView
from services.back_office.tables import OrderRow
from services.ports import RowState
from texts.back_office import firms, payments, refunds, returns, sign_offs, transfers
from texts.common import named, short
from texts.filters import moment
from texts.money.sign_offs import ACTS as SIGNED_ACTS
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

Chuyển khoản, trả lại, đơn hàng, khoản báo đã chuyển, chờ duyệt và đơn vị mới trên trình duyệt, để lọc và làm nhiều dòng một lúc.

{{ link }}

Đường dẫn mở được một lần, trên một trình duyệt, trong 10 phút. Anh/chị đừng chuyển cho người khác nhé."""

COLUMNS = {
    "claims": ("Còn phải trả", "Nội dung", "Khách", "Đơn vị", "Người báo", "Báo lúc"),
    "sign_offs": ("Số tiền", "Việc", "Người gửi", "Lý do", "Mã giao dịch", "Gửi lúc"),
    "firms": ("Mã số thuế", "Đơn vị", "Địa chỉ"),
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
QUEUES = {"claims": "Báo đã chuyển", "sign_offs": "Chờ duyệt", "firms": "Đơn vị mới"}
"""What waits without a filter; the first column is what a row is known by."""

COUNTED = {"claims": "khoản", "sign_offs": "khoản", "firms": "đơn vị"} | {
    "transfers": "khoản",
    "cases": "hồ sơ",
    "orders": "đơn",
}

REASON = "Lý do, ví dụ: lãi tiền gửi"
WHY = "Lý do để người duyệt đọc"
SEND = "✍️ Gửi duyệt"
DONE = {
    "sign_offs-approve": sign_offs.APPROVED,
    "sign_offs-refuse": sign_offs.REFUSED,
    "sign_offs-withdraw": sign_offs.WITHDRAWN,
    "claims-accept": payments.ACCEPTED,
    "claims-refuse": payments.REFUSED,
    "claims-ask": sign_offs.SENT,
    "payment-enter": payments.ACCEPTED,
    "payment-ask": sign_offs.SENT,
    "firms-approve": "✅ Đã duyệt. Em đã báo chủ đơn vị.",
    "firms-refuse": "✅ Đã từ chối. Em đã báo chủ đơn vị.",
    "assign": "Đã ghi nhận. Em báo người trả và kế toán.",
    "ask": "Đã gửi duyệt. Có kết quả em báo anh/chị ngay trong cuộc trò chuyện.",
    "return": "Đã ghi là trả lại.",
    "ignore": "Đã bỏ qua khoản này.",
    "take": "Anh/chị đang làm việc này, ai mở cũng thấy.",
    "refund": "Đã mở hồ sơ hoàn tiền, anh/chị đang làm.",
}
CHECK_TITLES = {
    "assign": "Ghi cho một đơn",
    "ignore": "Bỏ qua",
    "return": "Đã trả lại tiền",
    "take": "Nhận việc trả lại",
    "refund": "Hoàn tiền đã ghi",
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
    more: tuple[tuple[str, str], ...] = ()
    """Further fields before it: name and label, with * behind what may be left out."""
    pick: str = ""
    """The label of a choice before it, and what may be chosen: code and words."""
    picks: tuple[tuple[str, str], ...] = ()


ASSIGN = Form("assign", transfers.ASSIGN, "Mã đơn, hoặc nội dung chuyển khoản của khách")
RETURN = Form("return", transfers.SEND_BACK, "Mã giao dịch của lần chuyển trả", REFERENCE_LIMIT)
IGNORE = Form("ignore", transfers.IGNORE, REASON)
TAKE = Form("take", returns.GIVE_BACK)
REFUND = Form("refund", refunds.REFUND, "Lý do, kế toán của đơn đọc được khi tiền đã hoàn")
APPROVE = Form("approve", sign_offs.APPROVE)
REFUSE = Form("refuse", sign_offs.REFUSE, "Lý do, người gửi sẽ đọc được")
WITHDRAW = Form("withdraw", sign_offs.WITHDRAW)
ACCEPT_CLAIM = Form(
    *("accept", payments.ACCEPT, "Mã giao dịch của ngân hàng", REFERENCE_LIMIT),
    more=(("amount*", "Số tiền, để trống nếu đúng số còn phải trả"),),
)
REFUSE_CLAIM = Form("refuse", payments.REFUSE, "Lý do, kế toán sẽ đọc được")
REFUSE_FIRM = Form("refuse", firms.REFUSE, "Lý do, chủ đơn vị sẽ đọc được")
ENTER = "Nhập khoản thanh toán"
ENTER_FORM = Form(
    *("enter", payments.ENTER, "Mã giao dịch của ngân hàng", REFERENCE_LIMIT),
    more=(("code", "Nội dung chuyển khoản của khách, hoặc mã đơn"), ("amount", "Số tiền đã nhận")),
)


def refund_form(parts: Sequence[PaidPart]) -> Form:
    """The form of a refund of what each request, or each order, has of a transfer."""
    return replace(REFUND, pick=refunds.WHOSE, picks=tuple(refunds.picks(parts).items()))


def transfer_row(one: Transfer, second: bool = False) -> Row:
    """`second`: it waits for a second person."""
    told, waits = one.reported, one.attention is not None
    state = transfers.SHORT_REASONS[one.attention] if one.attention else SETTLED[one.state]
    state = f"{state} · {transfers.SECOND}" if second else state
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
        named(row.firm.name, 80),
        f"{one.package_name} {one.fiscal_year}",
        str(one.line_count),
        amount_words(row.received),
        ORDER_STATES[one.state],
        moment(one.placed_at),
    )
    return Row(one.code, one.id, cells, False)


def claim_row(one: ClaimContent) -> Row:
    cells = (
        *(amount_words(one.payment.left), one.payment.code, named(one.name, 80), named(one.firm.name, 80)),
        *(one.accountant.name, moment(one.claim.made_at)),
    )
    return Row(str(one.claim.id), one.claim.id, cells, False)


def sign_off_row(about: SignOffContent) -> Row:
    one = about.sign_off
    cells = (
        *(amount_words(one.amount, one.currency), SIGNED_ACTS[one.act], about.asker, short(one.why, 120)),
        *(short(one.reference, 60), moment(one.asked_at)),
    )
    return Row(str(one.id), one.id, cells, False)


def firm_row(firm: Firm) -> Row:
    return Row(str(firm.id), firm.id, (firm.tax_code, firm.name, firm.address or "chưa có"), False)


def caption(table: str, total: int) -> str:
    return f"{total:,} {COUNTED[table]}".replace(",", ".")
