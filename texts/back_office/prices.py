"""Words of the price list."""

from collections.abc import Sequence

from domain.money import vnd
from domain.packages import Package
from domain.price_list import NO_VAT, PriceChanges, PriceColumn, PriceRow
from services.ports import Table
from texts.common import short
from texts.errors import say
from texts.filters import kind

HEADINGS = ("Mã gói", "Loại khách hàng", "Tên gói", "Mô tả", "Giá", "Thuế suất GTGT", "Có kho")
"""The columns, in the order of `PriceColumn`; a file that comes back must have the same."""

FILE_NAME = "bang-gia.xlsx"
CAPTION = "Bảng giá đang bán. Anh/chị sửa trên tệp này rồi gửi lại, em so sánh trước khi thay."

LIST = """\
💲 <b>Bảng giá đang bán</b>
{% if sample %}
⚠️ Đây là bảng giá mẫu.
{% endif %}

{% for package in packages %}
{{ "🏢" if package.kind == "enterprise" else "🏪" }} <b>{{ package.name }}</b>: {{ package.price|vnd }}{{ "" if package.vat_rate is none else " + %d%% GTGT"|format(package.vat_rate) }}
{% endfor %}
{% if more %}
… và {{ more }} gói khác.
{% endif %}

Muốn đổi giá, anh/chị tải tệp về, sửa rồi gửi lại vào đây. Đơn đã đặt giữ nguyên giá cũ."""

DOWNLOAD = "⬇️ Tải bảng giá"

CHECKED = """\
💲 <b>{{ file_name }}</b>

{% if bad %}
⚠️ {{ bad }} dòng cần sửa. Anh/chị sửa trong tệp rồi gửi lại.
{% elif not lines %}
Bảng giá trong tệp giống hệt bảng giá đang bán.
{% else %}
{% for line in lines %}
{{ line }}
{% endfor %}
{% if more %}
… và {{ more }} thay đổi khác.
{% endif %}
Giữ nguyên: {{ same }} gói
{% if gone %}

Đơn nháp đang chọn gói bị bỏ sẽ phải chọn gói khác.
{% endif %}
{% endif %}
{% if unknown %}

Em bỏ qua các cột: {{ unknown }}.
{% endif %}"""

REPLACE = "Thay bảng giá"
SEE_PROBLEMS = "⚠️ Xem các dòng cần sửa"
REPLACED = "✅ Đã thay bảng giá. Đơn mới dùng giá mới."
UNNAMED = "Tệp Excel"

PROBLEMS = """\
⚠️ <b>Các dòng cần sửa</b> · {{ total }} dòng

{% for number, sentence in rows %}
<b>Dòng {{ number }}</b>
{{ sentence }}

{% endfor %}"""

_COLUMNS = dict(zip(PriceColumn, HEADINGS, strict=True))
_SHOWN_CHANGES = 20


def table(packages: Sequence[Package]) -> Table:
    """The price list as it can be edited and sent back."""
    rows = [
        (
            one.code,
            kind(one.kind),
            one.name,
            one.summary,
            one.price,
            NO_VAT if one.vat_rate is None else one.vat_rate,
            "Có" if one.has_stock else "Không",
        )
        for one in packages
    ]
    return Table("Bảng giá", HEADINGS, rows)


def change_lines(changes: PriceChanges) -> tuple[list[str], int]:
    """The first changes, and how many more there are."""
    lines = [f"🆕 {one.name} ({one.code}): {_price(one)}" for one in changes.new]
    lines += [
        f"✏️ {after.name} ({after.code}): {_difference(before, after)}" for before, after in changes.changed
    ]
    lines += [f"🗑 Bỏ {one.name} ({one.code})" for one in changes.gone]
    return lines[:_SHOWN_CHANGES], max(0, len(lines) - _SHOWN_CHANGES)


def problem_sentence(row: PriceRow) -> str:
    said = [f"{_COLUMNS[problem.column]}: {say(problem.error)}" for problem in row.problems]
    return short("\n".join(said), 400)


def _difference(before: Package, after: Package) -> str:
    if (before.price, before.vat_rate) == (after.price, after.vat_rate):
        if before.has_stock != after.has_stock:
            return "có kho" if after.has_stock else "không kho"
        return (
            "bỏ dấu giá mẫu"
            if (before.name, before.summary, before.kind) == (after.name, after.summary, after.kind)
            else "đổi tên, mô tả"
        )
    return f"{_price(before)} → {_price(after)}"


def _price(package: Package) -> str:
    vat = "" if package.vat_rate is None else f" + {package.vat_rate}% GTGT"
    return f"{vnd(package.price)}{vat}"
