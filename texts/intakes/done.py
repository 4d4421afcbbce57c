"""Words about what became of a list that was taken."""

from collections.abc import Sequence

from domain.customers import Customer
from domain.logins import Doubt
from texts.catalogue.logins import doubt_lines
from texts.common import short
from texts.intakes.summary import number

_NAME_LIMIT = 40

DONE = """\
✅ <b>Đã xong</b>

📥 Đã vào danh mục: <b>{{ taken }}</b> khách{{ " (%s)"|format(details) if details else "" }}
{% if left %}
Chưa thêm: <b>{{ left }}</b> khách
{% endif %}
{% if doubts %}

⚠️ Anh/chị xem lại giúp em {{ doubtful }} khách:
{% for line in doubts %}
{{ line }}
{% endfor %}
{% endif %}"""


def taken_details(added: int, updated: int) -> str:
    """What taking changed in the catalogue."""
    said = [(added, f"{number(added)} khách mới"), (updated, f"cập nhật {number(updated)} khách")]
    return ", ".join(words for count, words in said if count)


_DOUBTS_SHOWN = 5


def doubts(found: Sequence[tuple[Customer, Sequence[Doubt]]]) -> list[str]:
    """What is doubtful about the logins of customers just taken, the first of them."""
    said = [
        f"{short(customer.called, _NAME_LIMIT)}: {' '.join(doubt_lines(open_))}"
        for customer, open_ in found[:_DOUBTS_SHOWN]
    ]
    more = len(found) - _DOUBTS_SHOWN
    return [*said, f"… và {number(more)} khách nữa"] if more > 0 else said


ORDER = "🛒 Mua hàng loạt cho các khách này"
TO_ORDER = "🛒 Đưa các khách này vào đơn"
CATALOGUE = "👥 Xem danh mục"


def fix_on_label(count: int) -> str:
    return f"✏️ Sửa tiếp {number(count)} dòng"
