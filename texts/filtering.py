"""Words that say which customers a list shows."""

from domain.customers import CustomerKind
from services.catalogue.customers import Criteria
from texts.common import short
from texts.widths import fit

FILTER = """\
🔽 <b>Lọc khách hàng</b>
{% if criteria %}

Đang lọc: <b>{{ criteria }}</b>
{% endif %}

Chọn một mục để lọc; chọn mục có dấu ☑️ để bỏ mục đó."""

CHOOSE_LABEL = "🏷️ Lọc khách có nhãn nào?"
CHOOSE_ASSIGNEE = "👤 Lọc khách do ai phụ trách?"

SHOWING = """\
{% if query %}
🔎 Đang tìm: <b>{{ query }}</b>
{% endif %}
{% if criteria %}
🔽 Đang lọc: <b>{{ criteria }}</b>
{% endif %}
"""
"""What a list shows: `query` is what is searched for, `criteria` the words of the rest."""

OPEN = "🔽 Lọc"
LABEL = "🏷️ Nhãn"
ASSIGNEE = "👤 Người phụ trách"
CLEAR = "✖️ Bỏ lọc"
CLEAR_SEARCH = "✖️ Bỏ tìm"

_KINDS = {CustomerKind.ENTERPRISE: "Doanh nghiệp", CustomerKind.HOUSEHOLD: "Hộ kinh doanh"}
MISSING = "Thiếu thông tin"
ARCHIVED = "Ngừng theo dõi"
LABEL_GONE = "nhãn đã xóa"
PERSON_GONE = "người đã nghỉ"


def lapsed(year: int) -> str:
    return f"Đã mua {year - 1}, chưa mua {year}"


def options(
    criteria: Criteria, year: int, in_order: bool, label: str, assignee: str
) -> list[tuple[str, str]]:
    """The buttons of the window of filters: (what to set, label). A filter that is set is offered to be taken back.
    Customers to pick for an order are of one kind, and none is archived."""
    every: list[tuple[str, str, bool]] = []
    if not in_order:
        every += [
            (f"kind={kind.value}", f"{sign} {_KINDS[kind]}", criteria.kind is kind)
            for kind, sign in ((CustomerKind.ENTERPRISE, "🏢"), (CustomerKind.HOUSEHOLD, "🏪"))
        ]
    every += [
        ("missing=1", f"⚠️ {MISSING}", criteria.missing),
        (f"lapsed={year}", f"🔁 {lapsed(year)}", criteria.lapsed == year),
    ]
    if not in_order:
        every.append(("archived=1", f"🗄️ {ARCHIVED}", criteria.archived))
    if criteria.label_id is not None:
        every.append(("label_id", f"Nhãn {fit(label, 24)}", True))
    if criteria.assignee_id is not None:
        every.append(("assignee_id", fit(assignee, 30), True))
    return [
        (f"{wish.partition('=')[0]}=", f"☑️ {label}") if chosen else (wish, label)
        for wish, label, chosen in every
    ]


def words(criteria: Criteria, label: str, assignee: str) -> str:
    """The criteria except the typed search in one line; empty if there are none. `label` and `assignee` are the
    names of the chosen ones."""
    parts = [
        _KINDS[criteria.kind].lower() if criteria.kind else "",
        f"nhãn {label}" if criteria.label_id is not None else "",
        f"{short(assignee, 40)} phụ trách" if criteria.assignee_id is not None else "",
        lapsed(criteria.lapsed).lower() if criteria.lapsed is not None else "",
        MISSING.lower() if criteria.missing else "",
        ARCHIVED.lower() if criteria.archived else "",
    ]
    return " · ".join(part for part in parts if part)


def label_button(name: str, count: int) -> str:
    return f"🏷️ {fit(name, 27)} ({count})"


def person_button(name: str) -> str:
    return f"👤 {fit(name, 31)}"
