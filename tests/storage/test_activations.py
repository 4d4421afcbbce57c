"""Runs of activation: picked, begun and ended."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.activations import ActivationRun, Outcome, RunCounts, RunItem, RunState
from domain.customers import CustomerField
from domain.licences import ActivationFailure, ActivationStep, FailureReason, Licence, LicenceLine
from domain.orders import Order
from domain.people import FirmState, Role
from storage.database import Database
from tests.storage.conftest import LATER, PACKAGE, Office, open_office
from tests.storage.test_licences import licensed, save
from tests.storage.test_payments import request
from tests.support.clock import NOON_OF_JUNE_15 as NOW

FAILURE = ActivationFailure(FailureReason.INVALID, CustomerField.PHONE, "sai số")


async def test_each_accountant_picks_for_one_run_of_an_order(either: Database) -> None:
    office = await open_office(either)
    order, _ = await licensed(office)
    other, _ = await licensed(office, first=4)
    async with either.write() as uow:
        staff = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        run = await uow.activations.picking(order.id, office.owner.id, NOW)
        assert run == ActivationRun(run.id, order.id, office.owner.id, RunState.PICKING, False, None, None)
        assert await uow.activations.picking(order.id, office.owner.id, LATER) == run
        assert await uow.activations.get(run.id) == run
        assert (await uow.activations.picking(order.id, staff.id, NOW)).id != run.id
        assert (await uow.activations.picking(other.id, office.owner.id, NOW)).id != run.id
        begun = replace(run, state=RunState.RUNNING, started_at=NOW)
        await uow.activations.save(begun)
        assert await uow.activations.get(run.id) == begun
        next_run = await uow.activations.picking(order.id, office.owner.id, NOW)
        assert next_run.id != run.id
        over = replace(begun, state=RunState.FINISHED, stopped=True, finished_at=LATER)
        await uow.activations.save(over)
        assert await uow.activations.get(run.id) == over
        assert await uow.activations.get(next_run.id) == next_run
        assert await uow.activations.get(77) is None


async def _again(
    office: Office, lines: Sequence[LicenceLine], code: str, **changes: Any
) -> tuple[Order, list[LicenceLine]]:
    """Another order for the customers of `lines`; `changes` are those of the order."""
    draft = await office.draft()
    async with office.database.write() as uow:
        new = replace(await office.new_order(uow, draft, f"KT{code}"), **changes)
        order = await uow.orders.add(new, NOW)
        await uow.drafts.save(replace(draft, order_id=order.id), NOW)
        await uow.payments.add_many([request(order, f"KTP{code}")])
        await uow.orders.add_lines(order.id, [replace(one.line, payment_code=f"KTP{code}") for one in lines])
        await uow.licences.add_for(order.id, len(lines))
        return order, list(await uow.licences.of_order(order.id))


async def test_earlier_are_the_licences_of_cancelled_orders_for_the_same_right(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office)
    activated = await save(office, lines[1], step=ActivationStep.DONE, activated_at=NOW, vendor_id="V2")
    second, of_second = await _again(office, lines, "AGAINA")
    next_year, of_next_year = await _again(office, lines, "AGAINB", fiscal_year=2027)
    _, of_third = await _again(office, lines, "AGAINC")
    async with either.write() as uow:
        firm = await uow.people.add_firm("Khác", "0312345678", FirmState.APPROVED, NOW)
    _, of_firm = await _again(office, lines, "AGAIND", firm_id=firm.id)
    async with either.write() as uow:
        await uow.packages.replace_all([replace(PACKAGE, code="PRO")], NOW)
    _, of_package = await _again(office, lines, "AGAINE")

    async def earlier(line: LicenceLine) -> list[Licence]:
        async with either.write() as uow:
            run = await uow.activations.picking(line.licence.order_id, office.owner.id, NOW)
            await uow.activations.pick(run.id, line.licence.id, True)
            await uow.activations.save(replace(run, state=RunState.RUNNING, started_at=NOW))
            task = await uow.activations.under_way(line.licence.id)
            assert task is not None
            return list(task.earlier)

    # One that stands is none of them.
    assert await earlier(of_second[1]) == []
    async with either.write() as uow:
        await uow.licences.cancel(order.id)
        await uow.licences.cancel(second.id)
        await uow.licences.cancel(next_year.id)
    cancelled = replace(activated.licence, cancelled=True)
    assert await earlier(of_third[1]) == [cancelled, replace(of_second[1].licence, cancelled=True)]
    assert await earlier(of_package[1]) == await earlier(of_firm[1]) == []
    assert await earlier(of_next_year[1]) == await earlier(lines[0]) == []


async def test_picking_says_what_is_wanted(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office, 4)
    await licensed(office, 2, first=5)
    first, second, third, fourth = (line.licence.id for line in lines)
    await save(office, lines[3], step=ActivationStep.DONE, activated_at=NOW)
    async with either.write() as uow:
        run = (await uow.activations.picking(order.id, office.owner.id, NOW)).id
        for _ in range(2):
            await uow.activations.pick(run, second, True)
        assert await uow.activations.picked(run, [first, second]) == {second}
        await uow.activations.pick_all(run, True)
        everything = [first, second, third, fourth]
        assert await uow.activations.picked(run, everything) == {first, second, third}
        for _ in range(2):
            await uow.activations.pick(run, second, False)
        assert await uow.activations.picked(run, everything) == {first, third}
        assert await uow.activations.counts(run) == RunCounts(2, 0, 0, 0)
        await uow.activations.pick_all(run, False)
        assert await uow.activations.picked(run, everything) == frozenset()


async def test_a_run_begins_what_may_be_activated_and_skips_the_rest(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office, 6)
    async with either.write() as uow:
        run = (await uow.activations.picking(order.id, office.owner.id, NOW)).id
        for line in lines[:5]:
            await uow.activations.pick(run, line.licence.id, True)
    lines[0] = await save(office, lines[0], step=ActivationStep.UNDER_WAY)
    lines[1] = await save(office, lines[1], step=ActivationStep.DONE, activated_at=NOW)
    lines[2] = await save(office, lines[2], cancelled=True)
    lines[3] = await save(office, lines[3], step=ActivationStep.FAILED, failure=FAILURE, generation=1)
    async with either.write() as uow:
        assert await uow.activations.begin(run) == [lines[3].licence.id, lines[4].licence.id]
        assert await uow.activations.counts(run) == RunCounts(5, 0, 0, 3)
        found = await uow.licences.of_order(order.id)
        begun = [replace(line, licence=line.licence.begun()) for line in lines[3:5]]
        assert found == [*lines[:3], *begun, lines[5]]


async def test_an_outcome_once_written_stays(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office, 3)
    async with either.write() as uow:
        run = await uow.activations.picking(order.id, office.owner.id, NOW)
        await uow.activations.pick_all(run.id, True)
        assert not await uow.activations.is_over(run.id)
        first, second, third = await uow.activations.begin(run.id)
        await uow.activations.save(replace(run, state=RunState.RUNNING, started_at=NOW))
        await uow.activations.settle(run.id, second, Outcome.FAILED, FAILURE)
        await uow.activations.settle(run.id, second, Outcome.DONE)
        await uow.activations.settle(run.id, first, Outcome.DONE)
        assert await uow.activations.counts(run.id) == RunCounts(3, 1, 1, 0)
        assert not await uow.activations.is_over(run.id)
        await uow.activations.settle(run.id, third, Outcome.SKIPPED)
        assert await uow.activations.is_over(run.id)
        licences = [one.licence for one in await uow.licences.of_order(order.id)]
        ended = [(Outcome.DONE, None), (Outcome.FAILED, FAILURE), (Outcome.SKIPPED, None)]
        items = [
            RunItem(licence, line.line, *end)
            for licence, line, end in zip(licences, lines, ended, strict=True)
        ]
        assert await uow.activations.items(run.id) == items
        assert await uow.activations.items(run.id, offset=1, limit=1) == items[1:2]
        assert await uow.activations.items(run.id, Outcome.FAILED) == [items[1]]


async def test_a_licence_runs_where_it_has_no_outcome_yet(office: Office) -> None:
    order, lines = await licensed(office, 2)
    one, two = (line.licence.id for line in lines)
    async with office.database.write() as uow:
        staff = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
        elsewhere = await uow.activations.picking(order.id, staff.id, NOW)
        await uow.activations.pick_all(elsewhere.id, True)
        run = await uow.activations.picking(order.id, office.owner.id, NOW)
        await uow.activations.pick_all(run.id, True)
        assert await uow.activations.running_of(one) is None
        running = replace(run, state=RunState.RUNNING, started_at=NOW)
        await uow.activations.begin(run.id)
        await uow.activations.save(running)
        assert await uow.activations.running_of(one) == running
        await uow.activations.settle(run.id, one, Outcome.DONE)
        assert await uow.activations.running_of(one) is None
        assert await uow.activations.running_of(two) == running
