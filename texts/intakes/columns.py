"""Words about the columns of a file, and the field that each was taken for."""

from domain.intakes.entries import EntryField, ListColumn
from texts.common import short
from texts.intakes.fields import LABELS
from texts.widths import BUTTON, fit, width

COLUMNS = """\
🗂 <b>Các cột của tệp</b>

Chọn cột mà em hiểu chưa đúng. Sửa xong em đọc lại cả tệp; những dòng đã sửa trong khung chat sẽ trở về như trong tệp."""

COLUMN = """\
🗂 <b>{{ heading }}</b>
{% if samples %}

Trong tệp: {{ samples }}
{% endif %}

Em đang hiểu là: <b>{{ taken_for }}</b>.
Đúng ra cột này là gì ạ?"""

MORE = "Khác…"
LEAVE_COLUMN = "🚫 Bỏ qua cột này"
LEFT_ALONE = "bỏ qua"


_TEXT_LIMIT = 24


def heading(column: ListColumn) -> str:
    """A column's heading, or its place in the sheet if it has no heading."""
    return short(column.heading, _TEXT_LIMIT) or f"Cột {letters(column.place)}"


def letters(place: int) -> str:
    """The spreadsheet's name of a column: 0 is A, 26 is AA."""
    found = ""
    while place >= 0:
        place, letter = divmod(place, 26)
        found = chr(ord("A") + letter) + found
        place -= 1
    return found


def taken_for(field: EntryField | None) -> str:
    return LABELS[field] if field is not None else LEFT_ALONE


def column_label(column: ListColumn, sheet: str) -> str:
    """A column's button; `sheet` is empty if the file has only one sheet."""
    where, what = f"{fit(sheet, 8)}: " if sheet else "", f" → {taken_for(column.field)}"
    return f"{where}{fit(heading(column), BUTTON - width(where + what))}{what}"


def samples(column: ListColumn) -> str:
    return ", ".join(f"“{short(text, _TEXT_LIMIT)}”" for text in column.samples[:3])


def field_label(field: EntryField, chosen: bool) -> str:
    return f"• {LABELS[field]}" if chosen else LABELS[field]
