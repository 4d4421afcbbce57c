"""The draft of an order: its questions, its answers, its tick."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.accounting import AccountingData, default_accounting
from domain.customers import CustomerKind
from domain.orders import STEPS, Step
from domain.packages import offered_fiscal_years, sample_price_list
from domain.people import Actor
from domain.recipients import RecipientMode
from services.catalogue.customers import EVERYONE
from services.housekeeping import DropOldDrafts
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    CHANNELS,
    FISCAL_YEAR,
    add_customers,
    answer_draft,
    drop_draft,
    enterprise,
    household,
    other_invoice,
    other_notice,
    package,
    placed_order,
    ready_draft,
    start_draft,
    without_login,
)
from tests.support.clock import VIETNAM, FixedClock
from tests.support.rows import rows_of

DEFAULT = default_accounting(CustomerKind.ENTERPRISE, FISCAL_YEAR)
OF_TT133 = replace(DEFAULT, regime="TT133")


async def test_a_draft_starts_with_the_first_question(
    operations: Operations, owner: Actor, clock: FixedClock
) -> None:
    assert await operations.find_draft(owner) is None
    draft = await operations.open_draft(owner)
    assert await operations.find_draft(owner) == draft
    assert (draft.accountant_id, draft.firm_id) == (owner.accountant_id, owner.firm_id)
    assert (draft.step, draft.confirmed, draft.updated_at) == (Step.PACKAGE, False, clock.now())
    assert (draft.package_id, draft.fiscal_year, draft.recipient, draft.accounting) == (None,) * 4
    view = await operations.view_draft(owner)
    assert (view.draft, view.total, view.message_count, view.kind, view.ready) == (draft, 0, 0, None, False)


async def test_opening_again_goes_on_where_it_was(
    operations: Operations, owner: Actor, clock: FixedClock, database: Database
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    view = await ready_draft(operations, owner, [customer])
    clock.forward(days=7)
    async with unchanged(database):
        assert await operations.open_draft(owner) == view.draft


async def test_opening_many_times_at_once_makes_one_draft(
    operations: Operations, owner: Actor, database: Database
) -> None:
    drafts = await asyncio.gather(*(operations.open_draft(owner) for _ in range(20)))
    assert len(set(drafts)) == 1
    assert len(await rows_of(database, "drafts")) == 1


async def test_every_accountant_has_a_draft_of_their_own(
    operations: Operations, owner: Actor, colleague: Actor, stranger: Actor
) -> None:
    drafts = [await operations.open_draft(actor) for actor in (owner, colleague, stranger)]
    assert len({draft.id for draft in drafts}) == 3
    await drop_draft(operations, colleague)
    assert await operations.find_draft(owner) == drafts[0]
    assert await operations.find_draft(colleague) is None


Act = Callable[[Operations, Actor, int], Awaitable[object]]
CHANGES: dict[str, Act] = {
    "choose_package": lambda ops, actor, customer: ops.choose_package(actor, 1),
    "choose_fiscal_year": lambda ops, actor, customer: ops.choose_fiscal_year(actor, FISCAL_YEAR),
    "choose_recipient": lambda ops, actor, customer: ops.choose_recipient(actor, RecipientMode.CUSTOMER),
    "set_common_accounting": lambda ops, actor, customer: ops.set_common_accounting(actor, OF_TT133),
    "pick_customer": lambda ops, actor, customer: ops.pick_customer(actor, customer + 1, True),
    "unpick_customer": lambda ops, actor, customer: ops.pick_customer(actor, customer, False),
    "pick_matching": lambda ops, actor, customer: ops.pick_matching(actor, EVERYONE, True),
    "unpick_matching": lambda ops, actor, customer: ops.pick_matching(actor, EVERYONE, False),
    "finish_picking": lambda ops, actor, customer: ops.finish_picking(actor),
    "declare_customer": lambda ops, actor, customer: ops.declare_customer(actor, enterprise(9), False),
    "set_line_accounting": lambda ops, actor, customer: ops.set_line_accounting(actor, customer, OF_TT133),
    "declare_other": lambda ops, actor, customer: ops.declare_other(actor, other_notice(2), None),
    "declare_other_of_one": lambda ops, actor, customer: ops.declare_other(
        actor, other_notice(2), None, customer
    ),
    "use_other": lambda ops, actor, customer: _use_first_other(ops, actor, customer),
    "keep_declared": lambda ops, actor, customer: ops.keep_declared(actor, False),
    "confirm_draft": lambda ops, actor, customer: ops.confirm_draft(actor, False),
}


async def _use_first_other(operations: Operations, actor: Actor, customer_id: int) -> None:
    (other,) = await operations.list_others(actor)
    await operations.use_other(actor, customer_id, other.id)


@pytest.mark.parametrize("change", CHANGES)
async def test_whatever_changes_takes_back_the_tick(
    operations: Operations, owner: Actor, clock: FixedClock, change: str
) -> None:
    picked, _ = await add_customers(operations, owner, 2)
    await ready_draft(operations, owner, [picked], RecipientMode.OTHER)
    clock.forward(hours=1)
    await CHANGES[change](operations, owner, picked.id)
    draft = (await operations.view_draft(owner)).draft
    assert not draft.confirmed
    assert draft.updated_at == clock.now()


NEEDS_A_DRAFT: dict[str, Act] = {
    **CHANGES,
    "view_draft": lambda ops, actor, customer: ops.view_draft(actor),
    "offer_accounting": lambda ops, actor, customer: ops.offer_accounting(actor),
    "repeat_last_answers": lambda ops, actor, customer: ops.repeat_last_answers(actor),
    "check_ready": lambda ops, actor, customer: ops.check_ready(actor),
    "find_to_pick": lambda ops, actor, customer: ops.find_to_pick(actor),
    "review_lines": lambda ops, actor, customer: ops.review_lines(actor),
    "review_line": lambda ops, actor, customer: ops.review_line(actor, customer),
    "list_others": lambda ops, actor, customer: ops.list_others(actor),
    "confirm_draft": lambda ops, actor, customer: ops.confirm_draft(actor, True),
    "use_other": lambda ops, actor, customer: ops.use_other(actor, customer, 1),
}


@pytest.mark.parametrize("end", ["never begun", "discarded", "placed", "expired"])
async def test_a_draft_that_is_gone_is_gone_for_every_operation(
    operations: Operations, owner: Actor, clock: FixedClock, database: Database, end: str
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    if end != "never begun":
        view = await ready_draft(operations, owner, [customer], RecipientMode.OTHER)
        if end == "placed":
            await operations.place_order(owner, view.draft.id, view.total)
        elif end == "discarded":
            await drop_draft(operations, owner)
        else:
            clock.forward(days=31)
            await DropOldDrafts(database, clock)()
    async with unchanged(database):
        for act in NEEDS_A_DRAFT.values():
            with refusal("draft_gone"):
                await act(operations, owner, customer.id)
        assert await operations.find_draft(owner) is None


async def test_discarding_leaves_nothing_and_may_be_repeated(
    operations: Operations, owner: Actor, database: Database
) -> None:
    (kept,) = await add_customers(operations, owner, 1)
    await start_draft(operations, owner, RecipientMode.OTHER)
    await operations.pick_customer(owner, kept.id, True)
    await operations.declare_other(owner, other_notice(), other_invoice())
    await operations.declare_customer(owner, enterprise(2), in_catalogue=False)
    await drop_draft(operations, owner)
    for table in ("drafts", "draft_lines", "draft_others"):
        assert await rows_of(database, table) == []
    assert [row["id"] for row in await rows_of(database, "customers")] == [kept.id]
    async with unchanged(database):
        await drop_draft(operations, owner)


async def test_the_number_of_a_discarded_draft_is_never_given_again(
    operations: Operations, owner: Actor
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    first = await ready_draft(operations, owner, [customer])
    await drop_draft(operations, owner)
    second = await ready_draft(operations, owner, [customer])
    assert second.draft.id != first.draft.id
    with refusal("draft_gone"):
        await operations.place_order(owner, first.draft.id, first.total)


class TestPackage:
    async def test_all_of_the_price_list_is_offered(self, operations: Operations, owner: Actor) -> None:
        offer = await operations.offer_packages(owner)
        assert [replace(one, id=0) for one in offer.packages] == list(sample_price_list())
        assert (offer.last, offer.last_package) == (None, None)

    async def test_an_answer_leads_to_the_next_question(self, operations: Operations, owner: Actor) -> None:
        await operations.open_draft(owner)
        starter = await package(operations, owner, "STARTER")
        draft = await operations.choose_package(owner, starter.id)
        assert (draft.package_id, draft.step) == (starter.id, Step.FISCAL_YEAR)
        assert (await operations.view_draft(owner)).package == starter

    @pytest.mark.parametrize("package_id", [0, -1, 999])
    async def test_what_is_not_on_sale_cannot_be_chosen(
        self, operations: Operations, owner: Actor, database: Database, package_id: int
    ) -> None:
        await operations.open_draft(owner)
        async with unchanged(database):
            with refusal("package_unknown"):
                await operations.choose_package(owner, package_id)

    async def test_what_was_taken_off_sale_cannot_be_chosen(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        await operations.open_draft(owner)
        starter = await package(operations, owner, "STARTER")
        async with database.write() as uow:
            await uow.packages.replace_all([replace(starter, price=1)], clock.now())
        with refusal("package_unknown"):
            await operations.choose_package(owner, starter.id)
        dearer = await package(operations, owner, "STARTER")
        assert (await operations.choose_package(owner, dearer.id)).package_id == dearer.id != starter.id

    async def test_another_package_of_the_kind_keeps_all_other_answers(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        before = await answer_draft(operations, owner, customers)
        standard = await package(operations, owner, "STANDARD")
        await operations.choose_package(owner, standard.id)
        after = await operations.view_draft(owner)
        assert after.draft == replace(before.draft, package_id=standard.id)
        assert after.sums == before.sums
        assert after.total == 2 * standard.amount

    async def test_another_kind_is_refused_while_customers_are_picked(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        await ready_draft(operations, owner, customers)
        basic = await package(operations, owner, "HKD_BASIC")
        async with unchanged(database):
            with refusal("package_of_other_kind", count=2, kind=CustomerKind.ENTERPRISE):
                await operations.choose_package(owner, basic.id)

    async def test_another_kind_starts_the_list_anew_when_that_is_wanted(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 2)
        (shop,) = await add_customers(operations, owner, 1, household)
        await ready_draft(operations, owner, customers)
        basic = await package(operations, owner, "HKD_BASIC")
        draft = await operations.choose_package(owner, basic.id, drop_picked=True)
        assert (draft.step, draft.accounting, draft.confirmed) == (Step.CUSTOMERS, None, False)
        assert (draft.fiscal_year, draft.recipient) == (FISCAL_YEAR, RecipientMode.CUSTOMER)
        assert (await operations.view_draft(owner)).sums.lines == 0
        assert {one.id for one in (await operations.find_to_pick(owner)).page.items} == {shop.id}
        # The customers stay in the catalogue.
        assert (await operations.find_customers(owner)).total == 3

    async def test_another_kind_needs_no_leave_when_nobody_is_picked(
        self, operations: Operations, owner: Actor
    ) -> None:
        await start_draft(operations, owner)
        basic = await package(operations, owner, "HKD_BASIC")
        assert (await operations.choose_package(owner, basic.id)).step is Step.CUSTOMERS

    async def test_the_answers_of_one_kind_never_reach_an_order_of_the_other(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        (shop,) = await add_customers(operations, owner, 1, household)
        await ready_draft(operations, owner, customers)
        basic = await package(operations, owner, "HKD_BASIC")
        await operations.choose_package(owner, basic.id, drop_picked=True)
        await operations.pick_customer(owner, shop.id, True)
        await operations.finish_picking(owner)
        with refusal("draft_unanswered", step=Step.ACCOUNTING):
            await operations.check_ready(owner)
        offered = await operations.offer_accounting(owner)
        assert offered == default_accounting(CustomerKind.HOUSEHOLD, FISCAL_YEAR)


class TestFiscalYear:
    @pytest.mark.parametrize(
        ("moment", "refused"),
        [
            (datetime(2026, 6, 15, tzinfo=UTC), (2024, 2030)),
            # The new year begins in Việt Nam seven hours before it begins in Greenwich.
            (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), (2024, 2030)),
            (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), (2025, 2031)),
        ],
    )
    async def test_the_last_the_present_and_three_to_come_are_sold(
        self,
        operations: Operations,
        owner: Actor,
        clock: FixedClock,
        moment: datetime,
        refused: tuple[int, int],
    ) -> None:
        clock.set(moment)
        await operations.open_draft(owner)
        first, last = refused
        for year in (first, last, 0, -1):
            with refusal("fiscal_year_not_offered", year=year):
                await operations.choose_fiscal_year(owner, year)
        for year in range(first + 1, last):
            assert (await operations.choose_fiscal_year(owner, year)).fiscal_year == year

    @pytest.mark.parametrize("month", range(1, 13))
    def test_next_year_is_offered_first_from_october(self, clock: FixedClock, month: int) -> None:
        clock.set(datetime(2026, month, 1, tzinfo=VIETNAM))
        first, *others = offered_fiscal_years(clock.today())
        assert first == (2027 if month >= 10 else 2026)
        assert others == [year for year in range(2025, 2030) if year != first]

    async def test_going_back_loses_no_answer(self, operations: Operations, owner: Actor) -> None:
        customers = await add_customers(operations, owner, 1)
        before = await answer_draft(operations, owner, customers)
        assert before.draft.step is Step.REVIEW
        after = await operations.choose_fiscal_year(owner, FISCAL_YEAR + 1)
        assert after == replace(before.draft, fiscal_year=FISCAL_YEAR + 1)

    async def test_accounting_that_the_law_still_offers_is_kept_for_another_year(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await answer_draft(operations, owner, customers)
        accounting = replace(OF_TT133, first_month=4, data_start=date(2026, 6, 1), costing="fifo")
        await operations.set_common_accounting(owner, accounting)
        moved = await operations.choose_fiscal_year(owner, 2025)
        assert moved.accounting == replace(accounting, data_start=None)

    async def test_accounting_that_the_law_no_longer_offers_becomes_that_years_default(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        before = await answer_draft(operations, owner, customers)
        assert before.draft.accounting == DEFAULT
        moved = await operations.choose_fiscal_year(owner, 2025)
        assert moved.accounting == default_accounting(CustomerKind.ENTERPRISE, 2025)
        assert moved.accounting.regime == "TT200"

    async def test_another_year_takes_back_the_exceptions(self, operations: Operations, owner: Actor) -> None:
        first, second = await add_customers(operations, owner, 2)
        await answer_draft(operations, owner, [first, second])
        await operations.set_line_accounting(owner, first.id, replace(OF_TT133, data_start=date(2026, 5, 1)))
        assert (await operations.view_draft(owner)).sums.own_accounting == 1
        await operations.choose_fiscal_year(owner, FISCAL_YEAR)
        assert (await operations.view_draft(owner)).sums.own_accounting == 1
        await operations.choose_fiscal_year(owner, 2027)
        assert (await operations.view_draft(owner)).sums.own_accounting == 0
        assert not (await operations.review_line(owner, first.id)).own_accounting

    async def test_it_takes_back_exceptions_declared_before_the_answer_for_all(
        self, operations: Operations, owner: Actor
    ) -> None:
        """Otherwise a regime that the law does not offer for the new year could be ordered."""
        (customer,) = await add_customers(operations, owner, 1)
        await start_draft(operations, owner)
        await operations.pick_customer(owner, customer.id, True)
        await operations.set_line_accounting(owner, customer.id, DEFAULT)
        await operations.choose_fiscal_year(owner, 2025)
        assert not (await operations.review_line(owner, customer.id)).own_accounting


class TestAccounting:
    async def test_the_laws_first_choice_is_offered_first(self, operations: Operations, owner: Actor) -> None:
        await start_draft(operations, owner)
        assert await operations.offer_accounting(owner) == DEFAULT

    async def test_the_drafts_own_answer_is_offered_once_given(
        self, operations: Operations, owner: Actor
    ) -> None:
        await start_draft(operations, owner)
        draft = await operations.set_common_accounting(owner, OF_TT133)
        assert (draft.accounting, draft.step) == (OF_TT133, Step.REVIEW)
        assert await operations.offer_accounting(owner) == OF_TT133

    async def test_the_last_orders_answer_is_offered_where_it_still_is(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await answer_draft(operations, owner, customers)
        await operations.set_common_accounting(owner, replace(DEFAULT, data_start=date(2026, 3, 1)))
        await operations.confirm_draft(owner, True)
        view = await operations.view_draft(owner)
        await operations.place_order(owner, view.draft.id, view.total)
        await start_draft(operations, owner, fiscal_year=2027)
        assert await operations.offer_accounting(owner) == DEFAULT
        # TT99 is not offered for fiscal years that begin before 2026.
        await operations.choose_fiscal_year(owner, 2025)
        assert await operations.offer_accounting(owner) == default_accounting(CustomerKind.ENTERPRISE, 2025)
        basic = await package(operations, owner, "HKD_BASIC")
        await operations.choose_package(owner, basic.id)
        assert await operations.offer_accounting(owner) == default_accounting(CustomerKind.HOUSEHOLD, 2025)

    async def test_nothing_is_offered_before_package_and_year(
        self, operations: Operations, owner: Actor
    ) -> None:
        await operations.open_draft(owner)
        for step in (Step.PACKAGE, Step.FISCAL_YEAR):
            with refusal("draft_unanswered", step=step):
                await operations.offer_accounting(owner)
            with refusal("draft_unanswered", step=step):
                await operations.set_common_accounting(owner, DEFAULT)
            await operations.choose_package(owner, (await package(operations, owner, "STARTER")).id)

    @pytest.mark.parametrize(
        ("accounting", "code"),
        [
            (replace(DEFAULT, regime="TT200"), "accounting_regime_not_offered"),
            (replace(DEFAULT, vat_method="KHONG_CHIU"), "accounting_vat_method_not_offered"),
            (replace(DEFAULT, first_month=2), "accounting_first_month_not_offered"),
            (replace(DEFAULT, currency="USD"), "accounting_currency_not_offered"),
            (replace(DEFAULT, costing="lifo"), "accounting_costing_not_offered"),
            (replace(DEFAULT, data_start=date(2025, 9, 30)), "accounting_data_start_outside"),
        ],
    )
    async def test_what_is_not_offered_is_refused_for_all_and_for_one(
        self,
        operations: Operations,
        owner: Actor,
        database: Database,
        accounting: AccountingData,
        code: str,
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await ready_draft(operations, owner, customers)
        async with unchanged(database):
            with refusal(code):
                await operations.set_common_accounting(owner, accounting)
            with refusal(code):
                await operations.set_line_accounting(owner, customers[0].id, accounting)


class TestLastAnswers:
    async def test_the_last_orders_answers_are_offered_and_taken_in_one_go(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT, "STANDARD")
        offer = await operations.offer_packages(owner)
        assert offer.last_package is not None
        assert offer.last is not None
        assert (offer.last_package.code, offer.last.fiscal_year) == ("STANDARD", FISCAL_YEAR)
        assert (offer.last.recipient, offer.last.accounting) == (RecipientMode.ACCOUNTANT, DEFAULT)
        await operations.open_draft(owner)
        draft = await operations.repeat_last_answers(owner)
        assert (draft.package_id, draft.fiscal_year, draft.recipient, draft.step) == (
            offer.last_package.id,
            FISCAL_YEAR,
            RecipientMode.ACCOUNTANT,
            Step.CUSTOMERS,
        )
        assert await operations.find_draft(owner) == draft

    async def test_the_newest_order_counts(self, operations: Operations, owner: Actor) -> None:
        customers = await add_customers(operations, owner, 1)
        for code in ("STARTER", "STANDARD"):
            await placed_order(operations, owner, customers, package_code=code)
        last = (await operations.offer_packages(owner)).last_package
        assert last is not None
        assert last.code == "STANDARD"

    async def test_other_recipients_are_asked_for_anew(self, operations: Operations, owner: Actor) -> None:
        customers = await add_customers(operations, owner, 1)
        await placed_order(operations, owner, customers, RecipientMode.OTHER)
        await operations.open_draft(owner)
        draft = await operations.repeat_last_answers(owner)
        assert (draft.fiscal_year, draft.recipient, draft.step) == (FISCAL_YEAR, None, Step.RECIPIENT)

    async def test_a_year_that_is_no_longer_sold_is_asked_for_anew(
        self, operations: Operations, owner: Actor, clock: FixedClock
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await placed_order(operations, owner, customers)
        clock.forward(days=2 * 365)
        await operations.open_draft(owner)
        draft = await operations.repeat_last_answers(owner)
        assert (draft.fiscal_year, draft.recipient, draft.step) == (
            None,
            RecipientMode.CUSTOMER,
            Step.FISCAL_YEAR,
        )

    async def test_a_package_that_is_no_longer_sold_is_not_repeated(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await placed_order(operations, owner, customers)
        async with database.write() as uow:
            on_sale = await uow.packages.on_sale()
            await uow.packages.replace_all([one for one in on_sale if one.code != "STARTER"], clock.now())
        offer = await operations.offer_packages(owner)
        assert (offer.last, offer.last_package) == (None, None)
        await operations.open_draft(owner)
        async with unchanged(database):
            with refusal("nothing_to_repeat"):
                await operations.repeat_last_answers(owner)

    async def test_there_is_nothing_to_repeat_at_first_nor_once_begun_nor_of_a_colleague(
        self, operations: Operations, owner: Actor, colleague: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await placed_order(operations, owner, customers)
        await operations.open_draft(colleague)
        assert (await operations.offer_packages(colleague)).last is None
        with refusal("nothing_to_repeat"):
            await operations.repeat_last_answers(colleague)
        await start_draft(operations, owner, package_code="STANDARD")
        with refusal("nothing_to_repeat"):
            await operations.repeat_last_answers(owner)

    async def test_repeating_the_last_answers_again_changes_nothing(
        self, operations: Operations, owner: Actor, database: Database
    ) -> None:
        await placed_order(operations, owner, await add_customers(operations, owner, 1))
        await operations.open_draft(owner)
        draft = await operations.repeat_last_answers(owner)
        async with unchanged(database):
            assert await operations.repeat_last_answers(owner) == draft


class TestReadiness:
    async def test_every_reason_is_said_in_the_order_of_the_questions(
        self, operations: Operations, owner: Actor
    ) -> None:
        customer = (await operations.add_customer(owner, without_login(enterprise(1)))).customer
        await operations.open_draft(owner)
        starter = await package(operations, owner, "STARTER")

        async def not_ready(code: str, **params: object) -> None:
            await operations.confirm_draft(owner, code != "draft_not_confirmed")
            assert not (await operations.view_draft(owner)).ready or code == "draft_not_confirmed"
            with refusal(code, **params):
                await operations.check_ready(owner)
            view = await operations.view_draft(owner)
            with refusal(code, **params):
                await operations.place_order(owner, view.draft.id, view.total)

        await not_ready("draft_unanswered", step=Step.PACKAGE)
        await operations.choose_package(owner, starter.id)
        await not_ready("draft_unanswered", step=Step.FISCAL_YEAR)
        await operations.choose_fiscal_year(owner, FISCAL_YEAR)
        await not_ready("draft_unanswered", step=Step.RECIPIENT)
        await operations.choose_recipient(owner, RecipientMode.OTHER)
        await not_ready("draft_unanswered", step=Step.ACCOUNTING)
        await operations.set_common_accounting(owner, DEFAULT)
        await not_ready("draft_empty")
        await operations.pick_customer(owner, customer.id, True)
        await not_ready("draft_incomplete", count=1)
        await operations.declare_other(owner, other_notice(), None)
        await not_ready("draft_incomplete", count=1)
        await operations.declare_customer(owner, enterprise(2), True)
        await operations.pick_customer(owner, customer.id, False)
        await not_ready("draft_not_confirmed")
        await operations.confirm_draft(owner, True)
        assert (await operations.view_draft(owner)).ready
        await operations.check_ready(owner)

    async def test_questions_answered_out_of_turn_do_not_make_it_ready(
        self, operations: Operations, owner: Actor
    ) -> None:
        """The review's button follows `ready`, which agrees with `check_ready`."""
        (customer,) = await add_customers(operations, owner, 1)
        await operations.open_draft(owner)
        await operations.choose_package(owner, (await package(operations, owner, "STARTER")).id)
        await operations.pick_customer(owner, customer.id, True)
        await operations.finish_picking(owner)
        await operations.choose_fiscal_year(owner, FISCAL_YEAR)
        draft = await operations.set_common_accounting(owner, DEFAULT)
        assert draft.step is Step.REVIEW
        with refusal("draft_unanswered", step=Step.RECIPIENT):
            await operations.check_ready(owner)
        assert not (await operations.view_draft(owner)).ready

    async def test_the_tick_may_be_given_and_taken_back_any_number_of_times(
        self, operations: Operations, owner: Actor
    ) -> None:
        customers = await add_customers(operations, owner, 1)
        await answer_draft(operations, owner, customers)
        for tick in (True, True, False, False, True):
            assert (await operations.confirm_draft(owner, tick)).confirmed is tick
            assert (await operations.view_draft(owner)).draft.confirmed is tick


