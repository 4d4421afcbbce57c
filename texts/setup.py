"""Words of `python -m bot setup`, a talk in the terminal."""

from collections.abc import Collection, Iterable, Sequence

HELLO = """\
Cài đặt bot. Anh/chị trả lời từng câu; mỗi câu được ghi ngay vào {file} (chỉ tài khoản này đọc được).
Enter giữ giá trị đang có (trong ngoặc vuông). Gõ - để bỏ giá trị. Ctrl-C dừng, lần sau chạy lại làm tiếp."""

GROUPS = {
    "address": "Địa chỉ công khai của bot, dạng https://bot.vendor.vn. Bỏ trống: chỉ chạy Telegram, bot tự hỏi tin.",
    "telegram": "Telegram: tạo bot ở @BotFather (/newbot). Bỏ trống nếu không dùng Telegram.",
    "zalo": "Zalo: tạo bot ở Zalo Bot Platform. Bỏ trống nếu không dùng Zalo.",
    "zalo_oa": "Zalo Official Account, nếu không dùng bot Zalo ở trên: lấy ở developers.zalo.me và trang quản lý OA. Bỏ trống nếu không dùng.",
    "database": "Cơ sở dữ liệu: tệp SQLite là đủ cho một máy; hoặc PostgreSQL.",
    "mail": "Hộp thư gửi thư cho khách.",
    "sms": "Tin nhắn SMS qua eSMS.vn. Bỏ trống nếu không gửi SMS.",
    "account": "Tài khoản ngân hàng nhận tiền, in trong mọi hướng dẫn thanh toán.",
    "sepay": "SePay báo tiền về. Bỏ trống nếu không dùng.",
    "payos": "payOS báo tiền về. Bỏ trống nếu không dùng.",
    "casso": "Casso báo tiền về. Bỏ trống nếu không dùng.",
    "gpmpay": "GPMPay báo tiền về. Bỏ trống nếu không dùng.",
    "vendor": "Máy chủ cấp bản quyền. Bỏ trống: nhân viên kích hoạt bằng tay.",
    "registry": "Dịch vụ tra cứu tên và địa chỉ theo mã số thuế. Bỏ trống nếu không có.",
    "invoices": "Hóa đơn điện tử: kế toán trưởng của anh/chị chọn lúc xuất.",
    "einvoice": "Phát hành qua SePay eInvoice. Bỏ trống: nhân viên tự phát hành, rồi gửi lại số.",
    "backups": "Sao lưu mỗi đêm, thử phục hồi ngay. Nên đặt ở ổ đĩa hoặc máy khác. Bỏ trống: không sao lưu.",
    "watching": "Theo dõi bằng Prometheus. Bỏ trống nếu không dùng; nhân viên vẫn nhận cảnh báo trong chat.",
    "controller": "Bên kiểm soát dữ liệu cá nhân (Luật 91/2025), ghi trong lời xin đồng ý.",
    "people": "Nhân viên dùng bàn làm việc. Nhắn /id cho bot để biết mã; có thể bỏ trống rồi điền sau.",
}

