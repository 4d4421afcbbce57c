"""Drafts made from placed orders: what they take over, leave out, and never lose."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.accounting import default_accounting
from domain.customers import Customer, CustomerField, CustomerKind
from domain.orders import Order, Step
from domain.packages import sample_price_list
from domain.people import Actor
from domain.recipients import RecipientMode
from services.operations import Operations
from services.ordering.repeating import Differs
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    FISCAL_YEAR,
    add_customers,
    answer_draft,
    other_invoice,
    other_notice,
    place,
    placed_order,
)
from tests.support.clock import FixedClock

NEXT = FISCAL_YEAR + 1
CUSTOMER, ACCOUNTANT, OTHER = RecipientMode
DEFAULT = default_accounting(CustomerKind.ENTERPRISE, FISCAL_YEAR)
OWN = replace(DEFAULT, regime="TT133", data_start=date(FISCAL_YEAR, 3, 1))


@pytest.fixture
async def customers(operations: Operations, owner: Actor) -> list[Customer]:
    return await add_customers(operations, owner, 4)


@pytest.fixture
async def order(operations: Operations, owner: Actor, customers: list[Customer]) -> Order:
    """An order for other recipients: one for all, another for the second; the third has own accounting."""
    await answer_draft(operations, owner, customers, OTHER)
    await operations.declare_other(owner, other_notice(2), None, customers[1].id)
    await operations.set_line_accounting(owner, customers[2].id, OWN)
    await operations.confirm_draft(owner, True)
    return await place(operations, owner, await operations.view_draft(owner))


async def _lines(operations: Operations, actor: Actor) -> dict[int, tuple[object, object]]:
    """Each customer's recipient of notices and own accounting."""
    lines = (await operations.review_lines(actor)).lines
    return {
        one.line.customer.id: (one.other.notice if one.other else None, one.line.accounting) for one in lines
    }


class TestBuyAgain:
    async def test_answers_customers_and_exceptions_are_those_of_the_order(
        self, operations: Operations, owner: Actor, customers: list[Customer], order: Order
    ) -> None:
        made = await operations.buy_again(owner, order.id)
        assert (made.picked, made.archived, made.other_kind, made.already) == (4, 0, 0, 0)
        assert made.choose is None
        view = await operations.view_draft(owner)
        assert view.draft == made.draft
        assert view.package is not None
        assert view.package.name == order.package_name
        assert (view.draft.fiscal_year, view.draft.recipient) == (FISCAL_YEAR, OTHER)
        assert (view.draft.step, view.draft.confirmed, view.ready) == (Step.REVIEW, False, True)
        assert view.draft.accounting == DEFAULT
        first, second, third, fourth = (customer.id for customer in customers)
        assert await _lines(operations, owner) == {
            first: (other_notice(), None),
            second: (other_notice(2), None),
            third: (other_notice(), OWN),
            fourth: (other_notice(), None),
        }

    async def test_it_says_what_is_not_as_in_the_order(
        self,
        operations: Operations,
        owner: Actor,
        customers: list[Customer],
        order: Order,
        database: Database,
        clock: FixedClock,
    ) -> None:
        await operations.cancel_order(owner, order.id)
        made = await operations.buy_again(owner, order.id)
        assert (made.differs, made.prices) == ((), None)
        await operations.discard_draft(owner, made.draft.id)
        for at, field, value in (
            (1, CustomerField.PHONE, "0987654321"),
            (1, CustomerField.EMAIL, "moi@hoasen.vn"),
            (3, CustomerField.NAME, "Công ty TNHH Sao Mai"),
            (3, CustomerField.OWN_CODE, "SM"),
        ):
            await operations.edit_customer(owner, customers[at].id, field, value)
        async with database.write() as uow:
            dearer = [replace(one, price=one.price + 100_000) for one in sample_price_list()]
            await uow.packages.replace_all(dearer, clock.now())
        made = await operations.buy_again(owner, order.id)
        assert made.differs == (
            Differs(customers[1].name, (CustomerField.EMAIL, CustomerField.PHONE)),
            Differs("Công ty TNHH Sao Mai", (CustomerField.NAME,)),
        )
        price = order.total // order.line_count
        assert made.prices == (price, price + 100_000)

    async def test_whoever_left_or_changed_kind_is_left_out_and_counted(
        self, operations: Operations, owner: Actor, customers: list[Customer], order: Order
    ) -> None:
        await operations.archive_customer(owner, customers[0].id, True)
        await operations.edit_customer(owner, customers[1].id, CustomerField.KIND, "hộ kinh doanh")
        made = await operations.buy_again(owner, order.id)
        assert (made.picked, made.archived, made.other_kind) == (2, 1, 1)
        assert set(await _lines(operations, owner)) == {customers[2].id, customers[3].id}

    async def test_nobody_left(
        self,
        operations: Operations,
        owner: Actor,
        customers: list[Customer],
        order: Order,
        database: Database,
    ) -> None:
        for customer in customers:
            await operations.archive_customer(owner, customer.id, True)
        async with unchanged(database):
            with refusal("nobody_to_repeat"):
                await operations.buy_again(owner, order.id)

    async def test_a_cancelled_order_can_be_bought_again_as_it_was(
        self, operations: Operations, owner: Actor, order: Order
    ) -> None:
        await operations.cancel_order(owner, order.id)
        await operations.buy_again(owner, order.id)
        await operations.confirm_draft(owner, True)
        again = await place(operations, owner, await operations.view_draft(owner))
        assert (again.total, again.line_count) == (order.total, order.line_count)

    async def test_one_that_stands_needs_another_year_or_package(
        self, operations: Operations, owner: Actor, order: Order
    ) -> None:
        await operations.buy_again(owner, order.id)
        await operations.confirm_draft(owner, True)
        with refusal("already_ordered"):
            await operations.check_ready(owner)

    async def test_a_package_sold_no_more_and_a_year_long_past_are_to_be_chosen(
        self, operations: Operations, owner: Actor, order: Order, database: Database, clock: FixedClock
    ) -> None:
        clock.set(datetime(FISCAL_YEAR + 2, 5, 1, tzinfo=UTC))
        assert (await operations.buy_again(owner, order.id)).choose is Step.FISCAL_YEAR
        others = [one for one in sample_price_list() if one.code != "STARTER"]
        async with database.write() as uow:
            await uow.packages.replace_all(others, clock.now())
        draft = await operations.open_draft(owner)
        made = await operations.buy_again(owner, order.id, draft.id)
        assert made.choose is Step.PACKAGE
        offered = {one.code: one for one in (await operations.offer_packages(owner)).packages}
        with refusal("package_of_other_kind"):
            await operations.choose_package(owner, offered["HKD_PLUS"].id)
        await operations.choose_package(owner, offered["STANDARD"].id)
        assert (await operations.view_draft(owner)).sums.lines == 4


