"""A name leads nobody elsewhere, and the names that companies have are names."""

from dataclasses import replace

import pytest

from domain.customer_fields import parse_field
from domain.customers import CustomerField
from domain.intakes.entries import EntryField
from domain.intakes.fields import PARSERS, parse_name_cell
from domain.invoices import BuyerKind
from domain.names import check_legal_name, check_name, is_doubtful_name, parse_legal_name, without_links
from domain.people import Firm, parse_person_name
from domain.recipients import InvoiceRecipient, NoticeRecipient, OtherRecipient
from domain.text import clean_line
from tests.services.support import refusal

BAIT = (
    "VIETCOMBANK: TK bi khoa, vao https://evil.vn/vcb de mo",
    "Công ty Hoa, www.hoa-sen",
    "Công ty Hoa http:evil",
    "Công ty Hoa evil.vn/mo-khoa",
    "Kế toán t.me/hoa",
    "Gọi ngay 0912 345 678",
    "Liên hệ hoa-sen.vn",
    "Tài khoản bị khóa",
    "Nhập mã OTP",
    "Đổi mật khẩu",
    "Công ty Hoa evil.tk/mo",
    "Chuyển khoản vào 0011001234567",
    "STK 19036512345678 Nguyễn Văn A",
)
DOUBTFUL = (
    "Công ty CP Bán Lẻ Tiki.vn",
    "Công ty TNHH 123.VN",
    "Công ty TNHH Thương mại abc.com.vn",
    "Hoa Sen trung-thuong.xyz",
    "Công ty TNHH Bánh.vn",
    "Hộ kinh doanh Hoa +84912345678",
    "Công ty TNHH Chứng khoán Techcombank",
    "Viet Com Bank chi nhánh Hà Nội",
    "Vietc0mbank",
    "Ngân hàng TMCP Á Châu",
    "Hoa (091) 234 5678",
    "Hoa 0912–345–678",
    "Tổng đài 1900 1234",
    "Hoa Sen 19036512345678",
    "Hoa Sen evil.tk",
)
DISGUISED = {
    "Cty evil．vn": "Cty evil.vn",
    "Cty evil。vn": "Cty evil.vn",
    "Cty evil\u2024vn": "Cty evil.vn",
    "ｅｖｉｌ．ｖｎ": "evil.vn",
    "Cty evil.\u200bvn": "Cty evil.vn",
    "Hoa ０９１２３４５６７８": "Hoa 0912345678",
    "Viet\u200bcombank": "Vietcombank",
}
"""What reads or is dialled as something else than it is written, and what is kept of it."""
NAMES = (
    "Công ty TNHH Hoa Sen",
    "Công ty CP Đầu tư & XD Số 1 - CN Hà Nội",
    "Công ty TNHH A.I.O",
    "Hộ kinh doanh Nguyễn Văn A (MST 0101243150)",
    "Công ty TNHH MTV TM-DV 24/7",
    "Doanh nghiệp tư nhân 3.2 Bến Tre",
    "Công ty Cổ phần Ngân Hàng Hạt Giống",
    "Công ty TNHH Tân Comnet",
    "Công ty TNHH Chuyển Phát Nhanh Bảo Tín",
    "Công ty TNHH Cơ.Điện lạnh Minh Anh",
    "Hợp tác xã 19/05 Vị Khê",
)


@pytest.mark.parametrize("name", BAIT)
def test_bait_is_no_name(name: str) -> None:
    with refusal("name_leads_elsewhere"):
        check_name(name)
    with refusal("name_leads_elsewhere"):
        check_legal_name(name)
    with refusal("name_leads_elsewhere"):
        parse_field(CustomerField.NAME, name, None)
    for field in (EntryField.NAME, EntryField.NOTICE_NAME, EntryField.INVOICE_NAME):
        with refusal("name_leads_elsewhere"):
            PARSERS[field](name)
    with refusal("name_leads_elsewhere"):
        parse_person_name(name)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_companies_are_names(name: str) -> None:
    assert parse_field(CustomerField.NAME, name, None) == name
    assert PARSERS[EntryField.NAME](name) == name
    assert not is_doubtful_name(name)
    assert without_links((Firm(1, name, "0101243150"),)) == (Firm(1, name, "0101243150"),)


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_business_may_be_called_so_and_a_person_may_not(name: str) -> None:
    """The name of a business is asked about and taken; a person's is refused, a recipient's, too."""
    assert is_doubtful_name(name)
    assert parse_field(CustomerField.NAME, name, None) == name
    for field in (EntryField.NAME, EntryField.INVOICE_NAME):
        with refusal("name_doubtful", value=name, choices=(name,)):
            PARSERS[field](name)
        assert parse_name_cell(name, (name,)) == name
        with refusal("name_doubtful"):
            parse_name_cell(name, ("Công ty khác",))
    for strict in (parse_person_name, check_name, PARSERS[EntryField.NOTICE_NAME]):
        with refusal("name_leads_elsewhere"):
            strict(name)
    with refusal("name_leads_elsewhere"):
        parse_field(CustomerField.REPRESENTATIVE, name, None)


@pytest.mark.parametrize(("name", "kept"), DISGUISED.items())
def test_no_disguise_makes_a_name_of_bait(name: str, kept: str) -> None:
    assert clean_line(name, 100) == kept
    assert is_doubtful_name(kept)
    with refusal("name_leads_elsewhere"):
        parse_person_name(name)
    with refusal("name_leads_elsewhere"):
        parse_legal_name(f"{name}.vn／mo", 100)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Công ty CP Bán Lẻ Tiki.vn", "Công ty CP Bán Lẻ Tiki. vn"),
        ("abc.com.vn", "abc. com. vn"),
        ("Hoa a.b-c.shop.vn.", "Hoa a. b-c. shop. vn."),
        ("Hoa +84912345678", "Hoa +849…"),
        ("Hoa Sen 0101243150", "Hoa Sen 0101243150"),
        ("Hoa evil.vń Ơi", "Hoa evil. vń Ơi"),
        ("Hoa 0912/345/678 Sen", "Hoa 0912… Sen"),
    ],
)
def test_no_link_is_left_in_any_name(name: str, plain: str) -> None:
    firm = Firm(1, name, "0101243150", address="tiki.vn")
    notice = NoticeRecipient(name, "hoa@tiki.vn", "+84912345678")
    invoice = InvoiceRecipient(name, "0101243150", "tiki.vn", "hoa@tiki.vn", BuyerKind.COMPANY)
    plain_firm, (other, nothing) = without_links((firm, (OtherRecipient(1, notice, invoice), None)))
    assert (plain_firm.name, other.notice.name, other.invoice.unit_name) == (plain, plain, plain)
    assert nothing is None
    # What is no name stays, as an address to write to.
    assert plain_firm == replace(firm, name=plain)
    assert other.notice == replace(notice, name=plain)
    assert other.invoice == replace(invoice, unit_name=plain)
