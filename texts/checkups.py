"""Words of the doctor: one line for each part, that it is good, or what to do."""

from collections.abc import Iterable

from domain.checkups import Finding, Part
from texts.filters import count

_NAMES = {
    Part.DATABASE: "Cơ sở dữ liệu",
    Part.DISK: "Ổ đĩa",
    Part.PERMISSIONS: "Quyền tệp",
    Part.TIME_ZONE: "Múi giờ",
    Part.FONTS: "Phông chữ",
    Part.CLOCK: "Đồng hồ",
    Part.TELEGRAM: "Telegram",
    Part.TELEGRAM_UPDATES: "Tin đến từ Telegram",
    Part.ZALO: "Zalo",
    Part.ZALO_EVENTS: "Tin đến từ Zalo",
    Part.ZALO_TEMPLATES: "Tin theo mẫu của Zalo",
    Part.PUBLIC_ADDRESS: "Địa chỉ PUBLIC_URL",
    Part.BANK_WEBHOOK: "Ngân hàng báo tiền về",
    Part.SEPAY_LIST: "Sao kê SePay",
    Part.CASSO_LIST: "Sao kê Casso",
    Part.MAIL: "Thư điện tử",
    Part.SMS: "Tin nhắn SMS",
    Part.VENDOR: "Hệ thống bản quyền",
    Part.REGISTRY: "Tra cứu mã số thuế",
    Part.INVOICES: "Hóa đơn điện tử",
    Part.BACKUPS: "Sao lưu",
    Part.BACK_OFFICE: "Nhân viên",
}

GOOD = {
    "database": "đọc và ghi được, đúng phiên bản",
    "database_new": "chưa có; lần chạy đầu sẽ tạo {file}",
    "disk": "còn trống {free} MB",
    "permissions": "chỉ tài khoản chạy bot đọc được các tệp",
    "time_zone": "giờ Việt Nam, UTC+7",
    "fonts": "vẽ được chữ tiếng Việt",
    "clock": "lệch {seconds} giây",
    "telegram": "mã bot dùng được, bot là @{name}",
    "telegram_polling": "bot tự hỏi Telegram, không cần địa chỉ công khai",
    "telegram_webhook": "Telegram gửi đến {url}, không lỗi",
    "zalo": "mã bot dùng được, bot là {name}",
    "zalo_oa": "gọi được Official Account {name}",
    "zalo_templates": "Zalo đã duyệt {count} mẫu, đắt nhất {price} ₫ một tin",
    "zalo_polling": "bot tự hỏi Zalo (chỉ nên dùng để thử)",
    "zalo_webhook": "Zalo gửi đến {url}",
    "address": "vào được bot qua {url}",
    "address_tls": "vào được bot qua {url}, chứng chỉ TLS đến {until}",
    "bank_by_hand": "không nối dịch vụ nào: nhân viên nhập sao kê hoặc ghi tay",
    "bank_webhook": "vào được từ địa chỉ công khai: {names}",
    "list": "đọc được",
    "mail_none": "gặp được {host}:{port}, không mã hóa",
    "mail_starttls": "{host}:{port} mã hóa STARTTLS và nhận đăng nhập",
    "mail_tls": "{host}:{port} mã hóa TLS và nhận đăng nhập",
    "sms": "khóa đúng, tài khoản còn {balance} ₫, tên gửi {brandname}",
    "vendor": "trả lời đúng hợp đồng API",
    "vendor_earlier": "trả lời đúng hợp đồng API bản trước 1.2 (chưa báo trước được khách đã có bản quyền)",
    "registry": "trả lời",
    "invoices": "phát hành được ký hiệu {series}",
    "backups": "ghi được vào {folder}, có mã hóa",
    "backups_plain": "ghi được vào {folder}, không mã hóa (BACKUP_KEY trống)",
    "back_office": "{count} người trong BACK_OFFICE",
    "one_approver": "{count} người trong BACK_OFFICE; khoản lớn cần hai người có :approve",
}
"""What is said of a part that is well."""

