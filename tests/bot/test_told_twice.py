"""What services tell twice, over signed webhooks: repeats, other content under one id, two services."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from domain.orders import Order
from domain.packages import sample_price_list
from domain.payments import PaymentRequest, PaymentState
from domain.people import Actor
from domain.transfers import Attention, Transfer, TransferState
from services.housekeeping import EnsurePriceList
from services.money.transfers import TakeTransfers
from services.operations import Operations, build_operations
from storage.database import Database
from tests.bot.test_webhooks import SECRETS, Bank, opened
from tests.services.paying import pushes_of, requests_of, transfer_of
from tests.services.support import refusal, unchanged
from tests.support import bank_deliveries as deliveries
from tests.support.bank_deliveries import SECRET, sample
from tests.support.banks import add_back_office
from tests.support.builders import CHANNELS, PAYEE, add_customers, placed_order, register_owner
from tests.support.clock import FixedClock
from tests.support.rows import rows_of
from tests.support.working import Working

PAID, AWAITING = PaymentState.PAID, PaymentState.AWAITING
MATCHED, UNMATCHED = TransferState.MATCHED, TransferState.UNMATCHED
OTHER_CONTENT, PERHAPS_REPEATED = Attention.OTHER_CONTENT, Attention.PERHAPS_REPEATED
ACCOUNT = "0011001234567"


@dataclass
class Desk:
    """The bank's services post; the program stores, matches and tells back office."""

    bank: Bank
    database: Database
    clock: FixedClock
    working: Working
    operations: Operations
    office: Actor
    order: Order

    async def sepay(self, id: int, content: str, amount: int, reference: str = "", **more: Any) -> None:
        body = sample("sepay") | {"id": id, "content": content, "transferAmount": amount}
        body |= {"referenceCode": reference, "accountNumber": ACCOUNT, "subAccount": None, **more}
        await self._post("sepay", deliveries.sepay(body, self.clock.now()))

    async def casso(self, id: int, content: str, amount: int, reference: str = "", **more: Any) -> None:
        data = sample("casso_v2")["data"] | {"id": id, "description": content, "amount": amount}
        data |= {"reference": reference, "accountNumber": ACCOUNT, "virtualAccountNumber": ""}
        data |= {"transactionDateTime": sample("sepay")["transactionDate"], **more}
        await self._post("casso", deliveries.casso({"error": 0, "data": data}, self.clock.now()))

    async def _post(self, provider: str, delivery: deliveries.Delivery) -> None:
        assert (await self.bank.post(provider, delivery))[0] == 200
        await self.working.work()

    async def transfers(self) -> list[tuple[TransferState, Attention | None]]:
        return [(one.state, one.attention) for one in await self.all()]

    async def all(self) -> list[Transfer]:
        rows = await rows_of(self.database, "transfers")
        return [await transfer_of(self.database, row["id"]) for row in rows]

    async def requests(self) -> list[PaymentRequest]:
        return await requests_of(self.database, self.order)

    async def states(self) -> list[PaymentState]:
        return [request.state for request in await self.requests()]


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> AsyncIterator[Desk]:
    await EnsurePriceList(database, clock)(sample_price_list())
    operations = build_operations(database, clock, PAYEE, CHANNELS, None)  # type: ignore[arg-type]
    owner = await register_owner(operations)
    office = await add_back_office(database, clock)
    order = await placed_order(operations, owner, await add_customers(operations, owner, 2))
    working = Working(database, clock)
    await working.work()
    async with opened(clock, dict.fromkeys(SECRETS.values(), SECRET), TakeTransfers(database, clock)) as bank:
        yield Desk(bank, database, clock, working, operations, office, order)


