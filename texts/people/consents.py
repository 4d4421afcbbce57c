"""What people agree to. `domain.consents.CONSENT_VERSION` names this text: change both together."""

PRIVACY = """\
🔒 <b>Dữ liệu cá nhân</b> (Luật 91/2025/QH15)
• Bên kiểm soát: <b>{{ controller.name or "nhà cung cấp phần mềm" }}</b>{{ ", liên hệ: " + controller.contact if controller.contact else "" }}.
• Em lưu: họ tên, điện thoại, email, mã khung chat này và việc anh/chị làm ở đây.
• Để làm gì: lập đơn, gửi hướng dẫn thanh toán, thông báo và hóa đơn. Không dùng để quảng cáo.
• Giữ đến khi anh/chị đóng tài khoản; đơn hàng, thanh toán, hóa đơn, nhật ký: 10 năm (Luật Kế toán).
• Ai nhận thêm: đồng nghiệp trong đơn vị; Telegram (máy chủ ở nước ngoài) hoặc Zalo, nơi anh/chị chat; dịch vụ SMS, \
email, ngân hàng và hóa đơn của nhà cung cấp.
• Anh/chị xem, sửa, lấy bản sao, xóa, rút đồng ý bất cứ lúc nào: 🔔 Thông báo › Tùy chọn › 🔐 Tài khoản của tôi.
• Khi nhập thông tin khách hàng, anh/chị xác nhận khách đã đồng ý cho dùng để đăng ký phần mềm."""
