from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.accounting import (
    AccountingData,
    check_accounting,
    default_accounting,
    fiscal_year_end,
    fiscal_year_start,
    income_method_of,
    moved_to,
    offered_costings,
    offered_currencies,
    offered_first_months,
    offered_income_methods,
    offered_regimes,
    offered_vat_methods,
    option_label,
    recognise_regime,
    recognise_vat_method,
    regimes_of,
    vat_methods_of,
)
from domain.customers import CustomerKind
from domain.errors import DomainError

ENTERPRISE, HOUSEHOLD = CustomerKind.ENTERPRISE, CustomerKind.HOUSEHOLD


@pytest.mark.parametrize(
    ("kind", "year", "month", "ids"),
    [
        (ENTERPRISE, 2025, 1, ["TT200", "TT133", "TT132"]),
        (ENTERPRISE, 2025, 10, ["TT200", "TT133", "TT132"]),
        (ENTERPRISE, 2026, 1, ["TT99", "TT133", "TT132"]),
        (ENTERPRISE, 2026, 4, ["TT99", "TT133", "TT132"]),
        (ENTERPRISE, 2026, 7, ["TT99", "TT133", "TT58"]),
        (ENTERPRISE, 2027, 1, ["TT99", "TT133", "TT58"]),
        (HOUSEHOLD, 2025, 1, ["TT88"]),
        (HOUSEHOLD, 2026, 1, ["TT152"]),
        (HOUSEHOLD, 2029, 1, ["TT152"]),
    ],
)
def test_regimes_depend_on_kind_and_first_day(
    kind: CustomerKind, year: int, month: int, ids: list[str]
) -> None:
    assert [option.id for option in offered_regimes(kind, year, month)] == ids


@pytest.mark.parametrize(
    ("kind", "year", "ids"),
    [
        (ENTERPRISE, 2026, ["KHAU_TRU", "TT_DOANH_THU", "TT_GTGT"]),
        (HOUSEHOLD, 2025, ["TT_DOANH_THU"]),
        (HOUSEHOLD, 2026, ["TT_DOANH_THU", "KHONG_CHIU"]),
    ],
)
def test_vat_methods_depend_on_kind_and_first_day(kind: CustomerKind, year: int, ids: list[str]) -> None:
    assert [option.id for option in offered_vat_methods(kind, year, 1)] == ids


def test_other_offers() -> None:
    assert offered_first_months(ENTERPRISE) == [1, 4, 7, 10]
    assert offered_first_months(HOUSEHOLD) == [1]
    assert [option.id for option in offered_costings()] == [
        "average_period_end",
        "average_moving",
        "fifo",
        "specific",
    ]
    assert offered_currencies() == ["VND"]
    assert offered_regimes(ENTERPRISE, 2026, 1)[1] == (
        "TT133",
        "Thông tư 133/2016/TT-BTC",
        "doanh nghiệp nhỏ và vừa",
    )


def test_changing_an_offer_changes_no_other() -> None:
    offered_regimes(ENTERPRISE, 2026, 1).clear()
    offered_first_months(ENTERPRISE).clear()
    assert len(offered_regimes(ENTERPRISE, 2026, 1)) == 3
    assert len(offered_first_months(ENTERPRISE)) == 4


def test_defaults() -> None:
    assert default_accounting(ENTERPRISE, 2026) == AccountingData("TT99", "KHAU_TRU")
    assert default_accounting(ENTERPRISE, 2025) == AccountingData("TT200", "KHAU_TRU")
    assert default_accounting(HOUSEHOLD, 2026) == AccountingData("TT152", "TT_DOANH_THU")
    assert default_accounting(HOUSEHOLD, 2025) == AccountingData("TT88", "TT_DOANH_THU")


