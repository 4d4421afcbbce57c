"""Words of the first contact."""

from domain.proofs import ProofKind
from services.people.proofs import Proving
from texts.people.consents import PRIVACY

WELCOME = """\
{% if firm %}
👋 <b>Chào anh/chị!</b>

Đơn vị kế toán <b>{{ firm }}</b> mời anh/chị cùng làm việc tại đây. Em chỉ hỏi 3 câu là xong.
{% else %}
👋 <b>Chào anh/chị kế toán dịch vụ!</b>

Em giúp anh/chị mua phần mềm kế toán cho nhiều khách hàng trong một đơn: chọn gói, chọn khách, kiểm tra, đặt hàng. \
Hướng dẫn thanh toán và kết quả gửi ngay trong khung chat này.

Đăng ký mất khoảng 1 phút: trả lời từng câu, hoặc gõ luôn một tin gồm họ tên, tên đơn vị, mã số thuế, số di động, email.
{% endif %}
{% for app in others %}

Đã có tài khoản trên {{ app }}? Ở đó anh/chị vào 🔔 Thông báo › Tùy chọn › {{ apps }}, lấy mã nối {{ here }} rồi gửi vào đây.
{% endfor %}"""

START = "Bắt đầu đăng ký"
JOIN = "Nhận lời mời"
NEW_FIRM = "Đăng ký đơn vị mới"
RECOVER = "🔗 Lấy lại tài khoản cũ"

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
{% if recovering %}
🔗 <b>Lấy lại tài khoản</b>

Điện thoại: <b>{{ answers.phone | phone }}</b>
Email: <b>{{ answers.email }}</b>

Đúng là số và email anh/chị đã đăng ký thì em gửi mã tới đó. Đủ hai mã, khung chat này thay khung chat cũ.
{% else %}
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
CONSENT += PRIVACY + "{% endif %}"

AGREE = "Tôi đồng ý ▶"
SEND_CODES = "Gửi mã ▶"

PROOF = """\
🔐 <b>Gõ mã xác nhận</b>

{% if phone %}
📱 {{ answers.phone | phone }}: {{ phone }}
{% endif %}
{% if email %}
✉️ {{ answers.email }}: {{ email }}
{% endif %}

{{ "Anh/chị gõ cả hai mã vào một tin, cách nhau bằng dấu cách, ví dụ: 123456 654321" if codes > 1 else "Anh/chị gõ mã 6 số, ví dụ: 123456" }}
Sai số hay sai email? Anh/chị gõ lại số hoặc email đúng vào đây, em gửi mã tới đó."""
SEND_AGAIN = "Gửi lại mã"
SENT_AGAIN = "✅ Em đã gửi lại mã."
ONE_MORE = "✅ Đã đúng một mã, còn mã kia ạ."
CONTACT_PROVES = "Để xác nhận số điện thoại, anh/chị bấm nút “Gửi số của tôi” ở dưới giúp em."
NO_ACCOUNT = "Em không thấy tài khoản nào có cả số và email này. Anh/chị đăng ký mới ở dưới, hoặc liên hệ nhân viên hỗ trợ."

KNOWN = """\
🔗 <b>Số điện thoại và email này đã có tài khoản</b>

{{ own.accountant.name }} · <b>{{ own.firm.name }}</b>

Dùng tài khoản này thì khung chat {{ app }} đang mở thay khung chat {{ app }} trước, nếu có. Khách và đơn còn nguyên."""
USE_KNOWN = "Dùng tài khoản này ▶"
ANEW = "Đăng ký đơn vị khác"
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


def back_again(name: str) -> str:
    return f"✅ Chào mừng {name} trở lại. Khách và đơn của anh/chị còn nguyên."


def standing(proving: Proving, kind: ProofKind) -> str:
    """How far the proof of one address has come; empty where none is asked for."""
    if kind in proving.proved:
        return "đã xác nhận ✅"
    if kind in proving.lost:
        return "mã hết hạn, anh/chị chọn Gửi lại mã"
    if kind in proving.open:
        return f"em đã gửi mã {'qua SMS' if kind is ProofKind.PHONE else 'qua email'}"
    return ""
