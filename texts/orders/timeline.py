"""What happened to an order, in words."""

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.chats import Channel
from domain.customers import CustomerField
from domain.events import Event, Verb
from domain.money import vnd
from domain.recipients import RecipientMode
from texts.apps import APP_NAMES
from texts.customer_fields import WORDS as WORDS_OF_FIELDS
from texts.filters import day
from texts.ordering.words import RECIPIENTS

TIMELINE = """\
<b>Đơn {{ order.code }}</b> · Lịch sử

{% for entry in entries %}
<b>{{ entry.what }}</b>
{{ entry.at|moment }} · {{ entry.by }}

{% endfor %}"""
BY_ITSELF = "tự động"
DATA = "dữ liệu kế toán"

WORDS = {
    Verb.ORDER_PLACED: "Đặt đơn",
    Verb.ORDER_CANCELLED: "Hủy đơn",
    Verb.LINE_DROPPED: "Bỏ khách khỏi đơn",
    Verb.LINE_MENDED: "Sửa thông tin khách",
    Verb.PACKAGE_CHANGED: "Đổi gói",
    Verb.RECIPIENT_CHANGED: "Đổi người nhận",
    Verb.ORDER_EXPORTED: "Xuất đơn ra Excel",
    Verb.INSTRUCTION_RESENT: "Gửi lại hướng dẫn thanh toán",
    Verb.ACTIVATION_STARTED: "Bắt đầu kích hoạt",
    Verb.ACTIVATION_STOPPED: "Dừng kích hoạt",
    Verb.ACTIVATION_FINISHED: "Kết quả kích hoạt",
    Verb.LICENCE_MENDED: "Sửa thông tin để kích hoạt lại",
    Verb.LICENCE_BY_HAND: "Nhân viên hỗ trợ kích hoạt",
    Verb.LICENCE_SUSPENDED: "Tạm dừng phần mềm",
    Verb.LICENCE_RESTORED: "Mở lại phần mềm",
    Verb.MONEY_RECEIVED: "Nhận tiền",
    Verb.TRANSFER_CLAIMED: "Báo đã chuyển khoản",
    Verb.CLAIM_WITHDRAWN: "Bỏ báo đã chuyển khoản",
    Verb.CLAIM_ACCEPTED: "Xác nhận đã nhận tiền",
    Verb.CLAIM_REFUSED: "Chưa thấy tiền về",
    Verb.PAYMENT_ENTERED: "Ghi nhận thanh toán",
    Verb.PAYERS_CHOSEN: "Chọn khách đã trả",
    Verb.STATEMENT_BOOKED: "Ghi khoản thiếu theo sổ phụ",
    Verb.TRANSFER_ASSIGNED: "Xếp khoản tiền vào đơn",
    Verb.TRANSFER_RETURNED: "Trả lại tiền",
    Verb.TRANSFER_IGNORED: "Bỏ qua khoản tiền",
    Verb.CASE_TAKEN: "Nhận việc trả lại tiền",
    Verb.REFUND_OPENED: "Mở hồ sơ hoàn tiền",
    Verb.SIGN_OFF_ASKED: "Xin người thứ hai duyệt",
    Verb.SIGN_OFF_APPROVED: "Duyệt lần hai",
    Verb.SIGN_OFF_REFUSED: "Không duyệt",
    Verb.SIGN_OFF_WITHDRAWN: "Rút yêu cầu duyệt",
    Verb.INVOICES_TAKEN: "Lấy hóa đơn để xuất",
    Verb.INVOICES_NUMBERED: "Ghi số hóa đơn",
    Verb.INVOICE_FILES_KEPT: "Lưu tệp hóa đơn",
    Verb.INVOICE_MENDED: "Sửa người mua trên hóa đơn",
    Verb.INVOICE_LOOKED_UP: "Nhân viên hỗ trợ xem hóa đơn",
    Verb.INVOICE_NOTICE_MADE: "Lập thông báo sai sót hóa đơn",
    Verb.INVOICE_NOTICE_SENT: "Đã gửi thông báo sai sót hóa đơn",
    Verb.INVOICE_REPLACED: "Lập hóa đơn thay thế",
    Verb.INVOICE_ADJUSTED: "Lập hóa đơn điều chỉnh",
    Verb.INVOICE_AGREED: "Ghi thỏa thuận điều chỉnh hóa đơn",
    Verb.INVOICE_EMAIL_CHANGED: "Sửa email nhận hóa đơn",
    Verb.INVOICE_RESENT: "Gửi lại email hóa đơn",
    Verb.INVOICES_EXPORTED: "Tải tất cả hóa đơn",
    Verb.CUSTOMERS_TAKEN: "Nhận danh sách khách hàng",
    Verb.CUSTOMERS_MERGED: "Gộp hai khách trùng",
    Verb.MERGE_UNDONE: "Tách khách đã gộp",
    Verb.CATALOGUE_EXPORTED: "Xuất danh mục ra Excel",
    Verb.PERSON_EXPORT_ASKED: "Yêu cầu bản sao dữ liệu cá nhân",
    Verb.PERSON_EXPORTED: "Đã giao bản sao dữ liệu cá nhân",
    Verb.PERSON_ERASURE_ASKED: "Yêu cầu xóa dữ liệu cá nhân",
    Verb.PERSON_ERASED: "Đã xóa dữ liệu cá nhân",
    Verb.PERSON_KEPT: "Chưa xóa được dữ liệu cá nhân",
    Verb.FIRM_APPROVED: "Duyệt đơn vị",
    Verb.FIRM_CLEARED: "Cho đơn vị gửi tin",
    Verb.MESSAGES_RELEASED: "Cho gửi tin chờ đến mai",
    Verb.FIRM_CHANGED: "Sửa tên, địa chỉ đơn vị trên hóa đơn",
    Verb.FIRM_REFUSED: "Từ chối đơn vị",
    Verb.FIRM_CLOSED: "Đóng đơn vị",
    Verb.FIRM_GIVEN: "Đổi chủ đơn vị",
    Verb.PERSON_MOVED: "Chuyển người sang đơn vị",
    Verb.CHAT_RECOVERED: "Lấy lại tài khoản bằng mã điện thoại và email",
    Verb.RECOVERY_CODE_MADE: "Tạo mã nối khung chat mới cho người mất chat",
    Verb.FIRM_HANDED_OVER: "Giao đơn vị cho người khác",
    Verb.FIRM_ERASED: "Đã xóa danh mục của đơn vị đã đóng",
    Verb.CONSENT_GIVEN: "Đồng ý cách dùng dữ liệu cá nhân",
    Verb.ACCOUNT_CHANGED: "Sửa thông tin của mình",
    Verb.ACCOUNT_EXPORTED: "Lấy bản sao dữ liệu của mình",
    Verb.ACCOUNT_CLOSED: "Rút đồng ý, đóng tài khoản",
    Verb.STAFF_REMOVED: "Cho nhân viên thôi việc",
    Verb.APPROVER_NAMED: "Cho quyền duyệt",
    Verb.APPROVER_DROPPED: "Bỏ quyền duyệt",
    Verb.CHAT_LINKED: "Nối thêm một chat",
    Verb.CHAT_UNLINKED: "Bỏ nối một chat",
    Verb.PRICE_LIST_REPLACED: "Đổi bảng giá",
    Verb.ORDER_LOOKED_UP: "Nhân viên hỗ trợ xem đơn",
    Verb.FIRM_LOOKED_UP: "Xem đơn vị",
    Verb.TOTALS_SHOWN: "Xem tổng kết",
    Verb.LOG_EXPORTED: "Xuất nhật ký",
    Verb.ACCOUNTS_EXPORTED: "Xuất sổ tiền",
}


