"""Words about a list as a whole: asking for it, reading it, its contents and its outcome."""

from collections.abc import Sequence

from domain.intakes.entries import EntryField, Intake, ListSheet, Problem
from services.intakes.gaps import FilledGaps
from services.intakes.viewing import EntryView, IntakeCounts, IntakeView
from texts.common import DONE as SUCCESS
from texts.common import named, own_part, short
from texts.intakes.fields import EXAMPLES, names, problem_sentence, shown
from texts.plain import utf16_length

UPLOAD = """\
📋 <b>Thêm nhiều khách</b>

Anh/chị dán danh sách vào đây, mỗi khách một dòng, hoặc gửi tệp Excel, CSV.
Chỉ cần mã số thuế; tên, điện thoại, email… có gì ghi nấy, thứ tự nào cũng được.

Ví dụ:
<code>0101243150 Cty TNHH Hoa Sen 0912345678</code>

Em đọc và kiểm tra trước, chưa lưu gì cả."""

TEMPLATE = "⬇️ Tải mẫu trống"
TEMPLATE_NAME = "mau-danh-sach-khach-hang.xlsx"
TEMPLATE_CAPTION = "Anh/chị điền mẫu này rồi gửi lại cho em ạ."
NOT_A_LIST = "Anh/chị dán danh sách bằng chữ, hoặc gửi tệp Excel dưới dạng tệp đính kèm giúp em nhé."

PASTED = "Danh sách dán"
UNNAMED = "Tệp Excel"

LIST = """\
📋 <b>{{ title }}</b>{{ " · %s dòng"|format(total) if total else "" }}
{% if state == "reading" %}

⏳ {{ reading }}
{% elif state == "stopped" %}

⏹ Đã dừng, em chưa lưu gì. Anh/chị đọc lại, hoặc gửi tệp khác.
{% elif state == "refused" %}

❌ {{ why }}
{% else %}
{% if kinds %}
{{ kinds }}
{% endif %}

{% for line in lines %}
{{ line }}
{% endfor %}
{% if kinds and counts.ready %}

Một đơn chỉ gồm một loại khách: mua sẽ thành hai đơn, kiểm tra lần lượt.
{% endif %}
{% if columns %}

{{ columns }}
{% endif %}
{% if gaps %}

<b>{{ gaps_heading }}</b>
{% for gap in gaps %}
{{ gap }}
{% endfor %}
{% if more_gaps %}
… và {{ more_gaps }} khách nữa
{% endif %}

Anh/chị trả lời trong một tin, mỗi khách một dòng:
<code>{{ example }}</code>
{% else %}

Có thêm khách, anh/chị dán tiếp hoặc gửi tệp vào đây.
{% endif %}
{% endif %}"""

GAPS = "Cần bổ sung"
STOP = "⏹ Dừng lại"
READ_AGAIN = "🔄 Đọc lại"
ANOTHER = "📄 Gửi tệp khác"
COLUMNS = "🗂 Cột"
TO_LIST = "📋 Về danh sách"
WORKBOOK = "📄 Tải tệp cần sửa"
UNDO = "↩️ Hoàn tác dòng vừa sửa"
OTHERS = "👀 Xem dòng lặp, dòng bỏ qua"
UPDATE = "⬜️ Dùng thông tin mới cho {changed} khách"
NO_UPDATE = "☑️ Dùng thông tin mới cho {changed} khách"

HIDDEN = "👁 Lấy cả dòng ẩn"
NO_HIDDEN = "🙈 Không lấy dòng ẩn"

_NAME_LIMIT = 40
_LEFT_SHOWN = 3
_ROOM_FOR_GAPS = 2_000
_NOTICE_LIMIT = 400
_TEXTS_SHOWN = 4


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def title(intake: Intake) -> str:
    if intake.file is None:
        return PASTED
    return intake.file.name or UNNAMED


def unfinished(view: IntakeView) -> str:
    """The button that leads back to an unfinished list."""
    left = view.counts.ready + view.counts.to_fix
    return f"📋 Làm tiếp: {short(title(view.intake), 16)} ({number(left)})"


def reading(intake: Intake) -> str:
    """The progress of reading."""
    if intake.file is None:
        return "Đang tra tên theo mã số thuế…"
    if not intake.total:
        return "Đang đọc tệp…"
    return f"Đang đọc tệp… {number(intake.read)}/{number(intake.total)} dòng"


def kinds(counts: IntakeCounts) -> str:
    """How many customers of each kind, and of how many it shows later; empty if all are of one kind."""
    if not (counts.enterprises and counts.households):
        return ""
    later = f" · {number(counts.wrong)} dòng sửa xong mới rõ" if counts.wrong else ""
    return (
        f"🏢 {number(counts.enterprises)} doanh nghiệp · 🏪 {number(counts.households)} hộ kinh doanh{later}"
    )


def lines(counts: IntakeCounts, intake: Intake) -> list[str]:
    """A line for each count that is not zero."""
    known = counts.same + counts.changed
    changed = f", {number(counts.changed)} khác" if counts.changed else ""
    said = [
        (counts.ready, f"✅ {number(counts.ready)} khách đủ thông tin"),
        (counts.lacking, f"✏️ {number(counts.lacking)} khách còn thiếu"),
        (counts.wrong, f"⚠️ {number(counts.wrong)} dòng cần sửa"),
        (counts.repeated, f"🔁 {number(counts.repeated)} dòng lặp mã số thuế"),
        (counts.skipped, f"➖ {number(counts.skipped)} dòng bỏ qua"),
        (counts.taken, f"📥 {number(counts.taken)} khách đã vào danh mục"),
        (known, f"☑️ Đã có sẵn {number(known)} khách ({number(counts.same)} giống{changed})"),
        (intake.looked_up, f"🔎 {number(intake.looked_up)} khách em lấy {_filled(intake)} theo mã số thuế"),
    ]
    found = [line for count, line in said if count]
    sheets = intake.sheets
    if hidden := sum(sheet.hidden for sheet in sheets):
        taken = any(sheet.with_hidden for sheet in sheets)
        found.append(
            f"🙈 {number(hidden)} dòng đang ẩn (do lọc): {'em đã lấy cả' if taken else 'em không lấy'}"
        )
    if left := sum(sheet.left_total for sheet in sheets):
        found.append(_left(left, [line for sheet in sheets for line in sheet.left]))
    if intake.skipped_sheets:
        found.append(f"Trang em không đọc: {short(', '.join(intake.skipped_sheets), 120)}")
    return found


