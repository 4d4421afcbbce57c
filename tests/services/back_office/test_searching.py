"""Back office finds anything by whatever it knows of it, in all firms."""

import pytest

from domain.customers import Customer
from domain.orders import Order
from domain.people import Actor
from services.back_office.searching import SHOWN
from services.operations import Operations
from storage.database import Database
from tests.services.back_office.test_transfers import requests_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import add_customers, enterprise, register_owner
from tests.support.rows import rows_of


async def found(operations: Operations, desk: Actor, text: str) -> tuple[int, int, int, int]:
    """How many firms, customers, orders and transfers."""
    things = await operations.desk.search_anything(desk, text)
    return things.firms.count, things.customers.count, things.orders.count, things.transfers.count


async def test_by_everything_that_is_known(
    operations: Operations,
    desk: Actor,
    owner: Actor,
    order: Order,
    customers: list[Customer],
    bank: Bank,
    database: Database,
) -> None:
    await bank.tells("khong ro cua ai", 777_000)
    (told,) = await rows_of(database, "transfers")
    firm = await operations.show_profile(owner)
    request, *_ = await requests_of(database, order)
    for text, counts in {
        order.code.lower(): (0, 0, 1, 0),
        request.code: (0, 0, 1, 0),
        firm.firm.tax_code: (1, 0, 0, 0),
        "dai ly thue": (1, 0, 0, 0),
        "Phạm CHỦ 1": (1, 0, 0, 0),
        firm.accountant.phone: (1, 0, 0, 0),
        customers[0].tax_code: (0, 1, 0, 0),
        f"  {customers[1].phone.replace('+84', '0')} ": (0, 1, 0, 0),
        "hoa sen": (0, 3, 0, 0),
        "sen 2": (0, 1, 0, 0),
        f"{order.total}": (0, 0, 1, 0),
        "777.000": (0, 0, 0, 1),
        told["reference"].lower(): (0, 0, 0, 1),
    }.items():
        assert await found(operations, desk, text) == counts, text
    only = (await operations.desk.search_anything(desk, order.code)).only_order
    assert only == order
    async with unchanged(database):
        with refusal("nothing_found"):
            await operations.desk.search_anything(desk, "Cây Sung")
        with refusal("nothing_found"):
            await operations.desk.search_anything(desk, "KTM7R4Q2X")
        with refusal("sought_empty"):
            await operations.desk.search_anything(desk, "?")


async def test_the_newest_are_shown_and_all_counted(
    operations: Operations, desk: Actor, owner: Actor
) -> None:
    kept = await add_customers(operations, owner, SHOWN + 2)
    customers = (await operations.desk.search_anything(desk, "Hoa Sen")).customers
    assert customers.count == SHOWN + 2
    assert [one.customer.id for one in customers.items] == [one.id for one in reversed(kept)][:SHOWN]
    assert {one.firm for one in customers.items} == {"Đại lý thuế 1"}


async def test_words_one_behind_the_other_come_first(
    operations: Operations, desk: Actor, owner: Actor
) -> None:
    names = ["Cty Minh An", "Cty An Minh", "Du lịch Minh Khang"]
    for number, name in enumerate(names, 1):
        await operations.add_customer(owner, enterprise(number, name=name))
    found = (await operations.desk.search_anything(desk, "minh an")).customers.items
    assert [one.customer.name for one in found] == [names[0], names[2], names[1]]


async def test_whose_name_it_is_comes_before_longer_names(
    operations: Operations, desk: Actor, owner: Actor
) -> None:
    names = ["Công ty CP Du lịch Kim Long 1", *(f"Công ty CP Du lịch Kim Long 1{n}" for n in range(7))]
    for number, name in enumerate(names, 1):
        await operations.add_customer(owner, enterprise(number, name=name))
    for typed in ("kim long 1", names[0]):
        found = (await operations.desk.search_anything(desk, typed)).customers.items
        assert found[0].customer.name == names[0]
    for number, person in enumerate(("Hà An", "Hà An Bình"), 700):
        await register_owner(operations, number, person)
    firms = (await operations.desk.search_anything(desk, "đại lý thuế hà an")).firms.items
    assert [one.name for one in firms] == ["Đại lý thuế Hà An", "Đại lý thuế Hà An Bình"]


async def test_what_is_merged_or_erased_or_the_vendors_is_not_found(
    operations: Operations, desk: Actor, owner: Actor
) -> None:
    first, second, _ = await add_customers(operations, owner, 3)
    await operations.merge_customers(owner, first.id, second.id)
    assert await found(operations, desk, "Hoa Sen") == (0, 2, 0, 0)
    with refusal("nothing_found"):
        await operations.desk.search_anything(desk, "Lê Thu Hà")


async def test_a_renamed_firm_is_found_by_its_new_name(
    operations: Operations, desk: Actor, owner: Actor
) -> None:
    await operations.change_firm(owner, "1 Lê Lợi, Huế", "Kế toán Ánh Dương")
    assert await found(operations, desk, "anh duong") == (1, 0, 0, 0)
    with refusal("nothing_found"):
        await operations.desk.search_anything(desk, "dai ly thue")


async def test_a_firm_with_its_people_and_orders(
    operations: Operations, desk: Actor, owner: Actor, order: Order, database: Database
) -> None:
    look = await operations.desk.look_up_firm(desk, order.firm_id)
    assert ([one.name for one in look.people], look.orders, look.total) == (["Phạm Chủ 1"], (order,), 1)
    assert sum(row["verb"] == "firm_looked_up" for row in await rows_of(database, "events")) == 1
    async with unchanged(database):
        with refusal("firm_unknown"):
            await operations.desk.look_up_firm(desk, desk.firm_id)
        with refusal("firm_unknown"):
            await operations.desk.look_up_firm(desk, 2**70)


async def test_a_customer_with_what_was_bought(
    operations: Operations, desk: Actor, order: Order, customers: list[Customer]
) -> None:
    look = await operations.desk.look_up_customer(desk, customers[0].id)
    assert look.found.firm == "Đại lý thuế 1"
    assert [(one.order.id, one.line.name) for one in look.purchases] == [(order.id, customers[0].name)]
    with refusal("customer_unknown"):
        await operations.desk.look_up_customer(desk, 999)


async def test_another_firms_things_are_found_too(operations: Operations, desk: Actor, owner: Actor) -> None:
    other = await register_owner(operations, 2)
    await add_customers(operations, other, 1)
    await add_customers(operations, owner, 1)
    assert await found(operations, desk, "hoa sen 1") == (0, 2, 0, 0)


@pytest.mark.parametrize("text", ["%", "__", "100%"])
async def test_signs_of_sql_are_plain_text(operations: Operations, desk: Actor, text: str) -> None:
    with pytest.raises(Exception, match=r"sought_empty|nothing_found"):
        await operations.desk.search_anything(desk, text)
