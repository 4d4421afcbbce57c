"""Words of an order that is taken up again, or dropped."""

RESUME = """\
<b>Đơn nháp</b>

{% if view.package %}
Gói: <b>{{ view.package.name }}</b>
{% endif %}
{% if view.draft.fiscal_year %}
Năm tài chính: <b>{{ view.draft.fiscal_year }}</b>
{% endif %}
{% if recipient %}
Đối tượng nhận: <b>{{ recipient }}</b>
{% endif %}
{% if view.sums.lines %}
Đã chọn: <b>{{ view.sums.lines }} khách</b>{{ " · " ~ view.total|vnd if view.package else "" }}
{% endif %}
{% if waiting %}
{{ waiting }}
{% endif %}

Sửa lần cuối: {{ view.draft.updated_at|moment }}"""
GO_ON = "▶️ Làm tiếp"
DROP = "🗑️ Bỏ, làm đơn mới"
DISCARD = """\
<b>Bỏ hẳn đơn nháp này{{ " (%d khách đã chọn)"|format(view.sums.lines) if view.sums.lines else "" }}?</b>

{% if waiting %}
{{ waiting }}, em mở ngay sau khi bỏ đơn này.

{% endif %}
Danh mục khách hàng vẫn giữ nguyên."""
DROP_FOR_GOOD = "🗑️ Bỏ hẳn"
KEEP = "‹ Giữ lại"
