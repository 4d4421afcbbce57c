"""Words that several windows of an order share."""

from domain.chats import Channel
from domain.customers import CustomerField, CustomerKind
from domain.orders import Gap
from domain.recipients import RecipientMode

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
CHANNELS = {Channel.EMAIL: "email", Channel.SMS: "tin nhắn SMS", Channel.CHAT: "tin nhắn"}
KINDS = {CustomerKind.ENTERPRISE: "doanh nghiệp", CustomerKind.HOUSEHOLD: "hộ kinh doanh"}
KIND_MARKS = {CustomerKind.ENTERPRISE: "🏢", CustomerKind.HOUSEHOLD: "🏪"}
FIELDS = {
    CustomerField.KIND: "loại khách hàng",
    CustomerField.TAX_CODE: "mã số thuế",
    CustomerField.NAME: "tên",
    CustomerField.ADDRESS: "địa chỉ",
    CustomerField.REPRESENTATIVE: "người đại diện",
    CustomerField.EMAIL: "email",
    CustomerField.PHONE: "điện thoại",
    CustomerField.OWN_CODE: "mã riêng",
    Gap.OTHER_RECIPIENT: "người nhận",
}
