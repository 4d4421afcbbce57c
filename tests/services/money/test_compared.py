"""Account and currency of a transfer: what does not fit the settings waits for a person (decision 41)."""

from typing import Any

import pytest
from sqlalchemy import update

from domain.accounts import KnownAccounts
from domain.orders import Order
from domain.payments import PaymentState
from domain.people import Actor
from domain.transfers import Attention, Provider, TransferState
from services.money.transfers import MatchTransfer, TakeTransfers
from services.operations import Operations
from storage.database import Database
from storage.tables.money import payment_requests
from tests.services.paying import last_transfer, pushes_of, requests_of
from tests.support.banks import add_back_office, reported
from tests.support.builders import CHANNELS, add_customers, placed_order
from tests.support.clock import FixedClock

OLD, OURS = "0044000000001", KnownAccounts(("0011001234567",), ("96247BOT",))
STRANGE = "9999999999999"


@pytest.fixture
async def order(operations: Operations, owner: Actor) -> Order:
    return await placed_order(operations, owner, await add_customers(operations, owner, 2))


async def told(
    database: Database, clock: FixedClock, content: str, amount: int, **changes: Any
) -> tuple[TransferState, Attention | None]:
    await TakeTransfers(database, clock)([reported(content, amount, **changes)])
    transfer = await last_transfer(database)
    await MatchTransfer(database, clock, CHANNELS, OURS)(transfer.id)
    transfer = await last_transfer(database)
    return transfer.state, transfer.attention


MATCHED = (TransferState.MATCHED, None)
OTHER_ACCOUNT = (TransferState.UNMATCHED, Attention.OTHER_ACCOUNT)
OTHER_CURRENCY = (TransferState.UNMATCHED, Attention.OTHER_CURRENCY)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, MATCHED),
        ({"account": "11001234567"}, MATCHED),
        ({"account": "0011****4567"}, MATCHED),
        ({"account": ""}, MATCHED),
        ({"account": "***567"}, MATCHED),
        ({"account": "96247BOT00001"}, MATCHED),
        ({"account": "VA0001", "main_account": "0011001234567"}, MATCHED),
        ({"account": "96247BOT00001", "main_account": STRANGE}, MATCHED),
        ({"account": STRANGE}, OTHER_ACCOUNT),
        ({"account": "VA0001", "main_account": STRANGE}, OTHER_ACCOUNT),
        ({"account": "VA0001"}, OTHER_ACCOUNT),
        ({"currency": "JPY"}, OTHER_CURRENCY),
        ({"currency": "JPY", "account": STRANGE}, OTHER_CURRENCY),
        ({"account": STRANGE, "outgoing": True}, (TransferState.OUTGOING, None)),
    ],
)
async def test_only_dong_on_an_account_of_the_vendor_pays(
    database: Database,
    clock: FixedClock,
    order: Order,
    changes: dict[str, Any],
    outcome: tuple[TransferState, Attention | None],
) -> None:
    await add_back_office(database, clock)
    (first, _) = await requests_of(database, order)
    assert await told(database, clock, first.code, first.amount, **changes) == outcome
    (first, _) = await requests_of(database, order)
    assert (first.state is PaymentState.PAID) == (outcome == MATCHED)
    assert len(await pushes_of(database, "transfer_open")) == (outcome[1] is not None)


async def test_an_account_that_an_unpaid_request_names_is_the_vendor_s(
    database: Database, clock: FixedClock, order: Order
) -> None:
    first, second = await requests_of(database, order)
    async with database.writing() as connection:
        of_first = payment_requests.c.code == first.code
        await connection.execute(update(payment_requests).where(of_first).values(account=OLD))

    # Also for a request that names the new account, as long as one with the old account is unpaid.
    assert await told(database, clock, second.code, second.amount, account=OLD) == MATCHED
    assert await told(database, clock, first.code, first.amount, account=OLD) == MATCHED
    # A request that is paid again still names its account; nothing else does.
    paid_twice = (TransferState.MATCHED, Attention.PAID_TWICE)
    assert await told(database, clock, first.code, first.amount, account=OLD) == paid_twice
    assert await told(database, clock, second.code, second.amount, account=OLD) == OTHER_ACCOUNT


async def test_back_office_may_book_it_knowingly(
    operations: Operations, database: Database, clock: FixedClock, order: Order
) -> None:
    lan = await add_back_office(database, clock)
    (first, _) = await requests_of(database, order)
    await told(database, clock, first.code, first.amount, account=STRANGE)
    transfer = await last_transfer(database)
    await operations.desk.assign_transfer(lan, transfer.id, first.code)
    assert (await requests_of(database, order))[0].state is PaymentState.PAID


async def test_what_is_not_in_dong_is_no_money_received(
    database: Database, clock: FixedClock, order: Order
) -> None:
    (first, _) = await requests_of(database, order)
    await told(database, clock, first.code, 2_950_000, currency="JPY", provider=Provider.PAYOS)
    async with database.read() as uow:
        day = await uow.transfers.totals(clock.now(), clock.now().replace(hour=23))
    assert (day.transfers, day.received, day.open_transfers) == (1, 0, 1)
