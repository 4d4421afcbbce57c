"""Placing: a ticked draft becomes exactly one order, with everything that follows from it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations as AlembicOperations
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from domain.accounting import default_accounting
from domain.chats import Channel
from domain.codes import is_code
from domain.customers import CustomerField, CustomerKind
from domain.invoices import BuyerKind
from domain.messaging.pushes import PushState
from domain.orders import Order, OrderLine, OrderState
from domain.packages import sample_price_list
from domain.payments import PAYMENT_DAYS, PaymentRequest, PaymentState
from domain.people import Actor
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode, customer_invoice
from services.catalogue.customers import EVERYONE
from services.operations import Operations, build_operations
from services.ordering.drafts import DraftView
from services.ports import Turn, UnitOfWork, Units
from storage.database import Database
from storage.units import SqlUnitOfWork
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    CHANNELS,
    FISCAL_YEAR,
    PAYEE,
    add_customers,
    answer_draft,
    drop_draft,
    enterprise,
    household,
    other_invoice,
    other_notice,
    package,
    place,
    placed_order,
    ready_draft,
    start_draft,
)
from tests.support.clock import FixedClock
from tests.support.rows import dump, rows_of
from tests.support.workbooks import JsonWorkbooks

DEFAULT = default_accounting(CustomerKind.ENTERPRISE, FISCAL_YEAR)
PRICE = 1_950_000


async def _stored(database: Database, order: Order) -> tuple[list[OrderLine], list[PaymentRequest]]:
    """All lines of an order, and its payment requests."""
    async with database.read() as uow:
        lines = await uow.orders.lines(order.id, 0, 10_000)
        return list(lines), list(await uow.payments.of_order(order.id))


async def _add_up(database: Database, order: Order) -> None:
    """Assert what holds for every order: sums, codes, one payment request for each line."""
    lines, requests = await _stored(database, order)
    assert order.line_count == len(lines) == sum(request.line_count for request in requests)
    assert order.total == sum(line.amount for line in lines) == sum(request.amount for request in requests)
    assert {line.payment_code for line in lines} == {request.code for request in requests}
    for request in requests:
        paid_for = [line for line in lines if line.payment_code == request.code]
        assert (request.line_count, request.amount) == (len(paid_for), sum(line.amount for line in paid_for))
        assert {line.notice for line in paid_for} == {request.notice}
    codes = [request.code for request in requests]
    assert len(set(codes)) == len(codes)
    assert all(map(is_code, [order.code, *codes]))
    # One customer of an accountant who pays has the order's code; several have one each.
    alone = order.recipient is RecipientMode.ACCOUNTANT and len(codes) == 1
    assert (order.code in codes) is alone
    assert [line.position for line in lines] == list(range(1, len(lines) + 1))
    assert {line.kind for line in lines} == {order.kind}


class TestWhoGetsWhat:
    async def test_each_customer_gets_their_own_request_and_invoice(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        # Two customers with one representative still pay separately.
        twin = enterprise(3, representative=customers[0].representative, email=customers[0].email)
        twin = replace(twin, phone=customers[0].phone)
        customers.append((await operations.add_customer(owner, twin)).customer)
        view = await ready_draft(operations, owner, customers, RecipientMode.CUSTOMER)
        order = await place(operations, owner, view)
        await _add_up(database, order)
        lines, requests = await _stored(database, order)
        assert len(requests) == 3
        for line, customer in zip(lines, customers, strict=True):
            assert line.customer_id == customer.id
            assert line.notice == NoticeRecipient(customer.representative, customer.email, customer.phone)
            assert line.invoice == InvoiceRecipient(
                customer.name, customer.tax_code, customer.address, customer.email, BuyerKind.COMPANY
            )
        for request in requests:
            assert (request.amount, request.line_count, request.payee) == (PRICE, 1, PAYEE)
            assert (request.state, request.recipient) == (PaymentState.AWAITING, RecipientMode.CUSTOMER)
            assert request.due_at == clock.now() + timedelta(days=PAYMENT_DAYS)

    @pytest.mark.parametrize("count", [1, 3])
    async def test_the_accountant_has_a_request_for_each_customer_and_one_code_for_all(
        self, count: int, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, count)
        order = await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
        await _add_up(database, order)
        profile = await operations.show_profile(owner)
        lines, requests = await _stored(database, order)
        assert [(request.amount, request.line_count) for request in requests] == [(PRICE, 1)] * count
        async with database.read() as uow:
            whole = await uow.payments.bundle(order.code)
        first = requests[0]
        assert whole == replace(first, code=order.code, amount=count * PRICE, line_count=count)
        me = profile.accountant
        for line in lines:
            assert line.notice == NoticeRecipient(me.name, me.email, me.phone)
            assert line.invoice == InvoiceRecipient(
                profile.firm.name, profile.firm.tax_code, profile.firm.address, me.email, BuyerKind.COMPANY
            )
            assert line.invoice.address

    async def test_lines_of_the_same_other_recipient_share_a_request(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 4)
        await answer_draft(operations, owner, customers, RecipientMode.OTHER)
        own = await operations.declare_other(owner, other_notice(2), None, customers[1].id)
        await operations.use_other(owner, customers[3].id, own.id)
        await operations.confirm_draft(owner, True)
        order = await place(operations, owner, await operations.view_draft(owner))
        await _add_up(database, order)
        lines, requests = await _stored(database, order)
        assert sorted((request.line_count, request.notice.name) for request in requests) == [
            (2, other_notice(1).name),
            (2, other_notice(2).name),
        ]
        assert [line.notice for line in lines] == [other_notice(1), other_notice(2)] * 2
        # Without invoice details the invoice is in the customer's name and goes to the recipient.
        assert [line.invoice for line in lines] == [
            other_invoice(1),
            customer_invoice(customers[1], other_notice(2).email),
            other_invoice(1),
            customer_invoice(customers[3], other_notice(2).email),
        ]

    async def test_a_recipient_declared_in_vain_gets_nothing(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await answer_draft(operations, owner, customers, RecipientMode.OTHER)
        await operations.declare_other(owner, other_notice(2), None, customers[0].id)
        await operations.confirm_draft(owner, True)
        view = await operations.view_draft(owner)
        assert view.recipient_count == 1
        order = await place(operations, owner, view)
        _, (request,) = await _stored(database, order)
        assert request.notice == other_notice(2)

    async def test_a_recipient_declared_for_another_choice_is_forgotten(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        await answer_draft(operations, owner, customers, RecipientMode.OTHER)
        await operations.choose_recipient(owner, RecipientMode.CUSTOMER)
        await operations.confirm_draft(owner, True)
        order = await place(operations, owner, await operations.view_draft(owner))
        lines, requests = await _stored(database, order)
        assert len(requests) == 2
        assert [line.notice.email for line in lines] == [customer.email for customer in customers]


class TestWhatIsOrdered:
    async def test_an_order_says_what_the_draft_said(
        self, operations: Operations, owner: Actor, clock: FixedClock
    ) -> None:
        customers = await add_customers(operations, owner, 2, household)
        view = await ready_draft(
            operations, owner, customers, RecipientMode.CUSTOMER, "HKD_PLUS", FISCAL_YEAR + 1
        )
        order = await place(operations, owner, view)
        assert order == Order(
            id=order.id,
            code=order.code,
            firm_id=owner.firm_id,
            accountant_id=owner.accountant_id,
            draft_id=view.draft.id,
            package_name="Hộ kinh doanh Plus",
            kind=CustomerKind.HOUSEHOLD,
            fiscal_year=FISCAL_YEAR + 1,
            recipient=RecipientMode.CUSTOMER,
            line_count=2,
            total=view.total,
            state=OrderState.PLACED,
            placed_at=clock.now(),
            package_code="HKD_PLUS",
        )

    async def test_every_line_carries_its_accounting(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        kept = (await operations.add_customer(owner, enterprise(1, vat_method="TT_GTGT"))).customer
        own, plain = await add_customers(operations, owner, 2, first=2)
        await answer_draft(operations, owner, [kept, own, plain])
        exception = replace(DEFAULT, regime="TT133", first_month=7)
        await operations.set_line_accounting(owner, own.id, exception)
        reviewed = [
            (await operations.review_line(owner, customer.id)).accounting for customer in (kept, own, plain)
        ]
        await operations.confirm_draft(owner, True)
        order = await place(operations, owner, await operations.view_draft(owner))
        lines, _ = await _stored(database, order)
        assert [line.accounting for line in lines] == reviewed
        assert reviewed == [replace(DEFAULT, vat_method="TT_GTGT"), exception, DEFAULT]

    async def test_price_and_tax_are_copied_and_add_up(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        starter = await package(operations, owner, "STARTER")
        async with database.write() as uow:
            await uow.packages.replace_all([replace(starter, price=999_999, vat_rate=8)], clock.now())
        customers = await add_customers(operations, owner, 3)
        order = await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
        await _add_up(database, order)
        lines, _ = await _stored(database, order)
        assert {(line.price, line.vat_rate, line.amount) for line in lines} == {(999_999, 8, 1_079_999)}
        assert order.total == 3 * 1_079_999

    async def test_nothing_that_happens_later_changes_the_order(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        order = await placed_order(operations, owner, customers, RecipientMode.OTHER)
        tables = ("orders", "order_lines", "payment_requests", "draft_lines", "draft_others")
        before = await dump(database)
        for field, text in (
            (CustomerField.NAME, "Tên mới"),
            (CustomerField.EMAIL, "moi@moi.vn"),
            (CustomerField.PHONE, "0999999999"),
            (CustomerField.TAX_CODE, enterprise(50).tax_code),
            (CustomerField.KIND, "hộ kinh doanh"),
        ):
            await operations.edit_customer(owner, customers[0].id, field, text)
        await operations.archive_customer(owner, customers[1].id, True)
        async with database.write() as uow:
            dearer = [replace(one, price=one.price * 2) for one in sample_price_list()]
            await uow.packages.replace_all(dearer, clock.now())
        await start_draft(operations, owner, RecipientMode.OTHER)
        await operations.declare_other(owner, other_notice(9), None)
        await drop_draft(operations, owner)
        after = await dump(database)
        assert {table: after[table] for table in tables} == {table: before[table] for table in tables}
        assert (await operations.view_order(owner, order.id)).order == order

    async def test_a_customer_declared_in_the_order_alone_is_ordered(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        await start_draft(operations, owner)
        declared = (await operations.declare_customer(owner, enterprise(1), False)).customer
        await operations.set_common_accounting(owner, DEFAULT)
        await operations.confirm_draft(owner, True)
        order = await place(operations, owner, await operations.view_draft(owner))
        lines, _ = await _stored(database, order)
        assert [(line.customer_id, line.name) for line in lines] == [(declared.id, declared.name)]

    async def test_the_next_order_begins_anew(self, operations: Operations, owner: Actor) -> None:
        customers = await add_customers(operations, owner, 1)
        first = await placed_order(operations, owner, customers)
        assert await operations.find_draft(owner) is None
        draft = await operations.open_draft(owner)
        assert draft.id != first.draft_id
        assert (draft.package_id, draft.fiscal_year, draft.recipient) == (None, None, None)
        second = await placed_order(operations, owner, customers, fiscal_year=FISCAL_YEAR + 1)
        assert second.id != first.id
        assert second.code != first.code


class TestWhatGoesOut:
    @pytest.mark.parametrize("channels", [(), (Channel.EMAIL,), CHANNELS], ids=len)
    @pytest.mark.parametrize("recipient", RecipientMode)
    async def test_as_many_messages_as_were_announced(
        self,
        operations: Operations,
        owner: Actor,
        database: Database,
        clock: FixedClock,
        channels: tuple[Channel, ...],
        recipient: RecipientMode,
    ) -> None:
        operations = build_operations(database, clock, PAYEE, channels, JsonWorkbooks())
        customers = await add_customers(operations, owner, 3)
        view = await ready_draft(operations, owner, customers, recipient)
        if recipient is RecipientMode.OTHER:
            await operations.declare_other(owner, other_notice(2), None, customers[0].id)
            await operations.confirm_draft(owner, True)
            view = await operations.view_draft(owner)
        order = await place(operations, owner, view)
        pushes = await rows_of(database, "pushes")
        in_chat = [push for push in pushes if push["channel"] == Channel.CHAT]
        outside = [push for push in pushes if push["channel"] != Channel.CHAT]
        assert len(outside) == view.message_count
        async with database.read() as uow:
            assert await uow.pushes.count_to_recipients(order.id) == view.message_count
        assert {(push["accountant_id"], push["address"]) for push in in_chat} == {(owner.accountant_id, "")}
        kinds = [push["kind"] for push in in_chat]
        if recipient is RecipientMode.ACCOUNTANT:
            assert kinds == ["order_placed", "payment_instruction"]
            assert in_chat[1]["about"] == order.code
        else:
            assert kinds == ["order_placed"]
        _, requests = await _stored(database, order)
        expected = {
            (request.code, channel, address)
            for request in requests
            for channel, address in (
                (Channel.EMAIL, request.notice.email),
                (Channel.SMS, request.notice.phone),
            )
            if channel in channels and recipient is not RecipientMode.ACCOUNTANT
        }
        assert {(push["about"], push["channel"], push["address"]) for push in outside} == expected

    async def test_every_push_has_one_job_behind_those_to_the_same_address(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        await placed_order(operations, owner, customers)
        pushes, jobs = await rows_of(database, "pushes"), await rows_of(database, "jobs")
        assert {push["state"] for push in pushes} == {PushState.QUEUED}
        assert [job["key"] for job in jobs] == [f"push:{push['key']}" for push in pushes]
        assert [job["order_key"] for job in jobs] == [
            f"chat:accountant-{owner.accountant_id}",
            *(
                f"{channel}:{address}"
                for customer in customers
                for channel, address in (("email", customer.email), ("sms", customer.phone))
            ),
        ]


class TestOnce:
    async def test_placing_again_gives_the_order_that_stands(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        view = await ready_draft(operations, owner, customers)
        order = await place(operations, owner, view)
        clock.forward(days=40)
        async with unchanged(database):
            for shown_total in (view.total, 0, 1):
                assert await operations.place_order(owner, view.draft.id, shown_total) == order

    async def test_a_late_tap_is_no_order_of_the_draft_begun_since(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        view = await ready_draft(operations, owner, customers)
        order = await place(operations, owner, view)
        await ready_draft(operations, owner, customers)
        async with unchanged(database):
            assert await place(operations, owner, view) == order

    async def test_twenty_taps_at_once_place_one_order(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 3)
        view = await ready_draft(operations, owner, customers)
        outcomes = await place_at_once(operations, owner, view)
        assert len({order.id for order in outcomes if isinstance(order, Order)}) == 1
        assert all(isinstance(outcome, Order) for outcome in outcomes)
        (order,) = await rows_of(database, "orders")
        assert order["draft_id"] == view.draft.id
        counts = {table: len(rows) for table, rows in (await dump(database)).items()}
        assert (counts["order_lines"], counts["payment_requests"]) == (3, 3)
        assert counts["pushes"] == counts["jobs"] == 1 + view.message_count

    @pytest.mark.parametrize("is_unique", [True, False])
    async def test_without_turns_only_the_unique_draft_keeps_twenty_taps_from_twenty_orders(
        self,
        operations: Operations,
        owner: Actor,
        database: Database,
        database_url: str,
        clock: FixedClock,
        is_unique: bool,
    ) -> None:
        """The control for the test above, which would fail without both guards."""
        customers = await add_customers(operations, owner, 3)
        view = await ready_draft(operations, owner, customers)
        if not is_unique:
            async with database.writing() as connection:
                await connection.run_sync(_let_drafts_have_many_orders)
        loose = NoTurns(database_url, together=20)
        outcomes = await place_at_once(
            build_operations(loose, clock, PAYEE, CHANNELS, JsonWorkbooks()), owner, view
        )
        await loose.close()
        placed = [outcome for outcome in outcomes if isinstance(outcome, Order)]
        assert len(placed) == len(await rows_of(database, "orders")) == (1 if is_unique else 20)
        refused = [outcome for outcome in outcomes if not isinstance(outcome, Order)]
        assert all(isinstance(outcome, IntegrityError) for outcome in refused)

    async def test_accountants_place_side_by_side(
        self, operations: Operations, owner: Actor, colleague: Actor, stranger: Actor, database: Database
    ) -> None:
        views: dict[Actor, DraftView] = {}
        for number, actor in enumerate((owner, colleague, stranger)):
            customers = await add_customers(operations, actor, 2, first=1 + 2 * number)
            views[actor] = await ready_draft(operations, actor, customers)
        orders = await asyncio.gather(*(place(operations, actor, view) for actor, view in views.items()))
        assert [order.accountant_id for order in orders] == [actor.accountant_id for actor in views]
        assert len({order.code for order in orders}) == 3
        for order in orders:
            await _add_up(database, order)


class TestRefusals:
    @pytest.fixture
    async def view(self, operations: Operations, owner: Actor) -> DraftView:
        return await ready_draft(operations, owner, await add_customers(operations, owner, 2))

    async def test_another_total_than_the_one_shown(
        self, operations: Operations, owner: Actor, view: DraftView, database: Database
    ) -> None:
        async with unchanged(database):
            for shown in (0, view.total - 1, view.total + 1, -view.total):
                with refusal("total_changed", shown=shown, total=view.total):
                    await operations.place_order(owner, view.draft.id, shown)

    async def test_a_change_since_the_last_screen_needs_another_tick(
        self, operations: Operations, owner: Actor, colleague: Actor, view: DraftView, database: Database
    ) -> None:
        held = (await operations.review_lines(owner)).lines[0].line.customer
        await operations.edit_customer(colleague, held.id, CustomerField.EMAIL, "khac@khac.vn")
        async with unchanged(database):
            with refusal("draft_not_confirmed"):
                await place(operations, owner, view)

    async def test_a_line_that_became_incomplete_or_left(
        self, operations: Operations, owner: Actor, view: DraftView, database: Database
    ) -> None:
        await operations.choose_recipient(owner, RecipientMode.OTHER)
        await operations.confirm_draft(owner, True)
        async with unchanged(database):
            with refusal("draft_incomplete", count=2):
                await place(operations, owner, view)
        await operations.pick_matching(owner, EVERYONE, False)
        await operations.confirm_draft(owner, True)
        with refusal("draft_empty"):
            await place(operations, owner, view)

    async def test_someone_elses_draft(
        self,
        operations: Operations,
        owner: Actor,
        colleague: Actor,
        stranger: Actor,
        view: DraftView,
        database: Database,
    ) -> None:
        order = await place(operations, owner, view)
        async with unchanged(database):
            for actor in (colleague, stranger):
                with refusal("draft_gone"):
                    await place(operations, actor, view)
            with refusal("draft_gone"):
                await operations.place_order(owner, 999_999, view.total)
        assert await place(operations, owner, view) == order

    async def test_a_package_that_left_the_price_list(
        self, operations: Operations, owner: Actor, view: DraftView, database: Database, clock: FixedClock
    ) -> None:
        """A new price is a new package, which must be chosen, seen and ticked."""
        async with database.write() as uow:
            dearer = [replace(one, price=one.price + 1) for one in sample_price_list()]
            await uow.packages.replace_all(dearer, clock.now())
        async with unchanged(database):
            with refusal("package_unknown"):
                await place(operations, owner, view)
        await operations.choose_package(owner, (await package(operations, owner, "STARTER")).id)
        await operations.confirm_draft(owner, True)
        with refusal("total_changed", shown=view.total, total=view.total + 2):
            await place(operations, owner, view)
        assert (await operations.place_order(owner, view.draft.id, view.total + 2)).total == view.total + 2

    async def test_a_price_list_with_the_same_package_leaves_the_draft_valid(
        self, operations: Operations, owner: Actor, view: DraftView, database: Database, clock: FixedClock
    ) -> None:
        async with database.write() as uow:
            await uow.packages.replace_all(sample_price_list(), clock.now())
        assert (await place(operations, owner, view)).total == view.total

    async def test_a_year_that_is_over(
        self, operations: Operations, owner: Actor, view: DraftView, database: Database, clock: FixedClock
    ) -> None:
        clock.set(datetime(2027, 12, 31, 17, 0, tzinfo=UTC))
        async with unchanged(database):
            with refusal("fiscal_year_not_offered", year=FISCAL_YEAR):
                await place(operations, owner, view)
        clock.forward(seconds=-1)
        assert (await place(operations, owner, view)).fiscal_year == FISCAL_YEAR


class TestAllOrNothing:
    """Rows, pushes and jobs are written in one transaction."""

    @pytest.mark.parametrize("recipient", RecipientMode)
    async def test_a_failure_before_the_commit_leaves_no_row_at_all(
        self,
        operations: Operations,
        owner: Actor,
        database: Database,
        database_url: str,
        clock: FixedClock,
        recipient: RecipientMode,
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        view = await ready_draft(operations, owner, customers, recipient)

        def fail(moment: str) -> None:
            raise OSError(moment)

        failing = Database(database_url, on_commit=fail)
        doomed = build_operations(failing, clock, PAYEE, CHANNELS, JsonWorkbooks())
        async with unchanged(database):
            with pytest.raises(OSError, match="before"):
                await place(doomed, owner, view)
        await failing.close()
        assert (await place(operations, owner, view)).total == view.total

    async def test_an_answer_lost_after_the_commit_is_given_again(
        self,
        operations: Operations,
        owner: Actor,
        database: Database,
        database_url: str,
        clock: FixedClock,
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        view = await ready_draft(operations, owner, customers)

        def fail(moment: str) -> None:
            if moment == "after":
                raise OSError(moment)

        failing = Database(database_url, on_commit=fail)
        doomed = build_operations(failing, clock, PAYEE, CHANNELS, JsonWorkbooks())
        with pytest.raises(OSError, match="after"):
            await place(doomed, owner, view)
        await failing.close()
        (row,) = await rows_of(database, "orders")
        async with unchanged(database):
            assert (await place(operations, owner, view)).id == row["id"]

    @pytest.mark.parametrize(
        "at", ["payments.add_many", "orders.add_lines", "pushes.add_many", "jobs.enqueue"]
    )
    async def test_a_failure_half_way_leaves_no_row_at_all(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock, at: str
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        view = await ready_draft(operations, owner, customers)

        def spoil(uow: UnitOfWork) -> None:
            repository, method = at.split(".")

            async def fail(*arguments: object) -> None:
                raise OSError(at)

            setattr(getattr(uow, repository), method, fail)

        doomed = build_operations(Altered(database, spoil), clock, PAYEE, CHANNELS, JsonWorkbooks())
        async with unchanged(database):
            with pytest.raises(OSError, match=at):
                await place(doomed, owner, view)


class TestCodes:
    async def test_a_code_that_is_taken_is_drawn_again(
        self, operations: Operations, owner: Actor, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        first = await placed_order(operations, owner, customers)
        _, requests = await _stored(database, first)
        fresh = ["KTC2C2222", "KTD3D3333", "KTF4F4444"]
        drawn = [first.code, *(request.code for request in requests), *fresh[:1] * 3, *fresh]
        codes = iter(drawn)
        monkeypatch.setattr("services.money.naming.new_code", lambda: next(codes))
        second = await placed_order(operations, owner, customers, fiscal_year=FISCAL_YEAR + 1)
        _, again = await _stored(database, second)
        assert {second.code, *(request.code for request in again)} == set(fresh)

    async def test_no_code_is_given_twice_in_a_large_order(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        await start_draft(operations, owner)
        async with database.write() as uow:
            many = [enterprise(number) for number in range(1000)]
            await uow.customers.add_many(owner.firm_id, many, datetime(2026, 1, 1, tzinfo=UTC))
        assert await operations.pick_matching(owner, EVERYONE, True) == 1000
        await operations.set_common_accounting(owner, DEFAULT)
        await operations.confirm_draft(owner, True)
        order = await place(operations, owner, await operations.view_draft(owner))
        await _add_up(database, order)
        assert order.total == 1000 * PRICE


class _Alone:
    """`Units` in which no change shares its transaction."""

    @asynccontextmanager
    async def write(self, *turns: Turn) -> AsyncIterator[UnitOfWork]:
        raise NotImplementedError
        yield

    async def write_together(self, change: Callable[[UnitOfWork], Awaitable[None]], *turns: Turn) -> None:
        async with self.write(*turns) as uow:
            await change(uow)


class Altered(_Alone):
    """`Units` that changes every unit of work before it is used."""

    def __init__(self, units: Units, change: Callable[[UnitOfWork], None]) -> None:
        self._units = units
        self._change = change

    @asynccontextmanager
    async def write(self, *turns: Turn) -> AsyncIterator[UnitOfWork]:
        async with self._units.write(*turns) as uow:
            self._change(uow)
            yield uow

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        async with self._units.read() as uow:
            yield uow


class NoTurns(_Alone):
    """`Units` without turns and transactions: all writers look for the order before any one places it."""

    def __init__(self, url: str, together: int) -> None:
        self._engine = create_async_engine(url, isolation_level="AUTOCOMMIT", pool_size=together)
        self._all_have_looked = asyncio.Barrier(together)

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def write(self, *turns: Turn) -> AsyncIterator[UnitOfWork]:
        async with self._engine.connect() as connection:
            uow = SqlUnitOfWork(connection)
            look = uow.orders.by_draft

            async def look_together(draft_id: int) -> Order | None:
                found = await look(draft_id)
                await self._all_have_looked.wait()
                return found

            uow.orders.by_draft = look_together  # type: ignore[method-assign]
            yield uow

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        async with self._engine.connect() as connection:
            yield SqlUnitOfWork(connection)


def _let_drafts_have_many_orders(connection: Connection) -> None:
    operations = AlembicOperations(MigrationContext.configure(connection))
    with operations.batch_alter_table("orders") as orders:
        orders.drop_constraint("uq_orders_draft_id", type_="unique")


async def place_at_once(
    operations: Operations, actor: Actor, view: DraftView, times: int = 20
) -> list[Order | BaseException]:
    return await asyncio.gather(
        *(place(operations, actor, view) for _ in range(times)), return_exceptions=True
    )


async def test_what_an_order_asked_is_not_asked_again(
    operations: Operations, owner: Actor, colleague: Actor
) -> None:
    customers = await add_customers(operations, owner, 3)
    await ready_draft(operations, colleague, customers, fiscal_year=FISCAL_YEAR + 1)
    view = await answer_draft(operations, owner, customers)
    assert view.draft.accounting is not None
    answer = replace(view.draft.accounting, regime="TT133")
    await operations.set_common_accounting(owner, answer)
    own = replace(answer, vat_method="TT_DOANH_THU", data_start=date(FISCAL_YEAR, 3, 1))
    await operations.set_line_accounting(owner, customers[0].id, own)
    await operations.confirm_draft(owner, True)
    await place(operations, owner, await operations.view_draft(owner))
    kept = [await operations.get_customer(owner, customer.id) for customer in customers]
    assert [(one.regime, one.vat_method, one.data_start) for one in kept] == [
        ("TT133", "TT_DOANH_THU", date(FISCAL_YEAR, 3, 1)),
        ("TT133", "KHAU_TRU", None),
        ("TT133", "KHAU_TRU", None),
    ]
    # A colleague's draft would have something else now, so its tick is gone.
    view = await operations.view_draft(colleague)
    assert (view.draft.confirmed, view.sums.saved_accounting) == (False, 3)
    found = await operations.overlook_accounting(colleague)
    assert found is not None
    assert (found.regimes, found.vat_methods) == ([("TT133", 3)], [("KHAU_TRU", 2), ("TT_DOANH_THU", 1)])
    assert found.earlier.name == customers[0].name
