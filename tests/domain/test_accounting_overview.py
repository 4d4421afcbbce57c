"""What the review says of the accounting data of all customers."""

from dataclasses import replace
from datetime import date

from domain.accounting import AccountingData
from domain.accounting_overview import AccountingOverview, Some, all_declared, overview
from domain.orders import Draft, DraftLine
from tests.domain.test_orders import CUSTOMER, DRAFT, line

COMMON = AccountingData("TT99", "KHAU_TRU")
ORDER = replace(DRAFT, accounting=COMMON)
ANOTHER = replace(CUSTOMER, name="Kim Long")


def of(draft: Draft, *lines: DraftLine) -> AccountingOverview:
    found = overview(draft, [(one, 1) for one in lines])
    assert found is not None
    return found


def test_all_alike_is_one_regime_and_one_method() -> None:
    found = overview(ORDER, [(line(), 30)])
    assert found is not None
    assert (found.regimes, found.vat_methods) == ([("TT99", 30)], [("KHAU_TRU", 30)])
    nobody = Some()
    assert (found.own, found.guessed, found.by_law, found.earlier, found.later) == (nobody,) * 5


def test_the_most_frequent_comes_first_and_the_single_exception_is_named() -> None:
    lines = [line(regime="TT133"), line(), line(), DraftLine(ANOTHER, replace(COMMON, regime="TT133"), None)]
    found = of(ORDER, *lines, line())
    assert found.regimes == [("TT99", 3), ("TT133", 2)]
    assert found.own == Some(1, "Kim Long")
    assert found.common == Some(3, "An Bình")


def test_only_what_nobody_declared_is_guessed() -> None:
    guessed = replace(ORDER, accounting_guessed=True)
    lines = line(regime="TT99", vat_method="KHAU_TRU"), line(vat_method="KHAU_TRU"), line()
    assert of(guessed, *lines).guessed.count == 2
    assert of(ORDER, *lines).guessed.count == 0
    assert of(replace(guessed, keep_declared=False), *lines).guessed.count == 3


def test_what_the_year_does_not_allow_is_counted() -> None:
    lapsed, kept = line(regime="TT200", vat_method="TT_DOANH_THU"), line(regime="TT133")
    found = of(ORDER, lapsed, kept)
    assert found.by_law == Some(1, "An Bình")
    # The rest of what was declared stays.
    assert found.vat_methods == [("TT_DOANH_THU", 1), ("KHAU_TRU", 1)]
    assert (
        of(replace(ORDER, fiscal_year=2025, accounting=replace(COMMON, regime="TT133")), lapsed).by_law
        == Some()
    )


def test_books_of_another_year_are_told_apart() -> None:
    before, within, after = (line(data_start=date(year, 3, 1)) for year in (2025, 2026, 2027))
    found = of(ORDER, before, within, after)
    assert (found.earlier.count, found.later.count) == (1, 1)


def test_where_all_was_declared_nothing_is_left_to_ask() -> None:
    full, costed = (
        line(regime="TT99", vat_method="KHAU_TRU"),
        line(regime="TT99", vat_method="KHAU_TRU", costing="fifo"),
    )

    def declared(*lines: DraftLine, draft: Draft = ORDER, has_stock: bool = False) -> bool:
        return all_declared(draft, [(one, 1) for one in lines], has_stock)

    assert declared(full, costed)
    assert declared(costed, has_stock=True)
    assert not declared(full, has_stock=True)
    assert not declared(full, line(regime="TT99"))
    assert not declared(line())
    # What the year does not offer is no declaration for it.
    assert not declared(line(regime="TT200", vat_method="KHAU_TRU"))
    assert not declared(full, draft=replace(ORDER, keep_declared=False))
    assert not declared(full, draft=replace(ORDER, accounting=None))


def test_nothing_is_said_before_it_was_asked() -> None:
    assert overview(replace(DRAFT, accounting=None), [(line(), 1)]) is None
