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
INVOICES = {
    RecipientMode.CUSTOMER: "Khách hàng",
    RecipientMode.ACCOUNTANT: "Đơn vị kế toán",
    RecipientMode.OTHER: "Người khác",
}
CHANNELS = {Channel.EMAIL: "email", Channel.SMS: "tin nhắn SMS", Channel.CHAT: "tin nhắn"}
KINDS = {CustomerKind.ENTERPRISE: "doanh nghiệp", CustomerKind.HOUSEHOLD: "hộ kinh doanh"}
KIND_MARKS = {CustomerKind.ENTERPRISE: "🏢", CustomerKind.HOUSEHOLD: "🏪"}
GAPS: dict[CustomerField | Gap, str] = {
    **{field: words.inside for field, words in WORDS.items()},
    Gap.OTHER_RECIPIENT: "người nhận",
}
"""What a line lacks, in the midst of a sentence."""
