from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DomainError
from domain.money import line_amount, parse_amount, vnd


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "0 ₫"),
        (999, "999 ₫"),
        (1_000, "1.000 ₫"),
        (1_500_000, "1.500.000 ₫"),
        (12_345_678_901, "12.345.678.901 ₫"),
        (-1_500_000, "-1.500.000 ₫"),
    ],
)
def test_vnd(amount: int, shown: str) -> None:
    assert vnd(amount) == shown


@pytest.mark.parametrize(
    ("price", "rate", "amount"),
    [
        (1_500_000, None, 1_500_000),
        (1_500_000, 0, 1_500_000),
        (1_500_000, 8, 1_620_000),
        (1_500_000, 10, 1_650_000),
        (5, 10, 6),
        (4, 10, 4),
        (6, 8, 6),
        (7, 8, 8),
        (0, 10, 0),
    ],
)
def test_line_amount_rounds_half_up_to_whole_dong(price: int, rate: int | None, amount: int) -> None:
    assert line_amount(price, rate) == amount


@pytest.mark.parametrize(("price", "rate"), [(-1, None), (100, -8)])
def test_negative_money_is_a_mistake_of_the_program(price: int, rate: int | None) -> None:
    with pytest.raises(ValueError, match="negative"):
        line_amount(price, rate)


@settings(deadline=None)
@given(st.integers(0, 10**15), st.integers(0, 100))
def test_rounding_is_exact_at_any_size(price: int, rate: int) -> None:
    exact = Fraction(price * (100 + rate), 100)
    assert -Fraction(1, 2) < line_amount(price, rate) - exact <= Fraction(1, 2)


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_shown_amounts_keep_every_digit(amount: int) -> None:
    assert int(vnd(amount).removesuffix(" ₫").replace(".", "")) == amount


@pytest.mark.parametrize(
    "text, amount",
    [
        ("1500000", 1_500_000),
        (" 1.500.000 đ", 1_500_000),
        ("1,500,000 VND", 1_500_000),
        ("1 500 000₫", 1_500_000),
        ("２０００", 2000),
        ("0", 0),
    ],
)
def test_amounts_as_people_type_them(text: str, amount: int) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text", ["", "một triệu", "-5", "1.5", "1.50.000", "1e6", "9" * 16, "1.500.000.00", "5 k"]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(DomainError, match="amount_format"):
        parse_amount(text)
