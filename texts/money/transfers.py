"""Words of transfers, for accountants and back office."""

from domain.transfers import Attention, Provider

ATTENTION = {
    Attention.NO_CODE: "Nội dung không có mã thanh toán nào đúng",
    Attention.UNKNOWN_CODE: "Mã trong nội dung không có trong hệ thống",
    Attention.CANCELLED_ORDER: "Chuyển cho đơn đã hủy",
    Attention.TOO_MUCH: "Chuyển thừa tiền",
    Attention.PAID_TWICE: "Trả cho khoản đã trả đủ",
    Attention.NOT_MATCHED: "Em chưa tự ghi nhận được",
}

PROVIDERS = {
    Provider.SEPAY: "SePay",
    Provider.PAYOS: "payOS",
    Provider.CASSO: "Casso",
    Provider.GPMPAY: "GPMPay",
    Provider.MANUAL: "nhập tay",
}