TO_DO = {
    "too_slow": "chưa trả lời sau {seconds} giây: kiểm tra mạng của máy và dịch vụ này, rồi thử lại",
    "unforeseen": "lỗi lạ {error}: xem nhật ký của bot, gửi dòng đó cho người làm bot",
    "database_away": "không mở được ({error}): kiểm tra DATABASE_URL và máy chủ cơ sở dữ liệu",
    "database_folder": "không ghi được vào thư mục {folder}: giao thư mục cho tài khoản chạy bot (chown)",
    "database_not_written": "đọc được nhưng không ghi được ({error}): kiểm tra quyền tệp và ổ đĩa, hoặc máy chủ đang chỉ cho đọc",
    "database_old": "cấu trúc cũ hơn chương trình: chạy bot một lần, bot tự nâng cấp",
    "database_other": "do phiên bản khác tạo (bản {revision}): chạy đúng phiên bản đó, hoặc đổi DATABASE_URL",
    "disk_full": "chỉ còn {free} MB, cần ít nhất {least} MB (MIN_FREE_MB): xóa bớt hoặc thêm ổ đĩa",
    "root": "bot đang chạy bằng root: tạo tài khoản riêng cho bot và chạy bằng tài khoản đó",
    "read_by_others": "người khác trên máy đọc được {files}: chạy chmod go= {files}",
    "no_time_zone": "máy không có múi giờ Asia/Ho_Chi_Minh: cài gói tzdata",
    "wrong_time_zone": "múi giờ Asia/Ho_Chi_Minh trên máy sai: cài lại gói tzdata",
    "fonts": "thiếu tệp phông trong gateways/fonts: cài lại chương trình",
    "clock_ahead": "nhanh {seconds} giây: bật đồng bộ giờ (timedatectl set-ntp true)",
    "clock_behind": "chậm {seconds} giây: bật đồng bộ giờ (timedatectl set-ntp true)",
    "clock_unknown": "không hỏi được giờ ở đâu: kiểm tra mạng của máy",
    "telegram_token": "Telegram không nhận TELEGRAM_TOKEN: lấy lại mã ở @BotFather (/token)",
    "telegram_away": "không gặp được Telegram ({error}): kiểm tra mạng và TELEGRAM_API_URL",
    "telegram_webhook_left": "Telegram vẫn gửi tin đến một địa chỉ cũ: khởi động lại bot để gỡ",
    "telegram_webhook_none": "Telegram chưa biết gửi tin đến đâu: khởi động bot",
    "telegram_webhook_other": "Telegram gửi tin đến nơi khác ({host}), không phải {expected}: tắt bot cũ, khởi động lại bot này",
    "telegram_webhook_error": "Telegram gửi tin không được ({error}): kiểm tra proxy, chứng chỉ TLS và PUBLIC_URL",
    "telegram_behind": "{count} tin đang chờ ở Telegram: kiểm tra bot có chạy không, máy có quá tải không",
    "zalo_token": "Zalo không nhận ZALO_TOKEN: lấy lại mã ở trang quản lý bot của Zalo",
    "zalo_oa_consent": "Official Account chưa cho phép, hoặc quyền đã hết: chạy bot, quản trị viên bấm 🔌 Kết nối Zalo OA trong bàn làm việc",
    "zalo_oa_app": "Zalo không nhận ZALO_OA_APP_ID, ZALO_OA_APP_SECRET: chép lại ở developers.zalo.me",
    "zalo_oa_plan": "gói của Official Account hết hạn ngày {until}: gia hạn ở trang của Zalo",
    "zalo_away": "không gặp được Zalo ({error}): kiểm tra mạng và ZALO_API_URL",
    "zalo_webhook_left": "Zalo vẫn gửi tin đến một địa chỉ cũ: khởi động lại bot để gỡ",
    "zalo_webhook_none": "Zalo chưa biết gửi tin đến đâu: khởi động bot",
    "zalo_webhook_other": "Zalo gửi tin đến nơi khác ({host}), không phải {expected}: khởi động lại bot này",
    "address_away": "không vào được {url} ({error}): kiểm tra tên miền, tường lửa, proxy",
    "address_certificate": "chứng chỉ TLS của {url} không hợp lệ: kiểm tra proxy (Caddy tự xin chứng chỉ khi cổng 80 và 443 mở)",
    "address_certificate_ends": "chứng chỉ TLS của {url} hết hạn {until}: xem proxy có tự gia hạn không (cổng 80 và 443 phải mở)",
    "address_other": "{url} trả lời {status}, không phải bot này: kiểm tra proxy có chuyển đến WEB_PORT không",
    "zalo_templates": "Zalo chưa duyệt, hoặc duyệt khác nội dung của chương trình: {names}. Gửi duyệt lại theo docs/zalo-oa.md; trong lúc chờ, tin đi bằng SMS hoặc e-mail",
    "bank_no_address": "có khóa của dịch vụ ngân hàng nhưng chưa có PUBLIC_URL: điền địa chỉ https của bot",
    "webhook_other": "{url} trả lời {status}, không phải bot này: proxy phải chuyển cả /webhooks/, bot phải chạy với cùng .env",
    "list_login": "dịch vụ không nhận khóa đọc sao kê: tạo lại khóa API ở trang của dịch vụ",
    "list_refused": "dịch vụ từ chối ({error}): xem lại khóa API và địa chỉ",
    "list_away": "không đọc được sao kê ({error}): thử lại sau, hoặc xem trang trạng thái của dịch vụ",
    "mail_away": "không gặp được {host}:{port}: kiểm tra SMTP_HOST, SMTP_PORT và tường lửa",
    "mail_no_starttls": "{host}:{port} không có STARTTLS: dùng cổng 587, hoặc SMTP_TLS=tls với cổng 465",
    "mail_certificate": "{host}:{port} không mã hóa được như đã đặt: kiểm tra SMTP_TLS (cổng 465: tls, cổng 587: starttls), tên máy và chứng chỉ",
    "mail_login": "{host} không nhận SMTP_USERNAME, SMTP_PASSWORD: tạo lại mật khẩu ứng dụng ở hộp thư",
    "mail_no_login": "{host}:{port} không cho đăng nhập: đổi cổng, hoặc bỏ SMTP_USERNAME và SMTP_PASSWORD",
    "sms_keys": "eSMS không nhận ESMS_API_KEY, ESMS_SECRET_KEY: chép lại ở trang tài khoản eSMS",
    "sms_locked": "tài khoản eSMS bị khóa: liên hệ eSMS",
    "sms_brandname": "tài khoản eSMS không có tên gửi {brandname} cho tin chăm sóc khách hàng: sửa ESMS_BRANDNAME, hoặc đăng ký tên gửi",
    "sms_low": "tài khoản chỉ còn {balance} ₫: nạp thêm tiền vào eSMS",
    "sms_away": "không gặp được eSMS ({error}): kiểm tra mạng và ESMS_API_URL",
    "vendor_away": "không gặp được ({error}): kiểm tra VENDOR_API_URL và máy chủ bản quyền",
    "vendor_token": "không nhận VENDOR_API_TOKEN ({status}): xin lại mã",
    "vendor_open": "trả lời {status} cả khi không có mã: sửa máy chủ bản quyền, ai cũng đang gọi được",
    "vendor_contract": "trả lời sai hợp đồng ở {operation} ({status}): sửa VENDOR_API_URL, hoặc sửa máy chủ theo docs/api/vendor.yaml",
    "registry_away": "không trả lời ({error}): kiểm tra REGISTRY_URL và REGISTRY_TOKEN; đơn vẫn đặt được, khách tự điền tên",
    "invoices_no_series": "chưa có ký hiệu hóa đơn của năm nay: thêm vào INVOICE_SERIES",
    "invoices_login": "SePay eInvoice không nhận khóa: xem lại SEPAY_EINVOICE_CLIENT_ID và SEPAY_EINVOICE_CLIENT_SECRET",
    "invoices_quota": "hết lượt phát hành: mua thêm ở SePay eInvoice",
    "invoices_series": "nhà cung cấp không có ký hiệu {series}: đăng ký ký hiệu, hoặc sửa INVOICE_SERIES",
    "invoices_inactive": "tài khoản phát hành chưa hoạt động: kích hoạt ở SePay eInvoice",
    "invoices_refused": "SePay eInvoice từ chối ({error}): xem trang của SePay eInvoice",
    "invoices_away": "không gặp được SePay eInvoice ({error}): thử lại sau",
    "backups_off": "BACKUP_FOLDER trống, chưa có bản sao lưu nào: điền một thư mục, tốt nhất ở ổ đĩa hoặc máy khác",
    "backups_folder": "không ghi được vào {folder}: giao thư mục cho tài khoản chạy bot (chown)",
    "backups_litestream": "LITESTREAM_CONFIG đã đặt nhưng máy không có lệnh litestream: cài Litestream, hoặc bỏ LITESTREAM_CONFIG",
    "backups_tools": "thiếu pg_dump hoặc psql nên không sao lưu được: cài postgresql-client",
    "backups_tools_old": "pg_dump là bản {tools}, cũ hơn máy chủ PostgreSQL (bản {server}): cài postgresql-client-{server}",
    "backups_createdb": "chưa được tạo cơ sở dữ liệu để thử bản sao lưu: ALTER ROLE {user} CREATEDB",
    "backups_old": "bản sao lưu mới nhất là của {made}: xem nhật ký của bot vì sao các đêm sau không có",
    "nobody": "BACK_OFFICE trống: nhắn /id cho bot, rồi điền dòng nhận được vào BACK_OFFICE",
}
"""What to do about a fault."""

