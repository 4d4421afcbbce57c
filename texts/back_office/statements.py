"""Words of a bank's statement beside the books."""

from collections.abc import Sequence

from domain.money import vnd
from domain.reconciling import Reconciled
from domain.transfers import ReportedTransfer, Transfer
from services.money.statements import CheckedStatement
from texts.common import DONE, short
from texts.filters import day, moment
from texts.money.transfers import PROVIDERS, SETTLED

SHOWN = 5
"""How many rows of a kind the first window shows."""

CHECKED = """\
📒 <b>{{ file_name }}</b>

Từ {{ first }} đến {{ last }}
{% if accounts %}
Tài khoản: {{ accounts }}
{% else %}
⚠️ Tệp không ghi số tài khoản. Anh/chị xem đúng tài khoản nhận tiền của bên mình chưa.
{% endif %}
Tiền vào: <b>{{ rows }} khoản</b>, {{ total|vnd }}
{% if outgoing %}
Tiền ra: {{ outgoing }} khoản, em không ghi.
{% endif %}

✅ Đã có trong sổ: {{ matched }} khoản
{% if missing %}
➕ <b>Chưa có trong sổ: {{ missing }} khoản, {{ missing_total|vnd }}</b>
{% for line in missing_lines %}
• {{ line }}
{% endfor %}
{% if missing > missing_lines|length %}
• và {{ missing - missing_lines|length }} khoản khác
{% endif %}
{% else %}
Không thiếu khoản nào.
{% endif %}
{% if unknown %}

❓ <b>Trong sổ có, sổ phụ không có: {{ unknown }} khoản</b>
{% for line in unknown_lines %}
• {{ line }}
{% endfor %}
{% if unknown > unknown_lines|length %}
• và {{ unknown - unknown_lines|length }} khoản khác
{% endif %}
{% endif %}
{% if unreadable %}

⚠️ Em chưa đọc được dòng {{ unreadable }}, nên không ghi.
{% endif %}
{% if others %}

⚠️ Không phải tài khoản của bên mình, em bỏ qua: {{ others }}
{% endif %}"""

BOOK = "➕ Ghi {missing} khoản còn thiếu"
SEE_MISSING = "📄 Xem {missing} khoản còn thiếu"
SEE_UNKNOWN = "❓ Xem {unknown} khoản sổ phụ không có"
TO_TRANSFERS = "🏦 Chuyển khoản cần xử lý"
UNNAMED = "Sổ phụ"

MISSING = """\
➕ <b>Chưa có trong sổ</b> · {{ total }} khoản

{% for line in lines %}
{{ line }}

{% endfor %}"""

UNKNOWN = """\
❓ <b>Trong sổ có, sổ phụ không có</b> · {{ total }} khoản

{% for line in lines %}
{{ line }}

{% endfor %}"""


def booked(count: int) -> str:
    if not count:
        return f"{DONE} Không còn khoản nào thiếu."
    return f"{DONE} Em đã ghi {count} khoản. Khoản không có mã đúng nằm ở “Chuyển khoản cần xử lý”."


def summary(checked: CheckedStatement) -> dict[str, object]:
    """The values of `CHECKED`, apart from the file's name."""
    found = checked.found
    both = (*found.matched, *found.missing)
    return {
        "first": day(checked.first),
        "last": day(checked.last),
        "accounts": short(", ".join(found.accounts), 100),
        "others": short(", ".join(found.other_accounts), 100),
        "rows": len(both),
        "total": sum(row.amount for row in both),
        "outgoing": found.outgoing,
        "matched": len(found.matched),
        "missing": len(found.missing),
        "missing_total": sum(row.amount for row in found.missing),
        "unknown": len(found.unknown),
        "unreadable": short(", ".join(map(str, checked.unreadable)), 60),
    }


def missing_lines(found: Reconciled, most: int) -> list[str]:
    """The first rows that are missing; beside one, the transfer that may be the same."""
    return [_missing(row, found.alike(row)) for row in found.missing[:most]]


def _missing(row: ReportedTransfer, alike: Transfer | None) -> str:
    line = f"{vnd(row.amount)} · {day(row.occurred_at)} · {short(row.content, 60)}"
    if alike is None:
        return line
    told = alike.reported.reference or alike.reported.content
    return f"{line} · ⚠️ cùng ngày, cùng số tiền với khoản {short(told, 30)} đã có trong sổ"


def unknown_lines(transfers: Sequence[Transfer]) -> list[str]:
    return [_unknown(one) for one in transfers]


def _unknown(one: Transfer) -> str:
    told = one.reported
    parts = vnd(told.amount), moment(told.occurred_at), PROVIDERS[told.provider], SETTLED[one.state]
    return f"{' · '.join(parts)} · {short(told.content, 60)}"
