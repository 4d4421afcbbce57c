"""Money that back office books by hand, moves or returns."""

import pytest

from domain.licences import TRIAL
from domain.orders import Order, OrderState
from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor
from domain.transfers import Attention, Provider, TransferState
from services.money.booking import book, give_back
from services.money.entering import enter_payment
from services.money.posting import BY_ITSELF, post_returned
from services.operations import Operations
from storage.database import Database
from tests.services.paying import last_transfer, order_state, pushes_of, requests_of, transfer_of
from tests.services.support import refusal, unchanged
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import rows_of

PAID, OVERPAID, AWAITING = PaymentState.PAID, PaymentState.OVERPAID, PaymentState.AWAITING


@pytest.fixture
async def order(operations: Operations, owner: Actor, bank: Bank) -> Order:
    placed = await placed_order(operations, owner, await add_customers(operations, owner, 2))
    await bank.working.work()
    return placed


@pytest.fixture
async def request_a(database: Database, order: Order) -> PaymentRequest:
    return (await requests_of(database, order))[0]


async def _states(database: Database, order: Order) -> list[PaymentState]:
    return [request.state for request in await requests_of(database, order)]


async def _enter(
    database: Database, clock: FixedClock, request: PaymentRequest, reference: str, amount: int
) -> None:
    async with database.write() as uow:
        found = await uow.payments.get(request.code)
        assert found is not None
        await enter_payment(uow, found.code, [found], reference, amount, CHANNELS, clock.now())


async def test_a_transfer_that_nobody_knew_is_assigned_as_if_it_had_named_the_code(
    database: Database, clock: FixedClock, bank: Bank, order: Order, request_a: PaymentRequest
) -> None:
    await bank.tells("NGUYEN VAN A", request_a.amount)
    async with database.write() as uow:
        transfer = await uow.transfers.get(1)
        assert transfer is not None
        await book(uow, transfer, [request_a], CHANNELS, clock.now())
    await bank.working.work()
    assert await _states(database, order) == [PAID, AWAITING]
    transfer = await transfer_of(database, 1)
    assert (transfer.state, transfer.attention) == (TransferState.MATCHED, None)
    for kind in ("transfer_received", "payment_receipt"):
        assert [row["state"] for row in await pushes_of(database, kind)] == ["sent"]


async def test_a_surplus_that_is_returned_comes_off_its_request(
    database: Database, clock: FixedClock, bank: Bank, order: Order, request_a: PaymentRequest
) -> None:
    await bank.tells(request_a.code, request_a.amount + 7)
    async with database.write() as uow:
        transfer = await uow.transfers.get(1)
        assert transfer is not None
        settled = await give_back(uow, transfer, clock.now())
        await post_returned(uow, settled, transfer.surplus, BY_ITSELF, clock.now())
    assert await _states(database, order) == [PAID, AWAITING]
    transfer = await transfer_of(database, 1)
    assert (transfer.attention, transfer.surplus) == (None, 0)
    assert [row["amount"] for row in await rows_of(database, "shares")] == [request_a.amount + 7, -7]


async def test_a_surplus_moves_to_the_request_it_was_meant_for(
    database: Database, clock: FixedClock, bank: Bank, order: Order
) -> None:
    first, second = await requests_of(database, order)
    await bank.tells(first.code, first.amount)
    await bank.tells(first.code, first.amount)
    assert await _states(database, order) == [OVERPAID, AWAITING]
    transfer = await last_transfer(database)
    assert (transfer.attention, transfer.surplus) == (Attention.PAID_TWICE, first.amount)
    async with database.write() as uow:
        await book(uow, transfer, [second], CHANNELS, clock.now())
    await bank.working.work()
    assert await _states(database, order) == [PAID, PAID]
    assert await order_state(database, order) is OrderState.PAID
    assert (await transfer_of(database, transfer.id)).attention is None
    # Each booking is told, the moved one too.
    assert len(await pushes_of(database, "transfer_received")) == 3
    assert len(await pushes_of(database, "payment_receipt")) == 3


