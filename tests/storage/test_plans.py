"""SQLite's query plans, not times, show that ten thousand customers cost as little as ten."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from domain.activations import Outcome
from domain.candidates import names_in
from domain.chats import Channel
from domain.customers import CustomerKind
from domain.desk_search import Sought
from domain.intakes.entries import Intake, IntakeState, Standing
from domain.invoice_search import InvoiceSearch
from domain.invoices import InvoiceMoment
from domain.licences import ActivationStep
from domain.messaging.pushes import Push, RollCall
from domain.transfers import Transfer, TransferState
from services.ports import CustomerFilter, InvoiceDay, InvoiceGroup, OrderFilter
from storage.database import Database
from storage.earlier_licences import find_earlier
from storage.inbox import SqlInbox
from storage.jobs import SqlJobQueue
from storage.shared_files import SqlSharedFiles
from storage.zalo_chats import SqlZaloChats
from tests.storage.conftest import LATER, Office, open_office
from tests.storage.test_invoices import NUMBER, made
from tests.storage.test_licences import licensed, save
from tests.storage.test_orders import order_line
from tests.storage.test_payments import request
from tests.storage.test_transfers import REPORTED
from tests.support.builders import enterprise
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.databases import Databases
from tests.support.statements import watched

COUNT = 10_000


@pytest.fixture(scope="module")
def filled(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An SQLite file with a firm of ten thousand customers."""

    async def fill(url: str) -> None:
        database = Database(url)
        office = await open_office(database)
        async with database.write() as uow:
            await uow.customers.add_many(office.firm.id, [enterprise(number) for number in range(COUNT)], NOW)
        await database.close()

    with databases.fresh("sqlite", tmp_path_factory.mktemp("plans")) as url:
        asyncio.run(fill(url))
        yield Path(url.removeprefix("sqlite+aiosqlite:///"))


