"""The layout of the workbooks that people fill in: columns, names of sheets, limits."""

from dataclasses import dataclass

from domain.customers import CustomerField, CustomerKind
from texts.customer_fields import COLUMNS as CUSTOMER_COLUMNS
from texts.customer_fields import WORDS


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names the field; `width` is in characters; a `text` column keeps leading zeros."""

    key: str
    heading: str
    width: int
    text: bool = False
    mandatory: bool = False


_WIDTHS = {
    CustomerField.OWN_CODE: 16,
    CustomerField.TAX_CODE: 18,
    CustomerField.NAME: 44,
    CustomerField.ADDRESS: 44,
    CustomerField.REPRESENTATIVE: 28,
    CustomerField.PHONE: 18,
    CustomerField.KIND: 20,
}
_WIDTH = 30
"""The width of all other fields."""

_TEXT = (CustomerField.OWN_CODE, CustomerField.TAX_CODE, CustomerField.PHONE)


def _column(field: CustomerField) -> Column:
    return Column(field.value, WORDS[field].heading, _WIDTHS.get(field, _WIDTH), text=field in _TEXT)


COLUMNS = (
    *map(_column, CUSTOMER_COLUMNS),
    Column("regime", "Chế độ kế toán", 30),
    Column("data_start", "Ngày bắt đầu dữ liệu", 22, text=True),
    Column("vat_method", "Phương pháp tính thuế GTGT", 36),
    _column(CustomerField.KIND),
)
PRICE_COLUMNS = (
    Column("code", "Mã gói", 18, mandatory=True),
    Column("kind", "Loại khách hàng", 20, mandatory=True),
    Column("name", "Tên gói", 30, mandatory=True),
    Column("summary", "Mô tả", 44),
    Column("price", "Giá", 16, mandatory=True),
    Column("vat_rate", "Thuế suất GTGT", 18, mandatory=True),
)

LIST_SHEET, GUIDANCE_SHEET, CHOICES_SHEET = "Danh sách khách hàng", "Hướng dẫn", "Danh mục"
KIND_LABELS = {CustomerKind.ENTERPRISE: "Doanh nghiệp", CustomerKind.HOUSEHOLD: "Hộ kinh doanh"}

UNPACKED_LIMIT_MB = 64
MEMBER_LIMIT = 2_000
ROW_LIMIT = 10_000
SHEET_LIMIT = 20
COLUMN_LIMIT = 60
"""Columns further right are not read."""

CELL_LIMIT = 1_000
"""The most characters kept of a cell; the rest is cut off."""