@settings(deadline=None)
@given(st.sampled_from(CustomerKind), st.integers(2020, 2040))
def test_everything_offered_is_accepted(kind: CustomerKind, year: int) -> None:
    check_accounting(kind, year, default_accounting(kind, year))
    for month in offered_first_months(kind):
        for regime in offered_regimes(kind, year, month):
            for method in offered_vat_methods(kind, year, month):
                check_accounting(kind, year, AccountingData(regime.id, method.id, month))
    for costing in offered_costings():
        check_accounting(kind, year, replace(default_accounting(kind, year), costing=costing.id))


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        (ENTERPRISE, {"regime": "TT200"}, "accounting_regime_not_offered"),
        (ENTERPRISE, {"regime": "TT152"}, "accounting_regime_not_offered"),
        (ENTERPRISE, {"regime": ""}, "accounting_regime_not_offered"),
        (ENTERPRISE, {"regime": "TT58"}, "accounting_regime_not_offered"),
        (ENTERPRISE, {"regime": "TT132", "first_month": 7}, "accounting_regime_not_offered"),
        (ENTERPRISE, {"vat_method": "KHONG_CHIU"}, "accounting_vat_method_not_offered"),
        (HOUSEHOLD, {"vat_method": "KHAU_TRU"}, "accounting_vat_method_not_offered"),
        (HOUSEHOLD, {"first_month": 4}, "accounting_first_month_not_offered"),
        (ENTERPRISE, {"first_month": 13}, "accounting_first_month_not_offered"),
        (ENTERPRISE, {"currency": "USD"}, "accounting_currency_not_offered"),
        (ENTERPRISE, {"costing": "lifo"}, "accounting_costing_not_offered"),
        (ENTERPRISE, {"data_start": date(2025, 10, 3)}, "accounting_data_start_outside"),
        (ENTERPRISE, {"data_start": date(2027, 1, 1)}, "accounting_data_start_outside"),
        (ENTERPRISE, {"first_month": 4, "data_start": date(2026, 1, 1)}, "accounting_data_start_outside"),
    ],
)
def test_what_is_not_offered_is_refused(kind: CustomerKind, changes: dict[str, Any], code: str) -> None:
    data = replace(default_accounting(kind, 2026), **changes)
    with pytest.raises(DomainError) as caught:
        check_accounting(kind, 2026, data)
    assert caught.value.code == code


def test_a_refusal_names_what_is_offered() -> None:
    with pytest.raises(DomainError) as caught:
        check_accounting(HOUSEHOLD, 2026, AccountingData("TT99", "KHAU_TRU"))
    assert caught.value.params == {"regime": "TT99", "offered": ["TT152"]}


def test_books_begin_with_the_fiscal_year_or_inside_it() -> None:
    april = AccountingData("TT99", "KHAU_TRU", first_month=4)
    assert (fiscal_year_start(2026, 4), fiscal_year_end(2026, 4)) == (date(2026, 4, 1), date(2027, 3, 31))
    assert fiscal_year_end(2027, 1) == date(2027, 12, 31)
    assert april.starts_on(2026) == date(2026, 4, 1)
    for day in (date(2026, 4, 1), date(2027, 3, 31)):
        later = replace(april, data_start=day)
        assert later.starts_on(2026) == day
        check_accounting(ENTERPRISE, 2026, later)


@pytest.mark.parametrize(
    ("text", "regime"),
    [
        ("TT99/2025", "TT99"),
        ("TT 99", "TT99"),
        ("tt99", "TT99"),
        ("Thông tư 133", "TT133"),
        ("THONG TU 133/2016/TT-BTC", "TT133"),
        ("Theo Thông tư số 200/2014/TT-BTC ngày 22/12/2014", "TT200"),
        ("99/2025/TT-BTC", "TT99"),
        ("133/2016", "TT133"),
        ("152/2025/TTBTC", "TT152"),
        ("TT88 / 2021", "TT88"),
        ("TT 58 (từ 01/07/2026)", "TT58"),
        ("200", "TT200"),
        ("132.0", "TT132"),
        ("ＴＴ９９", "TT99"),
        ("", None),
        ("TT", None),
        ("TT 48", None),
        ("TT133/2020", None),
        ("TT200 hoặc TT133", None),
        ("Số 99 Lê Lợi", None),
        ("0133456789", None),
        ("siêu nhỏ", None),
        ("x" * 5000, None),
    ],
)
def test_regimes_are_recognised_in_words(text: str, regime: str | None) -> None:
    assert recognise_regime(text) == regime


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("Khấu trừ", "KHAU_TRU"),
        ("PP khau tru thue GTGT", "KHAU_TRU"),
        ("KHẤU TRỪ", "KHAU_TRU"),
        ("Trực tiếp trên doanh thu", "TT_DOANH_THU"),
        ("truc tiep doanh thu", "TT_DOANH_THU"),
        ("Tính thuế GTGT trực tiếp trên doanh thu", "TT_DOANH_THU"),
        ("TT trên DT", "TT_DOANH_THU"),
        ("Tỷ lệ % trên doanh thu", "TT_DOANH_THU"),
        ("Trực tiếp trên giá trị gia tăng", "TT_GTGT"),
        ("truc tiep tren gtgt", "TT_GTGT"),
        ("Không chịu thuế", "KHONG_CHIU"),
        ("khong chiu thue GTGT (doanh thu tu 1 ty/nam tro xuong)", "KHONG_CHIU"),
        ("Không thuộc đối tượng chịu thuế", "KHONG_CHIU"),
        ("KCT", "KHONG_CHIU"),
        ("", None),
        ("Trực tiếp", None),
        ("Thuế GTGT", None),
        ("không khấu trừ", None),
        ("Không được khấu trừ", None),
        ("Khấu trừ hoặc trực tiếp trên doanh thu", None),
    ],
)
def test_vat_methods_are_recognised_in_words(text: str, method: str | None) -> None:
    assert recognise_vat_method(text) == method


