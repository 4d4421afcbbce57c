"""Back office moves people, gives firms to other owners, closes firms, and lets people back in."""

import pytest

from domain.chats import Channel
from domain.link_codes import shown
from domain.messaging.contents import ChatLinkedContent, FirmDecidedContent
from domain.messaging.people_contents import (
    FirmClaimedContent,
    FirmGivenContent,
    PersonMovedContent,
    RecoveryCodeMadeContent,
)
from domain.orders import Order
from domain.people import Accountant, Actor, FirmState, Role
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, chat, join_staff, person, ready_draft
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import KeptChannel, Working

WHY = "Đăng ký nhầm"


@pytest.fixture
async def second(operations: Operations, owner: Actor, desk: Actor) -> Actor:
    """Who registered a firm of their own with the tax code of the owner's."""
    code = (await operations.show_profile(owner)).firm.tax_code
    made = await operations.register_firm(chat("second"), person("Lê Hai", 9), "Minh An", code)
    return made.actor


async def _person(operations: Operations, external_id: str) -> Accountant:
    found = await operations.who_is(chat(external_id))
    assert found is not None
    return found


async def _reasons(database: Database, verb: str) -> list[str]:
    return [row["params"] for row in await rows_of(database, "events") if row["verb"] == verb]


async def test_back_office_is_told_of_the_second_claim_and_sees_both(
    operations: Operations, owner: Actor, second: Actor, desk: Actor, working: Working
) -> None:
    await working.work()
    (told,) = working.to(Channel.TELEGRAM)
    assert isinstance(told, FirmClaimedContent)
    assert (told.firm.id, told.earlier.id, told.owner.id) == (
        second.firm_id,
        owner.firm_id,
        second.accountant_id,
    )
    view = await operations.desk.view_firm_people(desk, second.firm_id)
    assert [one.id for one in view.people] == [second.accountant_id]
    assert [one.id for one in view.rivals] == [owner.firm_id]


class TestMoving:
    async def test_a_colleague_who_registered_alone_joins_the_firm(
        self,
        operations: Operations,
        owner: Actor,
        second: Actor,
        desk: Actor,
        working: Working,
        database: Database,
    ) -> None:
        await working.work()
        working.sent.clear()
        moved = await operations.desk.move_person(desk, second.accountant_id, owner.firm_id, WHY)
        assert await _person(operations, "second") == moved
        assert (moved.firm_id, moved.role, moved.name) == (owner.firm_id, Role.STAFF, "Lê Hai")
        (closed,) = [one for one in await rows_of(database, "firms") if one["id"] == second.firm_id]
        assert (closed["state"], closed["note"]) == (FirmState.CLOSED, WHY)
        consents = [one for one in await rows_of(database, "consents") if one["accountant_id"] == moved.id]
        assert len(consents) == 1
        await working.work()
        assert sorted(one.address for one in working.sent) == ["owner-1", "second"]
        for told in working.to(Channel.TELEGRAM):
            assert isinstance(told, PersonMovedContent)
            assert (told.reason, told.firm.id) == (WHY, owner.firm_id)
        (params,) = await _reasons(database, "person_moved")
        assert WHY in str(params) or "reason" in str(params)
        with refusal("person_unknown"):
            await operations.desk.move_person(desk, second.accountant_id, owner.firm_id, WHY)
        with refusal("person_there_already"):
            await operations.desk.move_person(desk, moved.id, owner.firm_id, WHY)

    async def test_staff_leave_what_is_the_firms(
        self, operations: Operations, owner: Actor, stranger: Actor, desk: Actor, database: Database
    ) -> None:
        staff = await join_staff(operations, owner, 1)
        (customer,) = await add_customers(operations, owner, 1)
        await operations.assign_customer(owner, customer.id, staff.accountant_id)
        moved = await operations.desk.move_person(desk, staff.accountant_id, stranger.firm_id, WHY)
        with refusal("customer_unknown"):
            await operations.get_customer(moved.actor, customer.id)
        kept = [one for one in await rows_of(database, "customers") if one["id"] == customer.id]
        assert kept[0]["assignee_id"] is None
        assert (await operations.show_profile(owner)).firm.state is FirmState.APPROVED

    async def test_an_owner_stays_with_staff_or_orders(
        self, operations: Operations, owner: Actor, stranger: Actor, desk: Actor, order: Order
    ) -> None:
        with refusal("owner_has_orders"):
            await operations.desk.move_person(desk, owner.accountant_id, stranger.firm_id, WHY)
        await join_staff(operations, owner, 1)
        with refusal("owner_has_staff"):
            await operations.desk.move_person(desk, owner.accountant_id, stranger.firm_id, WHY)

    async def test_back_office_is_of_no_firm(
        self, operations: Operations, owner: Actor, desk: Actor, database: Database
    ) -> None:
        async with unchanged(database):
            with refusal("person_unknown"):
                await operations.desk.move_person(desk, desk.accountant_id, owner.firm_id, WHY)
            with refusal("firm_unknown"):
                await operations.desk.move_person(desk, owner.accountant_id, desk.firm_id, WHY)
            with refusal("person_unknown"):
                await operations.desk.recover_chat(desk, 2**70, WHY)


