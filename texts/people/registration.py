"""Words of the first contact."""

from texts.people.consents import PRIVACY

WELCOME = """\
{% if firm %}
👋 <b>Chào anh/chị!</b>

Đơn vị kế toán <b>{{ firm }}</b> mời anh/chị cùng làm việc tại đây. Em chỉ hỏi 3 câu là xong.
{% else %}
👋 <b>Chào anh/chị kế toán dịch vụ!</b>

Em giúp anh/chị mua phần mềm kế toán cho nhiều khách hàng trong một đơn: chọn gói, chọn khách, kiểm tra, đặt hàng. \
Hướng dẫn thanh toán và kết quả gửi ngay trong khung chat này.

Đăng ký mất khoảng 1 phút.
{% endif %}
{% for app in others %}

Đã có tài khoản trên {{ app }}? Ở đó anh/chị vào 🔔 Thông báo › Tùy chọn › {{ apps }}, lấy mã nối {{ here }} rồi gửi vào đây.
{% endfor %}"""

START = "Bắt đầu đăng ký"
JOIN = "Nhận lời mời"
NEW_FIRM = "Đăng ký đơn vị mới"

NAME = """\
<b>Anh/chị tên gì ạ?</b>

Gõ đủ họ tên, ví dụ: Nguyễn Thị Lan"""
USE_NAME = "⭐ Dùng {chat_name}"

FIRM_NAME = """\
<b>Tên đơn vị kế toán của anh/chị?</b>

Ví dụ: Công ty TNHH Kế toán Minh An"""

FIRM_TAX_CODE = """\
<b>Mã số thuế của đơn vị?</b>

10 số (hoặc 12 số nếu là hộ kinh doanh), ví dụ: 0101243150"""

FIRM_ADDRESS = """\
<b>Địa chỉ của đơn vị trên hóa đơn?</b>
{% if address %}

Đang ghi: <b>{{ address }}</b>
{% endif %}

Gõ như trên giấy đăng ký, ví dụ: 12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh"""

PHONE = """\
<b>Số di động của anh/chị?</b>

{{ "Gõ số, ví dụ: 0912345678" if numbered else "Bấm nút “Gửi số của tôi” ở dưới, hoặc gõ số, ví dụ: 0912345678" }}"""
SEND_MY_PHONE = "📱 Gửi số của tôi"

EMAIL = """\
<b>Email của anh/chị?</b>

Hóa đơn ghi cho đơn vị gửi về email này khi được xuất. Ví dụ: lan@minhan.vn"""

CONSENT = """\
<b>Bước {{ steps }}/{{ steps }} · Anh/chị xem lại giúp em</b>

Họ tên: <b>{{ answers.name }}</b>
Đơn vị: <b>{{ firm or answers.firm_name }}</b>
{% if not firm %}
Mã số thuế: <b>{{ answers.firm_tax_code }}</b>
{% if address %}
Địa chỉ: <b>{{ address }}</b>
{% endif %}
{% endif %}
Điện thoại: <b>{{ answers.phone | phone }}</b>
Email: <b>{{ answers.email }}</b>

"""
CONSENT += PRIVACY

AGREE = "Tôi đồng ý ▶"
EDIT = {
    "name": "✏️ Họ tên",
    "firm_name": "✏️ Tên đơn vị",
    "firm_tax_code": "✏️ Mã số thuế",
    "firm_address": "✏️ Địa chỉ",
    "phone": "✏️ Điện thoại",
    "email": "✏️ Email",
}


def welcomed(name: str, firm: str) -> str:
    return (
        f"✅ Xong rồi ạ! Chào mừng {name} ({firm}). Anh/chị bắt đầu bằng cách thêm khách hàng, hoặc mua luôn."
    )
