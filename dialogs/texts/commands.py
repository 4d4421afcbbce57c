"""Words around the commands."""

MENU_OF_COMMANDS = {
    "start": "Menu chính",
    "mua": "Mua hàng loạt",
    "khachhang": "Khách hàng",
    "donhang": "Đơn hàng",
    "huy": "Thoát việc đang làm (đơn nháp vẫn giữ)",
    "trogiup": "Trợ giúp",
}
"""Shown by the chat app beside the message field."""

ONLY_PRIVATE = (
    "Để giữ kín thông tin khách hàng, em chỉ làm việc trong khung chat riêng. Anh/chị nhắn riêng cho em nhé."
)
LEFT = "✅ Em đã dừng việc đang làm. Đơn nháp (nếu có) vẫn được giữ."
LINK_FOR_NEWCOMERS = "Liên kết mời này dành cho người chưa đăng ký. Anh/chị đã có tài khoản rồi ạ."