QUESTIONS = {
    "public_url": "PUBLIC_URL",
    "telegram_token": "Mã bot Telegram",
    "zalo_token": "Mã bot Zalo",
    "zalo_oa_app_id": "ID ứng dụng",
    "zalo_oa_app_secret": "Khóa bí mật của ứng dụng",
    "zalo_oa_secret": "Khóa bí mật OA (ở trang Webhook)",
    "zalo_oa_refresh_token": "Refresh token ở API Explorer (bỏ trống: quản trị viên cho phép sau, trong bàn làm việc)",
    "zalo_oa_verification": "Mã trong tên tệp zalo_verifier….html (bỏ trống nếu đã xác thực tên miền)",
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
    "registry_url": "Địa chỉ dịch vụ tra cứu",
    "registry_token": "Mã truy cập của dịch vụ tra cứu",
    "invoice_when": "Xuất khi nào: paid (khi nhận tiền), activated (khi kích hoạt) hoặc period (gộp cuối tháng)",
    "sepay_einvoice_client_id": "Client ID",
    "sepay_einvoice_client_secret": "Client secret",
    "sepay_einvoice_account": "Mã tài khoản nhà cung cấp (UUID)",
    "invoice_form": "Mẫu số",
    "invoice_series": "Ký hiệu của từng năm, dạng: 2026=C26TAA,2027=C27TAA",
    "backup_folder": "Thư mục sao lưu",
    "backup_key": "Khóa mã hóa bản sao lưu (gõ moi để tạo khóa; bỏ trống: không mã hóa)",
    "litestream_config": "Tệp cấu hình Litestream để sao chép liên tục (bỏ trống nếu không dùng)",
    "metrics_token": "Mã cho Prometheus đọc /metrics (từ 8 ký tự, tự đặt)",
    "canary_minutes": "Cứ mấy phút đi thử một đơn giả (0: không)",
    "controller_name": "Tên đầy đủ của bên kiểm soát",
    "controller_contact": "Cách liên hệ về dữ liệu cá nhân (bỏ trống: như số hỗ trợ)",
    "back_office": "BACK_OFFICE, dạng 5100000003:Lê Thu Hà:approve,5100000009:Lan:approve",
    "support_contact": "Số điện thoại hỗ trợ hiện trong bot",
}

_LONG_ENOUGH = "từ 8 ký tự trở lên, chép nguyên như dịch vụ đưa"
FORMS = {
    "public_url": "địa chỉ dạng https://bot.vendor.vn",
    "telegram_token": "mã @BotFather đưa, dạng 123456789:AAE…",
    "zalo_token": "mã Zalo đưa: số, dấu hai chấm rồi một chuỗi",
    "zalo_oa_app_id": "ID ứng dụng, chỉ gồm chữ số",
    "zalo_oa_app_secret": _LONG_ENOUGH,
    "zalo_oa_secret": _LONG_ENOUGH,
    "zalo_oa_refresh_token": _LONG_ENOUGH,
    "zalo_oa_verification": "chỉ phần chữ và số giữa zalo_verifier và .html",
    "database_url": "sqlite+aiosqlite:///đường/dẫn/bot.db hoặc postgresql+psycopg://tài-khoản:mật-khẩu@máy/tên",
    "mail_from": "địa chỉ dạng Phần mềm kế toán <donhang@vendor.vn>",
    "smtp_host": "tên máy chủ thư, như smtp.vendor.vn",
    "smtp_port": "số cổng, từ 1 đến 65535",
    "smtp_tls": "starttls, tls hoặc none",
    "smtp_username": "tên đăng nhập hộp thư",
    "smtp_password": _LONG_ENOUGH,
    "esms_api_key": _LONG_ENOUGH,
    "esms_secret_key": _LONG_ENOUGH,
    "esms_brandname": "tên gửi đã đăng ký với eSMS",
    "bank_bin": "mã BIN sáu số của ngân hàng nhận VietQR, như 970436",
    "bank_account": "từ 4 đến 19 chữ số hoặc chữ in hoa",
    "bank_holder": "từ 2 đến 100 ký tự, không dấu",
    "sepay_secret": _LONG_ENOUGH,
    "sepay_api_token": _LONG_ENOUGH,
    "payos_checksum_key": _LONG_ENOUGH,
    "casso_secret": _LONG_ENOUGH,
    "casso_api_key": _LONG_ENOUGH,
    "gpmpay_secret": _LONG_ENOUGH,
    "vendor_api_url": "địa chỉ dạng https://…",
    "vendor_api_token": _LONG_ENOUGH,
    "registry_url": "địa chỉ dạng https://…",
    "registry_token": _LONG_ENOUGH,
    "invoice_when": "paid, activated hoặc period",
    "sepay_einvoice_client_id": "chép ở trang SePay eInvoice",
    "sepay_einvoice_client_secret": _LONG_ENOUGH,
    "sepay_einvoice_account": "chép ở trang SePay eInvoice",
    "invoice_form": "một chữ số, như 1",
    "invoice_series": "dạng 2026=C26TAA,2027=C27TAA; hai số cuối của năm và của ký hiệu phải khớp",
    "backup_folder": "đường dẫn thư mục",
    "backup_key": "gõ moi để tạo khóa, hoặc chép khóa AGE-SECRET-KEY-… đang có",
    "litestream_config": "đường dẫn tệp cấu hình",
    "metrics_token": "từ 8 ký tự trở lên",
    "canary_minutes": "số phút, 0 là không",
    "controller_name": "một dòng, tối đa 150 ký tự",
    "controller_contact": "một dòng, tối đa 100 ký tự",
    "back_office": "dạng 5100000003:Lê Thu Hà:approve, mỗi người một lần, cách nhau bằng dấu phẩy",
    "support_contact": "một dòng, tối đa 100 ký tự",
}
"""What is to be put where a setting is wrong."""

