"""A business and its person in one line."""

import pytest

from domain.intakes.contacts import Party, read_party

WHOLE = Party("Công ty Kế toán Hoa Sen", "Nguyễn Thị Hoa", "", "0101243150", "hoa@hoasen.vn", "0912345678")


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Hoa, Công ty Kế toán Hoa Sen, MST 0101243150, 0912345678, hoa@hoasen.vn",
        "hoa@hoasen.vn 0912345678 0101243150 Nguyễn Thị Hoa Công ty Kế toán Hoa Sen ạ",
        "Chị là Nguyễn Thị Hoa - Công ty Kế toán Hoa Sen - 0101243150 - 0912345678 - hoa@hoasen.vn",
        "Họ tên: Nguyễn Thị Hoa\nĐơn vị: Công ty Kế toán Hoa Sen\nMST: 0101243150\n"
        "SĐT: 0912345678\nEmail: hoa@hoasen.vn",
    ],
)
def test_in_any_order(text: str) -> None:
    assert read_party(text) == WHOLE


def test_an_address_and_a_wrong_code_that_looks_like_a_phone() -> None:
    party = read_party(
        "MST 0317839485, Công ty X, 12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh, Nguyễn Văn An, 0912345678"
    )
    assert (party.tax_code, party.phone) == ("0317839485", "0912345678")
    assert (party.business, party.person) == ("Công ty X", "Nguyễn Văn An")
    assert party.address == "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh"


@pytest.mark.parametrize(
    "text, unsure",
    [
        ("Nguyễn Thị Hoa, Hoa Sen, MST 0101243150, 0912345678, hoa@hoasen.vn", "Hoa Sen"),
        ("Nguyễn Thị Hoa, hoa sen, 0101243150, 0912345678", "hoa sen"),
        ("Nguyễn Thị Hoa, Công ty Kế toán Hoa Sen, Sao Mai, 0101243150", ""),
        ("Nguyễn Thị Hoa, Hoa Sen, 0912345678", ""),
        ("em chào chị, Nguyễn Thị Hoa, 0101243150, 0912345678", ""),
        ("Nguyễn Thị Hoa, Hoa Sen, Sao Mai, 0101243150, 0912345678", ""),
        ("Nguyễn Thị Hoa, 0101243150, 0912345678, 25%", ""),
    ],
)
def test_a_name_without_a_legal_form_may_be_the_business(text: str, unsure: str) -> None:
    assert read_party(text).unsure == unsure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nguyễn Thị Hoa",
        "Công ty Hoa Sen, Hà Nội",
        "12 Lê Lợi, Quận 1",
        "0912345678",
        "a@b.vn",
        "ok em",
        "1 3 5",
        "0101243150 Công ty TNHH An Bình 0912345678\n0312345673 Công ty Cửu Long 0987654321",
    ],
)
def test_one_answer_is_left_to_its_question(text: str) -> None:
    assert read_party(text) == Party()
