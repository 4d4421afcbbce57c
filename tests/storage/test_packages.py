"""Versions of the price list."""

from dataclasses import replace

from domain.packages import Package, sample_price_list
from storage.database import Database
from tests.storage.conftest import LATER
from tests.support.clock import NOON_OF_JUNE_15 as NOW


async def put_on_sale(database: Database, *packages: Package) -> list[Package]:
    async with database.write() as uow:
        await uow.packages.replace_all(packages, LATER)
        return list(await uow.packages.on_sale())


async def test_the_price_list_comes_back_as_it_was_given(database: Database) -> None:
    sample = sample_price_list()
    async with database.write() as uow:
        assert await uow.packages.on_sale() == []
        await uow.packages.replace_all(sample, NOW)
        on_sale = await uow.packages.on_sale()
    assert [replace(package, id=0) for package in on_sale] == [replace(p, id=0) for p in sample]
    assert len({package.id for package in on_sale}) == len(sample)


async def test_a_package_that_stays_the_same_keeps_its_id(database: Database) -> None:
    first, second, *_ = sample_price_list()
    old = {package.code: package.id for package in await put_on_sale(database, first, second)}
    dearer = replace(first, price=first.price + 1)
    new = await put_on_sale(database, second, dearer)
    assert [package.code for package in new] == [second.code, first.code]
    assert new[0].id == old[second.code]
    assert new[1].id != old[first.code]
    async with database.read() as uow:
        before = await uow.packages.get(old[first.code])
        assert before is not None
        assert before.price == first.price
        assert await uow.packages.get(77) is None


async def test_an_empty_price_list_takes_everything_off_sale(database: Database) -> None:
    await put_on_sale(database, *sample_price_list())
    assert await put_on_sale(database) == []
