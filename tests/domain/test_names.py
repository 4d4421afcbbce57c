"""A name leads nobody elsewhere, and the names that companies have are names."""

import pytest

from domain.customer_fields import parse_field
from domain.customers import CustomerField
from domain.intakes.entries import EntryField
from domain.intakes.fields import PARSERS
from domain.names import check_name
from domain.people import parse_person_name
from tests.services.support import refusal

ELSEWHERE = (
    "VIETCOMBANK: TK bi khoa, vao https://evil.vn/vcb de mo",
    "Công ty Hoa, www.hoa-sen",
    "Hoa Sen trung-thuong.xyz",
    "Kế toán t.me/hoa",
    "Gọi ngay 0912 345 678",
    "Hoa +84912345678",
    "Ngân hàng Techcombank",
    "Tài khoản bị khóa",
    "Nhập mã OTP",
    "Đổi mật khẩu",
)
NAMES = (
    "Công ty TNHH Hoa Sen",
    "Công ty CP Đầu tư & XD Số 1 - CN Hà Nội",
    "Công ty TNHH A.I.O",
    "Hộ kinh doanh Nguyễn Văn A (MST 0101243150)",
    "Công ty TNHH MTV TM-DV 24/7",
    "Doanh nghiệp tư nhân 3.2 Bến Tre",
    "Công ty Cổ phần Ngân Hàng Hạt Giống",
    "Công ty TNHH Tân Comnet",
)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_leads_elsewhere_is_no_name(name: str) -> None:
    with refusal("name_leads_elsewhere"):
        check_name(name)
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
