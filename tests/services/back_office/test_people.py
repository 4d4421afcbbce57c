"""Who the back office is, as the settings say at each start."""

import pytest

from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.people import Accountant, FirmState, Role
from domain.pushes import Channel
from services.back_office.people import VENDOR_TAX_CODE, ChatOfAFirm, EnsureBackOffice
from services.operations import Operations
from storage.database import Database
from tests.services.support import unchanged
from tests.support.builders import chat, person
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
