from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import DomainError
from domain.people import (
    PERSON_LIMIT,
    RIGHTS,
    Actor,
    Firm,
    FirmState,
    Invitation,
    Right,
    Role,
    parse_person_name,
)

NOW = datetime(2026, 6, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    "text, name", [(" Nguyễn  Thị\nLan ", "Nguyễn Thị Lan"), ("Lan 2", "Lan 2"), ("李", "李")]
)
def test_a_name_is_one_line_with_a_letter(text: str, name: str) -> None:
    assert parse_person_name(text) == name


@pytest.mark.parametrize(
    "text, code",
    [
        ("1", "person_name_without_letters"),
        ("0912 345 678", "person_name_without_letters"),
        ("👋 1", "person_name_without_letters"),
        (" ", "text_empty"),
        ("a" * (PERSON_LIMIT + 1), "text_too_long"),
    ],
)
def test_what_is_no_name(text: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        parse_person_name(text)
    assert refusal.value.code == code


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_an_actor_may_do_what_its_role_carries_and_nothing_else(role: Role, right: Right) -> None:
    actor = Actor(1, 1, role)
    if right in RIGHTS[role]:
        actor.require(right)
        return
    with pytest.raises(DomainError) as refusal:
        actor.require(right)
    assert (refusal.value.code, refusal.value.params) == ("not_allowed", {"reason": right})


def test_only_the_owner_invites_and_only_the_back_office_runs_the_desk() -> None:
    assert [role for role in Role if Right.INVITE_STAFF in RIGHTS[role]] == [Role.OWNER]
    assert [role for role in Role if Right.RUN_BACK_OFFICE in RIGHTS[role]] == [Role.BACK_OFFICE]
    assert RIGHTS[Role.STAFF] < RIGHTS[Role.OWNER]


def test_a_firm_orders_once_back_office_approved_it() -> None:
    Firm(1, "A", "1").check_may_order()
    with pytest.raises(DomainError, match="firm_waiting"):
        Firm(1, "A", "1", FirmState.WAITING).check_may_order()
    with pytest.raises(DomainError, match="firm_refused") as refusal:
        Firm(1, "A", "1", FirmState.REFUSED, "không hành nghề").check_may_order()
    assert refusal.value.params == {"reason": "không hành nghề"}


def test_an_invitation_is_redeemed_once_before_it_expires() -> None:
    invitation = Invitation(1, 1, 1, NOW, None)
    invitation.check_usable(NOW - SECOND)
    with pytest.raises(DomainError, match="invitation_expired"):
        invitation.check_usable(NOW)
    with pytest.raises(DomainError, match="invitation_used"):
        Invitation(1, 1, 1, NOW, 2).check_usable(NOW - SECOND)
