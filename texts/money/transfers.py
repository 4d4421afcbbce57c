"""Words of transfers, for accountants and back office."""

from domain.money import vnd
from domain.transfers import Attention, Provider, Transfer, TransferState
from texts.common import short

ATTENTION = {
    Attention.NO_CODE: "Nội dung không có mã thanh toán nào đúng",
    Attention.UNKNOWN_CODE: "Mã trong nội dung không có trong hệ thống",
    Attention.CANCELLED_ORDER: "Chuyển cho đơn đã hủy",
    Attention.TOO_MUCH: "Chuyển thừa tiền",
    Attention.PAID_TWICE: "Trả cho khoản đã trả đủ",
    Attention.NOT_MATCHED: "Em chưa tự ghi nhận được",
    Attention.OTHER_ACCOUNT: "Tiền vào tài khoản không phải của bên mình",
    Attention.OTHER_CURRENCY: "Không phải tiền Việt Nam",
    Attention.OTHER_CONTENT: "Báo lại dưới số hiệu cũ nhưng khác thông tin",
    Attention.PERHAPS_REPEATED: "Có thể là cùng một lần chuyển khoản với khoản đã ghi nhận",
    Attention.REFUND: "Cần hoàn tiền đã ghi",
}

SETTLED = {
    TransferState.MATCHED: "đã ghi nhận",
    TransferState.RETURNED: "đã trả lại",
    TransferState.IGNORED: "bỏ qua",
    TransferState.OUTGOING: "tiền chuyển đi",
    TransferState.REPEATED: "báo lặp lại",
    TransferState.RECEIVED: "đang đối chiếu",
    TransferState.UNMATCHED: "chưa rõ của ai",
    TransferState.CHOOSING: "chờ kế toán chọn khách",
}

PROVIDERS = {
    Provider.SEPAY: "SePay",
    Provider.PAYOS: "payOS",
    Provider.CASSO: "Casso",
    Provider.GPMPAY: "GPMPay",
    Provider.MANUAL: "nhập tay",
    Provider.STATEMENT: "sổ phụ ngân hàng",
}

ABOUT_OTHER = """\
{% if other %}

Khoản kia, {{ became }}:
<b>{{ other.reported|told }}</b> · {{ other.reported.occurred_at|moment }}
Nội dung: <code>{{ other.reported.content|short(120) }}</code>
Báo bởi: {{ teller }}{{ " · %s"|format(other.reported.reference|short(60)) if other.reported.reference else "" }}
{% endif %}"""


def other_words(other: Transfer | None) -> dict[str, object]:
    """The values of `ABOUT_OTHER`."""
    if other is None:
        return {"other": None}
    return {"other": other, "became": SETTLED[other.state], "teller": PROVIDERS[other.reported.provider]}


def why(transfer: Transfer) -> str:
    """What keeps a transfer open, with the account, currency or surplus that it is about; empty if settled."""
    if transfer.attention is None:
        return ""
    about = vnd(transfer.surplus) if transfer.surplus else ""
    if transfer.attention is Attention.OTHER_ACCOUNT:
        about = short(transfer.reported.account, 40)
    elif transfer.attention is Attention.OTHER_CURRENCY:
        about = transfer.reported.currency
    return ATTENTION[transfer.attention] + (f": {about}" if about else "")
