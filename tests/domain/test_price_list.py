"""Rows of a price list: what is taken, which mistakes are reported, and what changes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.customers import CustomerKind
from domain.packages import Package, sample_price_list
from domain.price_list import (
    HIGHEST_PRICE,
    PACKAGE_NAME_LIMIT,
    SUMMARY_LIMIT,
    PriceRow,
    check_prices,
    compare,
    mark_of,
)

GOOD = {
    "code": "STANDARD",
    "kind": "Doanh nghiệp",
    "name": "Gói chuẩn",
    "summary": "một năm",
    "price": "1.080.000",
    "vat_rate": "8%",
}
PACKAGE = Package(0, "STANDARD", CustomerKind.ENTERPRISE, "Gói chuẩn", "một năm", 1_080_000, 8)


def row_of(**cells: str) -> PriceRow:
    """The row `GOOD` with some cells changed."""
    [row] = check_prices([(2, GOOD | cells)])
    return row


def taken(**cells: str) -> Package:
    package = row_of(**cells).package
    assert package is not None
    return package


def told(row: PriceRow) -> dict[str, str]:
    assert row.package is None
    return {problem.column.value: problem.error.code for problem in row.problems}


def test_a_row_is_a_package() -> None:
    assert row_of() == PriceRow(2, PACKAGE)


@pytest.mark.parametrize("text", ["standard", " Standard ", "STANDARD"])
def test_a_code_is_written_in_capitals(text: str) -> None:
    assert taken(code=text).code == "STANDARD"


@pytest.mark.parametrize("text", ["hkd basic", "HKD-BASIC", "hkd_basic"])
def test_a_space_or_a_dash_in_a_code_is_an_underscore(text: str) -> None:
    assert taken(code=text).code == "HKD_BASIC"


@pytest.mark.parametrize("text", ["GÓI", "A", "A" * 31, "A.B", "A/B"])
def test_what_is_no_code_is_told(text: str) -> None:
    assert told(row_of(code=text)) == {"code": "package_code_format"}


def test_a_summary_may_be_left_out_and_a_name_may_not() -> None:
    assert taken(summary=" ").summary == ""
    assert told(row_of(name=" ")) == {"name": "text_empty"}


def test_a_name_and_a_summary_have_their_limits() -> None:
    assert len(taken(name="x" * PACKAGE_NAME_LIMIT, summary="x" * SUMMARY_LIMIT).name) == PACKAGE_NAME_LIMIT
    row = row_of(name="x" * (PACKAGE_NAME_LIMIT + 1), summary="x" * (SUMMARY_LIMIT + 1))
    assert told(row) == {"name": "text_too_long", "summary": "text_too_long"}


def test_a_price_goes_up_to_the_highest() -> None:
    assert taken(price="0").price == 0
    assert taken(price=str(HIGHEST_PRICE)).price == HIGHEST_PRICE
    assert told(row_of(price=str(HIGHEST_PRICE + 1))) == {"price": "amount_format"}


@pytest.mark.parametrize("text", ["-1", "1,5", "miễn phí"])
def test_what_is_no_price_is_told(text: str) -> None:
    assert told(row_of(price=text)) == {"price": "amount_format"}


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("KCT", None),
        ("kct", None),
        ("0", 0),
        ("0%", 0),
        ("8", 8),
        ("8 %", 8),
        ("10.0", 10),
        ("8,0", 8),
        ("0.08", 8),
        ("0,1", 10),
        ("1", 1),
        ("100", 100),
    ],
)
def test_a_vat_rate_is_a_percentage_or_excels_fraction(text: str, rate: int | None) -> None:
    assert taken(vat_rate=text).vat_rate == rate


@pytest.mark.parametrize("text", ["8.5", "0.085", "-1", "101", "tám", "%", "NaN", "Infinity"])
def test_what_is_no_vat_rate_is_told(text: str) -> None:
    assert told(row_of(vat_rate=text)) == {"vat_rate": "vat_rate_format"}


@pytest.mark.parametrize(
    ("cell", "summary", "has_stock"),
    [
        ("Có", "không kho", True),
        ("không", "", False),
        ("", "Đủ nghiệp vụ, không kho", False),
        ("", "Đủ nghiệp vụ", True),
    ],
)
def test_a_package_has_stock_as_the_cell_or_its_words_say(cell: str, summary: str, has_stock: bool) -> None:
    assert taken(has_stock=cell, summary=summary).has_stock is has_stock
    assert told(row_of(has_stock="chắc có")) == {"has_stock": "has_stock_unknown"}


def test_a_vat_rate_of_a_billion_digits_is_not_written_out() -> None:
    assert told(row_of(vat_rate="1e999999999")) == {"vat_rate": "vat_rate_format"}


@given(st.integers(0, 100))
@settings(deadline=None)
def test_every_whole_rate_is_the_same_as_percentage_and_as_fraction(rate: int) -> None:
    # The bare number one means one percent, because fractions are below one.
    fraction = [f"{rate / 100:.2f}"] if 0 < rate < 100 else []
    for text in (str(rate), f"{rate}%", f"{rate} %", f"{rate}.0", *fraction):
        assert taken(vat_rate=text).vat_rate == rate


def test_every_wrong_column_of_a_row_is_told() -> None:
    [row] = check_prices([(7, {"kind": "trường học"})])
    assert row.number == 7
    assert told(row) == {
        "code": "text_empty",
        "kind": "kind_unknown",
        "name": "text_empty",
        "price": "text_empty",
        "vat_rate": "text_empty",
    }


def test_of_rows_with_one_code_the_first_counts_and_the_others_name_it() -> None:
    wrong = GOOD | {"price": "?"}
    first, other, *again = check_prices([(1, wrong), (2, GOOD), (3, GOOD | {"code": "standard"}), (4, GOOD)])
    # A row with a mistake is not on sale, so its code is free.
    assert told(first) == {"price": "amount_format"}
    assert other.package == PACKAGE
    for row in again:
        assert told(row) == {"code": "package_repeated"}
        assert row.problems[0].error.params == {"row": 2}


def test_what_changes_is_named_by_code() -> None:
    gone, kept, dearer = (
        replace(PACKAGE, id=number, code=code) for number, code in enumerate(("GONE", "KEPT", "DEARER"), 1)
    )
    new = [replace(kept, id=0), replace(dearer, id=0, price=2), replace(PACKAGE, code="NEW")]
    changes = compare([gone, kept, dearer], new)
    assert [package.code for package in changes.new] == ["NEW"]
    assert [(old.price, now.price) for old, now in changes.changed] == [(PACKAGE.price, 2)]
    assert [package.code for package in changes.gone] == ["GONE"]
    assert changes.same == 1
    assert changes


@pytest.mark.parametrize("new", [[], [PACKAGE], [replace(PACKAGE, price=2)]])
def test_a_list_that_differs_changes_something(new: list[Package]) -> None:
    assert compare([replace(PACKAGE, id=1, code="OTHER")], new)
    assert not compare(new, new)


packages = st.lists(
    st.builds(
        Package,
        id=st.integers(1, 99),
        code=st.sampled_from(["A", "B", "C", "D"]),
        kind=st.sampled_from(CustomerKind),
        name=st.sampled_from(["x", "y"]),
        summary=st.just(""),
        price=st.sampled_from([1, 2]),
        vat_rate=st.sampled_from([None, 0]),
    ),
    unique_by=lambda package: package.code,
)


@given(packages, packages)
@settings(deadline=None)
def test_each_package_is_new_or_changed_or_gone_or_the_same(
    before: list[Package], after: list[Package]
) -> None:
    after = [replace(package, id=0) for package in after]
    changes = compare(before, after)
    assert len(changes.new) + len(changes.changed) + changes.same == len(after)
    assert len(changes.gone) + len(changes.changed) + changes.same == len(before)
    assert bool(changes) is not (len(before) == len(after) == changes.same)


@given(packages, packages)
@settings(deadline=None)
def test_two_price_lists_have_one_mark_where_they_are_equal(one: list[Package], other: list[Package]) -> None:
    assert (mark_of(one) == mark_of(other)) is (one == other)


def test_the_shipped_price_list_is_one_that_would_be_taken() -> None:
    sample = sample_price_list()
    assert all(package.sample and package.id == 0 for package in sample)
    rows = check_prices(
        (
            number,
            {
                "code": package.code,
                "kind": package.kind,
                "name": package.name,
                "summary": package.summary,
                "price": str(package.price),
                "vat_rate": "KCT" if package.vat_rate is None else str(package.vat_rate),
            },
        )
        for number, package in enumerate(sample)
    )
    assert [row.package for row in rows] == [replace(package, sample=False) for package in sample]
