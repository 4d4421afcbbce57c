"""Words of activation: states of a licence, reasons of failures, days left."""

from datetime import datetime, timedelta

from domain.customers import CustomerField
from domain.licences import ActivationFailure, FailureReason, Licence, LicenceState

STATES = {
    LicenceState.ORDERED: "chưa kích hoạt",
    LicenceState.PAID_WAITING: "đã trả tiền, chưa kích hoạt",
    LicenceState.ACTIVATING: "đang kích hoạt",
    LicenceState.FAILED: "kích hoạt lỗi",
    LicenceState.ACTIVE_UNPAID: "đang dùng, chưa trả tiền",
    LicenceState.ACTIVE: "đang dùng",
    LicenceState.SUSPENDED: "tạm dừng, chỉ xem và in",
    LicenceState.CANCELLED: "đã hủy",
}

MARKS = {
    LicenceState.ORDERED: "⚪️",
    LicenceState.PAID_WAITING: "🔵",
    LicenceState.ACTIVATING: "🔄",
    LicenceState.FAILED: "⚠️",
    LicenceState.ACTIVE_UNPAID: "🟡",
    LicenceState.ACTIVE: "🟢",
    LicenceState.SUSPENDED: "🔴",
    LicenceState.CANCELLED: "✖️",
}

STOPPING = "Em đang dừng. Khách nào đang kích hoạt dở thì em làm nốt."

_WRONG_FIELDS = {
    CustomerField.TAX_CODE: "Mã số thuế không được chấp nhận.",
    CustomerField.NAME: "Tên khách hàng không được chấp nhận.",
    CustomerField.ADDRESS: "Địa chỉ không được chấp nhận.",
    CustomerField.REPRESENTATIVE: "Tên người đại diện không được chấp nhận.",
    CustomerField.EMAIL: "Email người đại diện không dùng được.",
    CustomerField.PHONE: "Số điện thoại người đại diện không dùng được.",
}

_REASONS = {
    FailureReason.INVALID: "Thông tin khách hàng chưa đúng.",
    FailureReason.LOGIN_TAKEN: "Email hoặc số điện thoại này đã có người khác dùng để đăng nhập.",
    FailureReason.TAX_CODE_REFUSED: "Mã số thuế này không mua được phần mềm.",
    FailureReason.ALREADY_LICENSED: "Khách này đã có phần mềm cho năm này rồi.",
    FailureReason.PACKAGE_UNKNOWN: "Gói này chưa kích hoạt được. Nhân viên hỗ trợ đang xem.",
    FailureReason.UNAVAILABLE: "Hệ thống phần mềm chưa trả lời. Anh/chị thử lại sau giúp em.",
    FailureReason.OTHER: "Phần mềm chưa nhận. Nhân viên hỗ trợ đang xem.",
}


def failure_words(failure: ActivationFailure) -> str:
    """Why the activation failed, in a sentence; back office's own words go before ours."""
    if failure.note:
        return failure.note
    if failure.reason is FailureReason.INVALID and failure.field in _WRONG_FIELDS:
        return _WRONG_FIELDS[failure.field]
    return _REASONS[failure.reason]


def time_left_words(left: timedelta) -> str:
    """Such as `còn 3 ngày`; what is less than a day in hours."""
    if left <= timedelta():
        return "đã hết hạn"
    if left >= timedelta(days=1):
        return f"còn {left.days} ngày"
    hours = left // timedelta(hours=1)
    return f"còn {hours} giờ" if hours else "còn chưa đến 1 giờ"


def state_words(licence: Licence, now: datetime) -> str:
    """The state, and where the seven days run, what is left of them."""
    words = STATES[licence.state]
    left = licence.time_left(now)
    if licence.state is LicenceState.ACTIVE_UNPAID and left is not None:
        words += f", {time_left_words(left)}"
    return words
