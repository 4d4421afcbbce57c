"""The layout of the workbooks that people fill in: columns, names of sheets, limits."""

from dataclasses import dataclass

from domain.customers import CustomerField, CustomerKind
from domain.issued_numbers import NumberColumn
from texts.customer_fields import COLUMNS as CUSTOMER_COLUMNS
from texts.customer_fields import WORDS
from texts.invoices.by_hand import NUMBER_HEADINGS


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names the field; `width` is in characters; a `text` column keeps leading zeros. `also` are other
    headings that people give it."""

    key: str
    heading: str
    width: int
    text: bool = False
    mandatory: bool = False
    also: tuple[str, ...] = ()


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
    Column("first_month", "Tháng bắt đầu năm tài chính", 28, text=True),
    Column("costing", "Giá xuất kho", 30),
    Column("income_method", "Cách tính thuế thu nhập", 30),
)
PRICE_COLUMNS = (
    Column("code", "Mã gói", 18, mandatory=True),
    Column("kind", "Loại khách hàng", 20, mandatory=True),
    Column("name", "Tên gói", 30, mandatory=True),
    Column("summary", "Mô tả", 44),
    Column("price", "Giá", 16, mandatory=True),
    Column("vat_rate", "Thuế suất GTGT", 18, mandatory=True),
    Column("has_stock", "Có kho", 10),
)
_NUMBER_ALSO = {
    NumberColumn.KEY: ("Chứng từ",),
    NumberColumn.FORM: ("Mẫu", "Mẫu hóa đơn", "Mẫu số hóa đơn"),
    NumberColumn.SERIES: ("Ký hiệu hóa đơn",),
    NumberColumn.NUMBER: ("Số", "Số HĐ", "Số hóa đơn điện tử"),
    NumberColumn.DATE: ("Ngày", "Ngày HĐ", "Ngày phát hành"),
    NumberColumn.AUTHORITY_CODE: ("Mã cơ quan thuế", "Mã CQT cấp", "MCCQT"),
    NumberColumn.LOOKUP_CODE: ("Mã bí mật", "Mã tra cứu hóa đơn"),
    NumberColumn.TOTAL: ("Tổng cộng", "Tổng tiền", "Tổng tiền thanh toán"),
}
_NUMBER_OPTIONAL = (NumberColumn.FORM, NumberColumn.AUTHORITY_CODE, NumberColumn.LOOKUP_CODE)
INVOICE_NUMBER_COLUMNS = tuple(
    Column(column, heading, _WIDTH, mandatory=column not in _NUMBER_OPTIONAL, also=_NUMBER_ALSO[column])
    for column, heading in NUMBER_HEADINGS.items()
)

TABLES = {"price_list": PRICE_COLUMNS, "invoice_numbers": INVOICE_NUMBER_COLUMNS}
"""The columns of tables that come back from people, by the name of the table."""

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
