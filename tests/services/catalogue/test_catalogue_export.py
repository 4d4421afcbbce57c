"""The catalogue, or a part of it, exported."""

from datetime import date

from domain.customers import CustomerKind
from domain.events import Verb
from domain.intakes.checking import with_entry
from domain.people import Actor
from gateways.workbooks.export import OpenpyxlWriter
from gateways.workbooks.reading import read_file
from services.catalogue.customers import EVERYONE, Criteria
from services.operations import Operations
from storage.database import Database
from tests.support.builders import add_customers, enterprise, household
from texts.catalogue.catalogue_export import table


async def test_an_export_comes_back_as_it_went(operations: Operations, owner: Actor) -> None:
    """With its start, costing and income method."""
    data = enterprise(
        1,
        regime="TT58",
        vat_method="KHAU_TRU",
        income_method="CIT_RATE",
        first_month=4,
        data_start=date(2026, 4, 1),
        costing="fifo",
    )
    await operations.add_customer(owner, data)
    sheet = table(await operations.export_catalogue(owner, EVERYONE))
    content = await OpenpyxlWriter().write([sheet])
    (entry,) = read_file(content, {}).entries()
    assert entry.problems == ()
    assert with_entry(None, entry) == data


async def test_all_that_match_are_taken_with_labels_and_who_looks_after_them(
    operations: Operations, database: Database, owner: Actor, colleague: Actor, stranger: Actor
) -> None:
    companies = await add_customers(operations, owner, 9)
    (shop,) = await add_customers(operations, owner, 1, household)
    await operations.label_customer(owner, shop.id, "Chợ, VIP")
    shop = await operations.assign_customer(owner, shop.id, colleague.accountant_id)
    await operations.archive_customer(owner, companies[0].id, True)

    everyone = await operations.export_catalogue(owner, EVERYONE)
    assert [row.customer for row in everyone] == [*companies[1:], shop]
    (row,) = await operations.export_catalogue(colleague, Criteria(kind=CustomerKind.HOUSEHOLD))
    assert (row.customer, row.labels, row.assignee) == (shop, ("Chợ", "VIP"), "Võ Nhân Viên 1")
    assert await operations.export_catalogue(stranger, EVERYONE) == ()
    async with database.read() as uow:
        noted = await uow.events.of_firm(owner.firm_id, Verb.CATALOGUE_EXPORTED)
    assert [(event.accountant_id, dict(event.params)) for event in noted] == [
        (colleague.accountant_id, {"customers": 1}),
        (owner.accountant_id, {"customers": 9}),
    ]