@pytest.fixture
async def big(filled: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """A firm with ten thousand customers, and no statistics for the planner, as in production."""
    database = Database(f"sqlite+aiosqlite:///{shutil.copy(filled, tmp_path)}")
    async with database.read() as uow:
        firm = await uow.people.firm(1)
        (owner,) = await uow.people.staff_of(firm.id)
    yield Office(database, firm, owner)
    await database.close()


async def plans(database: Database, act: Callable[[], Awaitable[Any]]) -> list[str]:
    """SQLite's plan for each statement of `act`, as a text."""
    with watched() as seen:
        await act()
    found = []
    async with database.reading() as connection:
        for statement, parameters in seen.statements:
            if not statement.startswith(("SELECT", "DELETE", "UPDATE pushes")):
                continue
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.append("\n".join(str(row.detail) for row in rows))
    return found


def is_bounded(plan: str) -> bool:
    """Whether every table is entered by an index and nothing is sorted."""
    return "TEMP B-TREE" not in plan and not scans(plan)


def scans(plan: str) -> bool:
    """Whether a whole table is looked through; values that the statement was given are none."""
    lines = [line for line in plan.splitlines() if line.startswith("SCAN")]
    return any(line != "SCAN CONSTANT ROW" and "VIRTUAL TABLE" not in line for line in lines)


@pytest.mark.parametrize("kind", [None, CustomerKind.ENTERPRISE])
@pytest.mark.parametrize("terms", [(), ("sen", "99")])
@pytest.mark.parametrize("in_draft", [False, True])
async def test_the_catalogue_is_paged_along_its_index(
    big: Office, kind: CustomerKind | None, terms: tuple[str, ...], in_draft: bool
) -> None:
    draft = await big.draft()

    async def last_page() -> None:
        async with big.database.read() as uow:
            where = CustomerFilter(big.firm.id, terms, kind)
            await uow.customers.find(where, COUNT - 8, 8, draft.id if in_draft else None)

    page, *counts = await plans(big.database, last_page)
    assert "ix_customers_list" in page
    assert is_bounded(page)
    if terms:
        # What finds few has counted them.
        assert not counts
    else:
        # A whole list is not counted.
        (count,) = counts
        assert is_bounded(count)
        assert "listed_customers USING PRIMARY KEY" in count
        assert "customers" not in re.sub("listed_customers|picked_customers", "", count)


@pytest.mark.parametrize(
    "criteria", [{"label_id": 1}, {"assignee_id": 1}, {"missing": True}, {"lapsed": 2026}], ids=str
)
async def test_each_criterion_is_looked_up_along_the_list(big: Office, criteria: dict[str, Any]) -> None:
    async def page() -> None:
        async with big.database.read() as uow:
            await uow.customers.find(CustomerFilter(big.firm.id, **criteria), 8, 8)

    for plan in await plans(big.database, page):
        if "lapsed" in criteria:
            # The scan covers only merged customers, which are few.
            assert "SCAN" not in re.sub("SCAN into_202[56]", "", plan), plan
        else:
            assert "INDEX ix_customers_list (firm_id=? AND archived=?)" in plan, plan
            assert is_bounded(plan), plan


async def test_a_list_of_customers_is_paged_without_reading_all_of_it(big: Office) -> None:
    async with big.database.write() as uow:
        given = Intake(0, big.firm.id, big.owner.id, IntakeState.CHECKED, in_order=False)
        one = await uow.intakes.add(given, NOW)

    async def taps() -> None:
        async with big.database.read() as uow:
            await uow.intakes.get(big.firm.id, one.id)
            await uow.intakes.latest_of(big.owner.id)
            await uow.intakes.entry(one.id, 7)
            await uow.intakes.holding(one.id, "0100109106")
            await uow.intakes.entries(one.id, limit=8)

    async def page() -> None:
        async with big.database.read() as uow:
            await uow.intakes.entries(one.id, (Standing.WRONG, Standing.LACKING), 8, 8, after=7)

    for plan in await plans(big.database, taps):
        assert is_bounded(plan), plan
    (plan,) = await plans(big.database, page)
    # For all wrong or lacking entries, only the positions are read, from the index alone.
    assert "COVERING INDEX ix_intake_entries_intake_id_standing_position" in plan
    assert "SCAN" not in plan, plan


async def test_what_surrounds_a_customer_is_reached_by_index(big: Office) -> None:
    async def taps() -> None:
        async with big.database.read() as uow:
            await uow.customers.merged_into(big.firm.id, 7)
            await uow.customers.declared(big.firm.id, "0100109106")
            await uow.orders.purchases(big.firm.id, [7, 8], 8)
            await uow.labels.get(big.firm.id, 1)
            await uow.labels.by_name(big.firm.id, "VIP")
            await uow.labels.of_firm(big.firm.id)
            await uow.labels.of_customers([7, 8])
            await uow.drafts.follower_of(1)
            await uow.drafts.holding([7])
            await uow.registry_answers.get(["0100109106"], NOW, NOW)

    for plan in await plans(big.database, taps):
        assert "SCAN" not in plan, plan


async def test_paging_to_the_end_shows_everyone_once(big: Office) -> None:
    seen: set[int] = set()
    async with big.database.read() as uow:
        for offset in range(0, COUNT, 500):
            page = await uow.customers.find(big.all, offset, 500)
            assert page.total == COUNT
            seen.update(customer.id for customer in page.items)
    assert len(seen) == COUNT


async def test_everything_on_the_way_of_a_tap_is_bounded(big: Office) -> None:
    draft = await big.draft()
    async with big.database.write() as uow:
        assert await uow.drafts.pick_matching(draft.id, big.all) == COUNT
    order = await big.order(draft)

    async def taps() -> None:
        async with big.database.read() as uow:
            code = enterprise(7).tax_code
            customer = await uow.customers.by_tax_code(big.firm.id, code)
            assert customer is not None
            await uow.customers.by_tax_codes(big.firm.id, [code])
            await uow.customers.sharing_login(big.firm.id, customer.phone, customer.email, customer.id)
            await uow.drafts.open_of(big.owner.id)
            await uow.drafts.lines(draft, COUNT - 8, 8)
            await uow.drafts.line(draft.id, customer.id)
            await uow.drafts.others(draft.id)
            await uow.orders.by_draft(draft.id)
            await uow.orders.by_code(order.code)
            await uow.orders.find(OrderFilter(big.firm.id), 0, 8)
            await uow.orders.find(OrderFilter(big.firm.id, big.owner.id, ("hoa",), (order.state,)), 0, 8)
            await uow.orders.lines(order.id, COUNT - 8, 8)
            await uow.orders.line(order.id, 7)
            await uow.people.names([big.owner.id])
            await uow.orders.lines_of_payment("KTAAAAAA", 10)
            await uow.orders.last_answers(big.owner.id)
            await uow.payments.get("KTAAAAAA")
            await uow.pushes.get("key")
            await uow.pushes.count_to_recipients(order.id)

    for plan in await plans(big.database, taps):
        # The few rows of one tax code or login may be sorted.
        assert "SCAN" not in plan, plan
        assert "TEMP B-TREE" not in plan or "MULTI-INDEX OR" in plan or "tax_code" in plan, plan


async def test_licences_and_runs_are_entered_by_their_indexes(big: Office) -> None:
    order, lines = await licensed(big, 3, first=COUNT)
    async with big.database.write() as uow:
        run = await uow.activations.picking(order.id, big.owner.id, NOW)
        await uow.activations.pick_all(run.id, True)
        begun = await uow.activations.begin(run.id)

    async def taps() -> None:
        async with big.database.read() as uow:
            await uow.licences.get(begun[0])
            await uow.licences.of_order(order.id, 8, 8)
            await uow.licences.of_order(order.id, 8, 8, may_activate=True)
            await uow.activations.get(run.id)
            await uow.activations.picked(run.id, begun)
            await uow.activations.running_of(begun[0])
            await uow.activations.under_way(begun[0])
            await uow.activations.counts(run.id)
            await uow.activations.items(run.id, None, 8, 8)
            await uow.activations.items(run.id, Outcome.FAILED, 8, 8)

    for plan in await plans(big.database, taps):
        assert is_bounded(plan), plan

    # The lines of a large order are not gone through for each customer that was ordered before.
    async with big.database.reading() as connection:
        line = next(one.line for one in lines if one.licence.id == begun[0])
        (plan,) = await plans(big.database, lambda: find_earlier(connection, order, line))
    assert is_bounded(plan), plan
    assert "order_lines USING COVERING INDEX ix_order_lines_order_id_tax_code" in plan

    async def counts() -> None:
        async with big.database.read() as uow:
            await uow.licences.counts(order.id)

    (plan,) = await plans(big.database, counts)
    assert "SCAN" not in plan

    async def is_over() -> None:
        async with big.database.read() as uow:
            await uow.activations.is_over(run.id)

    (plan,) = await plans(big.database, is_over)
    assert "COVERING INDEX" in plan
    assert "(run_id=? AND outcome=?)" in plan


async def test_lists_of_the_few_among_all_licences_are_indexes_of_their_own(big: Office) -> None:
    async def lists() -> None:
        async with big.database.read() as uow:
            await uow.licences.by_hand(0, 8)
            await uow.licences.failed(0, 8)

    for plan in await plans(big.database, lists):
        first, *rest = plan.split("\n")
        assert re.fullmatch("SCAN licences USING INDEX ix_licences_(by_hand|failed)", first)
        assert is_bounded("\n".join(rest)), plan


async def test_what_was_ordered_before_is_looked_up_once_a_line(big: Office) -> None:
    draft = await big.draft()
    order = await big.order(draft)
    (first,) = await big.customers([enterprise(COUNT)])
    async with big.database.write() as uow:
        await uow.payments.add_many([request(order, "KTEVENAA")])
        await uow.orders.add_lines(order.id, [order_line(1, first, "KTEVENAA")])
        (package,) = await uow.packages.on_sale()
    again = await big.draft(first, package_id=package.id, fiscal_year=2026)

    async def look() -> None:
        async with big.database.read() as uow:
            _, count = await uow.orders.ordered_before(again.id, 8)
            assert count == 1

    found = await plans(big.database, look)
    for plan in found:
        assert "SCAN" not in plan, plan
        assert "order_lines" not in plan, plan
    _, _, page, *_ = found
    assert "ordered_codes USING PRIMARY KEY (firm_id=? AND fiscal_year=? AND tax_code=?)" in page
    assert page.startswith("SEARCH draft_lines USING COVERING INDEX ix_draft_lines_draft_id_position"), page
    assert "TEMP B-TREE" not in page


async def test_what_may_be_renewed_is_found_from_the_newest_order_on(big: Office) -> None:
    order = await big.order(await big.draft())
    (first,) = await big.customers([enterprise(COUNT)])
    async with big.database.write() as uow:
        await uow.payments.add_many([request(order, "KTEVENAA")])
        await uow.orders.add_lines(order.id, [order_line(1, first, "KTEVENAA")])

    async def look() -> None:
        async with big.database.read() as uow:
            found = await uow.orders.to_renew(order.accountant_id, order.fiscal_year)
            assert found == (order.id, 1)

    for plan in await plans(big.database, look):
        assert "SCAN" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan
        assert "ordered_codes USING PRIMARY KEY (firm_id=? AND fiscal_year=? AND tax_code=?)" in plan


async def test_a_reminder_reads_only_what_it_tells(big: Office) -> None:
    async def remind() -> None:
        async with big.database.read() as uow:
            await uow.licences.orders_on_trial(big.owner.id, 2)
            for address in ("", "+84911111111"):
                await uow.licences.on_trial(big.owner.id, address, NOW, LATER, 10)

    _, lines = await licensed(big, 3, first=COUNT)
    for line in lines:
        await save(big, line, step=ActivationStep.DONE, activated_at=LATER)
    found = await plans(big.database, remind)
    assert len(found) == 8
    leads, sums, first, codes, paid_in_part, of_payer, first_of_payer, _ = found
    for plan in found:
        # The few requests that are paid in part are numbered, and then gone through.
        assert not re.search(r"^SCAN (?!anon|\(subquery)", plan, re.MULTILINE), plan
    for plan in (sums, first, codes, of_payer):
        assert "trial_hours USING PRIMARY KEY (order_id=? AND hour>? AND hour<?)" in plan
    # The numbers of an accountant are kept, and no licence is read for them.
    assert "licences" not in sums
    for plan in (leads, codes):
        assert "COVERING INDEX ix_licences_on_trial (order_id=?)" in plan
    assert "INDEX ix_licences_on_trial (order_id=?)" in first
    assert "payment_requests USING INDEX ix_payment_requests_state_amount_received (state=?)" in paid_in_part
    assert "order_lines USING INDEX ix_order_lines_payment_code_position (payment_code=?)" in paid_in_part
    assert "INDEX ix_payment_requests_order_id (order_id=?)" in of_payer
    assert "order_lines USING INDEX ix_order_lines_payment_code_position (payment_code=?)" in of_payer
    # Only the rows that are shown are read whole.
    assert "COVERING INDEX ix_licences_on_trial (order_id=? AND position=?" in of_payer
    assert "licences USING INTEGER PRIMARY KEY" in first_of_payer


async def test_a_report_enters_each_table_by_its_moment(big: Office) -> None:
    async def report() -> None:
        async with big.database.read() as uow:
            await uow.transfers.totals(NOW, LATER)
            await anext(aiter(uow.events.between(NOW, LATER)))

    found = await plans(big.database, report)
    names = ["orders_placed_at", "events_at", "transfers_received_at", "transfers_received_at"]
    names += ["licences_activated_at", "events_at"]
    for name, plan in zip(names, found, strict=True):
        assert re.match(rf"SEARCH \w+ USING (COVERING )?INDEX ix_{name} \(", plan), plan
        assert is_bounded(plan), plan


async def test_invoices_are_entered_by_their_indexes(big: Office) -> None:
    order, _ = await licensed(big, 3, first=COUNT)
    async with big.database.write() as uow:
        invoice = await made(uow, big, "one", order)

    async def taps() -> None:
        async with big.database.read() as uow:
            await uow.invoices.get(invoice.id)
            await uow.invoices.lines([invoice.id])
            await uow.invoices.waiting(invoice.day, 8)
            await uow.invoices.unnumbered(True, (invoice.day, 1), 8)
            await uow.invoices.late(invoice.day)
            await uow.invoices.last_date("1", "C26TAA")
            await uow.invoices.last_issued("1", "C26TAA")
            await uow.invoices.unsettled_before("1", "C26TAA", invoice.day)
            await uow.invoices.refused(big.owner.id, 0, 8)
            await uow.invoices.numbered([NUMBER])
            await uow.invoices.of_numbers({("C26TAA", "1")})
            await uow.invoices.files(invoice.id)
            await uow.invoices.kept_files(invoice.id)
            await uow.invoices.standings(["KTEVENAA", "KTODDAAA"], NOW, LATER)

    for plan in await plans(big.database, taps):
        assert is_bounded(plan), plan

    async def of_lines() -> None:
        async with big.database.read() as uow:
            await uow.invoices.by_keys([invoice.key])
            await uow.invoices.of_order(order.id, 0, 8)
            await uow.invoices.of_order(order.id, 0, 8, invoice.day)
            await uow.invoices.states(order.id)
            await uow.invoices.states(order.id, invoice.day)
            await uow.invoices.on_lines(order.id, 1, 3)
            await uow.invoices.with_files(order.id, 1)
            await uow.invoices.bearing(order.id, 1)
            await uow.invoices.billable(["KTEVENAA", "KTODDAAA"], ("KTEVENAA", 1), 8)
            await uow.invoices.changed(InvoiceMoment.PAID, NOW, LATER)
            await uow.invoices.changed(InvoiceMoment.ACTIVATED, NOW, LATER)

    for plan in await plans(big.database, of_lines):
        # What is sorted are the few documents of one order or line, and the codes of a day.
        # What is scanned are the values that were given, and those codes.
        assert not re.search(r"^SCAN (?!anon_1|\(subquery|\d+-ROW|CONSTANT)", plan, re.MULTILINE), plan


async def test_back_office_enters_invoices_by_their_indexes(big: Office) -> None:
    order, _ = await licensed(big, 3, first=COUNT)
    async with big.database.write() as uow:
        invoice = await made(uow, big, "one", order)
    day = InvoiceDay(invoice.day, NOW)

    async def taps() -> None:
        async with big.database.read() as uow:
            await uow.invoice_desk.counts(day)
            await uow.invoice_desk.by_hand()
            await uow.invoice_desk.stopped()
            await uow.invoice_desk.corrected_by(invoice.id)
            for group in InvoiceGroup:
                await uow.invoice_desk.group(group, day, 0, 8)
            await uow.invoice_desk.find(InvoiceSearch(number="12", series="C26TAA"), None, 0, 8)
            await uow.invoice_desk.find(InvoiceSearch(number="1234567", tax_id="1234567"), None, 0, 8)
            await uow.invoice_desk.find(InvoiceSearch(code="KTEVENAA"), order.id, 0, 8)
            await uow.invoice_corrections.of_invoice(invoice.id)
            await uow.invoice_corrections.notices_to_do(0, 8)
            await uow.invoice_corrections.get(1)

    for plan in await plans(big.database, taps):
        # What is found is sorted. What waits or is refused has its own index, which may be read whole.
        waits = r"ix_invoice(?:s_unnumbered|s_refused|_corrections_to_do)"
        assert not re.search(rf"SCAN (?!CONSTANT|\S+ USING (?:COVERING )?INDEX {waits})", plan), plan


async def test_back_office_finds_anything_by_an_index_but_words(big: Office) -> None:
    code, phone = enterprise(7).tax_code, "+84912345678"
    everything = Sought("KTAAAAAA", code, phone, 1_950_000, "FT26")

    async def search(sought: Sought) -> None:
        async with big.database.read() as uow:
            await uow.desk_search.firms(sought, 5)
            await uow.desk_search.customers(sought, 5)
            await uow.desk_search.orders(sought, 5)
            await uow.desk_search.transfers(sought, 5)
            await uow.desk_search.customer(7)

    found = "\n".join(await plans(big.database, lambda: search(everything)))
    assert not re.search(r"^SCAN (?!anon_|\(subquery|CONSTANT|found)", found, re.MULTILINE), found
    for index in (
        *("accountants_phone", "customers_tax_code", "customers_phone"),
        *("orders_total", "transfers_amount", "transfers_reference_amount"),
    ):
        assert f"INDEX ix_{index} (" in found, index
    # The words of names are looked for in an index of the customers' texts, which is narrower than they are.
    names = "\n".join(await plans(big.database, lambda: search(Sought(terms=("sen", "99")))))
    assert "SCAN customers USING COVERING INDEX ix_customers_list" in names, names


async def test_whose_a_transfer_may_be_is_found_by_indexes(big: Office) -> None:
    async def look() -> None:
        async with big.database.read() as uow:
            await uow.desk_search.open_of_amount(1_950_000, 50)
            await uow.desk_search.open_of_named(names_in("CTY hoa sen 7 ck"), [enterprise(9).tax_code], 50)
            await uow.desk_search.open_of_firm(big.firm.id, 17)
            await uow.desk_search.firms_of_total(1_950_000, 5)
            await uow.desk_search.firms_of_tax_codes(["0100109106"])

    found = "\n".join(await plans(big.database, look))
    assert not re.search(r"^SCAN (?!anon_|json_each|CONSTANT)", found, re.MULTILINE), found
    # The index holds all open requests under their state: only those that are partly paid are gone through.
    assert found.count("INDEX ix_payment_requests_state_amount_received (state=?)") == 1, found
    for index in ("payment_requests_state_amount_received", "customers_sort_key", "orders_total"):
        assert f"INDEX ix_{index} (" in found, found


async def test_what_is_old_is_found_by_its_age(big: Office) -> None:
    queue, files = SqlJobQueue(big.database), SqlSharedFiles(big.database, lambda: NOW)
    zalo = SqlZaloChats(big.database, lambda: NOW)

    async def clean_up() -> None:
        async with big.database.write() as uow:
            await uow.customers.unused(NOW, 500)
            await uow.intakes.purge(big.firm.id, NOW, 2)
            await uow.registry_answers.purge(NOW, 500)
        await queue.purge(NOW)
        await files.purge(NOW)
        await zalo.purge(NOW)

    found = await plans(big.database, clean_up)
    names = ["customers_uncatalogued", "intakes_updated_at", "registry_answers_asked_at", "jobs_settled_at"]
    names += ["upload_tickets_expires_at", "shared_files_expires_at", "zalo_menus_pushed"]
    for name, plan in zip(names, found, strict=True):
        assert re.search(rf"INDEX ix_{name} \(\w+<\?\)", plan), plan
        assert is_bounded(plan), plan


async def test_look_alikes_are_found_in_the_indexes_of_what_they_share(big: Office) -> None:
    async def look() -> None:
        async with big.database.read() as uow:
            assert (await uow.customers.look_alikes(big.firm.id, 0, 8))[1] == 0

    found, *_ = await plans(big.database, look)
    assert found.startswith("SEARCH customers USING INTEGER PRIMARY KEY"), found
    for index in ("list (firm_id=? AND archived=?", "firm_id_phone (firm_id=?", "firm_id_email (firm_id=?"):
        assert f"USING COVERING INDEX ix_customers_{index}" in found, found
    assert "INDEX uq_customers_tax_code_in_catalogue (firm_id=? AND tax_code=?)" in found, found
    assert not re.search("^SCAN", found, re.MULTILINE), found


async def test_orders_are_searched_by_one_text_each(big: Office) -> None:
    async def search(*terms: str) -> None:
        async with big.database.read() as uow:
            await uow.orders.find(OrderFilter(big.firm.id, terms=terms), 0, 8)

    (one,) = await plans(big.database, lambda: search("sen"))
    assert "order_lines" not in one
    for plan in [one, *await plans(big.database, lambda: search("sen", "99"))]:
        assert plan.startswith("SEARCH orders USING INDEX ix_orders_firm_id_id (firm_id=?)")
        assert "SEARCH order_searches USING INTEGER PRIMARY KEY" in plan
        assert is_bounded(plan), plan


async def test_what_may_be_activated_is_an_index_of_its_own(big: Office) -> None:
    async def page() -> None:
        async with big.database.read() as uow:
            await uow.orders.find(OrderFilter(big.firm.id, to_activate=True), 0, 8)

    (plan,) = await plans(big.database, page)
    assert "INDEX ix_licences_to_activate (order_id=?)" in plan
    assert is_bounded(plan), plan


async def test_a_search_of_customers_reads_their_list_alone(big: Office) -> None:
    async def search(term: str) -> None:
        async with big.database.read() as uow:
            await uow.customers.find(CustomerFilter(big.firm.id, (term,)), 0, 8)

    # What finds few is not counted as well.
    found, _page = await plans(big.database, lambda: search(enterprise(77).tax_code))
    whole, count, _page = await plans(big.database, lambda: search("sen"))
    for plan in (found, whole, count):
        assert plan == "SEARCH customers USING COVERING INDEX ix_customers_list (firm_id=? AND archived=?)"


async def test_a_search_of_orders_that_ends_on_its_page_is_not_counted_as_well(big: Office) -> None:
    draft = await big.draft()
    await big.order(draft)

    async def search(limit: int) -> None:
        async with big.database.read() as uow:
            await uow.orders.find(OrderFilter(big.firm.id, terms=("zzz",)), 0, limit)
            assert (await uow.orders.find(OrderFilter(big.firm.id), 0, limit))[1] == 1

    assert len(await plans(big.database, lambda: search(8))) == 2
    # A full page may not be the last.
    assert len(await plans(big.database, lambda: search(1))) == 3


async def test_notices_are_marked_as_read_along_their_index(big: Office) -> None:
    async def mark() -> None:
        async with big.database.write() as uow:
            await uow.pushes.mark_some_read(big.owner.id, 500, NOW)

    (plan,) = await plans(big.database, mark)
    assert "COVERING INDEX ix_pushes_notices (accountant_id=?" in plan
    assert is_bounded(plan)


async def test_sums_are_one_statement_along_the_lines(big: Office) -> None:
    draft = await big.draft()

    async def sums() -> None:
        async with big.database.read() as uow:
            await uow.drafts.sums(draft)

    (plan,) = await plans(big.database, sums)
    assert "SCAN" not in plan


async def test_a_persons_notices_are_counted_inside_their_index(big: Office) -> None:
    me = big.owner.id

    async def menu_and_list() -> None:
        async with big.database.read() as uow:
            await uow.pushes.unread(me)
            await uow.pushes.notices(me, 800, 8)
            await uow.pushes.held_of(me, 8)

    unread, page, count, held, held_count = await plans(big.database, menu_and_list)
    for plan in (unread, page, count, held_count):
        assert "INDEX ix_pushes_notices (accountant_id=?" in plan
    for plan in (unread, count, held_count):
        assert "COVERING" in plan
    for plan in (unread, page, count, held, held_count):
        assert is_bounded(plan)


async def test_what_decides_how_a_message_leaves_is_reached_by_index(big: Office) -> None:
    async def leaving() -> None:
        async with big.database.read() as uow:
            await uow.pushes.last_unasked(big.owner.id, Channel.ZALO, NOW)
            push = Push("key", Channel.CHAT, RollCall(1), big.owner.id)
            await uow.pushes.waiting_behind(push, 4)
            await uow.chats.of_accountant(big.owner.id)

    last, waiting, chats = await plans(big.database, leaving)
    assert "INDEX ix_pushes_on_zalo (accountant_id=? AND settled_at>?)" in last
    assert "INDEX ix_pushes_notices (accountant_id=?" in waiting
    assert "INDEX ix_chats_accountant_id_channel (accountant_id=?)" in chats
    for plan in (last, waiting, chats):
        assert "SCAN" not in plan


async def test_what_is_open_is_listed_along_an_index_of_that_alone(big: Office) -> None:
    async def lists() -> None:
        async with big.database.read() as uow:
            await uow.transfers.open(8, 8)
            await uow.transfers.outgoing(8, 8)
            await uow.claims.open(8, 8)
            await uow.pushes.failures_untold(big.owner.id, 8)

    indexes = ("ix_transfers_open", "ix_transfers_outgoing", "ix_transfer_claims_open")
    # Each call reads a page and a count.
    for at, plan in enumerate(await plans(big.database, lists)):
        assert f"INDEX {(*indexes, 'ix_pushes_failures_untold')[at // 2]}" in plan
        assert "TEMP B-TREE" not in plan


async def test_money_and_messages_are_reached_by_index(big: Office) -> None:
    order = await big.order(await big.draft())
    transfer = Transfer(9, REPORTED, TransferState.RECEIVED)

    async def taps() -> None:
        async with big.database.read() as uow:
            await uow.transfers.get(transfer.id)
            await uow.transfers.twin(transfer)
            await uow.transfers.shares(transfer.id)
            await uow.transfers.share(1)
            await uow.claims.get(1)
            await uow.claims.open_of("KTAAAAAA")
            await uow.claims.open_of_any(["KTAAAAAA", "KTBBBBBB"])
            await uow.transfers.choosing(order.id)
            await uow.payments.bundle(order.code)
            await uow.payments.get_many(["KTAAAAAA", "KTBBBBBB"])
            await uow.payments.of_number("96300000001")
            await uow.payments.of_orders([order.id])
            await uow.held.holds_any(big.firm.id)
            await uow.pushes.latest_of_each(RollCall(order.id))
            await uow.events.of_order(order.id, 8, 8)
            await anext(aiter(uow.events.between(NOW, LATER)))
            await uow.preferences.get(big.owner.id)
            await uow.pushes.notice(big.owner.id, 1)
            await uow.pushes.shown("key")
            await uow.pushes.latest_about(RollCall(order.id), big.owner.id)
            await uow.pushes.count_about(RollCall(order.id))
            await uow.pushes.told_about([RollCall(order.id), RollCall(order.id + 1)], big.owner.id)

    for plan in await plans(big.database, taps):
        assert is_bounded(plan), plan


async def test_what_a_transfer_names_is_reached_by_index(big: Office) -> None:
    transfer, codes = Transfer(9, REPORTED, TransferState.RECEIVED), ["KTAAAAAA", "KTBBBBBB"]

    async def match() -> None:
        async with big.database.read() as uow:
            await uow.payments.named(codes)
            await uow.transfers.booked_alike(transfer, codes)
            await uow.transfers.listed_alike(REPORTED)

    for plan in await plans(big.database, match):
        assert not scans(plan), plan


async def test_requests_are_put_in_order_by_their_first_lines(big: Office) -> None:
    async def roll_call() -> None:
        async with big.database.read() as uow:
            await uow.payments.of_order(1, 8, 8)

    (plan,) = await plans(big.database, roll_call)
    assert "COVERING INDEX ix_order_lines_payment_code_position" in plan
    # The few rows of one order are sorted.
    assert "SCAN" not in plan


async def test_due_jobs_are_found_along_their_index(big: Office) -> None:
    queue = SqlJobQueue(big.database)
    settled, created, lease = await plans(big.database, lambda: queue.lease(NOW, 20, 60))
    assert settled.startswith("SEARCH jobs USING COVERING INDEX ix_jobs_settled_at")
    assert created == "SCAN jobs"  # by its key, to the first row
    assert "ix_jobs_due (lane=? AND due_at>? AND due_at<?)" in lease
    assert "ix_jobs_due (lane=? AND due_at=?)" in lease
    assert "ix_jobs_order_key (order_key=?" in lease
    # What is looked through are the two halves, and they are not gathered first.
    assert "MATERIALIZE" not in lease
    assert is_bounded("\n".join(line for line in lease.split("\n") if not line.startswith("SCAN anon_")))
    (all_lanes,) = await plans(big.database, lambda: queue.count_due_in_all_lanes(NOW, NOW))
    assert "ix_jobs_due (lane=? AND due_at<?)" in all_lanes
    (next_due,) = await plans(big.database, queue.next_due)
    assert "SEARCH jobs USING INDEX ix_jobs_due" in next_due


async def test_updates_that_wait_are_found_among_those_alone(big: Office) -> None:
    """The search does not read the handled updates, which are kept for three days."""
    updates = SqlInbox(big.database, Channel.TELEGRAM)
    (waiting,) = await plans(big.database, lambda: updates.waiting(20, [1, 2]))
    assert "ix_inbox_waiting (channel=?" in waiting
    assert "ix_inbox_chat_id (chat_id=?" in waiting
    assert is_bounded(waiting)
    (count,) = await plans(big.database, updates.count_waiting)
    assert "ix_inbox_waiting (channel=?" in count


async def test_the_database_is_whole(big: Office) -> None:
    async with big.database.reading() as connection:
        assert (await connection.execute(text("PRAGMA integrity_check"))).scalar_one() == "ok"
