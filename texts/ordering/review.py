"""Words of checking an order."""

REVIEW = """\
<b>Bước 6/6 · Kiểm tra đơn hàng</b>
{% if waiting %}
Đơn 1/2 · {{ waiting[0]|lower ~ waiting[1:] }}
{% endif %}

{% for said in facts %}
{{ said }}
{% endfor %}

{% for line in lines %}
{{ line.mark }} {{ line.name }}{{ " · <b>thiếu %s</b>"|safe|format(line.gaps) if line.gaps else "" }}
{% endfor %}
{% if more %}
… và {{ more }} khách nữa
{% endif %}
{% if view.sums.incomplete %}
⚠️ <b>{{ view.sums.incomplete }} khách còn thiếu thông tin.</b> Chọn “Xem từng khách” để bổ sung.
{% endif %}

{{ "☑️" if view.draft.confirmed else "⬜️" }} Tôi đã kiểm tra và xác nhận thông tin trên là đúng"""
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