class TestTheOpenDraft:
    async def test_it_is_never_lost_without_being_named(
        self,
        operations: Operations,
        owner: Actor,
        customers: list[Customer],
        order: Order,
        database: Database,
    ) -> None:
        draft = (await answer_draft(operations, owner, customers[:1])).draft
        async with unchanged(database):
            for replaces in (None, draft.id + 1, order.draft_id):
                with refusal("draft_open"):
                    await operations.buy_again(owner, order.id, replaces)
                with refusal("draft_open"):
                    await operations.renew_order(owner, order.id, CUSTOMER, CUSTOMER, replaces)
        made = await operations.buy_again(owner, order.id, draft.id)
        assert made.draft.id != draft.id
        assert (await operations.view_draft(owner)).sums.lines == 4

    async def test_the_same_tap_come_again_finds_what_it_made(
        self,
        operations: Operations,
        owner: Actor,
        customers: list[Customer],
        order: Order,
        database: Database,
    ) -> None:
        first = await answer_draft(operations, owner, customers[:1])
        for replaces in (first.draft.id, None):
            made = await operations.renew_order(owner, order.id, CUSTOMER, ACCOUNTANT, first.draft.id)
            async with unchanged(database):
                again = await operations.renew_order(owner, order.id, CUSTOMER, ACCOUNTANT, replaces)
            assert again == made
        await operations.pick_customer(owner, customers[0].id, False)
        with refusal("draft_open"):
            await operations.renew_order(owner, order.id, CUSTOMER, ACCOUNTANT)

    async def test_one_without_any_answer_is_in_nobodys_way(
        self, operations: Operations, owner: Actor, order: Order
    ) -> None:
        await operations.open_draft(owner)
        assert (await operations.buy_again(owner, order.id)).picked == 4

    async def test_what_cannot_be_made_takes_nothing_away(
        self,
        operations: Operations,
        owner: Actor,
        customers: list[Customer],
        order: Order,
        database: Database,
    ) -> None:
        await placed_order(operations, owner, customers, fiscal_year=NEXT)
        draft = (await answer_draft(operations, owner, customers[:1], package_code="STANDARD")).draft
        async with unchanged(database):
            with refusal("nobody_to_repeat"):
                await operations.renew_order(owner, order.id, CUSTOMER, CUSTOMER, draft.id)


