"""Words of the numbers that come back in a workbook."""

from collections.abc import Sequence

from domain.invoices import Invoice, IssuedNumber
from domain.issued_numbers import NumberProblem
from domain.money import vnd
from texts.common import DONE, named, short
from texts.errors import say

CHECKED = """\
🧾 <b>{{ file_name }}</b>

{% if new %}
<b>{{ new }} hóa đơn sẽ được ghi số:</b>
{% for line in lines %}
{{ line }}
{% endfor %}
{% if more %}
… và {{ more }} hóa đơn khác.
{% endif %}
{% else %}
Tệp không có số hóa đơn nào mới.
{% endif %}
{% if same or unnumbered or bad %}

{% if bad %}
⚠️ {{ bad }} dòng cần sửa, em để lại.
{% endif %}
{% if same %}
Đã ghi từ trước: {{ same }}
{% endif %}
{% if unnumbered %}
Chưa có số trong tệp: {{ unnumbered }}
{% endif %}
{% endif %}"""

ENTER = "Ghi nhận {new} hóa đơn"
SEE_PROBLEMS = "⚠️ Xem các dòng cần sửa"

PROBLEMS = """\
⚠️ <b>Các dòng cần sửa</b> · {{ total }} dòng

{% for number, sentence in rows %}
<b>Dòng {{ number }}</b>
{{ sentence }}

{% endfor %}
Anh/chị sửa trong tệp rồi gửi lại cả tệp vào đây; dòng đã ghi thì em bỏ qua."""

UNNAMED = "Tệp Excel"

_SHOWN = 5
_FILES = "Em gửi email số hóa đơn cho người nhận ngay; khi anh/chị gửi PDF, XML, em gửi thêm một lần kèm tệp."


def lines_of(new: Sequence[tuple[Invoice, IssuedNumber]]) -> tuple[list[str], int]:
    """The first numbers, and how many more there are."""
    lines = [
        f"Số {number.number} · {number.series} · {vnd(invoice.amount)} · {named(invoice.buyer.name, 40)}"
        for invoice, number in new[:_SHOWN]
    ]
    return lines, max(0, len(new) - _SHOWN)


def problem_sentence(problem: NumberProblem) -> str:
    return short(say(problem.error), 400)


def entered(new: int, bad: int) -> str:
    done = f"{DONE} Đã ghi số cho {new} hóa đơn." if new else f"{DONE} Các hóa đơn này đã được ghi số rồi."
    done = f"{done} Còn {bad} dòng cần sửa: anh/chị sửa rồi gửi lại cả tệp." if bad else done
    return f"{done} {_FILES}" if new else done
