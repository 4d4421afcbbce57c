"""One customer's personal data: handed out, erased, or kept for a reason."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import text

from domain.chats import Channel, zalo_chat_id
from domain.choices import Choice, ChoiceMenu, Typing
from domain.customers import Customer
from domain.events import Verb
from domain.files import UPLOADED, FileRef
from domain.intakes.entries import Entry, EntryField, Intake, IntakeState, ListColumn, ListSheet
from domain.invoices import Buyer, BuyerKind, InvoiceState
from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from services.catalogue.customers import Criteria
from services.operations import Operations
from services.ports.pushes import RetryLater
from services.scrubbing import Scrub
from storage.database import Database
from storage.dialog_states import DialogStorage
from storage.shared_files import UPLOADED_MIME, SqlSharedFiles
from storage.zalo_chats import SqlZaloChats
from tests.services.paying import requests_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import (
    add_customers,
    answer_draft,
    household,
    household_tax_code,
    place,
    placed_order,
    ready_draft,
)
from tests.support.clock import FixedClock
from tests.support.documents import FILES, add_document, number_of
from tests.support.rows import dump, rows_of

SECRETS = ("Bí Mật", "bimat@example.vn", "bimat@", "+84977123456", "977123456", "RIENG-1")
"""The representative's data. The rest of a household stands on its invoices."""
ON_INVOICES = ("Hộ kinh doanh Kín", "9 Ngõ Kín", household_tax_code(77))


@pytest.fixture
async def person(operations: Operations, owner: Actor) -> Customer:
    data = household(
        77,
        name="Hộ kinh doanh Kín",
        address="9 Ngõ Kín",
        representative="Bí Mật",
        email="bimat@example.vn",
        phone="+84977123456",
        own_code="",
    )
    customer = (await operations.add_customer(owner, data)).customer
    await operations.label_customer(owner, customer.id, "VIP")
    return customer


CHAT = zalo_chat_id("6ede9afa66b88fe6")
DAY = timedelta(days=1)
SENT_IN = b"Bi Mat nhu da go vao tep"


def _on_disk(database: Database, word: str) -> dict[str, int]:
    """How often a word stands in each file of the database, and in each beside it."""
    path = Path(database.url.database or "")
    beside = Path(f"{path}.files")
    written = [path, path.with_name(f"{path.name}-wal"), *(beside.iterdir() if beside.exists() else [])]
    return {one.name: one.read_bytes().count(word.encode()) for one in written if one.is_file()}


async def _places(database: Database, word: str) -> set[str]:
    """The tables and columns that hold a text."""
    return {
        f"{table}.{column}"
        for table, rows in (await dump(database)).items()
        for row in rows
        for column, value in row.items()
        if word in str(value)
    }


async def _order(operations: Operations, actor: Actor, customers: list[Customer], **how: Any) -> Order:
    return await placed_order(operations, actor, customers, package_code="HKD_BASIC", **how)


async def _deliver(
    operations: Operations, database: Database, bank: Bank, actor: Actor, order: Order
) -> None:
    """Activate and pay the order."""
    run = await operations.open_activation(actor, order.id)
    await operations.start_run(actor, run.id)
    await bank.working.work()
    for request in await requests_of(database, order):
        await bank.tells(request.code, request.amount)


async def _noted(database: Database, actor: Actor) -> list[tuple[Verb, dict[str, str | int]]]:
    async with database.read() as uow:
        found = [
            (verb, dict(event.params))
            for verb in Verb
            if verb.startswith("person_")
            for event in await uow.events.of_firm(actor.firm_id, verb)
        ]
    assert not any(word in json.dumps(found, ensure_ascii=False) for word in SECRETS + ON_INVOICES)
    return found


