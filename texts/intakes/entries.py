"""Words for fixing the entries of a list one by one."""

from domain.customers import REQUIRED_FOR_ORDER, CustomerField
from domain.intakes.alike import LEAVE as LEAVE_ALIKE
from domain.intakes.alike import Alike
from domain.intakes.entries import Entry, EntryField, Intake, Problem, Standing
from services.intakes.viewing import EntryView
from texts.common import DONE as SUCCESS
from texts.common import RECOMMENDED, named, short
from texts.intakes.fields import LABELS, names, problem_sentence, shown
from texts.widths import fit

TO_FIX = """\
{{ sign }} <b>{{ heading }}</b> · {{ total }} dòng

{% if not total %}
Không còn dòng nào ở đây.
{% endif %}
{% for entry in entries %}
<b>{{ entry.where }}</b>{{ " · " + entry.name if entry.name else "" }}
{% if entry.why %}
{{ entry.why }}
{% endif %}

{% endfor %}
{% if entries %}
Anh/chị chọn số dòng để xem và sửa.
{% endif %}"""

GROUPS = {
    "fix": (Standing.WRONG, Standing.LACKING),
    "repeated": (Standing.REPEATED,),
    "skipped": (Standing.SKIPPED,),
}
HEADINGS = {
    "fix": ("✏️", "Dòng cần sửa"),
    "repeated": ("🔁", "Dòng lặp mã số thuế"),
    "skipped": ("➖", "Dòng bỏ qua"),
}
GROUP_LABELS = {"fix": "✏️ Cần sửa", "repeated": "🔁 Lặp", "skipped": "➖ Bỏ qua"}


def group_label(group: str, count: int) -> str:
    return f"{GROUP_LABELS[group]} {count}"


ENTRY = """\
{{ sign }} <b>{{ name }}</b>
{{ where }}{{ " · MST <code>%s</code>"|safe|format(tax_code) if tax_code else "" }}
{% for line in said %}
{{ line }}
{% endfor %}

{% if question %}
{{ question }}
{% if example %}

Anh/chị gõ lại, ví dụ: {{ example }}
{% endif %}
{% else %}
{{ nothing }}
{% endif %}"""

SKIP = "➖ Bỏ qua dòng này"
LEAVE = "🚫 Để trống mục này"
UNDO = "↩️ Hoàn tác"
LATER = "⏭ Để sau"
ALL = "☰ Các dòng cần sửa"
TO_LIST = "📋 Về danh sách"

FIXED = f"{SUCCESS} Không còn dòng nào cần sửa."
SKIPPED = f"{SUCCESS} Đã bỏ qua: {{name}}."
UNDONE = f"{SUCCESS} Đã hoàn tác."
NOTHING_TO_UNDO = "Không còn gì để hoàn tác ạ."
ONLY_ONE = "Chỉ còn dòng này cần sửa ạ."

_SIGNS = {
    Standing.READY: "✅",
    Standing.LACKING: "✏️",
    Standing.WRONG: "⚠️",
    Standing.REPEATED: "🔁",
    Standing.SKIPPED: "➖",
    Standing.TAKEN: "📥",
}
_NOTHING = {
    Standing.READY: "Dòng này đã đủ thông tin.",
    Standing.SKIPPED: "Dòng này đã bỏ qua. Chọn “Hoàn tác” nếu vẫn cần khách này.",
    Standing.TAKEN: "Khách này đã vào danh mục.",
}
_CONTEXT = [EntryField(field) for field in REQUIRED_FOR_ORDER if field is not CustomerField.NAME]
_SHOWN_PROBLEMS = 2
_ALIKE_LIMIT = 12
_KEPT_AS_FIRST = (
    *("personal_id_doubtful", "phone_landline", "name_doubtful"),
    *("contact_of_whom", "tax_code_of_whom", "tax_code_own_firm"),
)
"""Faults whose only proposal keeps the text."""
_KEPT_AS_SECOND = ("email_doubtful", "tax_code_lost_zero")
"""Faults whose first proposal mends the text, and whose second keeps it."""

_NAME_LIMIT = 60


def sign(standing: Standing) -> str:
    return _SIGNS[standing]


def nothing(standing: Standing) -> str:
    """Why nothing is asked about an entry."""
    return _NOTHING.get(standing, _NOTHING[Standing.READY])


def number(intake: Intake, entry: Entry) -> int:
    """The entry's number as the person who gave the list counts: a row of the file, or a place in the text."""
    return entry.number if intake.file is not None else entry.position


