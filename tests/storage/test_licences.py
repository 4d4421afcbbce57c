"""Licences: their facts, and the lists read from them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from domain.customers import CustomerField
from domain.licences import (
    TRIAL,
    ActivationFailure,
    ActivationStep,
    FailureReason,
    Licence,
    LicenceLine,
    LicenceState,
)
from domain.orders import Order
from domain.payments import PaymentState
from domain.people import Role
from services.ports import OnTrial, UnitOfWork
from storage.database import Database
from tests.storage.conftest import Office, open_office
from tests.storage.test_orders import with_lines
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.planting import planted

DONE = ActivationStep.DONE


async def licensed(office: Office, count: int = 3, first: int = 1) -> tuple[Order, list[LicenceLine]]:
    """An order with its licences; one request pays the even lines, another the odd ones."""
    order, _ = await with_lines(office, count, first)
    async with office.database.write() as uow:
        await uow.licences.add_for(order.id, count)
        return order, list(await uow.licences.of_order(order.id))


async def save(office: Office, line: LicenceLine, **facts: Any) -> LicenceLine:
    changed = replace(line.licence, **facts)
    async with office.database.write() as uow:
        await uow.licences.save(changed)
    return replace(line, licence=changed)


async def on_trial(uow: UnitOfWork, accountant_id: int, address: str = "") -> OnTrial:
    """All that this person is on trial with, whenever it was activated."""
    return await uow.licences.on_trial(accountant_id, address, NOW - timedelta(days=365), NOW, 100)


def ids(lines: Sequence[LicenceLine]) -> list[int]:
    return [line.licence.id for line in lines]


async def test_every_line_has_one_licence(either: Database) -> None:
    office = await open_office(either)
    order, lines = await with_lines(office, 5)
    async with either.write() as uow:
        await uow.licences.add_for(order.id, 5)
        found = await uow.licences.of_order(order.id)
        assert [one.line for one in found] == lines
        assert ids(found) == sorted(ids(found))
        for position, one in enumerate(found, 1):
            assert one.licence == Licence(
                one.licence.id, order.id, position, generation=one.licence.generation
            )
            assert await uow.licences.get(one.licence.id) == one
        assert await uow.licences.of_order(order.id, 1, 2) == found[1:3]
        assert await uow.licences.get(found[-1].licence.id + 1) is None
        assert await uow.licences.of_order(order.id + 1) == []


async def test_a_licence_comes_back_as_it_was_saved(either: Database) -> None:
    office = await open_office(either)
    order, (first, second, third) = await licensed(office)
    invalid = ActivationFailure(FailureReason.INVALID, CustomerField.EMAIL, "gõ sai")
    begun = first.licence.begun()
    async with either.write() as uow:
        for licence in (
            begun.activated("v-1", "a@b.vn", NOW),
            begun.activated("v-1", "a@b.vn", NOW, timedelta(days=2)).granting(True, NOW),
            replace(second.licence.begun().refused(invalid), by_hand=True, paid=True),
            replace(third.licence, cancelled=True, suspended=True),
        ):
            await uow.licences.save(licence)
            found = await uow.licences.get(licence.id)
            assert found is not None
            assert found.licence == licence
        assert [one.line for one in await uow.licences.of_order(order.id)] == [
            first.line,
            second.line,
            third.line,
        ]


async def test_counts_and_choices_are_those_of_the_domain(office: Office) -> None:
    flags = list(product(ActivationStep, *[(False, True)] * 3))
    order, lines = await licensed(office, len(flags))
    for line, (step, paid, cancelled, suspended) in zip(list(lines), flags, strict=True):
        changed = await save(office, line, step=step, paid=paid, cancelled=cancelled, suspended=suspended)
        lines[line.line.position - 1] = changed
    states = [line.licence.state for line in lines]
    assert set(states) == set(LicenceState)
    async with office.database.read() as uow:
        counts = await uow.licences.counts(order.id)
        assert counts == {state: states.count(state) for state in LicenceState}
        assert await uow.licences.counts(order.id + 1) == {}
        may = [line for line in lines if line.licence.may_activate]
        assert await uow.licences.of_order(order.id, may_activate=True) == may
        assert await uow.licences.of_order(order.id, 2, 3, may_activate=True) == may[2:5]


async def test_a_payment_reaches_the_lines_it_pays_for(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office, 5)
    for at in (1, 2):
        lines[at] = await save(office, lines[at], step=DONE, activated_at=NOW)
    async with either.write() as uow:
        assert await uow.licences.set_paid(["KTEVENAA"], True) == [lines[1].licence.id]
        assert await uow.licences.set_paid(["KTEVENAA"], True) == []
        found = await uow.licences.of_order(order.id)
        assert [one.licence.paid for one in found] == [False, True, False, True, False]
        assert await uow.licences.set_paid(["KTEVENAA", "KTODDAAA", "KTNONEAA"], True) == [
            lines[2].licence.id
        ]
        assert await uow.licences.set_paid(["KTEVENAA"], False) == [lines[1].licence.id]
        assert await uow.licences.set_paid([], True) == []
        found = await uow.licences.of_order(order.id)
        assert [one.licence.paid for one in found] == [True, False, True, False, True]


async def test_what_failed_because_it_was_unpaid_waits_once_it_is_paid(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office)
    for line, reason in zip(lines, ("trial_used", "login_taken", "trial_used"), strict=True):
        await save(office, line, step="failed", failure=ActivationFailure(FailureReason(reason)))
    codes = [line.line.payment_code for line in lines[:2]]
    async with either.write() as uow:
        for paid in (True, False):
            assert await uow.licences.set_paid(codes, paid) == []
            found = [one.licence for one in await uow.licences.of_order(order.id)]
            assert [one.step.value for one in found] == ["waiting", "failed", "waiting"]
            assert [one.failure is None for one in found] == [True, False, True]


async def test_an_order_is_cancelled_whole_and_alone(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office)
    other, _ = await licensed(office, first=4)
    await save(office, lines[1], step=DONE, activated_at=NOW)
    async with either.write() as uow:
        assert await uow.licences.cancel(order.id) == [lines[1].licence.id]
        assert await uow.licences.counts(order.id) == {LicenceState.CANCELLED: 3}
        assert await uow.licences.counts(other.id) == {LicenceState.ORDERED: 3}


@pytest.mark.parametrize("changes", [{"paid": True}, {"cancelled": True}, {"activated_at": None}])
async def test_on_trial_are_the_activated_unpaid(office: Office, changes: dict[str, object]) -> None:
    _, lines = await licensed(office)
    lines = [await save(office, line, step=DONE, activated_at=NOW) for line in lines]
    lines[2] = await save(office, lines[2], suspended=True, activated_at=NOW - timedelta(days=30))
    await save(office, lines[1], **changes)
    async with office.database.read() as uow:
        assert (await on_trial(uow, office.owner.id)).first == [lines[0], lines[2]]


async def test_the_most_urgent_is_the_unpaid_one_activated_first(either: Database) -> None:
    office = await open_office(either)
    order, lines = await licensed(office, 6)
    async with either.read() as uow:
        assert await uow.licences.most_urgent(order.id) is None
    for days, line, facts in zip(
        (1, 2, 3, 4, 5, 2),
        lines,
        ({}, {}, {"paid": True}, {"suspended": True}, {"cancelled": True}, {}),
        strict=True,
    ):
        await save(office, line, step=DONE, activated_at=NOW - timedelta(days=days), **facts)
    async with either.read() as uow:
        urgent = await uow.licences.most_urgent(order.id)
        assert urgent is not None
        assert urgent.position == 2
        assert await uow.licences.most_urgent(order.id + 1) is None


async def test_on_trial_are_found_by_accountant_and_by_payer(either: Database) -> None:
    office = await open_office(either)
    async with either.write() as uow:
        staff = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
    colleague = Office(either, office.firm, staff)
    mine, theirs = [
        [await save(of, line, step=DONE, activated_at=NOW) for line in (await licensed(of, 3, first))[1]]
        for of, first in ((office, 1), (colleague, 4))
    ]
    async with either.read() as uow:
        assert (await on_trial(uow, office.owner.id)).first == mine
        assert (await on_trial(uow, staff.id)).first == theirs
        assert (await on_trial(uow, staff.id, "n2@b.vn")).first == [theirs[1]]
        assert (await on_trial(uow, staff.id, "+84911111111")).first == theirs
        assert (await on_trial(uow, 77)) == OnTrial([], 0, 0, [], 0)


async def test_who_was_forgotten_is_told_of_nothing_that_others_owe(either: Database) -> None:
    """A request that pays for others too keeps the address."""
    office = await open_office(either)
    lines = [await save(office, line, step=DONE, activated_at=NOW) for line in (await licensed(office))[1]]
    async with either.write() as uow:
        assert (await on_trial(uow, office.owner.id, "n1@b.vn")).first == lines[:1]
        await uow.orders.forget_person(office.firm.id, [lines[0].line.customer_id])
        assert (await on_trial(uow, office.owner.id, "n1@b.vn")).count == 0
        assert (await on_trial(uow, office.owner.id, "+84911111111")).first == lines[1:]


async def test_of_many_on_trial_the_first_are_named_and_the_others_counted(either: Database) -> None:
    office = await open_office(either)
    orders = [await licensed(office, 3, first) for first in (1, 4)]
    lines = [await save(office, line, step=DONE, activated_at=NOW) for _, of in orders for line in of]
    await save(office, lines[0], activated_at=NOW - timedelta(hours=1))
    async with either.read() as uow:
        found = await uow.licences.on_trial(office.owner.id, "", NOW - timedelta(hours=1), NOW, 3)
        assert found.first == lines[1:4]
        assert (found.count, found.orders) == (5, 2)
        assert found.amount == sum(one.line.amount for one in lines[1:])
        assert list(found.codes) == list(dict.fromkeys(one.line.payment_code for one in lines[1:]))[:3]
        of_orders = [order.id for order, _ in orders]
        assert await uow.licences.orders_on_trial(office.owner.id, 2) == of_orders
        assert await uow.licences.orders_on_trial(office.owner.id, 1) == of_orders[:1]


async def test_of_what_is_paid_in_part_the_rest_is_owed(either: Database) -> None:
    """The first lines of a request are paid first."""
    office = await open_office(either)
    lines = [await save(office, line, step=DONE, activated_at=NOW) for line in (await licensed(office, 4))[1]]
    amounts = [one.line.amount for one in lines]
    async with planted(either) as uow:
        paid = await uow.payments.get(lines[0].line.payment_code)
        assert paid is not None
        came = amounts[0] + 100
        await uow.payments.save([replace(paid, received=came, state=PaymentState.PARTLY_PAID)])
    second = next(at for at in (1, 2, 3) if lines[at].line.payment_code == lines[0].line.payment_code)
    owed = [*amounts]
    owed[0], owed[second] = 0, amounts[second] - 100
    async with either.read() as uow:
        for address in ("", "+84911111111"):
            found = await on_trial(uow, office.owner.id, address)
            assert (list(found.owed), found.amount, found.count) == (owed, sum(amounts) - came, 4)
        earlier = await uow.licences.on_trial(office.owner.id, "", NOW - TRIAL, NOW - timedelta(days=1), 9)
        assert earlier.amount == 0


@pytest.mark.parametrize("seed", range(2))
async def test_what_a_reminder_counts_is_what_was_activated_in_its_hours(either: Database, seed: int) -> None:
    office, dice = await open_office(either), Random(seed)
    found = [line for first in (1, 5, 9) for line in (await licensed(office, 4, first))[1]]
    instant = timedelta(microseconds=1)
    moments = [
        None,
        *(NOW + timedelta(hours=at) + off for at in (0, 1, 5) for off in (-instant, instant * 0, instant)),
    ]
    moments.append(NOW + timedelta(minutes=59, seconds=59, microseconds=999_900))
    for _ in range(40):
        at = dice.randrange(len(found))
        facts = {"activated_at": dice.choice(moments), "paid": dice.random() < 0.2}
        facts["trial_from"] = dice.choice(moments) if facts["activated_at"] and dice.random() < 0.5 else None
        found[at] = await save(office, found[at], **facts, cancelled=dice.random() < 0.1)
    async with either.read() as uow:
        for first, last in ((-1, 0), (0, 1), (0, 6), (1, 2), (2, 4), (4, 5), (5, 6), (-9, 9)):
            after, until = NOW + timedelta(hours=first), NOW + timedelta(hours=last)
            told = [
                one
                for one in found
                if one.licence.deadline is not None
                and after < one.licence.deadline - TRIAL <= until
                and not (one.licence.paid or one.licence.cancelled)
            ]
            for address in ("", "+84911111111"):
                now = await uow.licences.on_trial(office.owner.id, address, after, until, 3)
                assert (now.count, now.amount) == (len(told), sum(one.line.amount for one in told))
                assert now.orders == len({one.licence.order_id for one in told})
                assert now.first == told[:3]
                assert list(now.codes) == list(dict.fromkeys(one.line.payment_code for one in told))[:3]


async def test_back_office_sees_what_waits_and_what_failed(either: Database) -> None:
    office = await open_office(either)
    _, lines = await licensed(office, 6)
    failure = ActivationFailure(FailureReason.OTHER, note="không rõ")
    for at in (0, 2, 4):
        lines[at] = await save(office, lines[at], step=ActivationStep.UNDER_WAY, by_hand=True)
    for at in (1, 3, 5):
        lines[at] = await save(office, lines[at], step=ActivationStep.FAILED, failure=failure)
    lines[3] = await save(office, lines[3], cancelled=True)
    async with either.read() as uow:
        assert await uow.licences.by_hand(0, 2) == ([lines[0], lines[2]], 3)
        assert await uow.licences.by_hand(2, 2) == ([lines[4]], 3)
        assert await uow.licences.failed(0, 1) == ([lines[5]], 2)
        assert await uow.licences.failed(1, 1) == ([lines[1]], 2)


async def test_a_licence_whose_id_was_given_before_has_another_key(office: Office) -> None:
    """As happens where a backup is put back: the vendor still knows the keys of what was lost."""
    order, lines = await licensed(office)
    async with office.database.writing() as connection:
        await connection.execute(text("DELETE FROM licences"))
    async with office.database.write() as uow:
        await uow.licences.add_for(order.id, len(lines))
        again = await uow.licences.of_order(order.id)
    assert not {found.licence.key for found in lines} & {found.licence.key for found in again}
