"""Words about work on many customers at once."""

from texts.common import short
from texts.filtering import SHOWING

WORK = (
    """\
🧰 <b>{{ total }} khách</b>{{ " đang lọc" if narrowed else " trong danh mục" }}
"""
    + SHOWING
    + """
{% if some %}
Anh/chị muốn làm gì với cả {{ total }} khách này?
{% else %}
Không có khách nào để làm. Anh/chị bỏ lọc trước ạ.
{% endif %}"""
)

PUT = "🏷️ Gắn nhãn"
TAKE = "🏷️ Gỡ nhãn"
ASSIGN = "👤 Giao cho một người"
EXPORT = "📤 Xuất Excel"
PAIRS = "👯 Khách trùng nhau"
LABELS = "✏️ Đổi tên, xóa nhãn"

PUT_WHICH = """\
🏷️ Gắn nhãn nào cho cả <b>{{ total }} khách</b>?

{{ "Chọn nhãn có sẵn, hoặc gõ nhãn mới." if items else "Anh/chị gõ nhãn mới, ví dụ: Quận 1." }}"""
TAKE_WHICH = "🏷️ Gỡ nhãn nào khỏi <b>{{ total }} khách</b> này?"
ASSIGN_TO = "👤 Giao cả <b>{{ total }} khách</b> cho ai phụ trách?"


def labelled(names: str, count: int) -> str:
    return f"✅ Đã gắn nhãn {short(' '.join(names.split()), 100)} cho {count} khách."


def unlabelled(name: str, count: int) -> str:
    return f"✅ Đã gỡ nhãn {name} khỏi {count} khách."


def assigned(name: str, count: int) -> str:
    if not name:
        return f"✅ {count} khách không còn giao cho ai."
    return f"✅ Đã giao {count} khách cho {short(name, 60)}."
