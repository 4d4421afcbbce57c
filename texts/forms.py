"""Words around a question that is answered by typing."""

PROGRESS = "<b>Bước {{ step }}/{{ steps }}</b> · "

CURRENT = "{% if answer and not offer %}\n\n\nĐang ghi: <b>{{ shown_answer }}</b>{% endif %}"

FOUND = """\
{% if found %}


🔎 Tra cứu theo mã số thuế thấy:
{% for value in found %}
<b>{{ value }}</b>
{% endfor %}
Đúng thì anh/chị dùng luôn, chưa đúng thì gõ lại ạ.{% endif %}"""

OFFER = """\
{% if offer and offer.typed %}


Anh/chị gõ <b>{{ offer.typed }}</b>.
{% if offer.why %}
⚠️ {{ offer.why }}
{% endif %}
{% if offer.better %}
Có phải là <b>{{ offer.better }}</b> không ạ?{% endif %}{% endif %}"""
"""Shown only if both values can be kept. Otherwise a notice refuses the typed one and names the better
one."""

IS_IT = "Tên này đúng không ạ?"
NAME_DOUBTFUL = "Có địa chỉ web, số điện thoại hay tên ngân hàng. Tên này đúng không ạ?"

# Labels of buttons: plain text for `str.format`.
USE = "⭐ Dùng {use_label}"
AS_TYPED = "Giữ {typed_label}"
KEEP = "Giữ {keep_label}"
USE_FOUND = "⭐ Dùng thông tin này"
