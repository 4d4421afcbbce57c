"""Words of taking customers from a workbook."""

from collections.abc import Sequence

from dialogs.texts.common import short
from dialogs.texts.customers import FIELDS
from dialogs.texts.errors import say
from domain.customer_fields import RowProblem

UPLOAD = """\
📄 <b>Thêm khách từ tệp Excel</b>

Mỗi khách một dòng; cột bắt buộc: <b>Mã số thuế</b>, <b>Tên khách hàng</b>.
Anh/chị gửi tệp .xlsx (tối đa 20 MB) vào đây. Em kiểm tra trước, chưa lưu gì cả."""

TEMPLATE = "⬇️ Tải mẫu trống"
TEMPLATE_NAME = "mau-danh-sach-khach-hang.xlsx"
TEMPLATE_CAPTION = "Anh/chị điền mẫu này rồi gửi lại cho em ạ."
NOT_A_DOCUMENT = "Anh/chị gửi tệp Excel (.xlsx) dưới dạng tệp đính kèm giúp em nhé."

CHECKED = """\
📄 <b>{{ file_name }}</b>

✅ {{ new }} khách mới{{ " (%s)"|format(kinds) if kinds else "" }}
{% if changed %}
🔄 {{ changed }} khách đã có, thông tin thay đổi
{% endif %}
{% if same %}
☑️ {{ same }} khách đã có, giống hệt
{% endif %}
{% if bad %}
⚠️ {{ bad }} dòng cần sửa
{% endif %}
{% if unknown %}

Em bỏ qua các cột: {{ unknown }}.
{% endif %}
{% if not new and not changed %}

{{ "Tệp này chưa có dòng nào dùng được. Anh/chị xem các dòng cần sửa, sửa trong tệp rồi gửi lại." if bad else "Không có gì cần thêm: danh mục đã có đủ các khách trong tệp." }}
{% elif bad %}

Các dòng cần sửa chưa được thêm. Anh/chị sửa trong tệp rồi gửi lại, khách đã thêm không bị trùng.
{% endif %}"""

UNNAMED = "Tệp Excel"
ANOTHER = "📄 Gửi tệp khác"


def kinds_of(enterprises: int, households: int) -> str:
    """Of which kind the new customers are; how many of each, where there are both."""
    if enterprises and households:
        return f"{enterprises} doanh nghiệp, {households} hộ kinh doanh"
    return "doanh nghiệp" if enterprises else "hộ kinh doanh" if households else ""


def add_label(new: int) -> str:
    return f"✅ Thêm {new} khách mới"


def add_and_update_label(new: int, changed: int) -> str:
    if not new:
        return f"🔄 Cập nhật {changed} khách"
    return f"✅ Thêm {new} mới + cập nhật {changed} khách"


def problems_label(bad: int) -> str:
    return f"⚠️ Xem {bad} dòng cần sửa"


PROBLEMS = """\
⚠️ <b>Các dòng cần sửa</b> · {{ total }} dòng

{% for row, name, sentence in rows %}
<b>Dòng {{ row }}</b>{{ " · " + name if name else "" }}
{{ sentence }}

{% endfor %}
{% if more %}
… còn {{ more }} dòng nữa. Anh/chị sửa các dòng này trước rồi gửi lại tệp.
{% endif %}"""

_SHOWN_PROBLEMS = 2


def problem_sentence(problems: Sequence[RowProblem]) -> str:
    """What is wrong with a row, short enough for eight of them to fit one message."""
    said = [_problem(problem) for problem in problems[:_SHOWN_PROBLEMS]]
    if len(problems) > _SHOWN_PROBLEMS:
        said.append(f"(và {len(problems) - _SHOWN_PROBLEMS} lỗi khác)")
    return short("\n".join(said), 360)


def _problem(problem: RowProblem) -> str:
    label = FIELDS[problem.field]
    if problem.error.code == "text_empty":
        return f"{label}: ô còn trống."
    sentence = say(problem.error)
    # Most sentences name what they are about.
    return sentence if label.lower() in sentence.lower() else f"{label}: {sentence}"


DONE = """\
✅ <b>Đã xong</b>

Thêm mới: <b>{{ added }}</b> khách
{% if updated %}
Cập nhật: <b>{{ updated }}</b> khách
{% endif %}
{% if bad %}
Chưa thêm: <b>{{ bad }}</b> dòng cần sửa
{% endif %}"""

ORDER = "🛒 Mua hàng loạt cho các khách này"
BACK_TO_ORDER = "🛒 Về đơn đang làm"
CATALOGUE = "👥 Xem danh mục"
