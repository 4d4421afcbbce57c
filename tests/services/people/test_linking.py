"""Codes that link a second chat, and unlinking chats."""

import asyncio
import re

import pytest

from domain.chats import Channel, zalo_chat_id
from domain.errors import DomainError
from domain.events import Verb
from domain.link_codes import VALID_FOR, shown
from domain.messaging.contents import ChatLinkedContent
from domain.people import Actor
from services.operations import Operations
from services.people.people import ChatIdentity
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, back_office_person, chat, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working

BOTH = (Channel.TELEGRAM, Channel.ZALO)
ZALO = ChatIdentity(Channel.ZALO, str(zalo_chat_id("6ede9afa66b88fe6d6a9")))
OTHER_ZALO = ChatIdentity(Channel.ZALO, str(zalo_chat_id("1111111111111111111")))
OTHER_TELEGRAM = chat("another")


async def _link(operations: Operations, actor: Actor, to: ChatIdentity = ZALO) -> None:
    linked = await operations.link_chat(to, await operations.make_link_code(actor))
    assert linked.id == actor.accountant_id


async def _channels(operations: Operations, actor: Actor) -> list[Channel]:
    return [one.channel for one in await operations.list_chats(actor)]


class TestCodes:
    async def test_a_code_is_easily_typed_and_never_stored(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        code = await operations.make_link_code(owner)
        assert re.fullmatch(r"[2-9CDFHJKMNPQRTVWX]{8}", code)
        (row,) = await rows_of(database, "link_codes")
        assert code not in str(row)
        assert row["accountant_id"] == owner.accountant_id

    @pytest.mark.parametrize("typed", ["{}", "NOI {}", "noi {}", " Nối: {} ", "/start noi_{}", "noi_{}"])
    @pytest.mark.parametrize("lower", [True, False])
    async def test_it_is_read_as_people_type_it(
        self, operations: Operations, owner: Actor, typed: str, lower: bool
    ) -> None:
        code = shown(await operations.make_link_code(owner))
        linked = await operations.link_chat(ZALO, typed.format(code.lower() if lower else code))
        assert linked.id == owner.accountant_id
        assert await operations.who_is(ZALO) == linked

    async def test_a_wrong_one_is_unknown(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        await operations.make_link_code(owner)
        async with unchanged(database):
            for wrong in ("NOI 2222-CCCC", "", "NOI", "K7CD2QP"):
                with refusal("link_code_unknown"):
                    await operations.link_chat(ZALO, wrong)
        assert await operations.who_is(ZALO) is None

    async def test_it_holds_ten_minutes(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        code = await operations.make_link_code(owner)
        clock.forward(seconds=VALID_FOR.total_seconds())
        async with unchanged(database):
            with refusal("link_code_expired"):
                await operations.link_chat(ZALO, code)
        again = await operations.make_link_code(owner)
        clock.forward(seconds=VALID_FOR.total_seconds() - 1)
        assert (await operations.link_chat(ZALO, again)).id == owner.accountant_id

    async def test_a_newer_one_voids_it(
        self, operations: Operations, owner: Actor, stranger: Actor, database: Database
    ) -> None:
        first, theirs = await operations.make_link_code(owner), await operations.make_link_code(stranger)
        await operations.make_link_code(owner)
        async with unchanged(database):
            with refusal("link_code_unknown"):
                await operations.link_chat(ZALO, first)
        assert (await operations.link_chat(ZALO, theirs)).id == stranger.accountant_id

    async def test_it_works_once_and_repeated_by_the_same_chat_says_the_same(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        code = await operations.make_link_code(owner)
        linked = await operations.link_chat(ZALO, code)
        clock.forward(hours=1)
        async with unchanged(database):
            assert await operations.link_chat(ZALO, code) == linked
            with refusal("link_code_expired"):
                await operations.link_chat(OTHER_ZALO, code)

    async def test_of_two_chats_that_send_it_at_once_one_wins(
        self, operations: Operations, owner: Actor
    ) -> None:
        code = await operations.make_link_code(owner)
        both = (operations.link_chat(one, code) for one in (ZALO, OTHER_ZALO))
        results = await asyncio.gather(*both, return_exceptions=True)
        assert [type(result) for result in results if isinstance(result, DomainError)] == [DomainError]
        known = [await operations.who_is(one) for one in (ZALO, OTHER_ZALO)]
        assert [one.id for one in known if one] == [owner.accountant_id]

    async def test_whoever_was_removed_links_nothing_by_a_code_of_before(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        code = await operations.make_link_code(colleague)
        await operations.remove_staff(owner, colleague.accountant_id)
        with refusal("link_code_unknown"):
            await operations.link_chat(ZALO, code)

    async def test_whoever_was_removed_links_nothing_by_a_code_made_in_the_same_moment(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        await operations.remove_staff(owner, colleague.accountant_id)
        # Their tap was already on its way.
        code = await operations.make_link_code(colleague)
        with refusal("link_code_unknown"):
            await operations.link_chat(ZALO, code)
        assert await operations.who_is(ZALO) is None

    async def test_five_wrong_ones_in_an_hour_and_no_more_is_looked_at(
        self, operations: Operations, owner: Actor, clock: FixedClock
    ) -> None:
        code = await operations.make_link_code(owner)
        for _ in range(5):
            with refusal("link_code_unknown"):
                await operations.link_chat(ZALO, "NOI 2222-CCCC")
        for guess in ("NOI 2222-CCCC", code):
            with refusal("link_code_pause", minutes=60 - clock.now().minute):
                await operations.link_chat(ZALO, guess)
        # Nobody else is concerned, and the pause ends.
        with refusal("link_code_unknown"):
            await operations.link_chat(OTHER_ZALO, "NOI 2222-CCCC")
        clock.forward(hours=1)
        with refusal("link_code_expired"):
            await operations.link_chat(ZALO, code)
        assert await operations.link_chat(ZALO, await operations.make_link_code(owner))

    async def test_one_that_was_seen_in_a_group_is_void_and_its_maker_is_told(
        self, operations: Operations, owner: Actor, stranger: Actor, database: Database
    ) -> None:
        code = await operations.make_link_code(owner)
        theirs = await operations.make_link_code(stranger)
        async with unchanged(database):
            await operations.void_link_code("K7CD2QPX")
        for _ in range(2):
            await operations.void_link_code(code)
        with refusal("link_code_unknown"):
            await operations.link_chat(ZALO, code)
        (told,) = [row for row in await rows_of(database, "pushes") if row["kind"] == "link_code_seen"]
        assert told["accountant_id"] == owner.accountant_id
        assert (await operations.link_chat(ZALO, theirs)).id == stranger.accountant_id
        # A code that was used is the maker's secret no more.
        async with unchanged(database):
            await operations.void_link_code(theirs)


class TestLinking:
    async def test_both_chats_are_the_same_person_and_it_is_written_down(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        clock.forward(minutes=1)
        await _link(operations, owner)
        assert await operations.who_is(ZALO) == await operations.who_is(chat("owner-1"))
        (event,) = await rows_of(database, "events")
        assert (event["verb"], event["accountant_id"], event["firm_id"]) == (
            Verb.CHAT_LINKED,
            owner.accountant_id,
            owner.firm_id,
        )
        assert "zalo" in event["params"]

    async def test_it_is_told_in_the_chat_that_made_the_code_and_not_in_the_new_one(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        clock.forward(minutes=1)
        await _link(operations, owner)
        working = Working(database, clock)
        await working.work()
        assert [(sent.channel, sent.address, sent.content) for sent in working.sent] == [
            (Channel.TELEGRAM, "owner-1", ChatLinkedContent(Channel.ZALO))
        ]

    @pytest.mark.parametrize("first", BOTH)
    async def test_of_two_chats_the_one_that_stays_is_told_who_took_the_others_place(
        self, first: Channel, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        """A thief with a code cannot prevent its maker from being told, whichever chat they take over."""
        await _link(operations, owner)
        working = Working(database, clock)
        await working.work()
        working.sent.clear()
        clock.forward(minutes=1)
        await _link(operations, owner, OTHER_TELEGRAM if first is Channel.TELEGRAM else OTHER_ZALO)
        await working.work()
        (told,) = working.sent
        stays = {Channel.TELEGRAM: ZALO, Channel.ZALO: chat("owner-1")}[first]
        assert (told.channel, told.address) == (stays.channel, stays.external_id)
        assert told.content == ChatLinkedContent(first)

    async def test_the_newest_chat_of_an_app_counts_and_the_earlier_one_is_a_strangers(
        self, operations: Operations, owner: Actor
    ) -> None:
        await _link(operations, owner)
        await _link(operations, owner, OTHER_ZALO)
        assert await operations.who_is(ZALO) is None
        assert (await operations.who_is(OTHER_ZALO)) == await operations.who_is(chat("owner-1"))
        assert sorted(await _channels(operations, owner)) == sorted(BOTH)

    async def test_the_only_chat_is_never_replaced(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        code = await operations.make_link_code(owner)
        async with unchanged(database):
            with refusal("link_has_channel"):
                await operations.link_chat(OTHER_TELEGRAM, code)
        assert (await operations.link_chat(ZALO, code)).id == owner.accountant_id

    async def test_the_chat_of_somebody_else_stays_theirs(
        self, operations: Operations, owner: Actor, stranger: Actor, database: Database
    ) -> None:
        await _link(operations, stranger)
        code = await operations.make_link_code(owner)
        async with unchanged(database):
            with refusal("chat_of_other"):
                await operations.link_chat(ZALO, code)
            with refusal("chat_of_other"):
                await operations.link_chat(chat("owner-2"), code)

    async def test_a_code_sent_from_the_chat_that_made_it_is_kept_for_the_other(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        code = await operations.make_link_code(owner)
        async with unchanged(database):
            with refusal("link_same_chat"):
                await operations.link_chat(chat("owner-1"), code)
        assert (await operations.link_chat(ZALO, code)).id == owner.accountant_id

    async def test_back_office_links_a_chat_that_the_next_start_leaves_alone(
        self, operations: Operations, database: Database, clock: FixedClock
    ) -> None:
        person = await back_office_person(database, clock)
        await _link(operations, person)
        assert await back_office_person(database, clock) == person
        found = await operations.who_is(ZALO)
        assert found is not None
        assert found.id == person.accountant_id


class TestUsed:
    async def test_going_over_to_another_chat_is_written_once(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        clock.forward(minutes=1)
        await _link(operations, owner)
        assert await _channels(operations, owner) == [Channel.ZALO, Channel.TELEGRAM]
        clock.forward(minutes=1)
        await operations.who_is(chat("owner-1"))
        assert await _channels(operations, owner) == [Channel.TELEGRAM, Channel.ZALO]
        clock.forward(minutes=1)
        async with unchanged(database):
            await operations.who_is(chat("owner-1"))
        await operations.who_is(ZALO)
        assert await _channels(operations, owner) == [Channel.ZALO, Channel.TELEGRAM]

    async def test_what_the_program_does_in_a_chat_is_no_use_of_it(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        clock.forward(minutes=1)
        await _link(operations, owner)
        clock.forward(minutes=1)
        async with unchanged(database):
            found = await operations.who_is(chat("owner-1"), speaks=False)
        assert found == await operations.who_is(ZALO)

    async def test_whoever_has_one_chat_writes_nothing(
        self, operations: Operations, owner: Actor, stranger: Actor, database: Database, clock: FixedClock
    ) -> None:
        clock.forward(hours=1)
        async with unchanged(database):
            await operations.who_is(chat("owner-1"))
            await operations.who_is(ZALO)


class TestUnlinking:
    async def test_the_chat_is_a_strangers_then_and_it_is_written_down(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        await _link(operations, owner)
        await operations.set_channel(owner, Channel.ZALO)
        await operations.unlink_chat(owner, Channel.ZALO, Channel.TELEGRAM)
        assert await operations.who_is(ZALO) is None
        assert await _channels(operations, owner) == [Channel.TELEGRAM]
        assert (await operations.get_preferences(owner)).preferences.channel is None
        assert [row["verb"] for row in await rows_of(database, "events")] == [
            Verb.CHAT_LINKED,
            Verb.CHAT_UNLINKED,
        ]

    async def test_never_the_one_that_speaks_nor_one_that_there_is_not(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        async with unchanged(database):
            with refusal("chat_unknown"):
                await operations.unlink_chat(owner, Channel.ZALO, Channel.TELEGRAM)
            with refusal("chat_speaking"):
                await operations.unlink_chat(owner, Channel.TELEGRAM, Channel.TELEGRAM)

    async def test_of_two_that_unlink_each_other_the_last_chat_stays(
        self, operations: Operations, owner: Actor
    ) -> None:
        await _link(operations, owner)
        await operations.unlink_chat(owner, Channel.ZALO, Channel.TELEGRAM)
        # The tap on Zalo came while that chat was still linked.
        with refusal("chat_last"):
            await operations.unlink_chat(owner, Channel.TELEGRAM, Channel.ZALO)
        assert await _channels(operations, owner) == [Channel.TELEGRAM]

    async def test_staff_that_is_removed_has_no_chat_left(
        self, operations: Operations, owner: Actor, colleague: Actor, database: Database
    ) -> None:
        await _link(operations, colleague)
        await operations.remove_staff(owner, colleague.accountant_id)
        assert await operations.who_is(ZALO) is None
        assert await operations.who_is(chat("staff-1")) is None
        assert await rows_of(database, "link_codes") == []


class TestChannel:
    async def test_only_a_chat_that_one_has_is_chosen(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        async with unchanged(database):
            for channel in (Channel.ZALO, Channel.EMAIL, Channel.CHAT):
                with refusal("chat_unknown"):
                    await operations.set_channel(owner, channel)

    async def test_the_chosen_one_comes_first_until_that_is_taken_back(
        self, operations: Operations, owner: Actor, clock: FixedClock
    ) -> None:
        clock.forward(minutes=1)
        await _link(operations, owner)
        await operations.set_channel(owner, Channel.TELEGRAM)
        view = await operations.get_preferences(owner)
        assert (view.preferences.channel, view.chats) == (
            Channel.TELEGRAM,
            (Channel.TELEGRAM, Channel.ZALO),
        )
        await operations.set_channel(owner, None)
        assert (await operations.get_preferences(owner)).chats == (Channel.ZALO, Channel.TELEGRAM)

    async def test_everything_pushed_follows_the_choice(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        await _link(operations, owner)
        working = Working(database, clock)
        await working.work()
        working.sent.clear()
        for channel in BOTH:
            await operations.set_channel(owner, channel)
            number = 10 * BOTH.index(channel) + 1
            customers = await add_customers(operations, owner, 1, first=number)
            await placed_order(operations, owner, customers)
            await working.work()
        assert [sent.channel for sent in working.sent if sent.channel in BOTH] == list(BOTH)