class TestGiving:
    async def test_staff_become_the_owner_and_the_owner_staff(
        self, operations: Operations, owner: Actor, desk: Actor, working: Working, database: Database
    ) -> None:
        staff = await join_staff(operations, owner, 1)
        await working.work()
        working.sent.clear()
        await operations.desk.give_firm(desk, owner.firm_id, staff.accountant_id, WHY)
        people = {one.id: one.role for one in (await operations.show_profile(owner)).staff}
        assert people == {owner.accountant_id: Role.STAFF, staff.accountant_id: Role.OWNER}
        await working.work()
        assert sorted(one.address for one in working.sent) == ["owner-1", "staff-1"]
        for told in working.to(Channel.TELEGRAM):
            assert isinstance(told, FirmGivenContent)
            assert (told.reason, told.owner.id) == (WHY, staff.accountant_id)
        assert len(await _reasons(database, "firm_given")) == 1
        new_owner = await _person(operations, "staff-1")
        await operations.remove_staff(new_owner.actor, owner.accountant_id)

    async def test_the_true_firm_gets_what_a_squatter_holds(
        self, operations: Operations, owner: Actor, second: Actor, desk: Actor
    ) -> None:
        given = await operations.desk.give_firm(desk, owner.firm_id, second.accountant_id, WHY)
        assert (given.firm_id, given.role) == (owner.firm_id, Role.OWNER)
        assert (await _person(operations, "owner-1")).role is Role.STAFF
        with refusal("firm_is_closed"):
            await operations.desk.give_firm(desk, second.firm_id, given.id, WHY)


class TestClosing:
    async def test_a_closed_firm_sees_and_does_nothing_new(
        self,
        operations: Operations,
        owner: Actor,
        desk: Actor,
        order: Order,
        working: Working,
        database: Database,
    ) -> None:
        await join_staff(operations, owner, 1)
        token = await operations.invite_staff(owner)
        await working.work()
        working.sent.clear()
        firm = await operations.desk.close_firm(desk, owner.firm_id, WHY)
        assert (firm.state, firm.note) == (FirmState.CLOSED, WHY)
        async with unchanged(database):
            await operations.desk.close_firm(desk, owner.firm_id, "Lý do khác")
        await working.work()
        assert sorted(one.address for one in working.sent) == ["owner-1", "staff-1"]
        assert all(isinstance(one, FirmDecidedContent) for one in working.to(Channel.TELEGRAM))

        customers = await add_customers(operations, owner, 1, first=30)
        draft = await ready_draft(operations, owner, customers)
        with refusal("firm_closed", reason=WHY):
            await operations.place_order(owner, draft.draft.id, draft.total)
        run = await operations.open_activation(owner, order.id)
        await operations.pick_all_licences(owner, run.id, True)
        with refusal("firm_closed"):
            await operations.start_run(owner, run.id)
        with refusal("firm_closed"):
            await operations.invite_staff(owner)
        with refusal("invitation_expired"):
            await operations.join_firm(chat("late"), person("Muộn", 8), token)
        assert (await operations.list_orders(owner)).total == 1

        opened = await operations.desk.approve_firm(desk, owner.firm_id, "Đã rõ")
        assert (opened.state, opened.note) == (FirmState.APPROVED, "")
        await operations.place_order(owner, draft.draft.id, draft.total)
        assert any("Đã rõ" in str(one) or one for one in await _reasons(database, "firm_approved"))


class TestLostChats:
    async def test_a_code_of_back_office_replaces_the_only_chat(
        self,
        operations: Operations,
        owner: Actor,
        desk: Actor,
        database: Database,
        clock: FixedClock,
    ) -> None:
        mailbox = KeptChannel(Channel.EMAIL, clock, [], [])
        working = Working(database, clock, last_resort=mailbox)
        code = await operations.desk.recover_chat(desk, owner.accountant_id, "Mất điện thoại")
        assert code not in str(await rows_of(database, "link_codes"))
        assert code not in str(await rows_of(database, "pushes"))
        await working.work()
        # The chat that was lost may be in other hands.
        (told,) = mailbox.sent
        assert isinstance(told.content, RecoveryCodeMadeContent)
        linked = await operations.link_chat(chat("new phone"), f"NOI {shown(code)}")
        assert linked.id == owner.accountant_id
        assert await operations.who_is(chat("owner-1")) is None
        await working.work()
        assert isinstance(mailbox.sent[-1].content, ChatLinkedContent)
        assert working.sent == []

    async def test_a_code_of_ones_own_does_not(self, operations: Operations, owner: Actor) -> None:
        code = await operations.make_link_code(owner)
        with refusal("link_has_channel"):
            await operations.link_chat(chat("new phone"), code)
