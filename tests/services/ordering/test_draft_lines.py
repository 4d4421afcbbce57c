"""The customers of a draft: picking, exceptions, review."""

import asyncio
from dataclasses import replace

import pytest

from domain.accounting import AccountingData, default_accounting
from domain.customers import Customer, CustomerField, CustomerKind
from domain.orders import Gap, Step
from domain.people import Actor
from domain.recipients import RecipientMode
from services.catalogue.customers import EVERYONE, Criteria
from services.operations import Operations
from services.ordering.draft_lines import LineView
from services.paging import PAGE_SIZE
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    FISCAL_YEAR,
    add_customers,
    answer_draft,
    enterprise,
    household,
    other_invoice,
    other_notice,
    place,
    start_draft,
    without_login,
)
from tests.support.rows import rows_of

DEFAULT = default_accounting(CustomerKind.ENTERPRISE, FISCAL_YEAR)
OF_TT133 = replace(DEFAULT, regime="TT133")


async def _lines(operations: Operations, actor: Actor) -> list[LineView]:
    """All lines of the draft, from all pages."""
    first = await operations.review_lines(actor)
    pages = [await operations.review_lines(actor, page) for page in range((first.total + 7) // PAGE_SIZE)]
    assert {page.total for page in pages} <= {first.total}
    return [line for page in pages for line in page.lines]


async def _picked(operations: Operations, actor: Actor) -> list[int]:
    return [view.line.customer.id for view in await _lines(operations, actor)]


class TestPicking:
    async def test_only_the_packages_kind_is_shown_and_the_picked_are_marked(
        self, operations: Operations, owner: Actor
    ) -> None:
        first, second = await add_customers(operations, owner, 2)
        await add_customers(operations, owner, 1, household)
        await start_draft(operations, owner)
        await operations.pick_customer(owner, first.id, True)
        shown = await operations.find_to_pick(owner)
        assert shown.page.items == (first, second)
        assert shown.page.picked == {first.id}
        assert (shown.kind, shown.picked_total, shown.amount) == (CustomerKind.ENTERPRISE, 1, 1_950_000)
        assert not shown.all_picked
        await operations.pick_customer(owner, second.id, True)
        shown = await operations.find_to_pick(owner)
        assert (shown.all_picked, shown.amount) == (True, 2 * 1_950_000)

    async def test_those_picked_before_come_first_and_nobody_moves_meanwhile(
        self, operations: Operations, owner: Actor
    ) -> None:
        await add_customers(operations, owner, PAGE_SIZE * 2)
        await start_draft(operations, owner)
        pages = [await operations.find_to_pick(owner, page=page) for page in range(2)]
        customers = [one for found in pages for one in found.page.items]
        for one in (customers[-1], customers[-2]):
            await operations.pick_customer(owner, one.id, True)
        opened = await operations.find_to_pick(owner, picked_to=None)
        expected = [*customers[-2:], *customers[:-2]]
        await operations.pick_customer(owner, customers[3].id, True)
        shown = [
            one
            for page in range(2)
            for one in (
                await operations.find_to_pick(owner, page=page, picked_to=opened.picked_to)
            ).page.items
        ]
        assert opened.page.items == tuple(expected[:PAGE_SIZE])
        assert shown == expected
        again = await operations.find_to_pick(owner, picked_to=None)
        assert again.page.items[:4] == (customers[3], *customers[-2:], customers[0])
        assert again.page.picked == {customers[3].id, customers[-1].id, customers[-2].id}

    async def test_the_sums_of_a_page_are_of_the_whole_draft(
        self, operations: Operations, owner: Actor
    ) -> None:
        await add_customers(operations, owner, PAGE_SIZE + 2)
        await start_draft(operations, owner)
        assert await operations.pick_matching(owner, EVERYONE, True) == PAGE_SIZE + 2
        shown = await operations.find_to_pick(owner, Criteria("hoa sen"), 1)
        assert (len(shown.page.items), len(shown.page.picked)) == (2, 2)
        assert (shown.page.total, shown.picked_total) == (PAGE_SIZE + 2, PAGE_SIZE + 2)

    async def test_nothing_can_be_picked_before_the_package_is_known(
        self, operations: Operations, owner: Actor
    ) -> None:
        (customer,) = await add_customers(operations, owner, 1)
        await operations.open_draft(owner)
        for attempt in (
            operations.find_to_pick(owner),
            operations.pick_customer(owner, customer.id, True),
            operations.pick_matching(owner, EVERYONE, True),
            operations.declare_customer(owner, enterprise(2), True),
        ):
            with refusal("draft_unanswered", step=Step.PACKAGE):
                await attempt

    async def test_saying_the_same_twice_changes_nothing(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        first, second = await add_customers(operations, owner, 2)
        await start_draft(operations, owner)
        for picked in (True, False):
            await operations.pick_customer(owner, first.id, picked)
            async with unchanged(database):
                await operations.pick_customer(owner, first.id, picked)
                await operations.pick_customer(owner, second.id, False)
            assert await _picked(operations, owner) == ([first.id] if picked else [])

    async def test_picking_again_keeps_what_was_declared_for_the_customer(
        self, operations: Operations, owner: Actor
    ) -> None:
        (customer,) = await add_customers(operations, owner, 1)
        await answer_draft(operations, owner, [customer])
        await operations.set_line_accounting(owner, customer.id, OF_TT133)
        await operations.pick_customer(owner, customer.id, True)
        assert await operations.pick_matching(owner, EVERYONE, True) == 0
        assert (await operations.review_line(owner, customer.id)).accounting == OF_TT133

    async def test_picking_many_times_at_once_is_one_line(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 3)
        await start_draft(operations, owner)
        await asyncio.gather(
            *(operations.pick_customer(owner, customer.id, True) for customer in customers * 3),
            *(operations.pick_matching(owner, EVERYONE, True) for _ in range(3)),
        )
        assert len(await rows_of(database, "draft_lines")) == 3

    async def test_one_order_never_mixes_kinds(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        await add_customers(operations, owner, 2)
        (shop,) = await add_customers(operations, owner, 1, household)
        await start_draft(operations, owner)
        async with unchanged(database):
            with refusal("order_mixes_kinds", package_kind=CustomerKind.ENTERPRISE):
                await operations.pick_customer(owner, shop.id, True)
            with refusal("order_mixes_kinds", package_kind=CustomerKind.ENTERPRISE):
                await operations.declare_customer(owner, household(2), True)
            with refusal("order_mixes_kinds", package_kind=CustomerKind.ENTERPRISE):
                await operations.declare_customer(owner, household(2), False)
        assert await operations.pick_matching(owner, EVERYONE, True) == 2
        assert {view.line.customer.kind for view in await _lines(operations, owner)} == {
            CustomerKind.ENTERPRISE
        }

    async def test_all_that_match_are_picked_and_unpicked_and_counted(
        self, operations: Operations, owner: Actor
    ) -> None:
        lotus = await add_customers(operations, owner, 3)
        (oak,) = await add_customers(operations, owner, 1, lambda n: enterprise(n, name="Gỗ Sồi"), first=4)
        await start_draft(operations, owner)
        assert await operations.pick_matching(owner, Criteria("hoa sen"), True) == 3
        assert await operations.pick_matching(owner, Criteria("hoa sen"), True) == 0
        assert await operations.pick_matching(owner, EVERYONE, True) == 1
        assert await operations.pick_matching(owner, Criteria("không ai tên thế"), True) == 0
        assert await operations.pick_matching(owner, Criteria("hoa sen"), False) == 3
        assert await operations.pick_matching(owner, Criteria("hoa sen"), False) == 0
        assert await _picked(operations, owner) == [oak.id]
        await operations.pick_customer(owner, lotus[0].id, True)
        assert await operations.pick_matching(owner, EVERYONE, False) == 2
        assert await _picked(operations, owner) == []

    async def test_more_than_a_page_is_picked_in_one_go(self, operations: Operations, owner: Actor) -> None:
        customers = await add_customers(operations, owner, 3 * PAGE_SIZE)
        await start_draft(operations, owner)
        assert await operations.pick_matching(owner, EVERYONE, True) == 3 * PAGE_SIZE
        assert sorted(await _picked(operations, owner)) == [customer.id for customer in customers]

    async def test_archived_customers_are_not_picked_with_all(
        self, operations: Operations, owner: Actor
    ) -> None:
        kept, archived = await add_customers(operations, owner, 2)
        await operations.archive_customer(owner, archived.id, True)
        await start_draft(operations, owner)
        assert await operations.pick_matching(owner, EVERYONE, True) == 1
        assert await _picked(operations, owner) == [kept.id]

    async def test_unpicking_all_leaves_nobody_behind(self, operations: Operations, owner: Actor) -> None:
        """Customers that the list does not show go too: those declared in the order alone, and archived."""
        kept, archived = await add_customers(operations, owner, 2)
        await start_draft(operations, owner)
        for customer in (kept, archived):
            await operations.pick_customer(owner, customer.id, True)
        await operations.declare_customer(owner, enterprise(3), in_catalogue=False)
        await operations.archive_customer(owner, archived.id, True)
        assert await operations.pick_matching(owner, EVERYONE, False) == 3
        with refusal("draft_empty"):
            await operations.finish_picking(owner)

    async def test_the_list_of_customers_is_left_only_with_one_picked(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        (customer,) = await add_customers(operations, owner, 1)
        await start_draft(operations, owner)
        async with unchanged(database):
            with refusal("draft_empty"):
                await operations.finish_picking(owner)
        await operations.pick_customer(owner, customer.id, True)
        assert (await operations.finish_picking(owner)).step is Step.ACCOUNTING

    async def test_a_customer_may_stand_in_two_drafts(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        (customer,) = await add_customers(operations, owner, 1)
        for actor in (owner, colleague):
            await start_draft(operations, actor)
            await operations.pick_customer(actor, customer.id, True)
        await operations.pick_customer(colleague, customer.id, False)
        assert await _picked(operations, owner) == [customer.id]
        assert await _picked(operations, colleague) == []


class TestDeclaring:
    async def test_with_the_catalogue(self, operations: Operations, owner: Actor) -> None:
        await start_draft(operations, owner)
        declared = await operations.declare_customer(owner, enterprise(1), in_catalogue=True)
        assert (declared.created, declared.customer.in_catalogue) == (True, True)
        assert declared.customer.data == enterprise(1)
        assert await _picked(operations, owner) == [declared.customer.id]
        assert (await operations.find_customers(owner)).items == (declared.customer,)

    async def test_without_the_catalogue(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        await start_draft(operations, owner)
        declared = await operations.declare_customer(owner, enterprise(1), in_catalogue=False)
        assert (declared.created, declared.customer.in_catalogue) == (True, False)
        assert (await operations.find_customers(owner)).total == 0
        assert await operations.find_by_tax_code(owner, declared.customer.tax_code) is None
        shown = await operations.find_to_pick(owner)
        assert (shown.page.items, shown.page.picked) == (
            (declared.customer,),
            frozenset({declared.customer.id}),
        )
        await start_draft(operations, colleague)
        assert (await operations.find_to_pick(colleague)).page.items == ()
        assert await operations.pick_matching(colleague, EVERYONE, True) == 0

    @pytest.mark.parametrize("in_catalogue", [True, False])
    async def test_a_tax_code_of_the_catalogue_is_picked_as_it_stands_there(
        self, operations: Operations, owner: Actor, in_catalogue: bool
    ) -> None:
        (known,) = await add_customers(operations, owner, 1)
        await start_draft(operations, owner)
        other_words = replace(enterprise(1), name="Tên khác")
        declared = await operations.declare_customer(owner, other_words, in_catalogue)
        assert (declared.customer, declared.created) == (known, False)
        assert await _picked(operations, owner) == [known.id]

    async def test_a_tax_code_that_the_catalogue_holds_as_the_other_kind_is_refused(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        tax_code = enterprise(1).tax_code
        await operations.add_customer(owner, household(1, tax_code=tax_code))
        await start_draft(operations, owner)
        async with unchanged(database):
            with refusal("order_mixes_kinds"):
                await operations.declare_customer(owner, enterprise(1), True)

    async def test_declaring_again_is_the_same_customer(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        await start_draft(operations, owner)
        declared = await asyncio.gather(
            *(operations.declare_customer(owner, enterprise(1), False) for _ in range(4))
        )
        assert sum(one.created for one in declared) == 1
        assert len({one.customer for one in declared}) == 1
        assert len(await rows_of(database, "draft_lines")) == len(await rows_of(database, "customers")) == 1

    async def test_one_declared_in_the_order_may_be_kept_in_the_catalogue_after_all(
        self, operations: Operations, owner: Actor
    ) -> None:
        await start_draft(operations, owner)
        first = await operations.declare_customer(owner, enterprise(1), in_catalogue=False)
        again = await operations.declare_customer(owner, enterprise(1), in_catalogue=True)
        assert again.customer == replace(first.customer, in_catalogue=True)
        assert (await operations.find_customers(owner)).items == (again.customer,)
        assert await _picked(operations, owner) == [first.customer.id]

    async def test_an_incomplete_one_is_taken_and_its_gaps_are_shown(
        self, operations: Operations, owner: Actor
    ) -> None:
        await start_draft(operations, owner)
        declared = await operations.declare_customer(owner, without_login(enterprise(1)), False)
        view = await operations.review_line(owner, declared.customer.id)
        assert view.gaps == (CustomerField.EMAIL, CustomerField.PHONE)
        # A customer outside the catalogue is edited like any other.
        await operations.edit_customer(owner, declared.customer.id, CustomerField.EMAIL, "a@b.vn")
        await operations.edit_customer(owner, declared.customer.id, CustomerField.PHONE, "0912345678")
        assert (await operations.review_line(owner, declared.customer.id)).gaps == ()


class TestReview:
    async def test_incomplete_lines_come_first_then_the_order_of_picking(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, PAGE_SIZE + 1)
        last = (await operations.add_customer(owner, without_login(enterprise(20)))).customer
        await answer_draft(operations, owner, [*reversed(customers), last])
        assert await _picked(operations, owner) == [
            last.id,
            *(customer.id for customer in reversed(customers)),
        ]

    async def test_one_page_shows_eight_and_counts_all(self, operations: Operations, owner: Actor) -> None:
        customers = await add_customers(operations, owner, PAGE_SIZE + 1)
        await answer_draft(operations, owner, customers)
        pages = [await operations.review_lines(owner, page) for page in range(3)]
        assert [(len(page.lines), page.total) for page in pages] == [
            (PAGE_SIZE, PAGE_SIZE + 1),
            (1, PAGE_SIZE + 1),
            (0, PAGE_SIZE + 1),
        ]

    async def test_a_line_of_someone_not_picked_is_gone(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        picked, other = await add_customers(operations, owner, 2)
        await answer_draft(operations, owner, [picked], RecipientMode.OTHER)
        (declared,) = await operations.list_others(owner)
        async with unchanged(database):
            for customer_id in (other.id, 0, 999_999):
                for attempt in (
                    operations.review_line(owner, customer_id),
                    operations.set_line_accounting(owner, customer_id, OF_TT133),
                    operations.set_line_accounting(owner, customer_id, None),
                    operations.declare_other(owner, other_notice(2), None, customer_id),
                    operations.use_other(owner, customer_id, declared.id),
                ):
                    with refusal("line_gone"):
                        await attempt

    async def test_a_line_shows_the_customer_as_it_is_now(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        (customer,) = await add_customers(operations, owner, 1)
        await answer_draft(operations, owner, [customer])
        edited = await operations.edit_customer(colleague, customer.id, CustomerField.PHONE, "0988888888")
        assert (await operations.review_line(owner, customer.id)).line.customer == edited


class TestExceptions:
    async def test_one_customer_may_have_accounting_of_its_own_and_give_it_back(
        self, operations: Operations, owner: Actor
    ) -> None:
        first, second = await add_customers(operations, owner, 2)
        await answer_draft(operations, owner, [first, second])
        await operations.set_line_accounting(owner, first.id, OF_TT133)
        view = await operations.review_line(owner, first.id)
        assert (view.accounting, view.own_accounting) == (OF_TT133, True)
        view = await operations.review_line(owner, second.id)
        assert (view.accounting, view.own_accounting) == (DEFAULT, False)
        # The answer for all leaves exceptions unchanged.
        for_all = replace(DEFAULT, costing="fifo")
        await operations.set_common_accounting(owner, for_all)
        assert (await operations.review_line(owner, first.id)).accounting == OF_TT133
        assert (await operations.review_line(owner, second.id)).accounting == for_all
        await operations.set_line_accounting(owner, first.id, None)
        view = await operations.review_line(owner, first.id)
        assert (view.accounting, view.own_accounting) == (for_all, False)

    async def test_what_the_customer_declared_before_goes_before_the_answer_for_all(
        self, operations: Operations, owner: Actor
    ) -> None:
        data = enterprise(1, regime="TT133", vat_method="TT_GTGT", first_month=4)
        customer = (await operations.add_customer(owner, data)).customer
        await answer_draft(operations, owner, [customer])
        kept = replace(DEFAULT, regime="TT133", vat_method="TT_GTGT", first_month=4)
        view = await operations.review_line(owner, customer.id)
        assert (view.accounting, view.own_accounting) == (kept, False)
        await operations.set_line_accounting(owner, customer.id, OF_TT133)
        assert (await operations.review_line(owner, customer.id)).accounting == OF_TT133

    async def test_the_answer_for_all_may_be_for_those_who_declared_before_too(
        self, operations: Operations, owner: Actor
    ) -> None:
        kept, own = [
            (await operations.add_customer(owner, enterprise(number, regime="TT133"))).customer
            for number in (1, 2)
        ]
        await answer_draft(operations, owner, [kept, own])
        exception = replace(DEFAULT, costing="fifo")
        await operations.set_line_accounting(owner, own.id, exception)

        async def ordered() -> list[AccountingData | None]:
            views = [await operations.review_line(owner, customer.id) for customer in (kept, own)]
            return [view.accounting for view in views]

        assert await ordered() == [OF_TT133, exception]
        await operations.keep_declared(owner, False)
        assert await ordered() == [DEFAULT, exception]
        await operations.keep_declared(owner, True)
        assert await ordered() == [OF_TT133, exception]
        await operations.keep_declared(owner, False)
        await operations.confirm_draft(owner, True)
        order = await place(operations, owner, await operations.view_draft(owner))
        ordered_lines = (await operations.list_order_lines(owner, order.id)).lines
        assert [one.line.accounting for one in ordered_lines] == [DEFAULT, exception]

    async def test_what_the_law_no_longer_offers_gives_way_to_the_answer_for_all(
        self, operations: Operations, owner: Actor
    ) -> None:
        customer = (await operations.add_customer(owner, enterprise(1, regime="TT200"))).customer
        await answer_draft(operations, owner, [customer])
        assert (await operations.review_line(owner, customer.id)).accounting == DEFAULT

    async def test_an_exception_needs_the_year(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        (customer,) = await add_customers(operations, owner, 1)
        await operations.open_draft(owner)
        packages = (await operations.offer_packages(owner)).packages
        await operations.choose_package(owner, packages[0].id)
        await operations.pick_customer(owner, customer.id, True)
        async with unchanged(database):
            with refusal("draft_unanswered", step=Step.FISCAL_YEAR):
                await operations.set_line_accounting(owner, customer.id, OF_TT133)


class TestOtherRecipients:
    @pytest.fixture
    async def three(self, operations: Operations, owner: Actor) -> list[Customer]:
        """Three customers in a draft for other recipients, with none declared yet."""
        customers = await add_customers(operations, owner, 3)
        await start_draft(operations, owner, RecipientMode.OTHER)
        for customer in customers:
            await operations.pick_customer(owner, customer.id, True)
        return customers

    async def test_every_line_needs_one(
        self, operations: Operations, owner: Actor, three: list[Customer]
    ) -> None:
        async def gaps() -> list[tuple[CustomerField | Gap, ...]]:
            views = [await operations.review_line(owner, customer.id) for customer in three]
            sums = (await operations.view_draft(owner)).sums
            assert sums.incomplete == sum(bool(view.gaps) for view in views)
            return [view.gaps for view in views]

        lacking = (Gap.OTHER_RECIPIENT,)
        assert await gaps() == [lacking] * 3
        await operations.declare_other(owner, other_notice(1), None, three[0].id)
        assert await gaps() == [(), lacking, lacking]
        await operations.declare_other(owner, other_notice(2), None)
        assert await gaps() == [(), (), ()]

    async def test_the_one_for_all_does_not_touch_those_who_have_their_own(
        self, operations: Operations, owner: Actor, three: list[Customer]
    ) -> None:
        own = await operations.declare_other(owner, other_notice(1), other_invoice(1), three[0].id)
        common = await operations.declare_other(owner, other_notice(2), None)
        assert [(await operations.review_line(owner, customer.id)).other for customer in three] == [
            own,
            common,
            common,
        ]
        view = await operations.view_draft(owner)
        assert (view.other, view.recipient_count) == (common, 2)
        assert (own.notice, own.invoice) == (other_notice(1), other_invoice(1))
        assert (common.notice, common.invoice) == (other_notice(2), None)

    async def test_the_same_words_are_the_same_recipient(
        self, operations: Operations, owner: Actor, three: list[Customer]
    ) -> None:
        first = await operations.declare_other(owner, other_notice(1), other_invoice(1), three[0].id)
        assert await operations.declare_other(owner, other_notice(1), other_invoice(1), three[1].id) == first
        assert await operations.declare_other(owner, other_notice(1), other_invoice(1)) == first
        # A different invoice makes a different recipient.
        second = await operations.declare_other(owner, other_notice(1), None, three[2].id)
        assert second.id != first.id
        assert list(await operations.list_others(owner)) == [first, second]
        assert (await operations.view_draft(owner)).recipient_count == 2

    async def test_one_declared_before_can_be_used_again(
        self, operations: Operations, owner: Actor, three: list[Customer]
    ) -> None:
        other = await operations.declare_other(owner, other_notice(1), None, three[0].id)
        await operations.use_other(owner, three[1].id, other.id)
        assert (await operations.review_line(owner, three[1].id)).other == other
        assert (await operations.review_line(owner, three[2].id)).other is None

    async def test_one_of_another_draft_cannot_be_used(
        self,
        operations: Operations,
        owner: Actor,
        colleague: Actor,
        three: list[Customer],
        database: Database,
    ) -> None:
        await start_draft(operations, colleague, RecipientMode.OTHER)
        foreign = await operations.declare_other(colleague, other_notice(1), None)
        async with unchanged(database):
            for other_id in (foreign.id, 0, 999_999):
                with refusal("recipient_unknown"):
                    await operations.use_other(owner, three[0].id, other_id)
        assert list(await operations.list_others(owner)) == []

    async def test_another_choice_of_recipient_needs_no_declaration(
        self, operations: Operations, owner: Actor, three: list[Customer]
    ) -> None:
        for mode in (RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT):
            await operations.choose_recipient(owner, mode)
            assert (await operations.view_draft(owner)).sums.incomplete == 0
            assert (await operations.review_line(owner, three[0].id)).gaps == ()
