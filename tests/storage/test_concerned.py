"""Whom a breach concerns: everybody who can be reached, once for each way that they are kept."""

import csv
import io
from datetime import datetime

from bot.commands.concerned import list_concerned
from domain.calendar import VIETNAM
from domain.chats import Channel
from storage.concerned import Concerned, concerned
from storage.database import Database
from tests.storage.conftest import LATER, open_office
from tests.support.builders import enterprise, enterprise_tax_code
from tests.support.clock import NOON_OF_JUNE_15 as NOW


async def _found(database: Database, **which: object) -> list[Concerned]:
    return [one async for one in concerned(database, **which)]  # type: ignore[arg-type]


async def test_people_of_a_firm_or_of_all_and_since_a_moment(either: Database) -> None:
    one, two = await open_office(either), await open_office(either, "Đại lý B", enterprise_tax_code(9))
    (customer,) = await one.customers([enterprise(1)])
    await two.customers([enterprise(2, email="", phone="")])
    async with either.write() as uow:
        await uow.monthly_statements.add(one.owner.id, None, "ke@toan.vn", LATER)
    await one.order(await one.draft(customer))

    whose = (one.firm.name, one.firm.tax_code)
    accountant = Concerned(*whose, "accountant", one.owner.name, one.owner.phone, one.owner.email)
    of_one = [
        accountant,
        Concerned(*whose, "legal representative", customer.representative, customer.phone, customer.email),
        Concerned(*whose, "statement recipient", "", "", "ke@toan.vn"),
    ]
    assert await _found(either, firm=one.firm.tax_code) == of_one
    other = accountant._replace(firm=two.firm.name, tax_code=two.firm.tax_code)
    assert set(await _found(either)) == {*of_one, other}
    assert await _found(either, since=LATER) == [of_one[-1]]
    assert await _found(either, firm="0100000000") == []


async def test_the_operator_gets_them_as_csv(either: Database) -> None:
    office = await open_office(either)
    out = io.StringIO()
    url = either.url.render_as_string(hide_password=False)
    assert await list_concerned(url, office.firm.tax_code, datetime(2026, 6, 15, tzinfo=VIETNAM), out) == 1
    header, row = csv.reader(io.StringIO(out.getvalue()))
    assert header == list(Concerned._fields)
    assert row == [
        *(office.firm.name, office.firm.tax_code, "accountant"),
        *(office.owner.name, office.owner.phone, office.owner.email),
    ]


async def test_what_is_erased_is_vacuumed_or_overwritten(either: Database) -> None:
    office = await open_office(either)
    (customer,) = await office.customers([enterprise(1, representative="Bí Mật Lắm")])
    async with either.write() as uow:
        await uow.chats.link(Channel.TELEGRAM, "7", office.owner.id, NOW)
        await uow.customers.erase(office.firm.id, customer.id, LATER)
        await uow.accounts.forget(office.owner, None, "#1")
    assert await either.scrub()
    if either.has_engine:
        async with either.reading() as connection:
            asked = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'chats'"
            await connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
            assert (await connection.exec_driver_sql(asked)).scalar_one() == 0
