"""Who is named on an invoice, and who gets notices."""

from domain.customers import Customer, CustomerKind
from domain.people import Accountant, Firm, Role
from domain.recipients import (
    InvoiceRecipient,
    NoticeRecipient,
    accountant_notice,
    customer_invoice,
    customer_notice,
    firm_invoice,
)

CUSTOMER = Customer(
    CustomerKind.ENTERPRISE, "0101243150", "An Bình", "1 Láng", "Lê Thị Hoa", "hoa@anbinh.vn", "+84912345678"
)
FIRM = Firm(1, "Đại lý thuế Ánh Dương", "0312345673")
ACCOUNTANT = Accountant(1, 1, Role.OWNER, "Trần Minh", "+84987654321", "minh@anhduong.vn")


def test_a_customer_is_told_through_its_representative() -> None:
    assert customer_notice(CUSTOMER) == NoticeRecipient("Lê Thị Hoa", "hoa@anbinh.vn", "+84912345678")


def test_a_customers_invoice_is_mailed_to_its_representative_or_where_it_is_wanted() -> None:
    mailed = InvoiceRecipient("An Bình", "0101243150", "1 Láng", "hoa@anbinh.vn")
    assert customer_invoice(CUSTOMER) == mailed
    assert customer_invoice(CUSTOMER, "ketoan@anbinh.vn").email == "ketoan@anbinh.vn"


def test_an_invoice_of_the_firm_goes_to_the_accountant_who_orders() -> None:
    invoice = InvoiceRecipient("Đại lý thuế Ánh Dương", "0312345673", "", "minh@anhduong.vn")
    assert firm_invoice(FIRM, ACCOUNTANT) == invoice
    assert accountant_notice(ACCOUNTANT) == NoticeRecipient("Trần Minh", "minh@anhduong.vn", "+84987654321")