@pytest.mark.parametrize("recipient", [RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT])
async def test_of_who_was_erased_only_the_invoice_is_left(
    operations: Operations,
    database: Database,
    owner: Actor,
    bank: Bank,
    person: Customer,
    recipient: RecipientMode,
) -> None:
    (other,) = await add_customers(operations, owner, 1, household)
    order = await _order(operations, owner, [person, other], recipient=recipient)
    other = await operations.get_customer(owner, other.id)
    await bank.working.work()
    await _deliver(operations, database, bank, owner, order)
    assert await _places(database, "bimat@example.vn")

    assert (await operations.erase_person(owner, person.id)).done
    for word in SECRETS:
        assert await _places(database, word) == set()
    for word in ON_INVOICES:
        held = await _places(database, word)
        # These two repeat columns of the order's lines, by which orders are found.
        held -= {"order_searches.text", "ordered_codes.tax_code"}
        assert {place.partition(".")[0] for place in held} <= {"order_lines"}, held
    assert (await operations.find_customers(owner)).items == (other,)
    assert (await operations.find_customers(owner, Criteria(archived=True))).total == 0
    with refusal("customer_unknown"):
        await operations.get_customer(owner, person.id)
    view = await operations.view_order_line(owner, order.id, 1)
    assert (view.lines[0].line.name, view.lines[0].line.tax_code) == (person.name, person.tax_code)
    assert [verb for verb, _ in await _noted(database, owner)] == [
        Verb.PERSON_ERASURE_ASKED,
        Verb.PERSON_ERASED,
    ]
    async with unchanged(database):
        assert (await operations.erase_person(owner, person.id)).done
    # The tax code may be declared anew, and an order may be repeated without the erased customer.
    assert (await operations.add_customer(owner, household(77))).created
    assert (await operations.buy_again(owner, order.id)).picked == 1


async def test_the_database_file_and_its_log_forget_too(
    operations: Operations,
    database: Database,
    owner: Actor,
    colleague: Actor,
    bank: Bank,
    person: Customer,
    clock: FixedClock,
) -> None:
    """Also what was exported, sent in, shown in a window, and said in lists without a tax code."""
    if not database.has_one_writer:
        pytest.skip("files of SQLite")
    order = await _order(operations, owner, [person])
    await bank.working.work()
    await _deliver(operations, database, bank, owner, order)
    files = SqlSharedFiles(database, clock.now)
    sent_in = await files.share(SENT_IN, "a.xlsx", UPLOADED_MIME, DAY, CHAT)
    async with database.write() as uow:
        await uow.chats.unlink(owner.accountant_id)
        await uow.chats.link(Channel.ZALO, str(CHAT), owner.accountant_id, clock.now())
        sheet = ListSheet("KH", 1, (ListColumn(0, "Email", EntryField.EMAIL, (person.email,)),))
        whose, file = (0, owner.firm_id, owner.accountant_id), FileRef("zalo", f"{UPLOADED}{sent_in}", "a")
        new = Intake(*whose, IntakeState.CHECKED, False, sheets=(sheet,), file=file)
        list_ = await uow.intakes.add(new, clock.now())
        await uow.intakes.save_entries(list_.id, [Entry(1, 2, {EntryField.EMAIL: person.email})])
    exported = await files.share("Bí Mật".encode(), "khach.xlsx", "application/xlsx", DAY, CHAT)
    picture = await files.share(b"QR", "anh.png", "image/png", DAY, CHAT)
    dialogs = DialogStorage(database, clock.now)
    for name, data in (("shows", {"search": "bi mat"}), ("other", {"page": 1})):
        key = StorageKey(1, CHAT, CHAT, destiny=f"aiogd:{name}")
        await dialogs.update_data(key, data)
    zalo = SqlZaloChats(database, clock.now)
    menu = ChoiceMenu((Choice("1", "a:1", label="Hộ kinh doanh Kín"),), 1, Typing.CHOICE, clock.now())
    await zalo.keep_menu(CHAT, "A", menu)
    assert sum(_on_disk(database, "bimat@example.vn").values()) > 5

    assert (await operations.erase_person(owner, person.id)).done
    clock.forward(minutes=3)
    await bank.working.work()
    for word in (*SECRETS, "bi mat", SENT_IN.decode()):
        assert set(_on_disk(database, word).values()) == {0}, (word, _on_disk(database, word))
    assert await files.read(exported) is None
    assert await files.read(picture) is not None
    assert [row["destiny"] for row in await rows_of(database, "dialog_states")] == ["aiogd:other"]
    assert await zalo.menus(CHAT) == {}


