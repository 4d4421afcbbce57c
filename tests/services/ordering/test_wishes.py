"""The words after `/mua`: how they are read, and the draft that they begin."""

import pytest

from domain.customers import CustomerField
from domain.intakes.entries import OrderWish
from domain.orders import Step
from domain.people import Actor
from domain.recipients import RecipientMode
from services.catalogue.customers import Criteria
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import FISCAL_YEAR, add_customers, package, start_draft

NOTHING = OrderWish()


async def test_a_text_is_read_by_what_is_on_sale_today(operations: Operations, owner: Actor) -> None:
    read = await operations.read_order_wish(owner, f"starter {FISCAL_YEAR}")
    assert read.wish == OrderWish("STARTER", FISCAL_YEAR)
    assert (read.customers, read.wrong_years, read.wrong_words) == ("", (), ())
    assert (await operations.read_order_wish(owner, "1999")).wrong_years == (1999,)


@pytest.mark.parametrize(
    "wish, step",
    [
        (NOTHING, Step.FISCAL_YEAR),
        (OrderWish("STARTER"), Step.FISCAL_YEAR),
        (OrderWish(None, FISCAL_YEAR), Step.RECIPIENT),
        (OrderWish("STARTER", FISCAL_YEAR), Step.RECIPIENT),
    ],
)
async def test_a_draft_is_begun_with_the_answers_of_a_wish_and_once(
    operations: Operations, owner: Actor, database: Database, wish: OrderWish, step: Step
) -> None:
    draft = await operations.begin_order(owner, wish)
    wanted = (await package(operations, owner, wish.package_code)).id if wish.package_code else None
    assert (draft.package_id, draft.fiscal_year, draft.step) == (wanted, wish.fiscal_year, step)
    async with unchanged(database):
        assert await operations.begin_order(owner, wish) == draft


async def test_an_open_draft_is_in_the_way_until_it_is_given_up(
    operations: Operations, owner: Actor, database: Database
) -> None:
    wish = OrderWish("STARTER", FISCAL_YEAR)
    opened = await start_draft(operations, owner)
    (customer,) = await add_customers(operations, owner, 1)
    await operations.pick_customer(owner, customer.id, True)
    async with unchanged(database):
        with refusal("draft_open"):
            await operations.begin_order(owner, wish)
    draft = await operations.begin_order(owner, wish, replaces=opened)
    assert await operations.find_draft(owner) == draft
    assert draft.recipient is None


async def test_a_draft_that_holds_a_customer_is_not_the_one_that_was_begun(
    operations: Operations, owner: Actor
) -> None:
    wish = OrderWish("STARTER", FISCAL_YEAR)
    await operations.begin_order(owner, wish)
    (customer,) = await add_customers(operations, owner, 1)
    await operations.pick_customer(owner, customer.id, True)
    with refusal("draft_open"):
        await operations.begin_order(owner, wish)


async def test_a_wish_that_cannot_be_met_is_refused(
    operations: Operations, owner: Actor, database: Database
) -> None:
    async with unchanged(database):
        with refusal("wish_year", year=1999):
            await operations.begin_order(owner, OrderWish(None, 1999))
        with refusal("wish_package", value="GONE"):
            await operations.begin_order(owner, OrderWish("GONE"))


async def test_all_customers_of_the_package_s_kind_come_to_the_review_at_once(
    operations: Operations, owner: Actor, database: Database
) -> None:
    await add_customers(operations, owner, 3)
    read = await operations.read_order_wish(owner, f"mua {FISCAL_YEAR} standard tất cả nhé")
    assert (read.wish, read.everyone, read.customers) == (OrderWish("STANDARD", FISCAL_YEAR), True, "")
    made = await operations.order_wished(owner, read.wish, everyone=True)
    assert (made.picked, made.choose, made.draft.step) == (3, None, Step.REVIEW)
    async with unchanged(database):
        assert await operations.order_wished(owner, read.wish, everyone=True) == made
    with refusal("draft_open"):
        await operations.order_wished(owner, OrderWish("STARTER", FISCAL_YEAR), everyone=True)
    other = await operations.order_wished(
        owner, OrderWish("STARTER", FISCAL_YEAR), everyone=True, replaces=made.draft.id
    )
    assert other.picked == 3
    with refusal("nobody_to_order"):
        await operations.order_wished(owner, OrderWish("HKD_PLUS", FISCAL_YEAR), everyone=True)


async def test_an_open_draft_that_says_nothing_else_becomes_the_order_that_is_wished_for(
    operations: Operations, owner: Actor, database: Database
) -> None:
    first, second, _ = await add_customers(operations, owner, 3)
    wish = OrderWish("STANDARD", FISCAL_YEAR)
    begun = await operations.begin_order(owner, OrderWish("STANDARD"))
    await operations.choose_recipient(owner, RecipientMode.ACCOUNTANT)
    await operations.pick_customer(owner, first.id, True)
    async with unchanged(database):
        with refusal("draft_open"):
            await operations.order_wished(owner, OrderWish("STARTER", FISCAL_YEAR), everyone=True)
        with refusal("draft_open"):
            await operations.order_wished(owner, wish, customer_ids=[second.id])
    made = await operations.order_wished(owner, wish, everyone=True)
    assert (made.draft.id, made.draft.recipient) == (begun.id, RecipientMode.ACCOUNTANT)
    assert (made.picked, made.choose, made.draft.step) == (3, None, Step.REVIEW)


async def test_a_customer_is_wished_for_by_a_part_of_its_name(operations: Operations, owner: Actor) -> None:
    first, *_ = await add_customers(operations, owner, 3)
    called = first.name.rpartition("TNHH ")[2]
    read = await operations.read_order_wish(owner, f"mua {FISCAL_YEAR} standard {called}")
    assert (read.customer_ids, read.wrong_words, read.everyone) == ((first.id,), (), False)
    made = await operations.order_wished(owner, read.wish, customer_ids=read.customer_ids)
    assert (made.picked, made.choose) == (1, None)
    several = await operations.read_order_wish(owner, "mua standard Hoa Sen")
    assert (several.customer_ids, several.customers) == ((), "Hoa Sen")


async def test_a_customer_is_wished_for_by_its_former_name(operations: Operations, owner: Actor) -> None:
    first, *_ = await add_customers(operations, owner, 3)
    await operations.edit_customer(owner, first.id, CustomerField.NAME, "Công ty TNHH Gỗ Đức Phát")
    renamed = await operations.edit_customer(owner, first.id, CustomerField.NAME, "Công ty TNHH Minh Anh")
    for wish in ("mua 2027 standard Đức Phát", "2027 standard\nGỗ Đức Phát"):
        assert (await operations.read_order_wish(owner, wish)).customer_ids == (first.id,), wish
    for query in ("đức phát", "minh anh"):
        assert (await operations.find_customers(owner, Criteria(query))).items == (renamed,)
    # A word of its search that is no name of it is none, either.
    assert (await operations.read_order_wish(owner, "mua 2027 standard Phát Gỗ")).customer_ids == ()


async def test_a_draft_without_customers_is_in_nobody_s_way(operations: Operations, owner: Actor) -> None:
    await operations.begin_order(owner, OrderWish("STARTER", FISCAL_YEAR))
    assert not (await operations.show_home(owner)).has_draft
    draft = await operations.begin_order(owner, OrderWish("STANDARD", FISCAL_YEAR))
    assert (await operations.find_draft(owner)) == draft
    assert await operations.drop_empty_draft(owner) is None
    assert await operations.drop_empty_draft(owner) is None
    await start_draft(operations, owner)
    kept = await operations.find_draft(owner)
    assert kept is not None
