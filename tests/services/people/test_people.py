"""Newcomers, firms and invitations."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from domain.chats import Channel
from domain.errors import DomainError
from domain.people import Accountant, Actor, FirmState, Role
from services.operations import Operations
from services.people.people import INVITATION_HOURS
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    CONSENT,
    actor_of,
    add_customers,
    back_office_person,
    chat,
    enterprise_tax_code,
    join_staff,
    person,
    placed_order,
    register_owner,
    start_draft,
)
from tests.support.clock import FixedClock
from tests.support.rows import rows_of


async def test_a_stranger_is_nobody(operations: Operations) -> None:
    assert await operations.who_is(chat("stranger")) is None


async def test_a_newcomer_becomes_owner_of_the_firm_they_bring(
    operations: Operations, database: Database, clock: FixedClock
) -> None:
    brought = await operations.register_firm(
        chat("77"), person("Phạm Chủ", 5), "Đại lý thuế Mai", "0300000018"
    )
    assert await operations.who_is(chat("77")) == brought
    assert brought == Accountant(
        brought.id, brought.firm_id, Role.OWNER, "Phạm Chủ", "+84980000005", "ketoan5@dichvu.vn"
    )
    profile = await operations.show_profile(actor_of(brought))
    assert (profile.firm.name, profile.firm.tax_code) == ("Đại lý thuế Mai", "0300000018")
    assert await rows_of(database, "consents") == [
        {
            "accountant_id": brought.id,
            "text_version": CONSENT,
            "channel": Channel.TELEGRAM,
            "given_at": clock.now(),
            "withdrawn_at": None,
        }
    ]


async def test_registering_again_gives_the_same_accountant(
    operations: Operations, owner: Actor, database: Database
) -> None:
    async with unchanged(database):
        again = await operations.register_firm(
            chat("owner-1"), person("Tên Khác", 9), "Đơn vị khác", enterprise_tax_code(5)
        )
    assert actor_of(again) == owner


async def test_a_tax_code_is_claimed_and_not_owned(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    """The second claimant gets what anybody gets; back office alone is told."""
    await back_office_person(database, clock)
    before = len(await rows_of(database, "pushes"))
    tax_code = (await operations.show_profile(owner)).firm.tax_code
    free = await operations.register_firm(chat("a"), person("Người Mới", 8), "Đơn vị", enterprise_tax_code(7))
    assert len(await rows_of(database, "pushes")) == before
    second = await operations.register_firm(chat("b"), person("Người Mới", 9), "Trùng mã số", tax_code)
    firms = [(await operations.show_profile(one.actor)).firm for one in (free, second)]
    assert firms[0].state is firms[1].state is FirmState.APPROVED
    assert second.firm_id != owner.firm_id
    told = (await rows_of(database, "pushes"))[before:]
    assert [(one["kind"], one["about"]) for one in told] == [("firm_claimed", str(second.firm_id))]


async def test_two_chats_that_claim_one_tax_code_at_once_are_both_seen(
    operations: Operations, database: Database, clock: FixedClock
) -> None:
    await back_office_person(database, clock)
    admitted = await asyncio.gather(
        *(
            operations.register_firm(chat(f"c{number}"), person("Ai", number), "Đơn vị", "0300000018")
            for number in range(2)
        )
    )
    assert len({one.firm_id for one in admitted}) == 2
    told = [one for one in await rows_of(database, "pushes") if one["kind"] == "firm_claimed"]
    assert len(told) == 1


async def test_one_chat_that_registers_many_times_at_once_is_one_accountant(
    operations: Operations, database: Database
) -> None:
    admitted = await asyncio.gather(
        *(
            operations.register_firm(chat("c"), person("Ai", 1), "Đơn vị", enterprise_tax_code(number))
            for number in range(5)
        )
    )
    assert len(set(admitted)) == 1
    assert len(await rows_of(database, "firms")) == len(await rows_of(database, "accountants")) == 1


async def test_only_a_digest_of_an_invitation_is_stored(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    token = await operations.invite_staff(owner)
    (row,) = await rows_of(database, "invitations")
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(row)
    assert row["expires_at"] == clock.now() + timedelta(hours=INVITATION_HOURS)
    assert (row["firm_id"], row["invited_by"]) == (owner.firm_id, owner.accountant_id)
    assert await operations.invite_staff(owner) != token


async def test_an_invitation_fits_a_deep_link(operations: Operations, owner: Actor) -> None:
    token = await operations.invite_staff(owner)
    # After `?start=` Telegram takes at most 64 characters of A-Z, a-z, 0-9, _ and -, including the prefix.
    assert len(token) <= 56
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


async def test_whoever_takes_up_an_invitation_becomes_staff_and_the_owner_is_told(
    operations: Operations, owner: Actor, database: Database
) -> None:
    token = await operations.invite_staff(owner)
    assert (await operations.read_invitation(token)).id == owner.firm_id
    joined = await operations.join_firm(chat("new"), person("Võ Mới", 3), token)
    assert (joined.firm_id, joined.role, joined.name) == (owner.firm_id, Role.STAFF, "Võ Mới")
    assert await operations.who_is(chat("new")) == joined
    (push,) = await rows_of(database, "pushes")
    assert (push["channel"], push["kind"], push["about"], push["accountant_id"], push["address"]) == (
        Channel.CHAT,
        "staff_joined",
        str(joined.id),
        owner.accountant_id,
        "",
    )
    assert [job["key"] for job in await rows_of(database, "jobs")] == [f"push:{push['key']}"]
    assert {row["accountant_id"] for row in await rows_of(database, "consents")} == {
        owner.accountant_id,
        joined.id,
    }


async def test_joining_again_gives_the_same_accountant_and_tells_nobody_twice(
    operations: Operations, owner: Actor, database: Database
) -> None:
    token = await operations.invite_staff(owner)
    joined = await operations.join_firm(chat("new"), person("Võ Mới", 3), token)
    async with unchanged(database):
        assert await operations.join_firm(chat("new"), person("Võ Mới", 3), token) == joined


async def test_an_invitation_works_once(operations: Operations, owner: Actor, database: Database) -> None:
    token = await operations.invite_staff(owner)
    await operations.join_firm(chat("first"), person("Đến Trước", 3), token)
    async with unchanged(database):
        with refusal("invitation_used"):
            await operations.read_invitation(token)
        with refusal("invitation_used"):
            await operations.join_firm(chat("second"), person("Đến Sau", 4), token)


async def test_two_who_take_up_one_invitation_at_once_are_one_staff(
    operations: Operations, owner: Actor, database: Database
) -> None:
    token = await operations.invite_staff(owner)
    outcomes = await asyncio.gather(
        *(operations.join_firm(chat(f"c{at}"), person("Ai", at), token) for at in range(2)),
        return_exceptions=True,
    )
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, DomainError)]
    assert refused == ["invitation_used"]
    assert len((await operations.show_profile(owner)).staff) == 2
    assert len(await rows_of(database, "pushes")) == 1


async def test_an_invitation_expires_after_seven_days(
    operations: Operations, owner: Actor, clock: FixedClock, database: Database
) -> None:
    token = await operations.invite_staff(owner)
    clock.forward(hours=INVITATION_HOURS, seconds=-1)
    assert (await operations.read_invitation(token)).id == owner.firm_id
    clock.forward(seconds=1)
    async with unchanged(database):
        with refusal("invitation_expired"):
            await operations.read_invitation(token)
        with refusal("invitation_expired"):
            await operations.join_firm(chat("late"), person("Đến Muộn", 4), token)


@pytest.mark.parametrize("token", ["", "không-có", "x" * 10_000])
async def test_an_unknown_invitation_is_refused(
    operations: Operations, token: str, database: Database
) -> None:
    async with unchanged(database):
        with refusal("invitation_unknown"):
            await operations.read_invitation(token)
        with refusal("invitation_unknown"):
            await operations.join_firm(chat("new"), person("Ai", 4), token)


async def test_who_belongs_to_a_firm_stays_there_and_leaves_the_invitation_usable(
    operations: Operations, owner: Actor, stranger: Actor, database: Database
) -> None:
    token = await operations.invite_staff(owner)
    async with unchanged(database):
        stayed = await operations.join_firm(chat("owner-2"), person("Ai", 4), token)
    assert actor_of(stayed) == stranger
    assert (await operations.read_invitation(token)).id == owner.firm_id


async def test_a_profile_shows_the_colleagues_of_ones_own_firm(
    operations: Operations, owner: Actor, colleague: Actor, stranger: Actor
) -> None:
    second = await join_staff(operations, owner, 2)
    await register_owner(operations, 3)
    for actor in (owner, colleague, second):
        profile = await operations.show_profile(actor)
        assert profile.accountant.id == actor.accountant_id
        assert profile.firm.id == owner.firm_id
        assert {member.id for member in profile.staff} == {
            owner.accountant_id,
            colleague.accountant_id,
            second.accountant_id,
        }
    assert [member.id for member in (await operations.show_profile(stranger)).staff] == [
        stranger.accountant_id
    ]


class TestRemoved:
    async def test_their_chat_is_a_strangers_and_the_owner_did_it(
        self, operations: Operations, owner: Actor, colleague: Actor, database: Database, clock: FixedClock
    ) -> None:
        await operations.remove_staff(owner, colleague.accountant_id)
        assert await operations.who_is(chat("staff-1")) is None
        assert [one.id for one in (await operations.show_profile(owner)).staff] == [owner.accountant_id]
        (event,) = await rows_of(database, "events")
        assert (event["verb"], event["at"]) == ("staff_removed", clock.now())
        assert (event["accountant_id"], event["firm_id"]) == (owner.accountant_id, owner.firm_id)
        assert event["params"] == f'{{"accountant_id": {colleague.accountant_id}}}'

    async def test_twice_is_once(
        self, operations: Operations, owner: Actor, colleague: Actor, database: Database
    ) -> None:
        outcomes = await asyncio.gather(
            *(operations.remove_staff(owner, colleague.accountant_id) for _ in range(3)),
            return_exceptions=True,
        )
        refused = [outcome.code for outcome in outcomes if isinstance(outcome, DomainError)]
        assert refused == ["staff_unknown"] * 2
        assert len(await rows_of(database, "events")) == 1

    async def test_their_orders_stay_and_their_draft_goes(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        order = await placed_order(operations, colleague, customers)
        await start_draft(operations, colleague)
        await operations.remove_staff(owner, colleague.accountant_id)
        assert (await operations.view_order(owner, order.id)).order == order
        assert await operations.find_draft(colleague) is None

    async def test_whoever_was_removed_may_be_invited_again_as_somebody_new(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        await operations.remove_staff(owner, colleague.accountant_id)
        token = await operations.invite_staff(owner)
        again = await operations.join_firm(chat("staff-1"), person("Võ Nhân Viên", 3), token)
        assert again.id != colleague.accountant_id
        assert (again.role, again.active) == (Role.STAFF, True)

    async def test_only_staff_of_ones_own_firm(
        self, operations: Operations, owner: Actor, colleague: Actor, stranger: Actor, database: Database
    ) -> None:
        async with unchanged(database):
            for actor, who in (
                (owner, owner),
                (owner, stranger),
                (stranger, colleague),
            ):
                with refusal("staff_unknown"):
                    await operations.remove_staff(actor, who.accountant_id)
            with refusal("not_allowed"):
                await operations.remove_staff(colleague, owner.accountant_id)


class TestOpenInvitations:
    async def test_those_that_somebody_could_take_up(
        self, operations: Operations, owner: Actor, stranger: Actor, clock: FixedClock
    ) -> None:
        await operations.invite_staff(owner)
        clock.forward(days=1)
        taken = await operations.invite_staff(owner)
        await operations.join_firm(chat("new"), person("Võ Mới", 3), taken)
        await operations.invite_staff(owner)
        assert len(await operations.list_invitations(owner)) == 2
        clock.forward(hours=INVITATION_HOURS - 1)
        assert len(await operations.list_invitations(owner)) == 1
        assert await operations.list_invitations(stranger) == []

    async def test_a_revoked_one_leads_nowhere_and_what_was_used_stays(
        self, operations: Operations, owner: Actor, stranger: Actor, database: Database
    ) -> None:
        token = await operations.invite_staff(owner)
        (invitation,) = await operations.list_invitations(owner)
        async with unchanged(database):
            await operations.revoke_invitation(stranger, invitation.id)
        await operations.revoke_invitation(owner, invitation.id)
        async with unchanged(database):
            await operations.revoke_invitation(owner, invitation.id)
            with refusal("invitation_expired"):
                await operations.join_firm(chat("new"), person("Võ Mới", 3), token)