KEPT_SECRET = "đang có"
WRONG = "⚠️ Chưa đúng: {fault}"
AGAIN_OR_ON = "Enter: nhập lại. b: để vậy và làm tiếp."
ON = "b"
CLEAR = "-"
NEW_KEY = "moi"
STOPPED = "\nĐã dừng. Những câu đã trả lời vẫn được giữ; chạy lại để làm tiếp."
WRITTEN = "✅ Đã ghi {file}."
POINTED = "✅ Đã báo cho ứng dụng chat nơi gửi tin."
NOT_POINTED = "⚠️ Chưa báo được nơi gửi tin: {said}. Bot sẽ báo lại khi chạy."
LEFT = "Việc còn lại, làm ở trang của từng dịch vụ:"
NEXT = "Rồi chạy bot (python -m bot), và kiểm tra mọi thứ (python -m bot doctor)."


def question(name: str, now: str) -> str:
    """What is asked about a setting; `now` is shown as its present value."""
    return f"{QUESTIONS[name]}{f' [{now}]' if now else ''}: "


def wrong(name: str) -> str:
    """What is to be put for a setting that is wrong or missing."""
    return f"{name.upper()}: {FORMS.get(name, 'xem lại trong .env.example')}"


def wrong_together(names: Iterable[str]) -> str:
    return f"Xem lại cùng nhau: {', '.join(names)}."


_LEFT = {
    "telegram": "Telegram, @BotFather: /setjoingroups chọn Disable, /setuserpic đặt ảnh đại diện.",
    "zalo": "Zalo Bot Platform: đặt ảnh đại diện, xem hạn mức tin trong tháng (ZALO_MONTH_LIMIT).",
    "zalo_oa": "Zalo OA: khai webhook {address}/zalo/oa/webhook và callback {address}/zalo/oa/callback ở developers.zalo.me; bot chạy rồi, quản trị viên bấm 🔌 Kết nối Zalo OA trong bàn làm việc.",
    "proxy": "Proxy: chuyển mọi đường dẫn của {address} đến cổng WEB_PORT, nhận tệp đến 21 MB, không ghi đường dẫn vào nhật ký.",
    "banks": "{bank}: khai webhook {address}/webhooks/{path}, chọn sự kiện tiền vào.",
    "mail": "Thư: khai SPF, DKIM và DMARC cho tên miền của {sender}, để thư không vào mục rác.",
    "sms": "eSMS: đăng ký tên gửi với các nhà mạng và mẫu tin chăm sóc khách hàng.",
    "invoices": "SePay eInvoice: đăng ký ký hiệu của năm sau trước tháng 1.",
    "backup_key": "Sao lưu: cất thêm BACKUP_KEY ở nơi khác, không có khóa thì không mở được bản sao lưu nào.",
    "metrics": "Prometheus: đọc {address}/metrics với METRICS_TOKEN (mẫu trong deploy/prometheus).",
    "controller": "Lời xin đồng ý chưa nêu tên bên kiểm soát dữ liệu: điền CONTROLLER_NAME.",
    "nobody": "Nhân viên: chạy bot, nhắn /id, điền dòng nhận được vào BACK_OFFICE, chạy lại bot.",
}


def left_to_do(names: Collection[str], address: str, banks: Sequence[str], sender: str) -> list[str]:
    """What the operator does in the consoles of others."""
    todo = []
    for name in names:
        for bank in banks if name == "banks" else [""]:
            said = _LEFT[name].format(address=address, bank=bank, path=bank.lower(), sender=sender)
            todo.append(f"  • {said}")
    return todo
