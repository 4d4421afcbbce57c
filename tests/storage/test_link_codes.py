"""How codes that link a chat are kept."""

from domain.link_codes import LinkCode
from storage.database import Database
from tests.storage.conftest import LATER, open_office
from tests.support.clock import NOON_OF_JUNE_15 as NOW


async def test_each_person_has_one_at_most(either: Database) -> None:
    office = await open_office(either)
    other = await open_office(either, "B", "0300000000")
    async with either.write() as uow:
        await uow.link_codes.make("first", office.owner.id, NOW)
        await uow.link_codes.make("theirs", other.owner.id, NOW)
        await uow.link_codes.make("second", office.owner.id, LATER)
        assert await uow.link_codes.get("first") is None
        assert await uow.link_codes.get("second") == LinkCode(office.owner.id, LATER, used=False)
        await uow.link_codes.mark_used("second", NOW)
        assert await uow.link_codes.get("second") == LinkCode(office.owner.id, LATER, used=True)
        await uow.link_codes.void(office.owner.id)
        assert await uow.link_codes.get("second") is None
        assert await uow.link_codes.get("theirs") == LinkCode(other.owner.id, NOW, used=False)
