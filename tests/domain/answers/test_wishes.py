"""What is left of a wish in plain words."""

import pytest

from domain.answers.wishes import is_wish, plain_wish
from domain.intakes.entries import OrderWish
from domain.intakes.wishes import read_wish
from domain.packages import sample_price_list

YEARS = (2027, 2025, 2026, 2028, 2029)


@pytest.mark.parametrize(
    ("text", "package", "year", "everyone", "named"),
    [
        ("mua 2027 standard tất cả", "STANDARD", 2027, True, ""),
        ("Tất cả mua gói Starter năm 2026 nhé em", "STARTER", 2026, True, ""),
        ("em ơi mua cho chị standard năm sau hết khách nha", "STANDARD", 2027, True, ""),
        ("mua standard nam nay ca 30 khach", "STANDARD", 2026, True, ""),
        ("mua hộ kinh doanh plus 2026 toàn bộ", "HKD_PLUS", 2026, True, ""),
        ("mua cho 5 khách gói standard năm 2027", "STANDARD", 2027, False, ""),
        ("mua 2027 standard Tuấn Anh", "STANDARD", 2027, False, "Tuấn Anh"),
        ("đặt mua 2027 starter cho Công ty Hoa Sen", "STARTER", 2027, False, "Công ty Hoa Sen"),
        (
            "mua 2027 standard 0101 243 150, 0100109106 nhé",
            "STANDARD",
            2027,
            False,
            "0101 243 150\n0100109106",
        ),
        ("mua 2027 cả", None, 2027, False, "cả"),
    ],
)
def test_year_package_and_whom(text: str, package: str | None, year: int, everyone: bool, named: str) -> None:
    assert is_wish(text)
    plain = plain_wish(text, 2026)
    read = read_wish(plain.text, sample_price_list(), YEARS)
    assert (read.wish, plain.everyone) == (OrderWish(package, year), everyone)
    assert "\n".join(filter(None, [read.customers, *read.wrong_words])) == named


@pytest.mark.parametrize("text", ["mua nhầm gói", "chưa mua được", "hết rồi", "2027", "mua", "xin chào 2027"])
def test_no_wish_where_a_text_is_asked_for(text: str) -> None:
    assert not is_wish(text, asked=True)