ALL_GOOD = "Mọi thứ đều tốt."
BUTTON = "🩺 Tình trạng hệ thống"
AGAIN = "🔄 Kiểm tra lại"
WINDOW = """\
🩺 <b>Tình trạng hệ thống</b> (lúc {{ at }})

{% for line in lines %}
{{ line }}
{% endfor %}"""


def line(finding: Finding) -> str:
    """One line: a sign, the part, that it is good or what to do."""
    sign = "✅" if finding.is_good else "❌"
    return f"{sign} {_NAMES[finding.part]}: {said(finding)}."


def said(finding: Finding) -> str:
    """The words of a line, without sign and part."""
    return (GOOD if finding.is_good else TO_DO)[finding.code].format_map(_shown(finding))


def lines(findings: Iterable[Finding]) -> list[str]:
    """What is to be done comes first, then what is good."""
    return [line(finding) for finding in sorted(findings, key=lambda finding: finding.is_good)]


def summary(findings: Iterable[Finding]) -> str:
    to_do = sum(not finding.is_good for finding in findings)
    return f"Cần làm {to_do} việc." if to_do else ALL_GOOD


def _shown(finding: Finding) -> dict[str, str]:
    return {
        name: count(value) if isinstance(value, int) else str(value) for name, value in finding.params.items()
    }
