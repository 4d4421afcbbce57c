"""Words of drafts that are made from something else, and of the one that waits for another."""

from domain.customers import CustomerKind
from domain.intakes.wishes import ReadWish
from domain.recipients import RecipientMode
from services.ordering.drafts import DraftView
from services.ordering.proposing import ProposedOrder
from texts.common import DONE, short
from texts.ordering.words import KINDS

IN_THE_WAY = """\
<b>Anh/chị đang có một đơn nháp</b>

{% if view.package %}
Gói: <b>{{ view.package.name }}</b>
{% endif %}
{% if view.draft.fiscal_year %}
Năm tài chính: <b>{{ view.draft.fiscal_year }}</b>
{% endif %}
Đã chọn: <b>{{ view.sums.lines }} khách</b>
{% if waiting %}
{{ waiting }}
{% endif %}
Sửa lần cuối: {{ view.draft.updated_at|moment }}

{% if may_join %}
Thêm vào đơn nháp thì danh sách theo gói và năm của đơn đó. \
{% endif %}
Thay bằng đơn mới thì đơn nháp này mất hẳn{{ ", cả đơn thứ hai" if waiting else "" }}."""
JOIN = "➕ Thêm khách vào đơn nháp"
KEEP_DRAFT = "▶️ Giữ, làm tiếp đơn nháp"
LIST_KEPT = f"{DONE} Danh sách em vẫn giữ, ở Khách hàng › Thêm nhiều khách."
REPLACE_DRAFT = "🗑️ Bỏ đơn nháp, lập đơn mới"


def waiting(view: DraftView) -> str:
    """A sentence that another order waits for this one; empty if none does."""
    return f"Còn đơn thứ hai: {_customers(view.waiting.lines, view.waiting.kind)}" if view.waiting else ""


def following_order(view: DraftView) -> str:
    """The order that is to be placed next."""
    return _customers(view.sums.lines, view.kind)


def _customers(count: int, kind: CustomerKind | None) -> str:
    return f"{count} {KINDS[kind] if kind else 'khách'}"


def proposed(made: ProposedOrder) -> str:
    """What was made of a list, and what differs from the list."""
    parts = [f"✅ Em đã đưa {made.picked} khách của danh sách vào đơn nháp."]
    if made.other_kind:
        parts.append(f"{made.other_kind} khách khác loại em để ở đơn thứ hai, làm ngay sau đơn này.")
    if made.left:
        parts.append(f"{made.left} khách còn chờ trong danh sách.")
    if made.other_recipients and made.draft.recipient is RecipientMode.OTHER:
        parts.append(f"{made.other_recipients} khách có người nhận riêng; khách khác tự nhận.")
    elif made.other_recipients:
        parts.append(
            f"{made.other_recipients} khách có khai người nhận riêng, nhưng đơn này gửi cho kế toán. "
            "Muốn dùng, anh/chị chọn Đối tượng nhận › Người khác."
        )
    if made.unreachable:
        parts.append(
            f"{made.unreachable} khách có khai người nhận riêng nhưng thiếu tên, email hoặc điện thoại, em chưa dùng."
        )
    if made.accounting_dropped:
        parts.append(
            f"{made.accounting_dropped} khách dùng dữ liệu kế toán chung, vì năm {made.draft.fiscal_year} "
            "không áp dụng được như danh sách ghi."
        )
    return " ".join(parts)


def wished(picked: int) -> str:
    """What was made of a wish in words."""
    return f"{DONE} Em đã đưa {picked} khách vào đơn nháp."


def joined(warning: str, told: str) -> str | None:
    """Both in one notice; what went wrong comes first."""
    return f"{warning} {told.removeprefix(DONE).lstrip()}".strip() if warning else told or None


def not_understood(read: ReadWish) -> str:
    """The parts of the text behind `/mua` that are not possible; empty if all are."""
    parts = []
    years, packages = ", ".join(map(str, read.years)), ", ".join(read.packages)
    if read.wrong_years:
        parts.append(f"Năm {', '.join(map(str, read.wrong_years))} chưa mua được. Các năm mua được: {years}.")
    if read.wrong_words:
        parts.append(
            f"Không có gói “{short(', '.join(read.wrong_words), 60)}”. Các gói đang bán: {packages}."
        )
    if read.several:
        parts.append(f"Mỗi đơn chỉ một gói, một năm, mà tin có: {', '.join(read.several)}.")
    return " ".join(parts)