def where(intake: Intake, entry: Entry) -> str:
    """Where the entry stands in the file or the text."""
    row = f"{'Dòng' if intake.file is not None else 'Khách số'} {number(intake, entry)}"
    if len(intake.sheets) > 1 and entry.sheet < len(intake.sheets):
        return f"{row}, trang {short(intake.sheets[entry.sheet].name, 31)}"
    return row


def name(entry: Entry) -> str:
    return named(entry.name, _NAME_LIMIT)


def _repeated(intake: Intake, entry: Entry) -> str:
    """Which row the entry repeats, by number if the number is unambiguous."""
    has_rows = intake.file is not None and len(intake.sheets) < 2
    return f"Trùng mã số thuế với {f'dòng {entry.repeats}' if has_rows else 'một khách ở trên'}"


def why(intake: Intake, view: EntryView) -> str:
    """What keeps an entry from being ready, in short."""
    entry = view.entry
    if entry.standing is Standing.REPEATED:
        return _repeated(intake, entry) + "."
    said = [problem_sentence(problem) for problem in entry.problems[:_SHOWN_PROBLEMS]]
    if (more := len(entry.problems) - _SHOWN_PROBLEMS) > 0:
        said.append(f"(và {more} lỗi khác)")
    if view.missing:
        said.append(f"Còn thiếu: {names(view.missing)}.")
    return short("\n".join(said), 360)


def known_values(entry: Entry) -> list[str]:
    """What the entry says already, to remind the person who is asked."""
    return [f"{LABELS[field]}: {shown(field, entry.get(field))}" for field in _CONTEXT if entry.get(field)]


def question(intake: Intake, entry: Entry, field: EntryField | None) -> str:
    """The question about the entry's `field`."""
    if field is None:
        return ""
    if entry.standing is Standing.REPEATED:
        return f"{_repeated(intake, entry)}, nên em không thêm dòng này. Mã gõ nhầm thì anh/chị gõ mã đúng."
    for problem in entry.problems:
        if problem.field is field:
            return problem_sentence(problem)
    return f"Còn thiếu: {LABELS[field].lower()}."


def choice_label(problem: Problem, choice: str) -> str:
    """The button of a suggested answer; it says so if the answer keeps the text as it stands."""
    label = fit(shown(problem.field, choice), 29)
    keeps = choice == problem.text or problem.error.code in _KEPT_AS_FIRST
    return f"Giữ {label}" if keeps else f"{RECOMMENDED} {label}"


def in_order(alike: Alike) -> list[str]:
    """The answers for all entries with one fault, the one of an earlier list first."""
    return sorted(alike.answers, key=lambda answer: answer != alike.remembered)


def alike_label(alike: Alike | None, answer: str) -> str:
    """The button that gives one answer to all entries with the same fault."""
    if alike is None:
        return ""
    again = "Như trước: " if answer == alike.remembered else ""
    return f"{again}{_alike(alike, answer)} ({alike.count})"


def _alike(alike: Alike, answer: str) -> str:
    if answer == LEAVE_ALIKE:
        return "Để trống tất cả"
    if alike.common:
        return f"Tất cả: {fit(shown(alike.field, alike.common[int(answer)]), _ALIKE_LIMIT)}"
    if alike.code in _KEPT_AS_SECOND:
        return ("Sửa tất cả theo gợi ý", "Giữ nguyên tất cả")[int(answer) > 0]
    if len(alike.answers) - (LEAVE_ALIKE in alike.answers) == 1:
        return "Giữ nguyên tất cả" if alike.code in _KEPT_AS_FIRST else "Sửa tất cả theo gợi ý"
    return f"Tất cả lấy cái thứ {int(answer) + 1}"


def answered_alike(count: int, asked: int) -> str:
    """How many of those asked about took the answer; the others are asked about one by one."""
    others = f" Còn {asked - count} dòng chưa sửa được như vậy, em hỏi riêng." if asked > count else ""
    return f"{SUCCESS} Đã sửa {count} dòng. Bấm “Hoàn tác” nếu chưa đúng ý.{others}"


def acts(may_leave: bool) -> dict[str, str]:
    """Actions besides answering, each with its words."""
    return {**({"leave": LEAVE} if may_leave else {}), "skip": SKIP, "later": LATER}


def mended(field: EntryField) -> str:
    return f"{SUCCESS} Đã ghi: {names([field])}."
