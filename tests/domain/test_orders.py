"""A draft's questions, and what its lines lack and declare."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.accounting import AccountingData, check_accounting, default_accounting
from domain.customers import Customer, CustomerField, CustomerKind
from domain.errors import DomainError
from domain.orders import (
    STEPS,
    Answers,
    Draft,
    DraftLine,
    Gap,
    Step,
    answers_of,
    check_kind,
    declared_after,
    is_answered,
    line_accounting,
    line_gaps,
)
from domain.packages import Package
from domain.recipients import RecipientMode

ENTERPRISE, HOUSEHOLD = CustomerKind.ENTERPRISE, CustomerKind.HOUSEHOLD
YEAR = 2026
COMMON = AccountingData("TT133", "TT_DOANH_THU", costing="fifo")
CUSTOMER = Customer(
    ENTERPRISE, "0101243150", "An Bình", "1 Láng", "Lê Thị Hoa", "hoa@anbinh.vn", "+84912345678", id=1
)
DRAFT = Draft(
    id=1,
    accountant_id=1,
    firm_id=1,
    step=Step.REVIEW,
    package_id=1,
    fiscal_year=YEAR,
    recipient=RecipientMode.CUSTOMER,
    other_id=None,
    accounting=COMMON,
    confirmed=False,
    order_id=None,
    updated_at=datetime(2026, 6, 15, tzinfo=UTC),
)
QUESTIONS = {
    Step.PACKAGE: "package_id",
    Step.FISCAL_YEAR: "fiscal_year",
    Step.RECIPIENT: "recipient",
    Step.ACCOUNTING: "accounting",
}
unanswered = st.sets(st.sampled_from(list(QUESTIONS)))


def without(questions: set[Step], **changes: Any) -> Draft:
    open_questions: dict[str, Any] = {QUESTIONS[step]: None for step in questions}
    return replace(DRAFT, **open_questions, **changes)


def line(accounting: AccountingData | None = None, other_id: int | None = None, **fields: Any) -> DraftLine:
    return DraftLine(replace(CUSTOMER, **fields), accounting, other_id)


@given(unanswered, st.sampled_from(STEPS))
@settings(deadline=None)
def test_a_question_passed_over_is_asked_before_the_one_reached(questions: set[Step], step: Step) -> None:
    passed = [one for one in STEPS[: STEPS.index(step)] if one in questions]
    assert without(questions, step=step).question is (passed[0] if passed else step)


@given(unanswered)
@settings(deadline=None)
def test_a_draft_is_answered_when_no_question_is_open_and_names_the_first_that_is(
    questions: set[Step],
) -> None:
    draft = without(questions)
    assert is_answered(draft) is (not questions)
    if not questions:
        assert answers_of(draft) == Answers(1, YEAR, RecipientMode.CUSTOMER, COMMON)
        return
    with pytest.raises(DomainError) as refusal:
        answers_of(draft)
    first = min(questions, key=STEPS.index)
    assert (refusal.value.code, refusal.value.params) == ("draft_unanswered", {"step": first})


@pytest.mark.parametrize(
    ("recipient", "invoice", "rest", "has", "needs"),
    [
        (RecipientMode.CUSTOMER, None, False, False, False),
        (RecipientMode.ACCOUNTANT, RecipientMode.CUSTOMER, False, False, False),
        (RecipientMode.OTHER, None, False, True, True),
        (RecipientMode.CUSTOMER, RecipientMode.OTHER, False, True, True),
        (RecipientMode.OTHER, None, True, True, False),
    ],
)
def test_other_recipients_are_needed_unless_the_rest_goes_to_the_customers(
    recipient: RecipientMode, invoice: RecipientMode | None, rest: bool, has: bool, needs: bool
) -> None:
    draft = replace(DRAFT, recipient=recipient, invoice=invoice, rest_to_customers=rest)
    assert (draft.has_others, draft.needs_other) == (has, needs)


def test_a_line_lacks_what_its_customer_lacks_and_another_recipient_where_one_is_needed() -> None:
    bare = line(email="", phone="")
    lacking = (CustomerField.EMAIL, CustomerField.PHONE)
    others = replace(DRAFT, recipient=RecipientMode.OTHER)
    assert line_gaps(line(), DRAFT) == ()
    assert line_gaps(bare, DRAFT) == lacking
    assert line_gaps(bare, others) == (*lacking, Gap.OTHER_RECIPIENT)
    assert line_gaps(line(other_id=5), others) == ()
    assert line_gaps(line(), replace(others, other_id=5)) == ()
    assert line_gaps(line(), replace(others, rest_to_customers=True)) == ()


def test_a_line_has_what_was_declared_for_it_alone() -> None:
    own = AccountingData("TT99", "KHAU_TRU")
    declared = line(own, regime="TT132")
    for keep in (True, False):
        assert line_accounting(declared, COMMON, YEAR, keep) == own


def test_a_customer_keeps_what_it_declared_before_and_has_the_rest_as_all_have() -> None:
    kept = line_accounting(line(regime="TT99", first_month=4), COMMON, YEAR, True)
    assert kept == replace(COMMON, regime="TT99", first_month=4)
    assert line_accounting(line(vat_method="KHAU_TRU"), COMMON, YEAR, True).vat_method == "KHAU_TRU"


def test_what_was_declared_before_is_left_aside_where_the_answer_is_for_all() -> None:
    assert line_accounting(line(regime="TT99"), COMMON, YEAR, False) == COMMON


def test_books_begin_when_the_customer_said_if_that_is_in_the_year() -> None:
    founded = line(data_start=date(2026, 11, 1))
    assert line_accounting(founded, COMMON, YEAR, True).data_start == date(2026, 11, 1)
    assert line_accounting(founded, COMMON, YEAR + 1, True).data_start is None
    assert line_accounting(founded, COMMON, YEAR - 1, True).data_start is None
    assert line_accounting(line(costing="specific"), COMMON, YEAR, True).costing == "specific"


def test_what_is_no_longer_offered_gives_way_to_the_answer_for_all_and_the_rest_stays() -> None:
    lapsed = line(regime="TT200", vat_method="KHAU_TRU", first_month=4)
    kept = line_accounting(lapsed, COMMON, YEAR, True)
    assert kept == replace(COMMON, vat_method="KHAU_TRU", first_month=4)


def test_what_is_no_longer_offered_gives_way_to_the_answer_for_all() -> None:
    # Circular 200 holds only for fiscal years that begin before 2026.
    assert line_accounting(line(regime="TT200"), COMMON, 2025, True).regime == "TT200"
    assert line_accounting(line(regime="TT200"), COMMON, YEAR, True) == COMMON


def test_a_customer_that_declared_nothing_has_the_answer_for_all_with_its_first_day() -> None:
    begun = replace(COMMON, data_start=datetime(2026, 3, 1, tzinfo=UTC).date())
    assert line_accounting(line(), begun, YEAR, True) == begun


@given(
    st.sampled_from(["TT99", "TT133", "TT200", "TT88", None]),
    st.sampled_from(["KHAU_TRU", "KHONG_CHIU", None]),
    st.sampled_from([1, 4, 7, 10, None]),
    st.sampled_from(CustomerKind),
    st.booleans(),
)
@settings(deadline=None)
def test_a_line_never_declares_what_is_not_offered(
    regime: str | None, vat_method: str | None, first_month: int | None, kind: CustomerKind, keep: bool
) -> None:
    common = default_accounting(kind, YEAR)
    picked = line(kind=kind, regime=regime, vat_method=vat_method, first_month=first_month)
    check_accounting(kind, YEAR, line_accounting(picked, common, YEAR, keep))


def test_an_order_never_mixes_the_kinds() -> None:
    package = Package(1, "STANDARD", ENTERPRISE, "Gói", "", 1, None)
    check_kind(package, ENTERPRISE)
    with pytest.raises(DomainError) as refusal:
        check_kind(package, HOUSEHOLD)
    assert (refusal.value.code, refusal.value.params) == ("order_mixes_kinds", {"package_kind": ENTERPRISE})


def test_an_order_declares_what_was_open_and_what_was_answered_anew() -> None:
    ordered = AccountingData("TT133", "KHAU_TRU", 4, date(2026, 5, 1), costing="fifo")
    bare, known = line(), line(regime="TT99", vat_method="TT_GTGT", first_month=1, costing="specific")
    own = replace(known, accounting=ordered)
    whole = replace(
        CUSTOMER,
        regime="TT133",
        vat_method="KHAU_TRU",
        first_month=4,
        data_start=date(2026, 5, 1),
        costing="fifo",
    )
    assert declared_after(bare, ordered, DRAFT) == whole
    assert declared_after(known, replace(ordered, data_start=None), DRAFT) == known.customer
    assert declared_after(own, ordered, DRAFT) == whole
    assert declared_after(known, ordered, replace(DRAFT, keep_declared=False)) == whole


def test_an_order_declares_no_guess_and_no_repealed_regime_instead_of_another() -> None:
    ordered = AccountingData("TT200", "KHAU_TRU")
    guessed = replace(DRAFT, accounting_guessed=True)
    assert declared_after(line(), ordered, guessed) == CUSTOMER
    assert declared_after(line(), ordered, DRAFT, has_stock=False).costing is None
    own = replace(line(regime="TT99"), accounting=ordered)
    assert declared_after(own, ordered, guessed).vat_method == "KHAU_TRU"
    assert declared_after(own, ordered, guessed).regime == "TT99"
    assert declared_after(line(), ordered, DRAFT).regime == "TT200"
