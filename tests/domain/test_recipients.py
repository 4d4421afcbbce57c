"""Who is named on an invoice, and who gets notices."""

from dataclasses import replace

from domain.customers import Customer, CustomerKind
from domain.invoices import BuyerKind
from domain.people import Accountant, Firm, Role
from domain.recipients import (
    InvoiceRecipient,
    NoticeRecipient,
    OtherRecipient,
    accountant_notice,
    as_listed,
    buyer_kinds,
    customer_invoice,
    customer_notice,
    firm_invoice,
)

CUSTOMER = Customer(
    CustomerKind.ENTERPRISE, "0101243150", "An Bình", "1 Láng", "Lê Thị Hoa", "hoa@anbinh.vn", "+84912345678"
)
FIRM = Firm(1, "Đại lý thuế Ánh Dương", "0312345673", address="2 Huế, Hà Nội")
ACCOUNTANT = Accountant(1, 1, Role.OWNER, "Trần Minh", "+84987654321", "minh@anhduong.vn")


def test_a_customer_is_told_through_its_representative() -> None:
    assert customer_notice(CUSTOMER) == NoticeRecipient("Lê Thị Hoa", "hoa@anbinh.vn", "+84912345678")


def test_a_customers_invoice_is_mailed_to_its_representative_or_where_it_is_wanted() -> None:
    mailed = InvoiceRecipient("An Bình", "0101243150", "1 Láng", "hoa@anbinh.vn", BuyerKind.COMPANY)
    assert customer_invoice(CUSTOMER) == mailed
    assert customer_invoice(CUSTOMER, "ketoan@anbinh.vn").email == "ketoan@anbinh.vn"


def test_an_invoice_of_the_firm_goes_to_the_accountant_who_orders() -> None:
    invoice = InvoiceRecipient(
        "Đại lý thuế Ánh Dương", "0312345673", "2 Huế, Hà Nội", "minh@anhduong.vn", BuyerKind.COMPANY
    )
    assert firm_invoice(FIRM, ACCOUNTANT) == invoice
    of_household = replace(FIRM, tax_code="001090012345")
    assert firm_invoice(of_household, ACCOUNTANT).kind is BuyerKind.HOUSEHOLD
    assert accountant_notice(ACCOUNTANT) == NoticeRecipient("Trần Minh", "minh@anhduong.vn", "+84987654321")


def test_the_kind_of_a_customers_number_is_that_of_the_customer() -> None:
    """A household may bear a company's old ten digits, and its twelve are never a person's on an invoice."""
    for code in ("0101243150", "001090012345"):
        household = replace(CUSTOMER, kind=CustomerKind.HOUSEHOLD, tax_code=code)
        assert customer_invoice(household).kind is BuyerKind.HOUSEHOLD
        assert buyer_kinds(code, "Trần Minh", household) == (BuyerKind.HOUSEHOLD,)


def test_the_kind_of_a_number_is_asked_only_of_twelve_digits() -> None:
    assert buyer_kinds("0101243150-001", "Chi nhánh", CUSTOMER) == (BuyerKind.COMPANY,)
    assert buyer_kinds("1054321", "Sở Tài chính", None) == (BuyerKind.BUDGET_UNIT,)
    both = {
        name: buyer_kinds("001090012345", name, CUSTOMER) for name in ("Trần Mai", "Hộ KD Mai", "HKD Mai")
    }
    assert all(len(kinds) == 2 for kinds in both.values())
    assert [kinds[0] for kinds in both.values()] == [
        BuyerKind.PERSON,
        BuyerKind.HOUSEHOLD,
        BuyerKind.HOUSEHOLD,
    ]


def test_an_answered_kind_does_not_make_another_recipient_of_the_same_list() -> None:
    notice = NoticeRecipient("Mai", "mai@b.vn", "+84912345678")
    listed = InvoiceRecipient("Trần Mai", "001090012345", "1 Láng", "mai@b.vn", BuyerKind.PERSON)
    asked = OtherRecipient(0, notice, listed, kind_open=True)
    answered = OtherRecipient(7, notice, replace(listed, kind=BuyerKind.HOUSEHOLD))
    assert as_listed(answered) == asked
    plain = OtherRecipient(7, notice, None, "mai@b.vn")
    assert as_listed(plain) == replace(plain, id=0)


def test_a_landline_gets_no_text_messages() -> None:
    assert NoticeRecipient("Lê Thị Hoa", "hoa@sen.vn", "+842438251234").sms == ""
    assert NoticeRecipient("Lê Thị Hoa", "hoa@sen.vn", "+84912345678").sms == "+84912345678"
