"""Words of the menu and of the help."""

HOME = """\
<b>{{ firm.name }}</b>
Chào {{ accountant.name }}, anh/chị cần em giúp gì ạ?
{% if standing %}

⚠️ {{ standing }}
{% endif %}
{% if draft %}

📝 Anh/chị có một đơn nháp{{ ", và đơn thứ hai chờ sau đó" if waiting else "" }}.
{% endif %}
{% if consent_due %}

🔒 Cách dùng dữ liệu cá nhân có bản mới, nhờ anh/chị xem và đồng ý.
{% endif %}"""

ORDER = "🛒 Mua hàng loạt"
RESUME = "🛒 Tiếp tục đơn nháp"
CUSTOMERS = "👥 Khách hàng"
ORDERS = "📦 Đơn hàng"
NOTICES = "🔔 Thông báo"
STAFF = "👤 Nhân viên"
HELP = "❓ Trợ giúp"


def renew_label(count: int, year: int) -> str:
    return f"🔁 Gia hạn {year}: {count} khách"


def notices_label(unread: int) -> str:
    return f"{NOTICES} ({unread})" if unread else NOTICES


CONSENT_DUE = "🔒 Xem cách dùng dữ liệu mới"

HELP_TEXT = """\
<b>Trợ giúp</b>

{{ "mua" if numbered else "/mua" }} – mua phần mềm cho nhiều khách trong một đơn
<code>/mua 2027 STANDARD 0101243150</code> – mở ngay đơn đã điền năm, gói, khách
{{ "khách hàng" if numbered else "/khachhang" }} – danh mục khách hàng
{{ "đơn hàng" if numbered else "/donhang" }} – các đơn đã đặt: tìm, hủy, mua lại, gia hạn, xuất Excel
{{ "kích hoạt" if numbered else "/kichhoat" }} – kích hoạt phần mềm cho khách
{{ "thông báo" if numbered else "/thongbao" }} – mọi tin em đã gửi, tùy chọn nhận tin
{{ "hủy" if numbered else "/huy" }} – dừng việc đang làm (đơn nháp vẫn giữ)
{{ "menu" if numbered else "/start" }} – về menu

{% if numbered %}
Chọn bằng số đứng trước; nhiều số cùng lúc cũng được; 0 là quay lại. Tin em gửi có mã riêng, như A1.
Dán danh sách khách vào bất kỳ lúc nào; gõ “tệp” để gửi tệp Excel.
{% else %}
Dán danh sách khách, hoặc gửi tệp Excel vào bất kỳ lúc nào: em đọc và kiểm tra ngay.
Trả lời (reply) tin nói về một khách bằng email, số điện thoại… mới để sửa ngay.
{% endif %}
Gõ mã số thuế ở đâu cũng được để xem khách đó: đã mua, kích hoạt, trả tiền, còn mấy ngày.

Gõ sai? Anh/chị gõ lại, hoặc chọn “Quay lại”. Đơn nháp được giữ 30 ngày.
{% if owner %}

Chủ đơn vị: {{ owner.name }}, {{ owner.phone | phone }}
{% endif %}
{% if support %}

Gặp nhân viên hỗ trợ: {{ support }}
{% endif %}

Khách muốn lấy bản sao hoặc xóa dữ liệu cá nhân? Anh/chị mở khách, chọn Việc khác › Dữ liệu cá nhân.
Muốn xem, sửa, lấy bản sao hoặc xóa dữ liệu của chính mình, anh/chị chọn {{ account }}."""