class TestSums:
    @pytest.mark.parametrize(
        ("recipient", "recipients"),
        [(RecipientMode.CUSTOMER, 3), (RecipientMode.ACCOUNTANT, 0), (RecipientMode.OTHER, 2)],
    )
    async def test_a_view_counts_lines_money_and_messages(
        self, operations: Operations, owner: Actor, recipient: RecipientMode, recipients: int
    ) -> None:
        customers = await add_customers(operations, owner, 3)
        await answer_draft(operations, owner, customers, recipient)
        if recipient is RecipientMode.OTHER:
            await operations.declare_other(owner, other_notice(2), None, customers[2].id)
        view = await operations.view_draft(owner)
        assert (view.sums.lines, view.total) == (3, 3 * 1_950_000)
        assert (view.recipient_count, view.channels) == (recipients, CHANNELS)
        assert view.message_count == recipients * len(CHANNELS)
        assert view.kind is CustomerKind.ENTERPRISE

    async def test_the_price_with_tax_counts(
        self, operations: Operations, owner: Actor, database: Database, clock: FixedClock
    ) -> None:
        starter = await package(operations, owner, "STARTER")
        async with database.write() as uow:
            await uow.packages.replace_all([replace(starter, price=999_999, vat_rate=8)], clock.now())
        customers = await add_customers(operations, owner, 3)
        view = await answer_draft(operations, owner, customers)
        # The tax of 79,999.92 on each line is rounded before it is added up.
        assert view.total == 3 * 1_079_999

    async def test_exceptions_and_kept_accounting_are_counted_apart(
        self, operations: Operations, owner: Actor
    ) -> None:
        kept = [
            (await operations.add_customer(owner, enterprise(number, regime="TT133"))).customer
            for number in (1, 2)
        ]
        plain = await add_customers(operations, owner, 2, first=3)
        await answer_draft(operations, owner, [*kept, *plain])
        for customer in (kept[0], plain[0]):
            await operations.set_line_accounting(owner, customer.id, OF_TT133)
        sums = (await operations.view_draft(owner)).sums
        assert (sums.lines, sums.own_accounting, sums.saved_accounting) == (4, 2, 1)


def test_the_steps_are_the_questions_in_their_order() -> None:
    assert STEPS == (
        Step.PACKAGE,
        Step.FISCAL_YEAR,
        Step.RECIPIENT,
        Step.CUSTOMERS,
        Step.ACCOUNTING,
        Step.REVIEW,
    )


async def test_the_answer_for_all_may_overrule_what_was_declared_before(
    operations: Operations, owner: Actor
) -> None:
    plain, declared = await add_customers(operations, owner, 2)
    async with operations.edit_customer.units.write() as uow:
        await uow.customers.update(replace(declared, regime="TT133"), datetime(2026, 11, 1, tzinfo=UTC))
    await ready_draft(operations, owner, [plain, declared])

    async def regimes() -> list[str]:
        lines = (await operations.review_lines(owner)).lines
        return [line.accounting.regime for line in lines if line.accounting is not None]

    assert sorted(await regimes()) == sorted([DEFAULT.regime, "TT133"])
    await operations.keep_declared(owner, keep=False)
    assert await regimes() == [DEFAULT.regime] * 2
    await operations.keep_declared(owner, keep=True)
    assert sorted(await regimes()) == sorted([DEFAULT.regime, "TT133"])
