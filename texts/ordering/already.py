"""Words about customers who have an order already."""

ALREADY = """\
<b>{{ total }} khách đã có đơn</b>
{{ view.package.name }} · năm {{ view.draft.fiscal_year }}

{% for one in items %}
• <b>{{ one.before.name|named(60) }}</b>
Đơn {{ one.before.order_code }} · {{ one.by|short(60) }} · {{ one.before.placed_at|date }}
{% endfor %}
{% if total > items|length %}
… và {{ total - items|length }} khách nữa
{% endif %}

Anh/chị bỏ các khách này, hoặc về bước kiểm tra để đổi gói, đổi năm."""
OPEN_ORDER_OF = "📦 Mở đơn {code}"
DROP_ALREADY = "🗑️ Bỏ hết {total} khách này khỏi đơn"
DROPPED_ALREADY = "✅ Đã bỏ {count} khách đã có đơn."
NONE_ALREADY = "✅ Không còn khách nào đã có đơn."
SECOND = """\
<b>{{ total }} khách đã có gói khác của năm {{ view.draft.fiscal_year }}</b>

{% for one in items %}
• <b>{{ one.before.name|named(60) }}</b>
{{ one.before.package_name }} · đơn {{ one.before.order_code }} · {{ one.by|short(60) }} · {{ one.before.placed_at|date }}
{% endfor %}
{% if total > items|length %}
… và {{ total - items|length }} khách nữa
{% endif %}

Anh/chị mua thêm {{ view.package.name }} cho các khách này chứ ạ?"""
BUY_ANYWAY = "Đúng, mua thêm gói ▶"
