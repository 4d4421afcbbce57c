"""What one firm may have, and ask for in a day: each refusal has its sentence, and no other firm feels it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain import caps
from domain.errors import DomainError
from domain.files import FileRef
from domain.people import Actor
from domain.tallies import Counted
from services.catalogue.customers import EVERYONE
from services.operations import Operations
from tests.support.builders import (
    add_customers,
    enterprise,
    join_staff,
    placed_order,
    ready_draft,
    start_draft,
)
from tests.support.clock import FixedClock
from texts.errors import say


async def _refused(call: Awaitable[Any], code: str, reason: Counted | None = None) -> None:
    with pytest.raises(DomainError) as refusal:
        await call
    assert (refusal.value.code, refusal.value.params.get("reason")) == (code, reason)
    assert str(refusal.value.params["most"]) in say(refusal.value)


@pytest.fixture
def a_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[Counted, int], None]:
    return lambda counted, most: monkeypatch.setitem(caps.A_DAY, counted, most)


async def test_orders(
    operations: Operations,
    owner: Actor,
    stranger: Actor,
    clock: FixedClock,
    a_day: Callable[[Counted, int], None],
) -> None:
    a_day(Counted.ORDERED, 2)
    customers = await add_customers(operations, owner, 3)
    for customer in customers[:2]:
        order = await placed_order(operations, owner, [customer])
    # Placing again is no second order.
    assert await operations.place_order(owner, order.draft_id, order.total) == order
    view = await ready_draft(operations, owner, customers[2:])
    await _refused(operations.place_order(owner, view.draft.id, view.total), "enough_today", Counted.ORDERED)
    assert await operations.view_draft(owner) == view
    await placed_order(operations, stranger, await add_customers(operations, stranger, 1, first=50))
    clock.forward(days=1)
    await operations.place_order(owner, view.draft.id, view.total)


async def test_lists_and_how_often_they_are_read(
    operations: Operations, owner: Actor, clock: FixedClock, a_day: Callable[[Counted, int], None]
) -> None:
    a_day(Counted.LISTED, 2)
    line = "0101243150 Công ty TNHH An Bình"
    first = await operations.intakes.receive_text(owner, line, message="1")
    assert await operations.intakes.receive_text(owner, line, message="1") == first
    await operations.intakes.receive_text(owner, line, message="2")
    await _refused(operations.intakes.receive_text(owner, line, message="3"), "enough_today", Counted.LISTED)
    clock.forward(days=1)
    await operations.intakes.receive_text(owner, line, message="3")


async def test_readings(
    operations: Operations, owner: Actor, clock: FixedClock, a_day: Callable[[Counted, int], None]
) -> None:
    a_day(Counted.LIST_READ, 2)
    file = FileRef("telegram", "file", "a.xlsx", 1)
    intakes = operations.intakes
    intake = await intakes.receive_file(owner, file, {}, message="1")
    for _ in range(2):
        # A list that is read already is not read again.
        assert await intakes.receive_file(owner, file, {}, message="1") == intake
    await intakes.stop_intake(owner, intake.id)
    await intakes.read_again(owner, intake.id)
    await intakes.stop_intake(owner, intake.id)
    await _refused(intakes.read_again(owner, intake.id), "enough_today", Counted.LIST_READ)
    await _refused(intakes.receive_file(owner, file, {}, message="2"), "enough_today", Counted.LIST_READ)
    clock.forward(days=1)
    await intakes.read_again(owner, intake.id)


async def test_customers(
    operations: Operations, owner: Actor, stranger: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caps, "CUSTOMERS", 3)
    await add_customers(operations, owner, 2)
    text = "0101243150 Công ty TNHH An Bình\n0312345673 Công ty CP Bảo Ngọc"
    intake = await operations.intakes.receive_text(owner, text)
    await _refused(operations.intakes.take_intake(owner, intake.id, lacking=True), "customers_full")
    await add_customers(operations, owner, 1, first=9)
    # One that is known may always be sent again.
    await add_customers(operations, owner, 1, first=9)
    await _refused(operations.add_customer(owner, enterprise(10)), "customers_full")
    await start_draft(operations, owner)
    await _refused(operations.declare_customer(owner, enterprise(11), False), "customers_full")
    await add_customers(operations, stranger, 1)


async def test_lines_of_an_order_and_drafts_of_a_person(
    operations: Operations, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caps, "ORDER_LINES", 1)
    customers = await add_customers(operations, owner, 2)
    view = await ready_draft(operations, owner, customers)
    await _refused(operations.place_order(owner, view.draft.id, view.total), "order_too_long")
    # A person has one open draft, however often it is begun.
    assert {(await operations.open_draft(owner)).id for _ in range(3)} == {view.draft.id}
    await operations.pick_customer(owner, customers[1].id, False)
    await operations.confirm_draft(owner, True)
    view = await operations.view_draft(owner)
    await operations.place_order(owner, view.draft.id, view.total)


async def test_runs_of_activation(
    operations: Operations, owner: Actor, a_day: Callable[[Counted, int], None]
) -> None:
    a_day(Counted.RUN_BEGUN, 1)
    orders = [
        await placed_order(operations, owner, [customer])
        for customer in await add_customers(operations, owner, 2)
    ]
    first, second = [await operations.open_activation(owner, order.id) for order in orders]
    begun = await operations.start_run(owner, first.id)
    assert await operations.start_run(owner, first.id) == begun
    await _refused(operations.start_run(owner, second.id), "enough_today", Counted.RUN_BEGUN)


async def test_exports_of_the_catalogue(
    operations: Operations, owner: Actor, stranger: Actor, a_day: Callable[[Counted, int], None]
) -> None:
    a_day(Counted.EXPORTED, 1)
    await add_customers(operations, owner, 1)
    await operations.export_catalogue(owner, EVERYONE)
    staff = await join_staff(operations, owner, 5)
    await _refused(operations.export_catalogue(staff, EVERYONE), "enough_today", Counted.EXPORTED)
    await operations.export_catalogue(stranger, EVERYONE)


async def test_people(operations: Operations, owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "PEOPLE", 2)
    staff = await join_staff(operations, owner, 1)
    await _refused(join_staff(operations, owner, 2), "people_full")
    await operations.remove_staff(owner, staff.accountant_id)
    await join_staff(operations, owner, 2)
