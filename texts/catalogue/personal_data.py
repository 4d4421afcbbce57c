"""Words about the personal data of one customer, and the workbook that its person gets."""

from collections.abc import Iterable

from domain.customers import Customer, CustomerField
from domain.invoices import Invoice, InvoiceLine
from services.catalogue.personal_data import Erasure, PersonalData
from services.ports import Cell, Purchase, Table
from texts.activation.activations import STATES
from texts.catalogue.customers import declared
from texts.common import BACKUPS
from texts.customer_fields import WORDS, shown
from texts.filters import buyer_number, phone
from texts.invoices.words import KINDS
from texts.invoices.words import STATES as INVOICE_STATES
from texts.money.payments import PAYMENT_STATES

HOME = """\
🔐 <b>Dữ liệu cá nhân</b> của {{ customer.called }}

Khi khách yêu cầu (Luật 91/2025, Nghị định 356/2025):
• <b>Lấy bản sao</b>: tệp Excel ghi mọi điều em đang giữ về khách.
• <b>Sửa</b>: ở trang của khách.
• <b>Xóa</b>: em nói rõ xóa gì, giữ gì rồi mới làm.

Yêu cầu và kết quả được ghi vào nhật ký, không kèm dữ liệu của khách."""

EXPORT = "📤 Lấy bản sao"
ERASE = "🗑️ Xóa dữ liệu"
CAPTION = "Bản sao dữ liệu cá nhân. Tệp có thông tin riêng của khách, anh/chị chỉ gửi cho đúng người ạ."
FILE_NAME = "du-lieu-khach-hang.xlsx"

_ERASED = ", ".join(WORDS[field].inside for field in CustomerField if field is not CustomerField.KIND)
ERASE_TEXT = (
    """\
🗑️ <b>Xóa dữ liệu</b> của {{ customer.called }}?

<b>Xóa hẳn:</b>
• khách trong danh mục: """
    + _ERASED
    + """, nhãn
• người đại diện, email, điện thoại, người nhận thông báo trong các đơn đã đặt
• địa chỉ nhận của các tin đã gửi, dòng của khách trong các danh sách và tệp đã gửi
• tệp Excel em đã gửi bằng liên kết: liên kết hết dùng được ngay

<b>Giữ lại theo luật thuế và Luật Kế toán:</b>
• hóa đơn và tệp hóa đơn: tên, mã số thuế, địa chỉ ghi trên đó, số tiền và ngày; hóa đơn phải giữ 10 năm
• email nhận hóa đơn, nếu hóa đơn chưa xuất
• nhật ký: ai yêu cầu xóa, lúc nào

Xóa rồi <b>không lấy lại được</b>. Tin và tệp còn trong khung chat này thì anh/chị tự xóa ạ. """
    + BACKUPS
)
CONFIRM = "🗑️ Xóa hẳn"

KEPT = """\
⚠️ <b>Chưa xóa được</b> {{ customer.called }}
{% if orders %}

Đơn chưa thanh toán hoặc chưa kích hoạt xong:
{% for order in orders %}
• <b>{{ order }}</b>
{% endfor %}
Anh/chị chờ đơn xong, hoặc hủy đơn, rồi xóa lại.
{% endif %}
{% if drafting %}

Khách đang nằm trong đơn nháp của: {{ drafting }}.
Anh/chị bỏ khách khỏi đơn nháp rồi xóa lại.
{% endif %}

Yêu cầu này đã được ghi lại."""
TRY_AGAIN = "🔄 Xóa lại"


def refusal(erasure: Erasure) -> dict[str, object]:
    """Why nothing was erased, as JSON values that a dialog may keep."""
    return {
        "orders": [order.code for order in erasure.orders[:10]],
        "drafting": ", ".join(erasure.drafting[:5]),
    }


_ROW_HEADINGS = ("Mục", "Nội dung")
_ORDER_HEADINGS = (
    "Đơn hàng",
    "Ngày đặt",
    "Gói",
    "Năm tài chính",
    "Mã số thuế",
    "Tên",
    "Địa chỉ",
    "Người đại diện",
    "Email",
    "Điện thoại",
    "Người nhận thông báo",
    "Email nhận thông báo",
    "Điện thoại nhận thông báo",
    "Hóa đơn ghi",
    "Loại mã trên hóa đơn",
    "MST (số định danh, mã ĐVQHNS) trên hóa đơn",
    "Địa chỉ trên hóa đơn",
    "Email nhận hóa đơn",
    "Số tiền",
    "Thanh toán",
    "Phần mềm",
    "Tên đăng nhập",
)


_INVOICE_HEADINGS = (
    "Đơn hàng",
    "Hóa đơn",
    "Tình trạng",
    "Mẫu số",
    "Ký hiệu",
    "Số hóa đơn",
    "Ngày hóa đơn",
    "Mã tra cứu",
    "Mã của cơ quan thuế",
    "Người mua",
    "Mã số người mua",
    "Địa chỉ người mua",
    "Email nhận hóa đơn",
    "Tên khách",
    "Mã số thuế của khách",
    "Số tiền",
)


def tables(data: PersonalData) -> list[Table]:
    """A sheet each for the customer, its copies, its orders and its invoices."""
    own = [*_fields(data.customer), ("Nhãn", ", ".join(data.labels)), ("Người phụ trách", data.assignee)]
    copies = [row for one in data.copies for row in _fields(one)]
    found = [Table("Khách hàng", _ROW_HEADINGS, own)]
    if copies:
        found.append(Table("Bản khác của khách", _ROW_HEADINGS, copies))
    orders = Table("Đơn hàng", _ORDER_HEADINGS, [_order(one) for one in data.purchases])
    invoices = Table("Hóa đơn", _INVOICE_HEADINGS, [_invoice(*one) for one in data.invoices])
    return [*found, orders, *([invoices] if data.invoices else [])]


def _fields(customer: Customer) -> Iterable[tuple[str, str]]:
    for field in CustomerField:
        yield WORDS[field].label, shown(field, getattr(customer, field))
    yield "Dữ liệu kế toán", declared(customer)


def _order(one: Purchase) -> tuple[Cell, ...]:
    line = one.line
    return (
        one.order.code,
        one.order.placed_at,
        one.order.package_name,
        one.order.fiscal_year,
        line.tax_code,
        line.name,
        line.address,
        line.representative,
        line.email,
        phone(line.phone),
        line.notice.name,
        line.notice.email,
        phone(line.notice.phone),
        line.invoice.unit_name,
        buyer_number(line.invoice.kind),
        line.invoice.tax_id,
        line.invoice.address,
        line.invoice.email,
        line.amount,
        PAYMENT_STATES[one.payment],
        STATES[one.licence.state],
        one.licence.login,
    )


def _invoice(invoice: Invoice, line: InvoiceLine) -> tuple[Cell, ...]:
    number, buyer = invoice.number, invoice.buyer
    issued: tuple[Cell, ...] = ("",) * 6
    if number is not None:
        issued = (number.form, number.series, number.number, number.date)
        issued += (number.lookup_code, number.authority_code)
    return (
        line.order_code,
        KINDS[invoice.kind],
        INVOICE_STATES[invoice.state],
        *issued,
        *(buyer.name, buyer.tax_id, buyer.address, invoice.email),
        *(line.customer_name, line.customer_tax_code, line.amount),
    )