@pytest.mark.parametrize("kind", CustomerKind)
@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_labels_and_ids_are_recognised(kind: CustomerKind, year: int) -> None:
    for option in offered_regimes(kind, year, 1):
        assert {recognise_regime(text) for text in (option.id, option.label, option.id.lower())} == {
            option.id
        }
    for option in offered_vat_methods(kind, year, 1):
        assert {recognise_vat_method(text) for text in (option.id, option.label)} == {option.id}


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_may_be_asked_about(text: str) -> None:
    assert recognise_regime(text) in {None, "TT99", "TT200", "TT133", "TT58", "TT132", "TT152", "TT88"}
    assert recognise_vat_method(text) in {None, "KHAU_TRU", "TT_DOANH_THU", "TT_GTGT", "KHONG_CHIU"}


def test_what_was_declared_moves_to_another_year_with_the_books_begun_anew() -> None:
    declared = AccountingData("TT133", "KHAU_TRU", data_start=date(2026, 3, 1))
    assert moved_to(ENTERPRISE, 2027, declared) == replace(declared, data_start=None)


def test_what_the_other_year_does_not_offer_is_not_moved() -> None:
    # Circular 200 is not offered for fiscal years from 2026 on.
    assert moved_to(ENTERPRISE, 2026, AccountingData("TT200", "KHAU_TRU")) is None


@pytest.mark.parametrize("kind", [ENTERPRISE, HOUSEHOLD])
def test_all_that_is_offered_in_some_year_belongs_to_the_kind_and_has_a_label(kind: CustomerKind) -> None:
    for year in range(2024, 2031):
        regimes = {option.id: option.label for option in offered_regimes(kind, year, 1)}
        methods = {option.id: option.label for option in offered_vat_methods(kind, year, 1)}
        assert regimes.keys() <= set(regimes_of(kind)) <= set(regimes_of(None))
        assert methods.keys() <= set(vat_methods_of(kind)) <= set(vat_methods_of(None))
        assert {id_: option_label(id_) for id_ in regimes | methods} == regimes | methods
    for costing in offered_costings():
        assert option_label(costing.id) == costing.label


def test_repealed_regimes_come_last() -> None:
    assert regimes_of(ENTERPRISE) == ("TT99", "TT133", "TT58", "TT200", "TT132")
    assert regimes_of(HOUSEHOLD) == ("TT152", "TT88")


def test_each_regime_of_enterprises_says_whom_it_is_for() -> None:
    for year in (2025, 2026, 2027):
        assert all(option.note for option in offered_regimes(ENTERPRISE, year, 1))


@pytest.mark.parametrize(
    ("first_month", "founded"), [(1, date(2025, 11, 1)), (1, date(2025, 10, 4)), (4, date(2026, 1, 2))]
)
def test_a_first_period_of_less_than_90_days_joins_the_year(first_month: int, founded: date) -> None:
    data = AccountingData("TT99", "KHAU_TRU", first_month, data_start=founded)
    check_accounting(ENTERPRISE, 2026, data)
    assert data.starts_on(2026) == founded
    # Less than 15 months.
    assert (date(2027, first_month, 1) - founded).days < 15 * 30.4 + 1


@pytest.mark.parametrize(
    ("regime", "vat_method", "offered"),
    [
        ("TT99", "KHAU_TRU", []),
        ("TT133", "TT_DOANH_THU", []),
        ("TT58", "KHAU_TRU", ["CIT_INCOME", "CIT_RATE"]),
        ("TT58", "TT_DOANH_THU", ["CIT_INCOME", "CIT_RATE"]),
        ("TT152", "TT_DOANH_THU", ["PIT_RATE", "PIT_INCOME"]),
        # Up to a billion a year there is no income tax either.
        ("TT152", "KHONG_CHIU", []),
        ("TT88", "TT_DOANH_THU", []),
    ],
)
def test_income_tax_is_asked_only_where_the_books_depend_on_it(
    regime: str, vat_method: str, offered: list[str]
) -> None:
    assert [option.id for option in offered_income_methods(regime, vat_method)] == offered
    data = AccountingData(regime, vat_method)
    assert income_method_of(data) == (offered[0] if offered else None)
    said = income_method_of(replace(data, income_method="CIT_RATE"))
    assert said == ("CIT_RATE" if "CIT_RATE" in offered else income_method_of(data))


def test_a_household_has_no_corporate_income_tax() -> None:
    data = AccountingData("TT152", "TT_DOANH_THU", income_method="CIT_RATE")
    with pytest.raises(DomainError, match="accounting_income_method_not_offered"):
        check_accounting(HOUSEHOLD, 2026, data)