async def test_a_scrub_waits_for_who_reads(database: Database, clock: FixedClock) -> None:
    if not database.has_one_writer:
        pytest.skip("the log of SQLite")
    async with database.reading() as reader:
        await reader.execute(text("SELECT count(*) FROM customers"))
        async with database.writing() as writer:
            await writer.execute(text("UPDATE firms SET note = 'x'"))
            await writer.execute(text("DELETE FROM reserved_codes"))
            await writer.execute(text("INSERT INTO reserved_codes (code, reserved_at) VALUES ('A', 1)"))
        with pytest.raises(RetryLater):
            await Scrub(database)()
    await Scrub(database)()


async def test_nothing_is_erased_while_an_order_needs_it(
    operations: Operations, database: Database, owner: Actor, bank: Bank, person: Customer
) -> None:
    order = await _order(operations, owner, [person])
    # Also what the order asked about accounting.
    person = await operations.get_customer(owner, person.id)
    answer = await operations.erase_person(owner, person.id)
    assert (answer.done, [one.code for one in answer.orders], answer.drafting) == (False, [order.code], ())
    assert await operations.get_customer(owner, person.id) == person
    noted = await _noted(database, owner)
    assert [verb for verb, _ in noted] == [Verb.PERSON_ERASURE_ASKED, Verb.PERSON_KEPT]
    assert noted[1][1] == {"customer": person.id, "orders": order.code, "drafts": 0}

    # The order is paid, but the vendor still needs the login.
    (request,) = await requests_of(database, order)
    await bank.tells(request.code, request.amount)
    assert not (await operations.erase_person(owner, person.id)).done
    await _deliver(operations, database, bank, owner, order)
    assert (await operations.erase_person(owner, person.id)).done


async def test_a_cancelled_order_needs_nothing(
    operations: Operations, owner: Actor, person: Customer
) -> None:
    order = await _order(operations, owner, [person])
    await operations.cancel_order(owner, order.id)
    assert (await operations.erase_person(owner, person.id)).done


async def test_nothing_is_erased_while_a_draft_holds_it(
    operations: Operations, owner: Actor, colleague: Actor, person: Customer
) -> None:
    view = await ready_draft(operations, colleague, [person], package_code="HKD_BASIC")
    answer = await operations.erase_person(owner, person.id)
    assert (answer.done, answer.orders, answer.drafting) == (False, (), ("Võ Nhân Viên 1",))
    await place(operations, colleague, view)
    order_id = (await operations.list_orders(colleague)).items[0].id
    await operations.cancel_order(colleague, order_id)
    assert (await operations.erase_person(owner, person.id)).done


async def test_those_merged_into_it_are_erased_as_well(
    operations: Operations, database: Database, owner: Actor, person: Customer
) -> None:
    (keep,) = await add_customers(operations, owner, 1, household)
    await operations.merge_customers(owner, keep.id, person.id)
    assert [one.id for one in (await operations.export_person(owner, keep.id)).copies] == [person.id]
    assert (await operations.erase_person(owner, keep.id)).done
    for word in (*SECRETS, *ON_INVOICES, keep.email, keep.name):
        assert await _places(database, word) == set()


async def test_who_was_declared_in_an_order_alone_is_erased_as_well(
    operations: Operations, database: Database, owner: Actor, bank: Bank
) -> None:
    (other,) = await add_customers(operations, owner, 1, household)
    await answer_draft(operations, owner, [other], package_code="HKD_BASIC")
    data = household(77, representative="Bí Mật", email="bimat@example.vn", phone="+84977123456")
    declared = (await operations.declare_customer(owner, data, in_catalogue=False)).customer
    await operations.confirm_draft(owner, True)
    order = await place(operations, owner, await operations.view_draft(owner))
    await _deliver(operations, database, bank, owner, order)

    person = (await operations.add_customer(owner, data)).customer
    copy = await operations.export_person(owner, person.id)
    assert [one.id for one in copy.copies] == [declared.id]
    assert [one.order.id for one in copy.purchases] == [order.id]
    assert (await operations.erase_person(owner, person.id)).done
    for word in ("Bí Mật", *SECRETS[1:5]):
        assert await _places(database, word) == set()


