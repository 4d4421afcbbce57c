"""A new price list: checked as a whole, put on sale once, placed orders untouched."""

import json
from dataclasses import replace

from domain.customers import Customer
from domain.orders import Order
from domain.packages import Package
from domain.people import Actor
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import place, ready_draft
from tests.support.rows import rows_of


def row(package: Package, **changes: str) -> dict[str, str]:
    rate = "KCT" if package.vat_rate is None else f"{package.vat_rate}%"
    kind = {"enterprise": "Doanh nghiệp", "household": "Hộ kinh doanh"}[package.kind]
    own = {"code": package.code, "kind": kind, "name": package.name, "summary": package.summary}
    return {**own, "price": str(package.price), "vat_rate": rate, **changes}


def book(*rows: dict[str, str]) -> bytes:
    return json.dumps(rows).encode()


async def new_list(operations: Operations, desk: Actor) -> bytes:
    """A list with one package dearer, one gone and one new; the others are no samples any more."""
    starter, _, *others = await operations.desk.list_packages(desk)
    new = replace(starter, code="MEGA", name="Mega", price=9_000_000, vat_rate=8)
    return book(row(starter, price="2.000.000 đ"), *map(row, others), row(new))


async def test_checked_confirmed_and_on_sale_once(
    operations: Operations, desk: Actor, order: Order, database: Database
) -> None:
    content = await new_list(operations, desk)
    async with unchanged(database):
        checked = await operations.desk.check_prices(desk, content, "gia.xlsx")
    changes = checked.changes
    assert not checked.bad
    assert [one.code for one in changes.new] == ["MEGA"]
    assert [one.code for one in changes.gone] == ["STANDARD"]
    assert len(changes.changed) == 4
    assert (changes.changed[0][0].price, changes.changed[0][1].price) == (1_950_000, 2_000_000)
    await operations.desk.replace_prices(desk, content, "gia.xlsx", checked.seen)
    async with unchanged(database):
        assert not await operations.desk.replace_prices(desk, content, "gia.xlsx", checked.seen)
    on_sale = await operations.desk.list_packages(desk)
    assert [one.code for one in on_sale] == ["STARTER", "PROFESSIONAL", "HKD_BASIC", "HKD_PLUS", "MEGA"]
    assert not any(one.sample for one in on_sale)
    async with database.read() as uow:
        assert {line.price for line in await uow.orders.lines(order.id, 0, None)} == {1_950_000}
    (noted,) = [one for one in await rows_of(database, "events") if one["verb"] == "price_list_replaced"]
    assert json.loads(noted["params"]) == {"new": 1, "changed": 4, "gone": 1}


async def test_a_draft_with_a_package_that_is_gone_is_told_so(
    operations: Operations, owner: Actor, desk: Actor, customers: list[Customer]
) -> None:
    view = await ready_draft(operations, owner, customers)
    content = await new_list(operations, desk)
    seen = (await operations.desk.check_prices(desk, content, "gia.xlsx")).seen
    await operations.desk.replace_prices(desk, content, "gia.xlsx", seen)
    with refusal("package_unknown"):
        await place(operations, owner, view)


async def test_somebody_else_was_faster(operations: Operations, desk: Actor, database: Database) -> None:
    content = await new_list(operations, desk)
    seen = (await operations.desk.check_prices(desk, content, "gia.xlsx")).seen
    starter = (await operations.desk.list_packages(desk))[0]
    other = book(row(starter))
    await operations.desk.replace_prices(desk, other, "gia.xlsx", seen)
    async with unchanged(database):
        with refusal("price_list_changed"):
            await operations.desk.replace_prices(desk, content, "gia.xlsx", seen)


async def test_every_row_must_be_right(operations: Operations, desk: Actor, database: Database) -> None:
    starter = (await operations.desk.list_packages(desk))[0]
    rows = [
        row(starter),
        row(starter),
        row(starter, code="ĐẶC BIỆT", kind="Khác", name=" ", price="-5", vat_rate="tám"),
        row(starter, code="big", price="99.000.000.000"),
        row(starter, code="a-1", vat_rate="0,08", summary=""),
    ]
    checked = await operations.desk.check_prices(desk, book(*rows), "gia.xlsx")
    found = {one.number: [(it.column, it.error.code) for it in one.problems] for one in checked.bad}
    assert found == {
        3: [("code", "package_repeated")],
        4: [
            ("code", "package_code_format"),
            ("kind", "kind_unknown"),
            ("name", "text_empty"),
            ("price", "amount_format"),
            ("vat_rate", "vat_rate_format"),
        ],
        5: [("price", "amount_format")],
    }
    assert [(one.code, one.vat_rate) for one in checked.changes.new] == [("A_1", 8)]
    async with unchanged(database):
        with refusal("price_list_bad", count=3):
            await operations.desk.replace_prices(desk, book(*rows), "gia.xlsx", checked.seen)
        with refusal("price_list_empty"):
            await operations.desk.check_prices(desk, book(), "gia.xlsx")
