"""The people of the back office, taken from the settings at each start."""

import pytest

from domain.chats import Channel, zalo_chat_id
from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.people import Accountant, FirmState, Role
from services.back_office.people import VENDOR_TAX_CODE, ChatOfAFirm, EnsureBackOffice
from services.operations import Operations
from services.people.people import ChatIdentity
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import actor_of, chat, person
from tests.support.clock import FixedClock

LAN, HOA = (5_100_000_003, "Lan"), (5_100_000_009, "Hoa")


@pytest.fixture
def ensure(database: Database, clock: FixedClock) -> EnsureBackOffice:
    return EnsureBackOffice(database, clock, "Nhà cung cấp")


async def _in_chat(database: Database, telegram_id: int) -> Accountant | None:
    async with database.read() as uow:
        return await uow.chats.accountant_of(Channel.TELEGRAM, str(telegram_id))


async def _names(database: Database) -> list[str]:
    async with database.read() as uow:
        vendor = await uow.people.vendor_firm()
        assert vendor is not None
        assert vendor.state is FirmState.VENDOR
        return [one.name for one in await uow.people.staff_of(vendor.id)]


async def test_the_people_of_the_settings_and_no_others(database: Database, ensure: EnsureBackOffice) -> None:
    await ensure([LAN, HOA])
    assert await _names(database) == ["Lan", "Hoa"]
    lan = await _in_chat(database, LAN[0])
    assert lan is not None
    assert lan.role is Role.BACK_OFFICE
    async with unchanged(database):
        await ensure([LAN, HOA])
    await ensure([HOA])
    assert await _names(database) == ["Hoa"]
    assert await _in_chat(database, LAN[0]) is None
    async with database.read() as uow:
        assert await uow.people.names([lan.id]) == {lan.id: "Lan"}
    await ensure([])
    assert await _names(database) == []
    await ensure([LAN])
    again = await _in_chat(database, LAN[0])
    assert again is not None
    assert again.id != lan.id


async def test_another_name_is_another_person(database: Database, ensure: EnsureBackOffice) -> None:
    await ensure([LAN])
    await ensure([(LAN[0], "Lê Thu Lan")])
    assert await _names(database) == ["Lê Thu Lan"]


async def test_somebody_on_zalo_is_named_by_their_chat_there(
    operations: Operations, database: Database, ensure: EnsureBackOffice
) -> None:
    chat_id = zalo_chat_id("6ede9afa66b88fe6d6a9")
    await ensure([LAN, (chat_id, "Mai")])
    mai = await operations.who_is(ChatIdentity(Channel.ZALO, str(chat_id)))
    assert mai is not None
    assert (mai.name, mai.role) == ("Mai", Role.BACK_OFFICE)
    async with unchanged(database):
        await ensure([LAN, (chat_id, "Mai")])


async def test_whoever_stays_keeps_the_chat_that_they_linked_and_whoever_goes_loses_both(
    operations: Operations, database: Database, ensure: EnsureBackOffice
) -> None:
    await ensure([LAN, HOA])
    lan = await _in_chat(database, LAN[0])
    assert lan is not None
    zalo = ChatIdentity(Channel.ZALO, str(zalo_chat_id("6ede9afa66b88fe6d6a9")))
    await operations.link_chat(zalo, await operations.make_link_code(actor_of(lan)))
    async with unchanged(database):
        await ensure([LAN, HOA])
        # The same person in the other chat.
        await ensure([(int(zalo.external_id), LAN[1]), HOA])
    assert await operations.who_is(zalo) == lan
    code = await operations.make_link_code(actor_of(lan))
    await ensure([HOA])
    assert await operations.who_is(zalo) is None
    with refusal("link_code_unknown"):
        await operations.link_chat(zalo, code)


async def test_without_people_there_is_no_firm(database: Database, ensure: EnsureBackOffice) -> None:
    async with unchanged(database):
        await ensure([])


async def test_an_accountant_of_a_firm_is_refused_by_number_alone(
    operations: Operations, database: Database, ensure: EnsureBackOffice
) -> None:
    await operations.register_firm(chat(str(HOA[0])), person("Hoa"), "Đại lý thuế", "0300588569")
    async with unchanged(database):
        with pytest.raises(ChatOfAFirm) as refused:
            await ensure([LAN, HOA])
    assert str(HOA[0]) in str(refused.value)
    assert "Hoa" not in str(refused.value)


def test_no_firm_can_register_as_the_vendor() -> None:
    with pytest.raises(DomainError, match="tax_code_format"):
        parse_tax_code(VENDOR_TAX_CODE)
