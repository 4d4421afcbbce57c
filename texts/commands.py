"""Words around the commands."""

from markupsafe import escape

MENU_OF_COMMANDS = {
    "start": "Menu chính",
    "mua": "Mua hàng loạt",
    "khachhang": "Khách hàng",
    "donhang": "Đơn hàng",
    "kichhoat": "Kích hoạt hàng loạt",
    "thongbao": "Thông báo",
    "huy": "Thoát việc đang làm (đơn nháp vẫn giữ)",
    "tuychon": "Tùy chọn nhận tin",
    "taikhoan": "Tài khoản của tôi",
    "trogiup": "Trợ giúp",
}
"""The commands that the chat app shows beside the message field."""

COMMANDS_OF_BACK_OFFICE = {
    "start": "Bàn làm việc",
    "thongbao": "Thông báo",
    "huy": "Thoát việc đang làm",
}
"""The commands shown to the vendor's own people."""

DESCRIPTION = (
    "Dành cho kế toán dịch vụ: mua phần mềm kế toán cho nhiều khách hàng trong một đơn. "
    "Hướng dẫn thanh toán (mã VietQR) gửi ngay tại đây. Bấm Bắt đầu để đăng ký, mất khoảng 1 phút."
)
"""Shown by the chat app before the first message."""

SHORT_DESCRIPTION = "Mua phần mềm kế toán cho nhiều khách hàng trong một đơn. Dành cho kế toán dịch vụ."
"""Shown in the bot's profile and where its link is shared: at most 120 characters."""

ONLY_PRIVATE = (
    "Để giữ kín thông tin khách hàng, em chỉ làm việc trong khung chat riêng. Anh/chị nhắn riêng cho em nhé."
)
LEFT = "✅ Em đã dừng việc đang làm. Đơn nháp (nếu có) vẫn được giữ."
LINK_FOR_NEWCOMERS = "Liên kết mời này dành cho người chưa đăng ký. Anh/chị đã có tài khoản rồi ạ."


def chat_id(entry: str) -> str:
    return (
        "Mã khung chat này của anh/chị:\n"
        f"<code>{escape(entry)}</code>\n\n"
        "Nhân viên nhà cung cấp thì gửi dòng trên cho người cài đặt bot (mục BACK_OFFICE) ạ."
    )