class TestRenewal:
    async def test_what_is_offered(self, operations: Operations, owner: Actor, order: Order) -> None:
        offer = await operations.offer_renewal(owner, order.id)
        assert offer.package is not None
        assert (offer.fiscal_year, offer.package.code) == (NEXT, "STARTER")
        assert (offer.recipient, offer.invoice) == (OTHER, OTHER)

    @pytest.mark.parametrize("invoice", RecipientMode)
    @pytest.mark.parametrize("recipient", RecipientMode)
    async def test_notice_and_invoice_are_chosen_apart(
        self,
        operations: Operations,
        owner: Actor,
        customers: list[Customer],
        order: Order,
        recipient: RecipientMode,
        invoice: RecipientMode,
    ) -> None:
        made = await operations.renew_order(owner, order.id, recipient, invoice)
        assert (made.draft.fiscal_year, made.picked) == (NEXT, 4)
        await operations.confirm_draft(owner, True)
        renewed = await place(operations, owner, await operations.view_draft(owner))
        profile = await operations.show_profile(owner)
        for view in (await operations.list_order_lines(owner, renewed.id)).lines:
            line, customer = view.line, customers[view.line.position - 1]
            second = customer is customers[1]
            assert (
                line.notice.email
                == {
                    CUSTOMER: customer.email,
                    ACCOUNTANT: profile.accountant.email,
                    OTHER: other_notice(2 if second else 1).email,
                }[recipient]
            )
            assert (
                line.invoice.unit_name
                == {
                    CUSTOMER: customer.name,
                    ACCOUNTANT: profile.firm.name,
                    OTHER: customer.name if second else other_invoice().unit_name,
                }[invoice]
            )
        last_year = await operations.list_order_lines(owner, renewed.id)
        assert (
            len({view.payment.code for view in last_year.lines})
            == {CUSTOMER: 4, ACCOUNTANT: 4, OTHER: 2}[recipient]
        )

    async def test_the_books_begin_with_the_new_year(
        self, operations: Operations, owner: Actor, customers: list[Customer], order: Order
    ) -> None:
        await operations.renew_order(owner, order.id, CUSTOMER, CUSTOMER)
        own = await operations.review_line(owner, customers[2].id)
        assert own.line.accounting == replace(OWN, data_start=None)

    async def test_whoever_left_or_has_the_year_is_left_out(
        self, operations: Operations, owner: Actor, customers: list[Customer], order: Order
    ) -> None:
        await operations.archive_customer(owner, customers[0].id, True)
        await placed_order(operations, owner, customers[1:2], package_code="STANDARD", fiscal_year=NEXT)
        made = await operations.renew_order(owner, order.id, CUSTOMER, CUSTOMER)
        assert (made.picked, made.archived, made.already) == (2, 1, 1)
        assert set(await _lines(operations, owner)) == {customers[2].id, customers[3].id}
        await operations.confirm_draft(owner, True)
        await operations.check_ready(owner)

    async def test_a_new_price_list_renews_by_the_code(
        self, operations: Operations, owner: Actor, order: Order, database: Database, clock: FixedClock
    ) -> None:
        async with database.write() as uow:
            dearer = [replace(one, price=one.price * 2) for one in sample_price_list()]
            await uow.packages.replace_all(dearer, clock.now())
        made = await operations.renew_order(owner, order.id, CUSTOMER, CUSTOMER)
        view = await operations.view_draft(owner)
        assert (made.choose, view.total) == (None, order.total * 2)

    async def test_a_year_that_is_not_sold(
        self, operations: Operations, owner: Actor, order: Order, database: Database, clock: FixedClock
    ) -> None:
        clock.set(datetime(FISCAL_YEAR + 3, 5, 1, tzinfo=UTC))
        async with unchanged(database):
            with refusal("fiscal_year_not_offered", year=NEXT):
                await operations.offer_renewal(owner, order.id)
            with refusal("fiscal_year_not_offered", year=NEXT):
                await operations.renew_order(owner, order.id, CUSTOMER, CUSTOMER)

    async def test_the_recipient_chosen_anew_is_for_both_again(
        self, operations: Operations, owner: Actor, order: Order
    ) -> None:
        await operations.renew_order(owner, order.id, CUSTOMER, ACCOUNTANT)
        assert (await operations.view_draft(owner)).draft.invoice is ACCOUNTANT
        await operations.choose_recipient(owner, CUSTOMER)
        assert (await operations.view_draft(owner)).draft.invoice is None

    async def test_another_years_others_are_asked_for_where_the_invoice_needs_them(
        self, operations: Operations, owner: Actor, customers: list[Customer]
    ) -> None:
        plain = await placed_order(operations, owner, customers)
        await operations.renew_order(owner, plain.id, CUSTOMER, OTHER)
        assert (await operations.view_draft(owner)).sums.incomplete == 4