async def test_a_surplus_moved_onto_where_it_is_stays_a_surplus(
    database: Database, clock: FixedClock, bank: Bank, order: Order, request_a: PaymentRequest
) -> None:
    await bank.tells(request_a.code, request_a.amount + 7)
    async with database.write() as uow:
        overpaid, transfer = await uow.payments.get(request_a.code), await uow.transfers.get(1)
        assert overpaid is not None
        assert transfer is not None
        await book(uow, transfer, [overpaid], CHANNELS, clock.now())
    assert await _states(database, order) == [OVERPAID, AWAITING]
    assert (await transfer_of(database, 1)).surplus == 7


class TestEnteredByHand:
    async def test_a_payment_with_its_reference_is_booked_once(
        self, database: Database, clock: FixedClock, bank: Bank, order: Order, request_a: PaymentRequest
    ) -> None:
        await _enter(database, clock, request_a, "FT77", request_a.amount)
        await bank.working.work()
        assert await _states(database, order) == [PAID, AWAITING]
        async with unchanged(database):
            with refusal("reference_known", reference="FT77"):
                await _enter(database, clock, request_a, "FT77", request_a.amount)
        # The bank reports the transfer at last.
        await bank.tells(request_a.code, request_a.amount, reference="FT77")
        assert await _states(database, order) == [PAID, AWAITING]
        assert (await last_transfer(database)).state is TransferState.REPEATED

    async def test_the_transfer_that_lay_unmatched_is_the_one_that_is_booked(
        self, database: Database, clock: FixedClock, bank: Bank, order: Order, request_a: PaymentRequest
    ) -> None:
        await bank.tells("khong ghi ma", request_a.amount, reference="FT88")
        await _enter(database, clock, request_a, "FT88", request_a.amount)
        told, entered = await transfer_of(database, 1), await transfer_of(database, 2)
        assert (told.state, told.attention) == (TransferState.MATCHED, None)
        assert (entered.state, entered.reported.provider) == (TransferState.REPEATED, Provider.MANUAL)
        assert await _states(database, order) == [PAID, AWAITING]
        assert len(await rows_of(database, "shares")) == 1

    async def test_a_transfer_booked_already_is_refused(
        self, database: Database, clock: FixedClock, bank: Bank, order: Order
    ) -> None:
        first, second = await requests_of(database, order)
        await bank.tells(first.code, first.amount, reference="FT99")
        async with unchanged(database):
            with refusal("reference_known"):
                await _enter(database, clock, second, "FT99", second.amount)

    @pytest.mark.parametrize("amount", [0, -1])
    async def test_nothing_is_no_payment(
        self, amount: int, database: Database, clock: FixedClock, request_a: PaymentRequest
    ) -> None:
        async with unchanged(database):
            with refusal("amount_not_positive"):
                await _enter(database, clock, request_a, "FT1", amount)

    async def test_a_cancelled_request_takes_nothing(
        self, database: Database, clock: FixedClock, order: Order, request_a: PaymentRequest
    ) -> None:
        async with planted(database) as uow:
            await uow.payments.cancel(order.id)
        with refusal("payment_cancelled"):
            await _enter(database, clock, request_a, "FT1", request_a.amount)


async def test_money_restores_what_was_suspended_and_a_part_of_it_does_not(
    operations: Operations,
    owner: Actor,
    database: Database,
    clock: FixedClock,
    bank: Bank,
    order: Order,
    request_a: PaymentRequest,
) -> None:
    run = await operations.open_activation(owner, order.id)
    await operations.start_run(owner, run.id)
    await bank.working.work_until(clock.now() + TRIAL)
    vendor = bank.working.vendor
    assert vendor.suspended == {"L1", "L2"}
    await bank.tells(request_a.code, request_a.amount - 1)
    assert vendor.suspended == {"L1", "L2"}
    await bank.tells(request_a.code, 1)
    assert len(vendor.suspended) == 1
    (restored,) = [licence for act, licence in vendor.calls if act == "restore"]
    async with database.read() as uow:
        licences = [one.licence for one in await uow.licences.of_order(order.id)]
    assert [(one.paid, one.suspended) for one in licences] == [(True, False), (False, True)]
    assert licences[0].vendor_id == restored
