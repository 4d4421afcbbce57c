"""The books of a period as a workbook."""

from datetime import date

from domain.account_statements import Receivable
from domain.calendar import day_of
from domain.postings import Account
from services.back_office.accounts import Accounts
from services.ports import Cell, Table
from services.ports.books_report import OrderMovement, TransferMovement
from texts.filters import day
from texts.money.transfers import PROVIDERS, SETTLED

BUTTON = "📒 Tải sổ của kỳ (Excel)"

ACCOUNTS = {
    Account.BANK: "Tiền qua tài khoản ngân hàng",
    Account.OUTGOING: "Tiền chuyển đi",
    Account.RECEIVABLE: "Phải thu của khách",
    Account.ORDERED: "Giá trị đơn hàng",
    Account.WAITING: "Tiền chờ xếp vào đơn",
    Account.SURPLUS: "Tiền thừa chờ xử lý",
    Account.RETURNED: "Đã trả lại",
    Account.IGNORED: "Bỏ qua",
}

_ORDERS = ("Lúc", "Mã đơn", "Đơn vị", "MST đơn vị", "Gói", "Năm", "Số khách", "Việc", "Số tiền")
_MONEY = (
    "Lúc nhận tin",
    "Lúc chuyển",
    "Báo bởi",
    "Mã giao dịch",
    "Tài khoản",
    "Nội dung",
    "Kết quả",
    "Số tiền",
)
_OWED = (
    *("Mã thanh toán", "Mã đơn", "Ngày đặt", "Đơn vị", "MST đơn vị", "Khách", "MST khách", "Số khách"),
    *("Phải trả", "Đã trả", "Còn lại"),
)
_BACK = ("Lúc", "Mã giao dịch", "Nội dung", "Mã chuyển trả", "Người làm", "Số tiền")
_INVOICES = (
    "Ngày",
    "Mẫu số",
    "Ký hiệu",
    "Số",
    "Người mua",
    "MST người mua",
    "Chưa thuế",
    "Thuế GTGT",
    "Cộng",
)
_CODES = frozenset(
    {
        *("Mã đơn", "MST đơn vị", "Mã giao dịch", "Tài khoản", "Mã thanh toán", "MST khách"),
        *("Mã chuyển trả", "Mẫu số", "Ký hiệu", "Số", "MST người mua"),
    }
)


def tables(accounts: Accounts, first: date, last: date) -> list[Table]:
    sheets = [
        _sheet("Đơn hàng", _ORDERS, [_order(one) for one in accounts.ordered]),
        _sheet("Tiền vào", _MONEY, [_money(one) for one in accounts.moved]),
        _sheet("Phải thu", _OWED, [_owed(one) for one in accounts.receivables]),
        _sheet("Trả lại", _BACK, [_back(one) for one in accounts.returned]),
        _sheet(
            "Hóa đơn",
            _INVOICES,
            [
                (
                    *(one.issued_on, one.form, one.series, one.number, one.buyer_name, one.buyer_tax_id),
                    *(one.amount - one.vat, one.vat, one.amount),
                )
                for one in accounts.invoices
            ],
        ),
    ]
    span = f"Từ {day(first)} đến {day(last)}"
    movements = [
        (ACCOUNTS[one.account], one.before, one.added, one.taken, one.after) for one in accounts.movements
    ]
    totals = Table("Tổng hợp", (span, "Đầu kỳ", "Tăng", "Giảm", "Cuối kỳ"), movements)
    return [totals, *sheets]


def _sheet(title: str, headings: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Table:
    return Table(title, headings, rows, _CODES & frozenset(headings))


def _order(one: OrderMovement) -> tuple[Cell, ...]:
    order, act = one.order, "Đặt" if one.amount > 0 else "Hủy"
    about = (order.code, one.firm.name, one.firm.tax_code, order.package_name, order.fiscal_year)
    return (one.at, *about, order.line_count, act, one.amount)


def _money(one: TransferMovement) -> tuple[Cell, ...]:
    told = one.transfer.reported
    became = SETTLED[one.transfer.state]
    return (
        *(one.at, told.occurred_at, PROVIDERS[told.provider], told.reference, told.account, told.content),
        *(became, one.amount),
    )


def _owed(one: Receivable) -> tuple[Cell, ...]:
    firm, order = one.firm, one.order
    return (
        *(one.code, order.code, day_of(order.placed_at), firm.name, firm.tax_code, one.name, one.tax_code),
        *(one.line_count, one.amount, one.paid, one.rest),
    )


def _back(one: TransferMovement) -> tuple[Cell, ...]:
    told = one.transfer.reported
    return (one.at, told.reference, told.content, one.reason, one.by, -one.amount)


def file_name(first: date, last: date) -> str:
    return f"so-tien-{first:%Y%m%d}-{last:%Y%m%d}.xlsx"


def caption(first: date, last: date) -> str:
    return f"Sổ từ {day(first)} đến {day(last)}: đơn hàng, tiền vào, phải thu, trả lại, hóa đơn."