def _filled(intake: Intake) -> str:
    return names(intake.filled or (EntryField.NAME, EntryField.ADDRESS)).lower()


def _left(total: int, named: Sequence[str]) -> str:
    """The lines left out, the first of them as they were written."""
    shown_ = "; ".join(f"“{short(line, _NAME_LIMIT)}”" for line in named[:_LEFT_SHOWN])
    more = f" và {number(total - _LEFT_SHOWN)} dòng khác" if total > _LEFT_SHOWN else ""
    return f"✂️ Em không lấy {number(total)} dòng chữ: {shown_}{more}"


def columns(sheets: Sequence[ListSheet]) -> str:
    """Which columns were understood and which were left out, in one line."""
    every = [column for sheet in sheets for column in sheet.columns]
    taken = dict.fromkeys(column.field for column in every if column.field is not None)
    left = dict.fromkeys(column.heading for column in every if column.field is None and column.heading)
    if not taken:
        return ""
    said = f"Em hiểu các cột: {names(taken)}."
    if left:
        said += f" Bỏ qua: {short(', '.join(left), 120)}."
    return said


def gaps(views: Sequence[EntryView]) -> tuple[str, list[str]]:
    """The heading, and one line for each entry that lacks something, as many as fit into the message."""
    alike = (
        len(views) > 1 and len({view.missing for view in views}) == 1 and views[0].missing == views[0].open
    )
    said: list[str] = []
    room = _ROOM_FOR_GAPS
    for view in views:
        said.append(_gap(view, alike))
        room -= utf16_length(said[-1])
        if room < 0:
            said.pop()
            break
    return f"{GAPS}: {names(views[0].open)}" if alike else GAPS, said


def _gap(view: EntryView, alike: bool) -> str:
    whom = f"{view.entry.position}. {named(own_part(view.entry.name), _NAME_LIMIT)}"
    if alike:
        return whom
    wrong = {problem.field: problem for problem in view.entry.problems}
    return f"{whom}: {', '.join(_asked(field, wrong.get(field)) for field in view.open)}"


def _asked(field: EntryField, problem: Problem | None) -> str:
    """An open field; a text that was refused follows with its probable meaning."""
    label = names([field])
    if problem is None or not problem.text:
        return label
    said = f"{label} “{short(problem.text, _NAME_LIMIT)}”"
    if not problem.choices:
        return f"{said} chưa đúng"
    meant = shown(field, problem.choices[0])
    if meant == problem.text.replace(" ", "") or meant == problem.text:
        return f"{said}, có đúng không ạ?"
    return f"{said} → {short(meant, _NAME_LIMIT)}?"


def example(view: EntryView) -> str:
    """An example of an answer for this customer."""
    return f"{view.entry.position}. " + "; ".join(EXAMPLES[field] for field in view.open)


def filled(found: FilledGaps) -> str:
    """What an answer filled, and what was not understood."""
    said = [f"{SUCCESS} Đã bổ sung {found.filled} khách."] if found.filled else []
    said += [
        f"{named(name, _NAME_LIMIT)}: {problem_sentence(problem)}"
        for name, problem in found.refused[:_TEXTS_SHOWN]
    ]
    if more := len(found.refused) - _TEXTS_SHOWN:
        said += [f"Và {more} chỗ khác chưa ghi được."] if more > 0 else []
    if found.unread:
        unread = "; ".join(f"“{short(text, 40)}”" for text in found.unread[:_TEXTS_SHOWN])
        said.append(f"Em chưa hiểu: {unread}{'…' if len(found.unread) > _TEXTS_SHOWN else ''}")
    if found.added is not None:
        said.append(added_lines(found.added))
    if not said and not found.again:
        return NOTHING_FILLED
    return short("\n".join(said), _NOTICE_LIMIT)


NOTHING_FILLED = "Em chưa thấy câu trả lời nào. Anh/chị ghi số thứ tự của khách ở đầu dòng giúp em nhé."


def added_lines(count: int) -> str:
    """How many entries further lines added."""
    return (
        f"{SUCCESS} Đã thêm {count} dòng vào danh sách." if count else "Các khách này đã có trong danh sách."
    )


def buy_label(count: int, in_order: bool, lacking: bool = False) -> str:
    later = ", bổ sung sau" if lacking else ""
    if in_order:
        return f"🛒 Đưa {number(count)} khách vào đơn{later}"
    return f"🛒 Mua cho {number(count)} khách{later}"


def add_label(new: int, changed: int) -> str:
    if new and changed:
        return f"➕ Thêm {number(new)}, cập nhật {number(changed)} khách"
    return f"➕ Thêm {number(new)} khách" if new else f"✏️ Cập nhật {number(changed)} khách"


def add_all_label(count: int) -> str:
    return f"➕ Thêm cả {number(count)} khách còn thiếu"


def fix_label(count: int) -> str:
    return f"✏️ Sửa {number(count)} dòng"
