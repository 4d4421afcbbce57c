"""Words of the files of invoices that were issued by hand."""

from collections.abc import Sequence

from services.invoices.files_by_hand import FileProblem, NewFiles
from texts.common import DONE, named, short
from texts.errors import say

CHECKED = """\
🗂 <b>{{ file_name }}</b>

{% if new %}
<b>Tệp của {{ new }} hóa đơn sẽ được lưu:</b>
{% for line in lines %}
{{ line }}
{% endfor %}
{% if more %}
… và {{ more }} hóa đơn khác.
{% endif %}

{% if mailed %}
📧 {{ mailed }} hóa đơn vừa đủ PDF và XML: em gửi email cho người nhận thêm một lần, kèm hai tệp.
{% endif %}
{% if new > mailed %}
{{ new - mailed }} hóa đơn em chỉ lưu, không gửi email: còn thiếu một tệp, hoặc người nhận đã có đủ tệp.
{% endif %}
{% else %}
Em không thấy tệp hóa đơn nào mới.
{% endif %}
{% if bad %}

⚠️ {{ bad }} tệp chưa đúng, em để lại.
{% endif %}
{% if same %}
Đã lưu từ trước: {{ same }} tệp
{% endif %}
{% if others %}
Không phải PDF, XML, em bỏ qua: {{ others }} tệp
{% endif %}"""

KEEP = "Lưu tệp của {new} hóa đơn"
SEE_PROBLEMS = "⚠️ Xem các tệp chưa đúng"

PROBLEMS = """\
⚠️ <b>Các tệp chưa đúng</b> · {{ total }} tệp

{% for name, sentence in rows %}
<b>{{ name }}</b>
{{ sentence }}

{% endfor %}
Anh/chị sửa rồi gửi lại vào đây; tệp đã lưu thì em bỏ qua."""

UNNAMED = "Tệp hóa đơn"

_SHOWN = 5


def lines_of(new: Sequence[NewFiles]) -> tuple[list[str], int]:
    """The first documents with their files, and how many more there are."""
    return [_line(one) for one in new[:_SHOWN]], max(0, len(new) - _SHOWN)


def _line(one: NewFiles) -> str:
    number = one.invoice.number
    assert number is not None
    here = ", ".join(name for name, it in (("PDF", one.files.pdf), ("XML", one.files.xml)) if it)
    return f"Số {number.number} · {number.series} · {here} · {named(one.invoice.buyer.name, 40)}"


def problem(it: FileProblem) -> tuple[str, str]:
    """The name of the file, and what is wrong with it."""
    return short(it.name, 60), short(say(it.error), 300)


def kept(new: int, mailed: int, bad: int) -> str:
    done = f"{DONE} Đã lưu tệp của {new} hóa đơn." if new else f"{DONE} Các tệp này đã được lưu rồi."
    done += f" Em gửi email kèm tệp cho {mailed} hóa đơn." if mailed else ""
    return f"{done} Còn {bad} tệp chưa đúng." if bad else done
