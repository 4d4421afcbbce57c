"""Words of the question for the firm's address."""

ASK = """\
<b>Địa chỉ của đơn vị trên hóa đơn?</b>

{{ firm.name }}
Mã số thuế: {{ firm.tax_code }}
{% if firm.address %}
Đang ghi: <b>{{ firm.address }}</b>
{% endif %}
{% if found %}

🔎 Tra cứu theo mã số thuế thấy:
{% for value in found %}
<b>{{ value }}</b>
{% endfor %}
Đúng thì anh/chị dùng luôn, chưa đúng thì gõ địa chỉ ạ.
{% else %}

Anh/chị gõ như trên giấy đăng ký, ví dụ: 12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh
{% endif %}"""
RIGHT = "Đúng rồi ▶"
KEPT = "✅ Em đã ghi thông tin đơn vị trên hóa đơn."
