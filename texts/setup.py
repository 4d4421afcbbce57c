"""Words of `python -m bot setup`, a talk in the terminal."""

from collections.abc import Sequence

HELLO = """\
Cài đặt bot. Anh/chị trả lời từng câu; mỗi câu được ghi ngay vào {file} (chỉ tài khoản này đọc được).
Enter giữ giá trị đang có (trong ngoặc vuông). Gõ - để bỏ giá trị. Ctrl-C dừng, lần sau chạy lại làm tiếp."""

GROUPS = {
    "address": "Địa chỉ công khai của bot, dạng https://bot.vendor.vn. Bỏ trống: chỉ chạy Telegram, bot tự hỏi tin.",
    "telegram": "Telegram: tạo bot ở @BotFather (/newbot). Bỏ trống nếu không dùng Telegram.",
    "zalo": "Zalo: tạo bot ở Zalo Bot Platform. Bỏ trống nếu không dùng Zalo.",
    "database": "Cơ sở dữ liệu: tệp SQLite là đủ cho một máy; hoặc PostgreSQL.",
    "mail": "Hộp thư gửi thư cho khách.",
    "sms": "Tin nhắn SMS qua eSMS.vn. Bỏ trống nếu không gửi SMS.",
    "account": "Tài khoản ngân hàng nhận tiền, in trong mọi hướng dẫn thanh toán.",
    "sepay": "SePay báo tiền về. Bỏ trống nếu không dùng.",
    "payos": "payOS báo tiền về. Bỏ trống nếu không dùng.",
    "casso": "Casso báo tiền về. Bỏ trống nếu không dùng.",
    "gpmpay": "GPMPay báo tiền về. Bỏ trống nếu không dùng.",
    "vendor": "Máy chủ cấp bản quyền. Bỏ trống: nhân viên kích hoạt bằng tay.",
    "people": "Nhân viên dùng bàn làm việc. Nhắn /id cho bot để biết mã; có thể bỏ trống rồi điền sau.",
}

QUESTIONS = {
    "public_url": "PUBLIC_URL",
    "telegram_token": "Mã bot Telegram",
    "zalo_token": "Mã bot Zalo",
    "database_url": "DATABASE_URL",
    "mail_from": "Người gửi, dạng: Phần mềm kế toán <donhang@vendor.vn>",
    "smtp_host": "Máy chủ thư (SMTP)",
    "smtp_port": "Cổng (587 hoặc 465)",
    "smtp_tls": "Mã hóa: starttls (cổng 587), tls (cổng 465) hoặc none",
    "smtp_username": "Tên đăng nhập (bỏ trống nếu không cần)",
    "smtp_password": "Mật khẩu",
    "esms_api_key": "ApiKey của eSMS",
    "esms_secret_key": "SecretKey của eSMS",
    "esms_brandname": "Tên gửi (brandname)",
    "bank_bin": "Mã BIN sáu số của ngân hàng (Vietcombank: 970436)",
    "bank_account": "Số tài khoản",
    "bank_holder": "Tên chủ tài khoản, không dấu",
    "sepay_secret": "Khóa ký webhook của SePay",
    "sepay_api_token": "Mã API của SePay để đọc sao kê (bỏ trống nếu không đọc)",
    "payos_checksum_key": "Checksum Key của payOS",
    "casso_secret": "Khóa webhook v2 của Casso",
    "casso_api_key": "API key của Casso để đọc sao kê (bỏ trống nếu không đọc)",
    "gpmpay_secret": "Khóa ký của GPMPay",
    "vendor_api_url": "Địa chỉ máy chủ bản quyền",
    "vendor_api_token": "Mã truy cập",
    "back_office": "BACK_OFFICE, dạng 5100000003:Lê Thu Hà:approve,5100000009:Lan:approve",
    "support_contact": "Số điện thoại hỗ trợ hiện trong bot",
}

KEPT_SECRET = "đang có"
WRONG = "⚠️ Chưa đúng: {fault}"
AGAIN_OR_ON = "Enter: nhập lại. b: để vậy và làm tiếp."
ON = "b"
CLEAR = "-"
STOPPED = "\nĐã dừng. Những câu đã trả lời vẫn được giữ; chạy lại để làm tiếp."
WRITTEN = "✅ Đã ghi {file}."
POINTED = "✅ Đã báo cho ứng dụng chat nơi gửi tin."
NOT_POINTED = "⚠️ Chưa báo được nơi gửi tin: {said}. Bot sẽ báo lại khi chạy."
LEFT = "Việc còn lại, làm ở trang của từng dịch vụ:"
NEXT = "Rồi chạy bot (python -m bot), và kiểm tra mọi thứ (python -m bot doctor)."


def question(name: str, now: str) -> str:
    """What is asked about a setting; `now` is shown as its present value."""
    return f"{QUESTIONS[name]}{f' [{now}]' if now else ''}: "


def left_to_do(
    apps: Sequence[str], address: str, bank_services: Sequence[str], sms: bool, sender: str, nobody: bool
) -> list[str]:
    """What the operator does in the consoles of others."""
    todo = []
    if "telegram" in apps:
        todo.append("Telegram, @BotFather: /setjoingroups chọn Disable, /setuserpic đặt ảnh đại diện.")
    if "zalo" in apps:
        todo.append("Zalo Bot Platform: đặt ảnh đại diện, xem hạn mức tin trong tháng (ZALO_MONTH_LIMIT).")
    if address:
        todo.append(
            f"Proxy: chuyển mọi đường dẫn của {address} đến cổng WEB_PORT, nhận tệp đến 21 MB, không ghi đường dẫn vào nhật ký."
        )
    todo += [
        f"{name}: khai webhook {address}/webhooks/{name.lower()}, chọn sự kiện tiền vào."
        for name in bank_services
    ]
    todo.append(f"Thư: khai SPF, DKIM và DMARC cho tên miền của {sender}, để thư không vào mục rác.")
    if sms:
        todo.append("eSMS: đăng ký tên gửi với các nhà mạng và mẫu tin chăm sóc khách hàng.")
    if nobody:
        todo.append("Nhân viên: chạy bot, nhắn /id, điền dòng nhận được vào BACK_OFFICE, chạy lại bot.")
    return [f"  • {one}" for one in todo]
