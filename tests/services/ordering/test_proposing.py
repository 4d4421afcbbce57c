"""Drafts proposed from lists: their answers, their customers, and that nothing is lost on the way."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.accounting import default_accounting
from domain.customers import CustomerData, CustomerField, CustomerKind
from domain.intakes.checking import check_entries
from domain.intakes.entries import EntryField, Intake, IntakeState, OrderWish
from domain.orders import Draft, Step
from domain.packages import sample_price_list
from domain.people import Actor
from domain.recipients import NoticeRecipient, RecipientMode
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import (
    FISCAL_YEAR,
    add_customers,
    answer_draft,
    drop_draft,
    enterprise,
    household,
    package,
    place,
    placed_order,
    start_draft,
)
from tests.support.clock import FixedClock

ENTERPRISE, HOUSEHOLD = CustomerKind
CUSTOMER, ACCOUNTANT, OTHER = RecipientMode
DEFAULT = default_accounting(ENTERPRISE, FISCAL_YEAR)
NEXT = FISCAL_YEAR + 1

NO_WISH = OrderWish()
PAYER = {"notice_name": "Chị Hoa", "notice_email": "hoa@me.vn", "notice_phone": "0912000111"}

Given = Callable[..., Awaitable[Intake]]


def row(data: CustomerData, **more: str) -> dict[EntryField, str]:
    """A list's row with all data of a customer."""
    names = ("tax_code", "name", "address", "representative", "email", "phone")
    kind = "Doanh nghiệp" if data.kind is ENTERPRISE else "Hộ kinh doanh"
    said = {**{name: getattr(data, name) for name in names}, "kind": kind, **more}
    return {EntryField(name): text for name, text in said.items() if text}


@pytest.fixture
def given(database: Database, clock: FixedClock) -> Given:
    """Makes a checked list of these rows."""

    async def give(
        actor: Actor, *rows: Mapping[EntryField, str], wish: OrderWish = NO_WISH, in_order: bool = False
    ) -> Intake:
        new = Intake(0, actor.firm_id, actor.accountant_id, IntakeState.CHECKED, in_order, wish)
        async with database.write() as uow:
            intake = await uow.intakes.add(new, clock.now())
            entries = check_entries((0, number, texts) for number, texts in enumerate(rows, 1))
            await uow.intakes.replace_entries(intake.id, entries)
        return intake

    return give


async def _names(operations: Operations, actor: Actor) -> list[str]:
    lines = (await operations.review_lines(actor)).lines
    return [one.line.customer.name for one in lines]


async def _place(operations: Operations, actor: Actor) -> None:
    await operations.confirm_draft(actor, True)
    await place(operations, actor, await operations.view_draft(actor))


def _answers(draft: Draft) -> tuple[object, ...]:
    return (draft.fiscal_year, draft.recipient, draft.accounting, draft.step, draft.confirmed)


