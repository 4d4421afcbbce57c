"""Words that several windows of an order share."""

from domain.chats import Channel
from domain.customers import CustomerField, CustomerKind
from domain.orders import Gap
from domain.recipients import RecipientMode
from texts.customer_fields import WORDS

RECIPIENTS = {
    RecipientMode.CUSTOMER: "Khách hàng",
    RecipientMode.ACCOUNTANT: "Kế toán dịch vụ",
    RecipientMode.OTHER: "Người khác",
}
OTHERS_AND_CUSTOMERS = "{sums.recipients} người khác; {sums.without_other} khách tự nhận"
INVOICES = {
    RecipientMode.CUSTOMER: "Khách hàng",
    RecipientMode.ACCOUNTANT: "Đơn vị kế toán",
    RecipientMode.OTHER: "Người khác",
}
WHO_RECEIVES = """\
{% if other %}
{{ other.notice.name|short(60) }} · {{ other.notice.phone|phone }}
{{ other.notice.email }}
{% if invoice %}
{% elif other.invoice %}
Hóa đơn ghi: <b>{{ other.invoice.unit_name|short(60) }}</b> · {{ other.invoice.kind|buyer_number }} {{ other.invoice.tax_id }}
{{ other.invoice.email }}
{% else %}
Hóa đơn ghi tên từng khách, gửi về: {{ other.invoice_email or "email của từng khách" }}
{% endif %}
{% if more_recipients %}
{{ more_recipients }} người nhận khai riêng từng khách.
{% endif %}
{% endif %}
"""
"""Who receives instead of the customers, where one is declared for all."""
IN_WHOSE_NAME = """\
{% if invoice %}
Hóa đơn ghi: <b>{{ invoice }}</b>
{% endif %}
{% if firm %}
{{ "" if invoice else "Hóa đơn ghi: " }}{{ firm.name|short(60) }} · MST {{ firm.tax_code }}
{{ firm.address }}
{% endif %}
"""
CHANNELS = {Channel.EMAIL: "email", Channel.SMS: "tin nhắn SMS", Channel.CHAT: "tin nhắn"}
KINDS = {CustomerKind.ENTERPRISE: "doanh nghiệp", CustomerKind.HOUSEHOLD: "hộ kinh doanh"}
KIND_MARKS = {CustomerKind.ENTERPRISE: "🏢", CustomerKind.HOUSEHOLD: "🏪"}
GAPS: dict[CustomerField | Gap, str] = {
    **{field: words.inside for field, words in WORDS.items()},
    Gap.OTHER_RECIPIENT: "người nhận",
}
"""What a line lacks, in the midst of a sentence."""
