"""The books add up, whatever transfers come in whatever order and whatever back office does with them."""

import random
from collections import Counter

import pytest

from domain.errors import DomainError
from domain.orders import Order, OrderState
from domain.payments import PAID_STATES, state_after
from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import Provider, TransferState
from services.money.choosing import choice_ends
from services.money.transfers import MatchTransfer, TakeTransfers
from services.operations import Operations
from storage.database import Database
from tests.services.paying import order_state, pushes_of, requests_of, transfer_of
from tests.support.banks import Bank, reported
from tests.support.builders import CHANNELS, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of

TRANSFERS = 40


@pytest.mark.long
@pytest.mark.parametrize("seed", [1])
async def test_no_dong_is_lost(
    seed: int,
    operations: Operations,
    owner: Actor,
    colleague: Actor,
    back_office: Actor,
    bank: Bank,
    database: Database,
    clock: FixedClock,
) -> None:
    draw = random.Random(seed)
    customers = await add_customers(operations, owner, 16)
    orders = [
        await placed_order(operations, owner, customers[:6]),
        await placed_order(operations, colleague, customers[6:12]),
        await placed_order(operations, owner, customers[12:], RecipientMode.ACCOUNTANT),
    ]
    await bank.working.work()
    codes = [request.code for order in orders for request in await requests_of(database, order)]
    names = [*codes, *(order.code for order in orders), "KTM7R4Q2X", "NGUYEN VAN A"]
    price = orders[0].total // 6

    told = []
    for _ in range(TRANSFERS):
        content = " ".join(draw.sample(names, draw.choice((1, 1, 1, 2, 3))))
        transfer = reported(content, price // 4 * draw.choice((0, 1, 2, 2, 3, 4, 4, 5)))
        told.append(transfer)
        if draw.random() < 0.2:
            again = {"provider": Provider.CASSO, "reference": transfer.reference}
            told.append(reported(content, transfer.amount, **again))
        if draw.random() < 0.1:
            told.append(reported(content, price, outgoing=True))
    await TakeTransfers(database, clock)(told)
    numbers = list(range(1, len(told) + 1))
    draw.shuffle(numbers)
    match = MatchTransfer(database, clock, CHANNELS)
    desk = operations.desk
    for number in numbers:
        await match(number)
        if draw.random() < 0.5:
            await _settle_one(draw, operations, back_office, codes)
        if draw.random() < 0.3:
            await _choose_one(draw, operations, owner, orders[2], codes)
    await bank.working.work()
    # What nobody has chosen is booked as the day ends.
    await bank.working.work_until(choice_ends(clock.now()))
    assert {row["state"] for row in await rows_of(database, "transfers")}.isdisjoint({"choosing", "received"})

    # Each request and licence agrees with its shares.
    shares = await rows_of(database, "shares")
    received = Counter[str]()
    for share in shares:
        received[share["payment_code"]] += share["amount"]
    overpaid = 0
    for order in orders:
        await _books_of(database, order, received)
        overpaid += sum(max(0, one.received - one.amount) for one in await requests_of(database, order))

    # Each transfer is booked whole or not at all, and the open surplus is what was overpaid.
    surplus = 0
    for number in numbers:
        settled = await transfer_of(database, number)
        booked = sum(share["amount"] for share in shares if share["transfer_id"] == number)
        assert settled.state is not TransferState.RECEIVED
        if settled.state is TransferState.MATCHED:
            returned = settled.note.startswith("FT")
            assert booked <= settled.reported.amount if returned else booked == settled.reported.amount
        else:
            assert booked == 0
        if booked:
            surplus += settled.surplus
    assert surplus == overpaid
    assert (await desk.list_open_transfers(back_office)).total == sum(
        row["attention"] is not None for row in await rows_of(database, "transfers")
    )

    # Each incoming share has a receipt, unless the accountant pays; every message has left.
    own = {request.code for request in await requests_of(database, orders[2])}
    due = [share for share in shares if share["amount"] > 0 and share["payment_code"] not in own]
    assert len(await pushes_of(database, "payment_receipt")) == len(due)
    assert {row["state"] for row in await pushes_of(database, "transfer_received")} == {"sent"}


async def _choose_one(
    draw: random.Random, operations: Operations, owner: Actor, order: Order, codes: list[str]
) -> None:
    page = await operations.list_payments(owner, order.id)
    if page.to_choose is not None:
        await operations.choose_payments(owner, page.to_choose, draw.sample(codes, draw.randrange(4)))


async def _settle_one(
    draw: random.Random, operations: Operations, back_office: Actor, codes: list[str]
) -> None:
    desk = operations.desk
    waiting = (await desk.list_open_transfers(back_office)).items
    if not waiting:
        return
    transfer_id = draw.choice(waiting).id
    try:
        match draw.choice(("assign", "assign", "assign", "return", "ignore")):
            case "assign":
                await desk.assign_transfer(back_office, transfer_id, draw.choice(codes))
            case "return":
                await desk.return_transfer(back_office, transfer_id, f"FT{transfer_id}")
            case _:
                await desk.ignore_transfer(back_office, transfer_id, "khách cho luôn")
    except DomainError as refusal:
        if refusal.code != "payment_settled":
            raise


async def _books_of(database: Database, order: Order, received: Counter[str]) -> None:
    requests = await requests_of(database, order)
    for request in requests:
        assert request.received == received[request.code]
        assert request.state is state_after(request.amount, request.received)
        assert (request.paid_at is not None) == (request.state in PAID_STATES)
    async with database.read() as uow:
        for one in await uow.licences.of_order(order.id):
            request = next(one_ for one_ in requests if one_.code == one.line.payment_code)
            assert one.licence.paid == (request.state in PAID_STATES)
    if all(request.state in PAID_STATES for request in requests):
        expected = OrderState.PAID
    else:
        some = any(request.received for request in requests)
        expected = OrderState.PARTLY_PAID if some else OrderState.PLACED
    assert await order_state(database, order) is expected
