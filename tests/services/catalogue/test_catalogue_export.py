"""The catalogue, or a part of it, exported."""

from domain.customers import CustomerKind
from domain.events import Verb
from domain.people import Actor
from services.catalogue.customers import EVERYONE, Criteria
from services.operations import Operations
from storage.database import Database
from tests.support.builders import add_customers, household


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