def _field(name: str) -> str:
    return DATA if name == "accounting" else WORDS_OF_FIELDS[CustomerField(name)].inside


_DETAILS: dict[str, Callable[[Any], str]] = {
    "amount": vnd,
    "code": lambda value: f"nội dung {value}",
    "position": lambda value: value if isinstance(value, str) else f"khách số {value}",
    "field": _field,
    "from_package": lambda value: f"từ {value}",
    "to_package": lambda value: f"sang {value}",
    "from_recipient": lambda value: f"từ {RECIPIENTS[RecipientMode(value)]}",
    "to_recipient": lambda value: f"sang {RECIPIENTS[RecipientMode(value)]}",
    "picked": lambda value: f"{value} khách",
    "done": lambda value: f"{value} xong",
    "failed": lambda value: f"{value} lỗi",
    "skipped": lambda value: f"{value} bỏ qua",
    "transfers": lambda value: f"{value} khoản",
    "invoices": lambda value: f"{value} hóa đơn",
    "invoice": lambda value: f"chứng từ {value}",
    "customer": lambda value: f"mã khách {value}",
    "into": lambda value: f"vào mã khách {value}",
    "customers": lambda value: f"{value} khách",
    "taken": lambda value: f"{value} khách",
    "added": lambda value: f"{value} khách mới",
    "updated": lambda value: f"{value} khách cập nhật",
    "orders": lambda value: f"vì đơn {value}",
    "drafts": lambda value: f"vì {value} đơn nháp",
    "channel": lambda value: APP_NAMES[Channel(value)],
    "reference": lambda value: f"mã giao dịch {value}",
    "new": lambda value: f"{value} gói mới",
    "changed": lambda value: f"{value} gói đổi",
    "gone": lambda value: f"{value} gói bỏ",
    "day": lambda value: day(date.fromisoformat(value)),
    "first": lambda value: f"từ {day(date.fromisoformat(value))}",
    "last": lambda value: f"đến {day(date.fromisoformat(value))}",
    "note": str,
}
"""The words of an event's parameters, in this order."""

_INSIDE: dict[str, Callable[[Any], str]] = {
    "transfer_reference": lambda value: f"khoản về {value}",
    "reason": lambda value: f"lý do: {value}",
}
"""The same for back office only. Other parameters are not said."""


def event_words(event: Event, customer: str = "", inside: bool = False) -> str:
    """One thing that happened, in one line; `customer` is the name of the one at its `position`, `inside`
    says what only back office may read, too."""
    said = {**_DETAILS, **(_INSIDE if inside else {})}
    params = {**event.params, **({"position": customer} if customer else {})}
    details = (words(params[name]) for name, words in said.items() if params.get(name))
    return " · ".join((WORDS[event.verb], *details))
