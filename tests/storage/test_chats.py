"""Links between chats and accountants."""

from datetime import timedelta

from domain.chats import Channel
from domain.people import Role
from services.ports import Chat, Speaker
from storage.database import Database
from tests.storage.conftest import LATER, Office, open_office
from tests.support.clock import NOON_OF_JUNE_15 as NOW

TELEGRAM, ZALO = Channel.TELEGRAM, Channel.ZALO


async def test_a_chat_is_found_from_both_sides(office: Office) -> None:
    async with office.database.write() as uow:
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        assert await uow.chats.accountant_of(TELEGRAM, "100") == office.owner
        assert await uow.chats.address_of(TELEGRAM, office.owner.id) == "100"
        assert await uow.chats.accountant_of(Channel.SMS, "100") is None
        assert await uow.chats.accountant_of(TELEGRAM, "101") is None
        assert await uow.chats.address_of(TELEGRAM, 77) is None


async def test_the_last_push_of_a_chat_is_known_to_whoever_speaks_there(office: Office) -> None:
    async with office.database.write() as uow:
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        for message_id in (7, 9, 8):
            await uow.chats.note_push(TELEGRAM, "100", message_id)
        await uow.chats.note_push(TELEGRAM, "101", 11)
        assert await uow.chats.speaker(TELEGRAM, "100") == Speaker(office.owner, False, 9)


async def test_messages_go_to_the_chat_linked_last(office: Office) -> None:
    async with office.database.write() as uow:
        await uow.chats.link(TELEGRAM, "200", office.owner.id, NOW)
        await uow.chats.link(TELEGRAM, "100", office.owner.id, LATER)
        assert await uow.chats.address_of(TELEGRAM, office.owner.id) == "100"
        assert await uow.chats.accountant_of(TELEGRAM, "200") == office.owner


async def test_a_chat_belongs_to_whom_it_was_linked_last(office: Office) -> None:
    async with office.database.write() as uow:
        other = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        await uow.chats.link(TELEGRAM, "100", other.id, LATER)
        assert await uow.chats.accountant_of(TELEGRAM, "100") == other


async def test_a_moved_chat_goes_on_under_its_new_id(office: Office) -> None:
    async with office.database.write() as uow:
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        await uow.chats.move(TELEGRAM, "100", "-1001")
        assert await uow.chats.accountant_of(TELEGRAM, "100") is None
        assert await uow.chats.address_of(TELEGRAM, office.owner.id) == "-1001"
        await uow.chats.move(TELEGRAM, "100", "-1001")
        await uow.chats.move(TELEGRAM, "-1001", "-1001")
        assert await uow.chats.address_of(TELEGRAM, office.owner.id) == "-1001"


async def test_a_chat_moved_to_one_that_is_linked_only_ends(office: Office) -> None:
    async with office.database.write() as uow:
        other = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        await uow.chats.link(TELEGRAM, "-1001", other.id, NOW)
        await uow.chats.move(TELEGRAM, "100", "-1001")
        assert await uow.chats.accountant_of(TELEGRAM, "-1001") == other
        assert await uow.chats.accountant_of(TELEGRAM, "100") is None


async def test_whoever_is_unlinked_has_no_chat_any_more(office: Office) -> None:
    async with office.database.write() as uow:
        other = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        await uow.chats.link(TELEGRAM, "101", office.owner.id, LATER)
        await uow.chats.link(TELEGRAM, "102", other.id, NOW)
        await uow.chats.unlink(office.owner.id)
        assert await uow.chats.address_of(TELEGRAM, office.owner.id) is None
        assert await uow.chats.accountant_of(TELEGRAM, "100") is None
        assert await uow.chats.accountant_of(TELEGRAM, "102") == other


async def test_of_two_chats_the_one_used_last_comes_first(either: Database) -> None:
    office = await open_office(either)
    me, latest = office.owner.id, LATER + timedelta(hours=1)
    async with either.write() as uow:
        await uow.chats.link(TELEGRAM, "100", me, NOW)
        assert await uow.chats.speaker(TELEGRAM, "100") == Speaker(office.owner, came_over=False)
        await uow.chats.link(ZALO, "900", me, LATER)
        assert await uow.chats.speaker(TELEGRAM, "100") == Speaker(office.owner, came_over=True)
        assert await uow.chats.speaker(ZALO, "900") == Speaker(office.owner, came_over=False)
        zalo, telegram = Chat(ZALO, "900", LATER, LATER), Chat(TELEGRAM, "100", NOW, NOW)
        assert await uow.chats.of_accountant(me) == [zalo, telegram]
        await uow.chats.come_over(TELEGRAM, "100", me, latest)
        assert await uow.chats.of_accountant(me) == [Chat(TELEGRAM, "100", NOW, latest), zalo]
        assert await uow.chats.speaker(TELEGRAM, "100") == Speaker(office.owner, came_over=False)
        assert await uow.chats.speaker(ZALO, "900") == Speaker(office.owner, came_over=True)
        assert await uow.chats.speaker(ZALO, "901") is None


async def test_of_two_used_at_the_same_moment_each_may_come_over(office: Office) -> None:
    """This is so for chats linked before their use was recorded."""
    async with office.database.write() as uow:
        for channel, chat in ((TELEGRAM, "100"), (ZALO, "900")):
            await uow.chats.link(channel, chat, office.owner.id, NOW)
        assert await uow.chats.speaker(TELEGRAM, "100") == Speaker(office.owner, came_over=True)
        assert await uow.chats.speaker(ZALO, "900") == Speaker(office.owner, came_over=True)


async def test_a_tap_that_is_written_late_takes_nothing_from_a_later_one(office: Office) -> None:
    async with office.database.write() as uow:
        other = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        await uow.chats.come_over(TELEGRAM, "100", office.owner.id, LATER)
        await uow.chats.come_over(TELEGRAM, "100", office.owner.id, NOW)
        # A late tap of the chat's former owner takes nothing either.
        await uow.chats.come_over(TELEGRAM, "100", other.id, LATER + timedelta(hours=1))
        assert await uow.chats.of_accountant(office.owner.id) == [Chat(TELEGRAM, "100", NOW, LATER)]


async def test_of_several_chats_in_one_app_the_one_linked_last_is_written_to(office: Office) -> None:
    async with office.database.write() as uow:
        await uow.chats.link(TELEGRAM, "200", office.owner.id, NOW)
        await uow.chats.link(TELEGRAM, "100", office.owner.id, LATER)
        assert await uow.chats.of_accountant(office.owner.id) == [Chat(TELEGRAM, "100", LATER, LATER)]
        # Nobody comes over within one app.
        assert await uow.chats.speaker(TELEGRAM, "200") == Speaker(office.owner, came_over=False)


async def test_one_app_is_unlinked_alone(office: Office) -> None:
    async with office.database.write() as uow:
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        await uow.chats.link(ZALO, "900", office.owner.id, NOW)
        await uow.chats.unlink(office.owner.id, ZALO)
        assert await uow.chats.address_of(ZALO, office.owner.id) is None
        assert await uow.chats.address_of(TELEGRAM, office.owner.id) == "100"
