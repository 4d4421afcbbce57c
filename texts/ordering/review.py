"""Words of checking an order."""

from texts.ordering.words import IN_WHOSE_NAME, WHO_RECEIVES

REVIEW = (
    """\
<b>Bước 6/6 · Kiểm tra đơn hàng</b>
{% if waiting %}
Đơn 1/2 · {{ waiting[0]|lower ~ waiting[1:] }}
{% endif %}

Gói: <b>{{ view.package.name }}</b> · {{ view.package.amount|vnd }}
Năm tài chính: <b>{{ view.draft.fiscal_year }}</b>
Đối tượng nhận: <b>{{ recipient }}</b>
"""
    + WHO_RECEIVES
    + IN_WHOSE_NAME
    + """\
Khách hàng: <b>{{ view.sums.lines }}</b>
Tổng tiền: <b>{{ view.total|vnd }}</b>
{% for said in accounting %}
{{ said }}
{% endfor %}

{% for line in lines %}
{{ line.mark }} {{ line.name }}
<i>{{ view.draft.fiscal_year }} · {{ view.package.amount|vnd }}</i>{{ " · <b>thiếu %s</b>"|safe|format(line.gaps) if line.gaps else "" }}
{% endfor %}
{% if more %}
… và {{ more }} khách nữa
{% endif %}
{% if view.sums.incomplete %}

⚠️ <b>{{ view.sums.incomplete }} khách còn thiếu thông tin.</b> Chọn “Xem từng khách” để bổ sung.
{% endif %}
{% if already %}

⚠️ <b>{{ already }} khách đã có đơn</b> cùng gói, cùng năm. Anh/chị bỏ các khách đó, hoặc đổi gói, đổi năm.
{% endif %}
{% if second and second_of %}

⚠️ {{ second_of.name|short(60) if second == 1 else "%d khách"|format(second) }} đã có gói khác của năm {{ view.draft.fiscal_year }} ({{ second_of.package_name }}, đơn {{ second_of.order_code }}).
{% endif %}

{{ "☑️" if view.draft.confirmed else "⬜️" }} Tôi đã kiểm tra và xác nhận thông tin trên là đúng"""
)
TICK = "⬜️ Tôi đã kiểm tra"
TICKED = "☑️ Đã xác nhận"
CONTINUE = "Tiếp tục ▶"
SEE_LINES = "🔎 Xem từng khách ({view.sums.lines})"
CHANGE_PACKAGE = "Đổi gói"
CHANGE_YEAR = "Đổi năm"
CHANGE_RECIPIENT = "Đối tượng nhận"
CHANGE_CUSTOMERS = "Đổi khách"
CHANGE_ACCOUNTING = "Dữ liệu kế toán"
SEE_ALREADY = "⚠️ Khách đã có đơn ({already})"
