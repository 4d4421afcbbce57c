"""Words of transfers, for accountants and back office."""

from domain.money import vnd
from domain.transfers import Attention, Provider, Transfer
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
}

PROVIDERS = {
    Provider.SEPAY: "SePay",
    Provider.PAYOS: "payOS",
    Provider.CASSO: "Casso",
    Provider.GPMPAY: "GPMPay",
    Provider.MANUAL: "nhập tay",
}


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
