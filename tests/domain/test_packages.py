"""Packages, and the fiscal years they are bought for."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.customers import CustomerKind
from domain.packages import Package, offered_fiscal_years, sample_price_list, says_stock


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 1, 1), (2026, 2025, 2027, 2028, 2029)),
        (date(2026, 9, 30), (2026, 2025, 2027, 2028, 2029)),
        (date(2026, 10, 1), (2027, 2025, 2026, 2028, 2029)),
        (date(2026, 12, 31), (2027, 2025, 2026, 2028, 2029)),
    ],
)
def test_next_year_comes_first_from_october_on(today: date, years: tuple[int, ...]) -> None:
    assert offered_fiscal_years(today) == years


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
@settings(deadline=None)
def test_the_same_five_years_are_offered_all_year(today: date) -> None:
    assert sorted(offered_fiscal_years(today)) == list(range(today.year - 1, today.year + 4))


@pytest.mark.parametrize(("rate", "amount"), [(None, 1_001), (0, 1_001), (8, 1_081), (10, 1_101)])
def test_a_customer_costs_the_price_with_its_vat(rate: int | None, amount: int) -> None:
    package = Package(1, "STANDARD", CustomerKind.ENTERPRISE, "Gói", "", 1_001, rate)
    assert package.amount == amount


def test_the_shipped_price_list_has_packages_of_both_kinds_and_says_that_it_is_a_sample() -> None:
    packages = sample_price_list()
    assert {package.kind for package in packages} == set(CustomerKind)
    assert {package.sample for package in packages} == {True}
    assert len({package.code for package in packages}) == len(packages)


@pytest.mark.parametrize(
    ("name", "summary", "has_stock"),
    [
        ("Standard", "Đủ nghiệp vụ, không kho", False),
        ("Gói KHÔNG CÓ KHO", "", False),
        ("Professional", "Đủ nghiệp vụ, có kho và giá thành", True),
        ("Starter", "Dễ dùng, không khó", True),
        ("Starter", "", True),
    ],
)
def test_the_words_of_a_package_say_whether_it_has_stock(name: str, summary: str, has_stock: bool) -> None:
    assert says_stock(name, summary) is has_stock
