"""The properties of each kind of push."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import pytest

from domain.chats import Channel
from domain.messaging import kinds, pushes
from domain.messaging.alarm_pushes import AlarmBegan, AlarmOver
from domain.messaging.kinds import KINDS, PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.pushes import AccessByHand, ChatLinked, PaymentInstruction, RollCall, StaffJoined
from domain.messaging.targets import Place, Target

ALL = pytest.mark.parametrize("subject", KINDS.values(), ids=lambda subject: subject.__name__)

FLAGS = {
    "no notice": {
        "activation_progress",
        "roll_call",
        "payment_card",
        "joint_instruction",
        "daily_digest",
        "monthly_statement",
        "answer_waits",
        "answer_refused",
    },
    "answer": {
        *("order_placed", "payment_instruction", "activation_progress", "activation_result"),
        *("choose_payers", "roll_call", "payment_card", "daily_digest", "chat_linked", "joint_instruction"),
        *(
            "link_code_seen",
            "payment_changed",
            "recovery_code",
            "alarm",
            "alarm_over",
            "withdrawal_waits",
            "answer_waits",
            "answer_refused",
        ),
    },
    "by the clock": {"trial_reminder", "daily_digest", "monthly_statement"},
    "bundled": {
        *("order_placed", "payment_instruction", "activation_result"),
        *("choose_payers", "roll_call", "payment_card", "joint_instruction", "payment_changed"),
    },
}
"""These are promises to people: what is told at once, what later, and what is listed."""


def test_every_subject_is_known_by_its_own_name() -> None:
    declared = {
        one
        for one in vars(pushes).values()
        if isinstance(one, type) and issubclass(one, PushSubject) and one is not PushSubject
    }
    assert set(KINDS.values()) == declared
    assert [subject.kind.name for subject in KINDS.values()] == list(KINDS)


@ALL
def test_a_subject_is_about_one_thing(subject: type[PushSubject]) -> None:
    assert len(fields(subject)) == 1


def test_the_flags() -> None:
    found: Mapping[str, Callable[[PushKind], bool]] = {
        "no notice": lambda kind: not kind.notice,
        "answer": lambda kind: kind.answer,
        "by the clock": lambda kind: kind.by_the_clock,
        "bundled": lambda kind: kind.bundled,
    }
    assert {
        flag: {name for name, subject in KINDS.items() if holds(subject.kind)}
        for flag, holds in found.items()
    } == FLAGS


@ALL
def test_back_office_is_told_by_notices_that_may_wait_unless_it_is_an_alarm(
    subject: type[PushSubject],
) -> None:
    if subject.kind.topic is Topic.BACK_OFFICE:
        assert subject.kind.notice
        assert subject.kind.answer == (subject in (AlarmBegan, AlarmOver))
        assert subject.kind.opens is not None


def test_a_notice_leads_to_what_it_is_about_or_to_a_place_alone() -> None:
    assert RollCall(7).target == Target(Place.PAYMENTS, 7)
    assert AccessByHand(7).target == Target(Place.BY_HAND)
    assert StaffJoined(7).target == Target(Place.STAFF)
    assert ChatLinked(Channel.ZALO).target == Target(Place.CHATS)
    assert PaymentInstruction("KTC2C2222").target is None


@ALL
def test_a_place_that_takes_an_id_gets_one(subject: type[PushSubject]) -> None:
    place = subject.kind.opens
    if place is not None and place.takes_id:
        (about,) = fields(subject)
        assert about.type is int
        assert (
            about.name
            == f"{ {Place.PAYMENTS: Place.ORDER, Place.CHOICE: Place.TRANSFER}.get(place, place) }_id"
        )


def test_a_kind_is_entered_by_its_declaration(monkeypatch: pytest.MonkeyPatch) -> None:
    entered: dict[str, type[PushSubject]] = {}
    monkeypatch.setattr(kinds, "KINDS", entered)
    kind = PushKind("birthday", Topic.STAFF)

    @kind
    @dataclass(frozen=True, slots=True)
    class Birthday(PushSubject):
        accountant_id: int

    assert entered == {"birthday": Birthday}
    assert Birthday(7).kind is kind
    assert (Birthday(7).about, Birthday(7).target) == (7, None)
