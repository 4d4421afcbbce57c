"""Reading the words after `/mua`."""

import itertools

import pytest

from domain.intakes.entries import OrderWish
from domain.intakes.wishes import ReadWish, read_wish
from domain.packages import sample_price_list

YEARS = (2027, 2025, 2026, 2028, 2029)
CODES = ("0101243150", "079123456789", "0300588569-001")


def _read(text: str) -> ReadWish:
    return read_wish(text, sample_price_list(), YEARS)


@pytest.mark.parametrize(
    ("text", "package", "year", "customers"),
    [
        ("", None, None, ""),
        ("2027", None, 2027, ""),
        ("năm 2028 gói hộ kinh doanh PLUS", "HKD_PLUS", 2028, ""),
        ("Ho Kinh Doanh", "HKD_BASIC", None, ""),
        ("hkd_plus\n\n0101243150,0100109106;2026", "HKD_PLUS", 2026, "0101243150\n0100109106"),
        ("standard\n0101243150\n2027\n0100109106", "STANDARD", 2027, "0101243150\n0100109106"),
        ("starter 0101 243 150 0100109106-001", "STARTER", None, "0101 243 150\n0100109106-001"),
        # Words about customers are left as they are, line by line.
        (
            "2027 starter\n1. Công ty TNHH Năm 2026 - MST 0101243150 - Nguyễn Thị Châu\n0100109106\tCty A",
            "STARTER",
            2027,
            "1. Công ty TNHH Năm 2026 - MST 0101243150 - Nguyễn Thị Châu\n0100109106\tCty A",
        ),
        ("2027 Cty Sao Mai 0101243150 0912345678", None, 2027, "Cty Sao Mai 0101243150 0912345678"),
        ("starter 0101243150 a@b.vn", "STARTER", None, "0101243150 a@b.vn"),
    ],
)
def test_year_package_and_customers(text: str, package: str | None, year: int | None, customers: str) -> None:
    read = _read(text)
    assert (read.wish, read.customers) == (OrderWish(package, year), customers)
    assert (read.wrong_years, read.wrong_words, read.several) == ((), (), ())


@pytest.mark.parametrize("apart", [" ", ", ", "\n", " ; ", "\t"])
def test_any_order_and_any_separator(apart: str) -> None:
    for parts in itertools.permutations(("2027", "Professional", *CODES)):
        read = _read(apart.join(parts))
        assert read.wish == OrderWish("PROFESSIONAL", 2027), parts
        assert read.customers.splitlines() == [part for part in parts if part in CODES]


def test_what_is_wrong_is_told_and_the_rest_is_taken() -> None:
    read = _read("2035 STANDRAD 0101243150 2027")
    assert (read.wish, read.customers) == (OrderWish(None, 2027), "0101243150")
    assert (read.wrong_years, read.wrong_words, read.several) == ((2035,), ("STANDRAD",), ())
    assert read.years == tuple(sorted(YEARS))
    assert "Standard" in read.packages


def test_of_two_answers_none_is_guessed() -> None:
    read = _read("2026 starter\n2027 standard\n0101243150")
    assert (read.wish, read.customers) == (OrderWish(), "0101243150")
    assert set(read.several) == {"2026", "2027", "STARTER", "STANDARD"}
    assert _read("2027 starter 2027 STARTER").wish == OrderWish("STARTER", 2027)
