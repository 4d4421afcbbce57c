"""Payment requests and their codes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from domain.orders import Order
from domain.payments import PayeeAccount, PaymentRequest, PaymentState
from domain.recipients import RecipientMode
from domain.transfers import Transfer, TransferState
from services.ports import PaymentSums
from storage.database import Database
from storage.tables.orders import orders
from tests.storage.conftest import LATER, Office, open_office
from tests.support.banks import reported
from tests.support.builders import PAYEE, other_notice
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.planting import planted


def request(order: Order, code: str, amount: int = 1_080_000) -> PaymentRequest:
    return PaymentRequest(
        code=code,
        order_id=order.id,
        amount=amount,
        state=PaymentState.AWAITING,
        recipient=RecipientMode.OTHER,
        notice=other_notice(),
        payee=PAYEE,
        line_count=1,
        due_at=NOW + timedelta(days=7),
    )


async def test_requests_come_back_as_they_were_given(office: Office) -> None:
    order = await office.order(await office.draft())
    requests = [request(order, "KTBBBBBB", 10_000_000_000), request(order, "KTCCCCCC")]
    assert isinstance(requests[0].payee, PayeeAccount)
    async with office.database.write() as uow:
        await uow.payments.add_many(requests)
        await uow.payments.add_many([])
        assert await uow.payments.get("KTBBBBBB") == requests[0]
        assert await uow.payments.get("KTNONEAA") is None
        assert await uow.payments.of_order(order.id) == requests
        assert await uow.payments.of_order(order.id, 1, 5) == requests[1:]
        assert await uow.payments.of_order(order.id, 0, 1) == requests[:1]
        assert await uow.payments.of_order(77) == []


async def test_money_is_written_and_nothing_else(office: Office) -> None:
    order = await office.order(await office.draft())
    first, second = request(order, "KTBBBBBB"), request(order, "KTCCCCCC")
    paid = replace(first, state=PaymentState.OVERPAID, received=10_000_000_000, paid_at=LATER)
    async with planted(office.database) as uow:
        await uow.payments.add_many([first, second])
        await uow.payments.save([replace(paid, amount=1, line_count=9, due_at=NOW)])
        assert await uow.payments.of_order(order.id) == [paid, second]
        assert await uow.payments.of_order(order.id, owed_first=True) == [second, paid]
        assert await uow.payments.of_order(order.id, 1, 5, owed_first=True) == [paid]
        await uow.payments.save([first])
        assert await uow.payments.get(first.code) == first


async def test_a_bundle_is_one_request_in_whole_numbers(either: Database) -> None:
    office = await open_office(either)
    order = await office.order(await office.draft())
    many = [
        replace(request(order, f"KTBBBB{letter * 2}"), recipient=RecipientMode.ACCOUNTANT) for letter in "BCD"
    ]
    async with either.writing() as connection:
        await connection.execute(update(orders).values(recipient=RecipientMode.ACCOUNTANT))
    async with planted(either) as uow:
        assert await uow.payments.bundle(order.code) is None
        await uow.payments.add_many(many)
        whole = await uow.payments.bundle(order.code)
        assert whole is not None
        assert whole == replace(many[0], code=order.code, amount=3 * many[0].amount, line_count=3)
        assert [type(one) for one in (whole.amount, whole.received, whole.line_count)] == [int] * 3
        assert await uow.payments.bundle("KTXXXXXX") is None
        # Money of 1 VND more than one costs, which waits for a choice.
        told = reported(order.code, many[0].amount + 1)
        transfer_id = await uow.transfers.add(told, NOW)
        assert transfer_id is not None
        await uow.transfers.save(Transfer(transfer_id, told, TransferState.CHOOSING, order_id=order.id))
        whole = await uow.payments.bundle(order.code)
        assert whole is not None
        assert (whole.left, type(whole.left)) == (2 * many[0].amount - 1, int)
        (waiting,) = await uow.transfers.choosing(order.id)
        assert (waiting.id, waiting.state) == (transfer_id, TransferState.CHOOSING)
        await uow.payments.cancel(order.id)
        whole = await uow.payments.bundle(order.code)
        assert whole is not None
        assert (whole.state, whole.left) == (PaymentState.CANCELLED, 0)


async def test_an_orders_requests_are_summed_up(either: Database) -> None:
    office = await open_office(either)
    order = await office.order(await office.draft())
    many = [request(order, f"KTBBBB{letter * 2}") for letter in "BCDEF"]
    states = (PaymentState.PAID, PaymentState.OVERPAID, PaymentState.PARTLY_PAID, PaymentState.CANCELLED)
    async with planted(either) as uow:
        assert await uow.payments.sums(order.id) == PaymentSums(0, 0, 0)
        await uow.payments.add_many(many)
        assert await uow.payments.sums(order.id) == PaymentSums(5, 0, 0)
        for one, state in zip(many, states, strict=False):
            await uow.payments.save([replace(one, state=state, received=1_000_000_000)])
        assert await uow.payments.sums(order.id) == PaymentSums(5, 2, 4_000_000_000)


async def test_all_requests_of_an_order_are_cancelled(office: Office) -> None:
    orders = [await office.order(await office.draft(), code) for code in ("KTAAAAAA", "KTAAAAAB")]
    gone = [request(orders[0], "KTBBBBBB"), request(orders[0], "KTCCCCCC")]
    kept = request(orders[1], "KTDDDDDD")
    async with planted(office.database) as uow:
        await uow.payments.add_many([*gone, kept])
        await uow.payments.cancel(orders[0].id)
        cancelled = [replace(each, state=PaymentState.CANCELLED) for each in gone]
        assert await uow.payments.of_order(orders[0].id) == cancelled
        assert await uow.payments.get(kept.code) == kept


async def test_codes_of_orders_and_of_requests_are_taken(office: Office) -> None:
    order = await office.order(await office.draft(), "KTAAAAAA")
    many = [f"KT{number:06d}" for number in range(10_000)]
    async with office.database.write() as uow:
        await uow.payments.add_many([request(order, code) for code in many[::2_000]])
        taken = await uow.payments.taken([*many, "KTAAAAAA", "KTNONEAA"])
        assert await uow.payments.taken([]) == set()
    assert taken == {*many[::2_000], "KTAAAAAA"}


async def test_a_code_is_given_once(office: Office) -> None:
    order = await office.order(await office.draft())
    with pytest.raises(IntegrityError):
        async with office.database.write() as uow:
            await uow.payments.add_many([request(order, "KTBBBBBB"), request(order, "KTBBBBBB")])