async def test_the_first_texts_of_a_list_are_erased_with_who_stands_in_it(
    operations: Operations, database: Database, owner: Actor, person: Customer, clock: FixedClock
) -> None:
    column = ListColumn(0, "Email", EntryField.EMAIL, (person.email,))
    sheets = (ListSheet("KH", 1, (column,)),)
    values = {EntryField.TAX_CODE: person.tax_code, EntryField.EMAIL: person.email}
    async with database.write() as uow:
        new = Intake(0, owner.firm_id, owner.accountant_id, IntakeState.CHECKED, False, sheets=sheets)
        list_ = await uow.intakes.add(new, clock.now())
        await uow.intakes.save_entries(list_.id, [Entry(1, 2, values)])
    assert (await operations.erase_person(owner, person.id)).done
    assert await _places(database, person.email) == set()
    (sheet,) = (await operations.intakes.view_intake(owner, list_.id)).intake.sheets
    assert sheet.columns == (ListColumn(0, "Email", EntryField.EMAIL),)


async def test_an_address_that_others_are_reached_by_stays_on_their_messages(
    operations: Operations, database: Database, owner: Actor, person: Customer
) -> None:
    sharing = (await operations.add_customer(owner, household(2, email=person.email))).customer
    order = await _order(operations, owner, [person, sharing])
    await operations.cancel_order(owner, order.id)
    assert (await operations.erase_person(owner, person.id)).done
    assert await _places(database, person.email) >= {"customers.email", "pushes.address"}
    assert "pushes.address" not in await _places(database, person.phone)


async def test_a_copy_holds_all_that_is_kept_and_is_noted(
    operations: Operations, database: Database, owner: Actor, colleague: Actor, person: Customer
) -> None:
    person = await operations.assign_customer(owner, person.id, colleague.accountant_id)
    mine = await _order(operations, owner, [person])
    theirs = await _order(operations, colleague, [person], fiscal_year=2027)
    person = await operations.get_customer(owner, person.id)
    data = await operations.export_person(owner, person.id)
    assert (data.customer, data.copies) == (person, ())
    assert (data.labels, data.assignee) == (("VIP",), "Võ Nhân Viên 1")
    assert [one.order.id for one in data.purchases] == [theirs.id, mine.id]
    assert {one.line.email for one in data.purchases} == {person.email}
    assert [verb for verb, _ in await _noted(database, owner)] == [
        Verb.PERSON_EXPORT_ASKED,
        Verb.PERSON_EXPORTED,
    ]


async def test_an_issued_invoice_stays_as_it_is_printed_and_forgets_its_mail(
    operations: Operations, database: Database, owner: Actor, bank: Bank, person: Customer
) -> None:
    order = await _order(operations, owner, [person])
    await bank.working.work()
    await _deliver(operations, database, bank, owner, order)
    buyer = Buyer(BuyerKind.HOUSEHOLD, person.name, person.tax_code, person.address)
    printed: dict[str, Any] = {"buyer": buyer, "email": person.email}
    issued = await add_document(database, order, files=FILES, **printed)
    waiting = await add_document(database, order, group="later", state=InvoiceState.QUEUED, **printed)
    other = await add_document(database, order, group="other", number=number_of(2), email="a@b.vn")

    data = await operations.export_person(owner, person.id)
    assert [(one.id, line.customer_name) for one, line in data.invoices] == [
        (one.id, person.name) for one in (issued, waiting, other)
    ]
    assert (await operations.erase_person(owner, person.id)).done
    async with database.read() as uow:
        found = [await uow.invoices.get(one.id) for one in (issued, waiting, other)]
        assert found == [replace(issued, email=""), waiting, other]
        assert await uow.invoices.files(issued.id) == FILES
    with refusal("invoice_no_email"):
        await operations.resend_invoice(owner, issued.id)
