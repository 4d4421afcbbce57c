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
    trial_used,
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


DAY = timedelta(days=1)
CUT_OFF = replace(ACTIVE, cancelled=True).granting(True, NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("licence", "used"),
    [
        (ORDERED, timedelta()),
        # While it is not suspended its time runs, also where it should be suspended.
        (ACTIVE, 5 * DAY),
        (replace(ACTIVE, cancelled=True), 5 * DAY),
        (CUT_OFF, 2 * DAY),
        (CUT_OFF.granting(True, NOW + 4 * DAY), 2 * DAY),
        (ACTIVE.granting(True, NOW + 8 * DAY), TRIAL),
        # Suspended by a release that noted no moment.
        (replace(CUT_OFF, suspended_at=None), TRIAL),
        (ORDERED.activated("V7", "a@b.vn", NOW, used=DAY).granting(True, NOW + 2 * DAY), 3 * DAY),
    ],
)
def test_days_count_as_used_until_the_vendor_suspended_it(licence: Licence, used: timedelta) -> None:
    assert licence.trial_used(NOW + 5 * DAY) == used
    assert trial_used([ORDERED, licence], NOW + 5 * DAY) == used
    assert trial_used([], NOW) == timedelta()


def test_what_cancelled_orders_used_is_taken_off_the_trial() -> None:
    licence = ORDERED.activated("V7", "a@b.vn", NOW, used=5 * DAY)
    assert (licence.activated_at, licence.deadline) == (NOW, NOW + 2 * DAY)
    assert licence.usable_at(NOW + 2 * DAY - SECOND)
    assert not licence.usable_at(NOW + 2 * DAY)
    assert licence.time_left(NOW + DAY) == DAY
    used_up = ORDERED.activated("V7", "a@b.vn", NOW, used=TRIAL)
    assert used_up.access_due(NOW)
    assert not replace(used_up, paid=True).access_due(NOW)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=9))
@settings(deadline=None)
def test_cancelling_and_ordering_again_never_makes_the_trial_longer(spans: list[tuple[int, int]]) -> None:
    """Each order is used for some days, cancelled, and after some days without it ordered again."""
    now, usable, earlier = NOW, timedelta(), list[Licence]()
    for days, pause in spans:
        used = trial_used(earlier, now)
        assert used == usable
        licence = ORDERED.activated("V7", "a@b.vn", now, used)
        end = now + days * DAY
        assert licence.deadline is not None
        usable += max(timedelta(), min(end, licence.deadline) - now)
        # The vendor suspends it at its deadline, or when it is cancelled.
        earlier.append(replace(licence, cancelled=True).granting(True, min(end, max(now, licence.deadline))))
        now = end + pause * DAY
    assert usable <= TRIAL


def test_the_moment_of_a_suspension_is_kept_until_it_is_restored() -> None:
    suspended = replace(ACTIVE, by_hand=True).granting(True, NOW + DAY)
    assert (suspended.suspended, suspended.suspended_at, suspended.by_hand) == (True, NOW + DAY, False)
    assert suspended.granting(True, NOW + 2 * DAY) == suspended
    assert suspended.granting(False, NOW + 2 * DAY) == ACTIVE


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
