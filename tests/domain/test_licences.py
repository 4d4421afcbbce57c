"""A licence from ordered to active, and what the vendor should grant at each moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.customers import CustomerField
from domain.licences import (
    MAY_ACTIVATE,
    TRIAL,
    ActivationFailure,
    ActivationStep,
    FailureReason,
    Licence,
    LicenceState,
)

NOW = datetime(2026, 6, 15, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ORDERED = Licence(7, 1, 1)
ACTIVE = ORDERED.activated("V7", "giamdoc@hoasen.vn", NOW)
REFUSAL = ActivationFailure(FailureReason.INVALID, CustomerField.EMAIL)
UNHEARD = ActivationFailure(FailureReason.UNAVAILABLE)

licences = st.builds(
    Licence,
    id=st.just(7),
    order_id=st.just(1),
    position=st.just(1),
    step=st.sampled_from(ActivationStep),
    paid=st.booleans(),
    cancelled=st.booleans(),
    suspended=st.booleans(),
    failure=st.sampled_from([None, *(ActivationFailure(reason) for reason in FailureReason)]),
    generation=st.integers(0, 3),
).map(lambda made: replace(made, activated_at=NOW) if made.step is ActivationStep.DONE else made)
seconds = st.integers(-1, 10 * 24 * 3600).map(lambda number: NOW + number * SECOND)


@pytest.mark.parametrize(
    ("licence", "state"),
    [
        (ORDERED, LicenceState.ORDERED),
        (replace(ORDERED, paid=True), LicenceState.PAID_WAITING),
        (ORDERED.begun(), LicenceState.ACTIVATING),
        (replace(ORDERED, paid=True).begun(), LicenceState.ACTIVATING),
        (ORDERED.begun().refused(REFUSAL), LicenceState.FAILED),
        (ACTIVE, LicenceState.ACTIVE_UNPAID),
        (replace(ACTIVE, paid=True), LicenceState.ACTIVE),
        (replace(ACTIVE, suspended=True), LicenceState.SUSPENDED),
        (replace(ACTIVE, paid=True, suspended=True), LicenceState.SUSPENDED),
        (replace(ACTIVE, suspended=True, cancelled=True), LicenceState.CANCELLED),
        (replace(ORDERED, paid=True, cancelled=True), LicenceState.CANCELLED),
        (replace(ORDERED.begun(), cancelled=True), LicenceState.CANCELLED),
        (replace(ORDERED.refused(REFUSAL), cancelled=True), LicenceState.CANCELLED),
    ],
)
def test_what_is_shown_follows_from_the_facts(licence: Licence, state: LicenceState) -> None:
    assert licence.state is state


@given(licences)
@settings(deadline=None)
def test_an_activation_may_be_begun_in_just_the_states_that_say_so(licence: Licence) -> None:
    assert licence.may_activate is (licence.state in MAY_ACTIVATE)


@given(licences)
@settings(deadline=None)
def test_only_one_without_an_answer_of_the_vendor_may_exist_there(licence: Licence) -> None:
    assert licence.refused(UNHEARD).may_exist
    assert not licence.refused(REFUSAL).may_exist
    assert not licence.begun().may_exist
    assert not replace(licence, step=ActivationStep.FAILED, failure=None).may_exist


def test_a_refusal_makes_the_next_request_another_one_and_a_lost_answer_does_not() -> None:
    assert ORDERED.key == "licence-7-0"
    lost = ORDERED.begun().refused(UNHEARD)
    assert (lost.key, lost.failure, lost.step) == (ORDERED.key, UNHEARD, ActivationStep.FAILED)
    refused = lost.begun().refused(REFUSAL)
    assert (refused.key, refused.failure) == ("licence-7-1", REFUSAL)
    assert refused.begun().failure is None


def test_what_was_not_begun_after_all_waits_again() -> None:
    by_hand = replace(ORDERED.begun(), by_hand=True)
    assert by_hand.put_back() == ORDERED


def test_an_activation_begins_the_seven_days_and_ends_the_trouble_before() -> None:
    licence = replace(ORDERED.refused(REFUSAL), by_hand=True).begun().activated("V7", "a@b.vn", NOW)
    assert (licence.vendor_id, licence.login, licence.failure) == ("V7", "a@b.vn", None)
    assert not licence.by_hand
    assert licence.deadline == NOW + timedelta(days=7)
    assert ORDERED.deadline is None


@pytest.mark.parametrize(
    ("licence", "after", "usable"),
    [
        (ACTIVE, timedelta(), True),
        (ACTIVE, TRIAL - SECOND, True),
        (ACTIVE, TRIAL, False),
        (replace(ACTIVE, paid=True), TRIAL, True),
        (replace(ACTIVE, paid=True, cancelled=True), timedelta(), False),
        (replace(ORDERED, paid=True), timedelta(), False),
    ],
)
def test_an_unpaid_licence_is_usable_for_seven_days_to_the_second(
    licence: Licence, after: timedelta, usable: bool
) -> None:
    assert licence.usable_at(NOW + after) is usable


@given(licences, seconds)
@settings(deadline=None)
def test_the_vendor_is_told_just_where_it_grants_something_else(licence: Licence, now: datetime) -> None:
    done = licence.step is ActivationStep.DONE
    granted = done and not licence.suspended
    assert licence.access_due(now) is (done and granted is not licence.usable_at(now))
    if licence.access_due(now):
        assert not replace(licence, suspended=not licence.suspended).access_due(now)


@given(licences, seconds)
@settings(deadline=None)
def test_time_is_left_only_where_the_clock_runs(licence: Licence, now: datetime) -> None:
    left = licence.time_left(now)
    runs = licence.state in (LicenceState.ACTIVE_UNPAID, LicenceState.SUSPENDED)
    assert (left is not None) is runs
    if left is not None:
        assert timedelta() <= left <= NOW + TRIAL - min(now, NOW)
        assert left == timedelta() or now + left == licence.deadline
