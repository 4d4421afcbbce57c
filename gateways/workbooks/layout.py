"""The layout of lists as workbooks: their headings are the file format's own names."""

from dataclasses import dataclass

from domain.customers import CustomerKind


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the name in `SheetRow.cells`; `width` is in characters; `text` keeps leading zeros."""

    key: str
    heading: str
    width: int
    text: bool = False
    mandatory: bool = False


COLUMNS = (
    Column("own_code", "Mã khách hàng", 16, text=True),
    Column("tax_code", "Mã số thuế", 18, text=True),
    Column("name", "Tên khách hàng", 44),
    Column("address", "Địa chỉ", 44),
    Column("representative", "Người đại diện pháp luật", 28),
    Column("email", "Email", 30),
    Column("phone", "Số điện thoại", 18, text=True),
    Column("regime", "Chế độ kế toán", 30),
    Column("data_start", "Ngày bắt đầu dữ liệu", 22, text=True),
    Column("vat_method", "Phương pháp tính thuế GTGT", 36),
    Column("kind", "Loại khách hàng", 20),
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
"""Columns further right are not looked at."""

CELL_LIMIT = 1_000
"""Characters; the rest of a cell is cut off."""