async def test_the_same_id_with_another_content_waits_for_a_person(desk: Desk) -> None:
    first, second = await desk.requests()
    await desk.sepay(501, first.code, first.amount, "FT1")
    variants: list[tuple[Any, ...]] = [
        (second.code, first.amount, "FT1", {}),
        (first.code, first.amount + 1, "FT1", {}),
        (first.code, first.amount, "FT2", {}),
        (first.code, first.amount, "FT1", {"accountNumber": "9999999999999"}),
        (first.code, first.amount, "FT1", {"transferType": "out"}),
    ]
    for content, amount, reference, more in variants:
        await desk.sepay(501, content, amount, reference, **more)
    waiting = [(UNMATCHED, OTHER_CONTENT)] * 4 + [(TransferState.OUTGOING, OTHER_CONTENT)]
    assert await desk.transfers() == [(MATCHED, None), *waiting]
    assert await desk.states() == [PAID, AWAITING]
    known, *others = await desk.all()
    assert {one.other_id for one in others} == {known.id}
    assert len(await pushes_of(desk.database, "transfer_open")) == 5

    # Each of them delivered again is a repeat.
    async with unchanged(desk.database):
        await desk.sepay(501, f"{first.code} lan nua", first.amount, "FT1")
        for content, amount, reference, more in variants:
            await desk.sepay(501, content, amount, reference, **more)

    # A person books what is true, and only ignores what left the account.
    await desk.operations.desk.assign_transfer(desk.office, others[0].id, second.code)
    assert await desk.states() == [PAID, PAID]
    with refusal("transfer_outgoing"):
        await desk.operations.desk.assign_transfer(desk.office, others[-1].id, first.code)
    with refusal("transfer_outgoing"):
        await desk.operations.desk.return_transfer(desk.office, others[-1].id, "FT9")
    await desk.operations.desk.ignore_transfer(desk.office, others[-1].id, "hoàn tiền")


async def test_two_services_without_a_reference_are_booked_once(desk: Desk) -> None:
    first, second = await desk.requests()
    await desk.sepay(1, first.code, first.amount)
    await desk.casso(7, f"CK {first.code}", first.amount)
    assert await desk.transfers() == [(MATCHED, None), (UNMATCHED, PERHAPS_REPEATED)]
    assert [one.received for one in await desk.requests()] == [first.amount, 0]
    booked, waiting = await desk.all()
    view = await desk.operations.desk.view_transfer(desk.office, waiting.id)
    assert view.other == booked
    # It was a second payment after all.
    await desk.operations.desk.assign_transfer(desk.office, waiting.id, second.code)
    assert await desk.states() == [PAID, PAID]


async def test_by_the_code_of_the_order_too(desk: Desk) -> None:
    first, _ = await desk.requests()
    await desk.casso(7, desk.order.code, first.amount, "0001")
    await desk.sepay(1, desk.order.code, first.amount)
    assert await desk.transfers() == [(MATCHED, None), (UNMATCHED, PERHAPS_REPEATED)]


async def test_second_payments_are_not_held_up(desk: Desk) -> None:
    first, second = await desk.requests()
    part = first.amount // 4
    # One service alone, with a reference and without.
    for number, reference in enumerate(("", "", "FT3", "FT4"), 1):
        await desk.sepay(number, first.code, part, reference)
    assert await desk.transfers() == [(MATCHED, None)] * 4
    # Two services, both of which tell of both payments, in whatever order.
    half = second.amount // 2
    await desk.sepay(11, second.code, half, "FT11")
    await desk.casso(21, second.code, half, "FT11")
    await desk.casso(22, second.code, half, "FT12")
    await desk.sepay(12, second.code, half, "FT12")
    repeated = (TransferState.REPEATED, None)
    assert (await desk.transfers())[4:] == [(MATCHED, None), repeated, (MATCHED, None), repeated]
    assert await desk.states() == [PAID, PAID]


async def test_references_that_differ_settle_it_only_with_accounts_that_differ(desk: Desk) -> None:
    first, second = await desk.requests()
    await desk.sepay(1, first.code, first.amount, "MBVCB.1")
    await desk.casso(7, first.code, first.amount, "FT1")
    await desk.sepay(2, second.code, second.amount // 2, "MBVCB.2")
    await desk.casso(8, second.code, second.amount // 2, "FT2", accountNumber="0044000000001")
    assert await desk.transfers() == [
        (MATCHED, None),
        (UNMATCHED, PERHAPS_REPEATED),
        (MATCHED, None),
        (MATCHED, None),
    ]
