"""The catalogue as a workbook that can be sent back, with the headings of the empty template."""

from collections.abc import Sequence
from datetime import date

from domain.accounting import option_label
from domain.customers import CustomerField
from services.catalogue.catalogue_export import CatalogueRow
from services.ports import Cell, Table
from texts.customer_fields import COLUMNS, WORDS, shown
from texts.filters import day, kind

HEADINGS = (
    *(WORDS[field].heading for field in COLUMNS),
    "Chế độ kế toán",
    "Phương pháp tính thuế GTGT",
    "Tháng bắt đầu năm tài chính",
    WORDS[CustomerField.KIND].heading,
    "Ngày bắt đầu dữ liệu",
    "Giá xuất kho",
    "Cách tính thuế thu nhập",
    "Nhãn",
    "Người phụ trách",
)
TITLE = "Danh sách khách hàng"


def file_name(today: date) -> str:
    return f"khach-hang-{today:%Y%m%d}.xlsx"


def caption(count: int) -> str:
    return f"{count} khách hàng. Sửa trong tệp rồi gửi lại cho em cũng được ạ."


def table(rows: Sequence[CatalogueRow]) -> Table:
    """One row for each customer, with a cell for each of `HEADINGS`."""
    return Table(TITLE, HEADINGS, [_row(row) for row in rows])


def _row(row: CatalogueRow) -> tuple[Cell, ...]:
    customer = row.customer
    return (
        *(shown(field, getattr(customer, field)) for field in COLUMNS),
        option_label(customer.regime) if customer.regime else "",
        option_label(customer.vat_method) if customer.vat_method else "",
        str(customer.first_month) if customer.first_month else "",
        kind(customer.kind),
        day(customer.data_start) if customer.data_start else "",
        option_label(customer.costing) if customer.costing else "",
        option_label(customer.income_method) if customer.income_method else "",
        "; ".join(row.labels),
        row.assignee,
    )
