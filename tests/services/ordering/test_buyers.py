"""Questions about buyers that an order waits for."""

from dataclasses import replace

import pytest

from domain.invoices import BuyerKind
from domain.orders import Order
from domain.people import Actor
from domain.recipients import InvoiceRecipient, OtherRecipient, RecipientMode
from services.operations import Operations
from services.ordering.drafts import DraftView
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, answer_draft, other_notice, place, ready_draft

NUMBER = "001090012345"
LISTED = InvoiceRecipient("Trần Thị Mai", NUMBER, "1 Huế", "mai@b.vn", BuyerKind.PERSON)


@pytest.fixture
async def listed(operations: Operations, owner: Actor, database: Database) -> OtherRecipient:
    """A recipient of one of two customers, of which a list has not said what its number is."""
    customers = await add_customers(operations, owner, 2)
    view = await answer_draft(operations, owner, customers, RecipientMode.OTHER)
    async with database.write() as uow:
        other = OtherRecipient(0, other_notice(2), LISTED, kind_open=True)
        other = await uow.drafts.add_other(view.draft.id, other)
        unused = OtherRecipient(0, other_notice(3), replace(LISTED, email="x@b.vn"), kind_open=True)
        await uow.drafts.add_other(view.draft.id, unused)
    await operations.use_other(owner, customers[0].id, other.id)
    await operations.confirm_draft(owner, True)
    return other


async def _view(operations: Operations, owner: Actor) -> DraftView:
    return await operations.view_draft(owner)


async def _invoice(operations: Operations, owner: Actor, order: Order, position: int) -> InvoiceRecipient:
    lines = (await operations.export_order(owner, order.id)).lines
    return lines[position - 1].line.invoice


async def test_only_the_numbers_of_the_orders_buyers_are_asked(
    operations: Operations, owner: Actor, listed: OtherRecipient
) -> None:
    assert (await operations.ask_about_buyers(owner)).kinds == (listed,)


async def test_no_order_is_placed_before_it_is_said(
    operations: Operations, owner: Actor, listed: OtherRecipient, database: Database
) -> None:
    view = await _view(operations, owner)
    async with unchanged(database):
        with refusal("buyer_kind_open"):
            await place(operations, owner, view)
    await operations.say_buyer_kind(owner, listed.id, BuyerKind.HOUSEHOLD)
    assert (await _view(operations, owner)).draft.confirmed
    order = await place(operations, owner, view)
    assert await _invoice(operations, owner, order, 1) == replace(LISTED, kind=BuyerKind.HOUSEHOLD)


async def test_all_may_be_as_is_probable(
    operations: Operations, owner: Actor, listed: OtherRecipient, database: Database
) -> None:
    await operations.say_buyer_kind(owner)
    async with unchanged(database):
        await operations.say_buyer_kind(owner)
    assert (await operations.ask_about_buyers(owner)).kinds == ()
    order = await place(operations, owner, await _view(operations, owner))
    assert await _invoice(operations, owner, order, 1) == LISTED


async def test_a_kind_that_the_number_cannot_be_is_refused(
    operations: Operations, owner: Actor, listed: OtherRecipient, database: Database
) -> None:
    async with unchanged(database):
        for other_id, kind in ((listed.id, BuyerKind.COMPANY), (listed.id + 9, BuyerKind.PERSON)):
            with refusal("recipient_unknown"):
                await operations.say_buyer_kind(owner, other_id, kind)


async def test_invoices_of_the_customers_or_the_firm_ask_for_no_kind(
    operations: Operations, owner: Actor, listed: OtherRecipient
) -> None:
    for mode in (RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT):
        await operations.choose_recipient(owner, mode)
        assert (await operations.ask_about_buyers(owner)).kinds == ()


async def test_a_firm_without_address_orders_nothing_in_its_name(
    operations: Operations, owner: Actor, database: Database
) -> None:
    firm = (await operations.show_profile(owner)).firm
    async with database.write() as uow:
        await uow.people.change_firm(firm.id, firm.name, "")
    customers = await add_customers(operations, owner, 2)
    view = await ready_draft(operations, owner, customers, RecipientMode.ACCOUNTANT)
    assert (await operations.ask_about_buyers(owner)).firm == replace(firm, address="")
    async with unchanged(database):
        with refusal("firm_address_missing"):
            await place(operations, owner, view)
    await operations.change_firm(owner, "5 Láng, Hà Nội")
    assert (await operations.ask_about_buyers(owner)).firm is None
    order = await place(operations, owner, view)
    invoice = await _invoice(operations, owner, order, 2)
    assert (invoice.unit_name, invoice.address) == (firm.name, "5 Láng, Hà Nội")


async def test_orders_in_customers_names_need_no_address_of_the_firm(
    operations: Operations, owner: Actor, database: Database
) -> None:
    firm = (await operations.show_profile(owner)).firm
    async with database.write() as uow:
        await uow.people.change_firm(firm.id, firm.name, "")
    customers = await add_customers(operations, owner, 1)
    view = await ready_draft(operations, owner, customers)
    assert (await operations.ask_about_buyers(owner)).firm is None
    await place(operations, owner, view)