class TestAnswers:
    async def test_a_first_order_takes_the_usual_ones_and_asks_for_the_package(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        intake = await given(owner, *(row(enterprise(number)) for number in (3, 1, 2)))
        made = await operations.order_intake(owner, intake.id)
        assert (made.picked, made.other_kind, made.choose) == (3, 0, Step.PACKAGE)
        assert made.draft.package_id is None
        assert _answers(made.draft) == (FISCAL_YEAR, CUSTOMER, DEFAULT, Step.REVIEW, False)
        # The lines stand in the list's order.
        assert await _names(operations, owner) == [enterprise(number).name for number in (3, 1, 2)]
        offered = (await operations.offer_packages(owner)).packages
        assert {one.kind for one in offered} == {ENTERPRISE}
        with refusal("package_of_other_kind", count=3, kind=ENTERPRISE):
            await operations.choose_package(owner, (await _any(operations, HOUSEHOLD)))
        chosen = await operations.choose_package(owner, offered[0].id)
        assert chosen.question is Step.REVIEW
        assert (await operations.view_draft(owner)).ready

    async def test_the_last_order_is_followed_where_it_can_be(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        old = await add_customers(operations, owner, 1)
        await placed_order(operations, owner, old, ACCOUNTANT, "STANDARD", NEXT)
        intake = await given(owner, row(enterprise(2)))
        made = await operations.order_intake(owner, intake.id)
        standard = await package(operations, owner, "STANDARD")
        assert (made.choose, made.draft.package_id) == (None, standard.id)
        assert (made.draft.fiscal_year, made.draft.recipient) == (NEXT, ACCOUNTANT)

    async def test_a_newer_price_list_is_followed_by_the_code_and_a_past_year_is_not(
        self, operations: Operations, owner: Actor, given: Given, database: Database, clock: FixedClock
    ) -> None:
        await placed_order(operations, owner, await add_customers(operations, owner, 1))
        async with database.write() as uow:
            dearer = [replace(one, price=one.price * 2) for one in sample_price_list()]
            await uow.packages.replace_all(dearer, clock.now())
        clock.set(datetime(FISCAL_YEAR + 2, 5, 1, tzinfo=UTC))
        made = await operations.order_intake(owner, (await given(owner, row(enterprise(2)))).id)
        assert made.draft.package_id == (await package(operations, owner, "STARTER")).id
        assert made.draft.fiscal_year == FISCAL_YEAR + 2

    async def test_a_wish_comes_before_the_last_order(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        await placed_order(operations, owner, await add_customers(operations, owner, 1))
        intake = await given(owner, row(enterprise(2)), wish=OrderWish("PROFESSIONAL", NEXT))
        draft = (await operations.order_intake(owner, intake.id)).draft
        assert draft.package_id == (await package(operations, owner, "PROFESSIONAL")).id
        assert draft.fiscal_year == NEXT

    async def test_the_only_package_of_a_kind_is_not_asked_for(
        self, operations: Operations, owner: Actor, given: Given, database: Database, clock: FixedClock
    ) -> None:
        async with database.write() as uow:
            few = [one for one in sample_price_list() if one.code in ("STARTER", "HKD_BASIC")]
            await uow.packages.replace_all(few, clock.now())
        made = await operations.order_intake(owner, (await given(owner, row(enterprise(1)))).id)
        assert made.choose is None

    @pytest.mark.parametrize(
        ("wish", "code", "shown"),
        [
            (OrderWish("GOLD", None), "wish_package", "Starter"),
            (OrderWish("HKD_PLUS", None), "wish_package_kind", "Professional"),
            (OrderWish(None, FISCAL_YEAR + 9), "wish_year", FISCAL_YEAR),
        ],
    )
    async def test_a_wish_that_cannot_be_changes_nothing_and_says_what_there_is(
        self,
        operations: Operations,
        owner: Actor,
        given: Given,
        database: Database,
        wish: OrderWish,
        code: str,
        shown: object,
    ) -> None:
        intake = await given(owner, row(enterprise(1)), wish=wish)
        async with unchanged(database):
            with pytest.raises(Exception, match=code) as caught:
                await operations.order_intake(owner, intake.id)
        assert shown in caught.value.params["offered"]  # type: ignore[attr-defined]


async def _any(operations: Operations, kind: CustomerKind) -> int:
    async with operations.offer_packages.units.read() as uow:
        return next(one.id for one in await uow.packages.on_sale() if one.kind is kind)


class TestCustomers:
    async def test_those_with_gaps_wait_unless_they_are_wanted(
        self, operations: Operations, owner: Actor, given: Given, database: Database
    ) -> None:
        intake = await given(owner, row(enterprise(1)), row(enterprise(2, address="")))
        made = await operations.order_intake(owner, intake.id)
        assert (made.picked, made.left) == (1, 1)
        made = await operations.order_intake(owner, intake.id, lacking=True, join=True)
        assert (made.picked, made.left) == (2, 0)
        assert (await operations.view_draft(owner)).sums.incomplete == 1

    async def test_a_list_without_anybody_changes_nothing(
        self, operations: Operations, owner: Actor, given: Given, database: Database
    ) -> None:
        intake = await given(owner, row(enterprise(1, email="")))
        async with unchanged(database):
            with refusal("nobody_in_list"):
                await operations.order_intake(owner, intake.id)

    async def test_the_same_tap_come_again_changes_nothing(
        self, operations: Operations, owner: Actor, given: Given, database: Database
    ) -> None:
        rows = [row(enterprise(1)), row(household(2)), row(enterprise(3), regime="TT133", costing="FIFO")]
        intake = await given(owner, *rows)
        first = await operations.order_intake(owner, intake.id)
        async with unchanged(database):
            assert await operations.order_intake(owner, intake.id) == first
            assert await operations.order_intake(owner, intake.id, replaces=first.draft.id) == first
            assert await operations.order_intake(owner, intake.id, join=True) == first

    async def test_accounting_data_of_the_list_is_declared_as_far_as_the_law_offers_it(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        intake = await given(
            owner,
            row(enterprise(1), regime="TT133", data_start=f"01/03/{NEXT}"),
            row(enterprise(2), data_start=f"01/03/{NEXT + 3}"),
            row(enterprise(3)),
            wish=OrderWish("STARTER", NEXT),
        )
        made = await operations.order_intake(owner, intake.id)
        assert made.accounting_dropped == 1
        lines = (await operations.review_lines(owner)).lines
        has = {one.line.customer.name: one.accounting for one in lines}
        (first, second, third) = (has[enterprise(number).name] for number in (1, 2, 3))
        assert first is not None
        assert (first.regime, str(first.data_start)) == ("TT133", f"{NEXT}-03-01")
        assert second == third == made.draft.accounting
        found = await operations.overlook_accounting(owner)
        assert found is not None
        assert found.regimes == [("TT99", 2), ("TT133", 1)]
        assert (found.own.count, found.later.name) == (0, enterprise(2).name)
        # Nobody has declared the VAT methods; nobody is asked, but it is said until somebody answers.
        assert found.guessed.count == 3
        await operations.set_common_accounting(owner, await operations.offer_accounting(owner))
        found = await operations.overlook_accounting(owner)
        assert found is not None
        assert found.guessed.count == 0


class TestRecipients:
    async def test_others_of_the_list_receive_and_the_rest_for_themselves(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        rows = [row(enterprise(number), **(PAYER if number < 3 else {})) for number in (1, 2, 3, 4)]
        intake = await given(owner, *rows, wish=OrderWish("STARTER", FISCAL_YEAR))
        made = await operations.order_intake(owner, intake.id)
        assert (made.other_recipients, made.unreachable) == (2, 0)
        assert (made.draft.recipient, made.draft.rest_to_customers) == (OTHER, True)
        view = await operations.view_draft(owner)
        assert (view.ready, view.recipient_count) == (True, 3)
        await _place(operations, owner)
        order = (await operations.list_orders(owner)).items[0]
        lines = (await operations.list_order_lines(owner, order.id)).lines
        hoa = NoticeRecipient("Chị Hoa", "hoa@me.vn", "+84912000111")
        third, fourth = enterprise(3), enterprise(4)
        assert [one.line.notice for one in lines] == [
            hoa,
            hoa,
            NoticeRecipient(third.representative, third.email, third.phone),
            NoticeRecipient(fourth.representative, fourth.email, fourth.phone),
        ]
        assert [one.line.invoice.tax_id for one in lines] == [enterprise(n).tax_code for n in (1, 2, 3, 4)]
        # Her two customers share one request; the others have one each.
        assert len({one.payment.code for one in lines}) == 3

    async def test_a_customer_mended_in_the_order_receives_at_the_new_address(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        intake = await given(
            owner, row(enterprise(1), **PAYER), row(enterprise(2)), wish=OrderWish("STARTER", NEXT)
        )
        await operations.order_intake(owner, intake.id)
        second = (await operations.review_lines(owner)).lines[1].line.customer
        await operations.edit_customer(owner, second.id, CustomerField.EMAIL, "moi@moi.vn")
        await _place(operations, owner)
        order = (await operations.list_orders(owner)).items[0]
        assert (await operations.list_order_lines(owner, order.id)).lines[1].line.notice.email == "moi@moi.vn"

    async def test_an_accountant_who_receives_everything_is_not_overruled(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        await start_draft(operations, owner, ACCOUNTANT)
        made = await operations.order_intake(
            owner, (await given(owner, row(enterprise(1), **PAYER), in_order=True)).id
        )
        assert (made.other_recipients, made.draft.recipient) == (1, ACCOUNTANT)
        # The recipients stay on the lines, in case others shall receive after all.
        await operations.choose_recipient(owner, OTHER)
        assert (await operations.view_draft(owner)).ready

    async def test_one_whom_no_message_would_reach_is_left_out_and_counted(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        intake = await given(owner, row(enterprise(1, email=""), notice_name="Chị Hoa"))
        made = await operations.order_intake(owner, intake.id, lacking=True)
        assert (made.other_recipients, made.unreachable, made.draft.recipient) == (0, 1, CUSTOMER)


class TestTheOpenDraft:
    async def test_it_is_asked_about_and_nothing_is_lost_meanwhile(
        self, operations: Operations, owner: Actor, given: Given, database: Database
    ) -> None:
        held = await add_customers(operations, owner, 2)
        draft = (await answer_draft(operations, owner, held)).draft
        intake = await given(owner, row(enterprise(3)), row(enterprise(2)))
        async with unchanged(database):
            for replaces in (None, draft.id + 1):
                with refusal("draft_open"):
                    await operations.order_intake(owner, intake.id, replaces=replaces)
        made = await operations.order_intake(owner, intake.id, join=True)
        assert made.draft.id == draft.id
        assert made.picked == 2
        assert await _names(operations, owner) == [enterprise(number).name for number in (1, 2, 3)]

    async def test_replaced_it_goes_with_what_waits_for_it(
        self, operations: Operations, owner: Actor, given: Given, database: Database
    ) -> None:
        first = await operations.order_intake(
            owner, (await given(owner, row(enterprise(1)), row(household(1)))).id
        )
        intake = await given(owner, row(enterprise(2)))
        made = await operations.order_intake(owner, intake.id, replaces=first.draft.id)
        assert made.draft.id != first.draft.id
        assert (await operations.view_draft(owner)).waiting is None
        assert await _names(operations, owner) == [enterprise(2).name]

    async def test_a_list_given_for_it_joins_it_and_leads_to_the_review(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        draft_id = await start_draft(operations, owner, ACCOUNTANT, "STANDARD", NEXT)
        made = await operations.order_intake(
            owner, (await given(owner, row(enterprise(1)), in_order=True, wish=OrderWish("STARTER"))).id
        )
        assert (made.draft.id, made.choose, made.draft.step) == (draft_id, None, Step.REVIEW)
        assert made.draft.package_id == (await package(operations, owner, "STANDARD")).id
        assert (made.draft.fiscal_year, made.draft.recipient) == (NEXT, ACCOUNTANT)

    async def test_without_customers_it_takes_the_kind_of_the_list(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        await start_draft(operations, owner, package_code="STANDARD")
        made = await operations.order_intake(owner, (await given(owner, row(household(1)), in_order=True)).id)
        assert (made.picked, made.other_kind, made.choose) == (1, 0, Step.PACKAGE)
        assert (await operations.view_draft(owner)).kind is HOUSEHOLD


class TestTwoKinds:
    async def test_two_orders_one_after_the_other_hold_everybody(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        rows = [row(household(1)), *(row(enterprise(number)) for number in (1, 2)), row(household(2))]
        intake = await given(owner, *rows, row(household(3)), wish=OrderWish("HKD_PLUS", NEXT))
        made = await operations.order_intake(owner, intake.id)
        assert (made.picked, made.other_kind, made.choose) == (3, 2, None)
        view = await operations.view_draft(owner)
        assert view.kind is HOUSEHOLD
        assert view.waiting is not None
        assert (view.waiting.kind, view.waiting.lines) == (ENTERPRISE, 2)
        await _place(operations, owner)
        second = await operations.view_draft(owner)
        assert (second.kind, second.sums.lines, second.waiting) == (ENTERPRISE, 2, None)
        assert second.draft.question is Step.PACKAGE
        # Both drafts are for the wished year.
        assert second.draft.fiscal_year == NEXT
        await operations.choose_package(owner, (await package(operations, owner, "STARTER")).id)
        await _place(operations, owner)
        orders = (await operations.list_orders(owner)).items
        assert [(one.kind, one.line_count) for one in orders] == [(ENTERPRISE, 2), (HOUSEHOLD, 3)]

    async def test_the_kind_with_more_customers_comes_first(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        intake = await given(owner, row(enterprise(1)), row(household(1)), row(household(2)))
        made = await operations.order_intake(owner, intake.id)
        assert (made.picked, made.other_kind) == (2, 1)

    async def test_each_kind_follows_its_own_last_order(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        (shop,) = await add_customers(operations, owner, 1, household)
        (company,) = await add_customers(operations, owner, 1)
        await placed_order(operations, owner, [shop], package_code="HKD_PLUS")
        await placed_order(operations, owner, [company], package_code="STANDARD")
        intake = await given(owner, row(enterprise(2)), row(enterprise(3)), row(household(2)))
        made = await operations.order_intake(owner, intake.id)
        assert made.draft.package_id == (await package(operations, owner, "STANDARD")).id
        await operations.discard_draft(owner, made.draft.id)
        second = (await operations.view_draft(owner)).draft
        assert second.package_id == (await package(operations, owner, "HKD_PLUS")).id

    async def test_dropping_the_first_opens_the_second_and_only_that(
        self, operations: Operations, owner: Actor, given: Given, database: Database
    ) -> None:
        made = await operations.order_intake(
            owner, (await given(owner, row(enterprise(1)), row(household(1)))).id
        )
        await operations.discard_draft(owner, made.draft.id)
        async with unchanged(database):
            await operations.discard_draft(owner, made.draft.id)
        assert (await operations.view_draft(owner)).kind is HOUSEHOLD
        await drop_draft(operations, owner)
        assert await operations.find_draft(owner) is None

    async def test_a_list_of_the_other_kind_waits_for_the_draft_it_was_given_in(
        self, operations: Operations, owner: Actor, given: Given
    ) -> None:
        held = await add_customers(operations, owner, 1)
        draft = (await answer_draft(operations, owner, held)).draft
        made = await operations.order_intake(owner, (await given(owner, row(household(1)), in_order=True)).id)
        assert (made.draft.id, made.picked, made.other_kind) == (draft.id, 0, 1)
        # A second list joins the draft that waits already.
        made = await operations.order_intake(owner, (await given(owner, row(household(2)), in_order=True)).id)
        waiting = (await operations.view_draft(owner)).waiting
        assert waiting is not None
        assert waiting.lines == 2

    async def test_the_second_order_is_placed_once_however_often_the_tap_comes(
        self, operations: Operations, owner: Actor, given: Given, database: Database
    ) -> None:
        wish = OrderWish("STARTER", FISCAL_YEAR)
        await operations.order_intake(
            owner, (await given(owner, row(enterprise(1)), row(household(1)), wish=wish)).id
        )
        await operations.confirm_draft(owner, True)
        view = await operations.view_draft(owner)
        order = await place(operations, owner, view)
        async with unchanged(database):
            assert await place(operations, owner, view) == order
        assert (await operations.view_draft(owner)).kind is HOUSEHOLD
