"""Links between chats and accountants."""

from domain.people import Role
from domain.pushes import Channel
from tests.storage.conftest import LATER, NOW, Office

TELEGRAM = Channel.TELEGRAM


async def test_a_chat_is_found_from_both_sides(office: Office) -> None:
    async with office.database.write() as uow:
        await uow.chats.link(TELEGRAM, "100", office.owner.id, NOW)
        assert await uow.chats.accountant_of(TELEGRAM, "100") == office.owner
        assert await uow.chats.address_of(TELEGRAM, office.owner.id) == "100"
        assert await uow.chats.accountant_of(Channel.SMS, "100") is None
        assert await uow.chats.accountant_of(TELEGRAM, "101") is None
        assert await uow.chats.address_of(TELEGRAM, 77) is None


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
