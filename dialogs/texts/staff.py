"""Words about colleagues."""

LIST = """\
<b>Nhân viên của {{ firm.name }}</b> ({{ staff | length }})

{% for one in staff[:limit] %}
{{ "👑" if one.role == "owner" else "👤" }} {{ one.name | short(30) }} · {{ one.phone | phone }}{{ " (chủ đơn vị)" if one.role == "owner" else "" }}
{% endfor %}
{% if staff | length > limit %}
… và {{ staff | length - limit }} người nữa
{% endif %}"""

INVITE = "➕ Mời nhân viên"

INVITATION = """\
{% if link %}
<b>Lời mời vào đơn vị</b>

Gửi liên kết này cho đồng nghiệp (chạm để chép):
<code>{{ link }}</code>

Liên kết dùng một lần, hết hạn sau {{ days }} ngày.
{% else %}
Liên kết mời em đã gửi ở tin nhắn trên. Cần mời thêm người, anh/chị bấm tạo liên kết khác.
{% endif %}"""

COPY = "📋 Chép liên kết"
ANOTHER = "➕ Tạo liên kết khác"
