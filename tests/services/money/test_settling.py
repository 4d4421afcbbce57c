"""How many statements settling a transfer asks of the database, which is most of what it costs."""

import pytest

from domain.people import Actor
from domain.recipients import RecipientMode
from domain.transfers import TransferState
from services.money.transfers import MatchTransfer, TakeTransfers
from services.operations import Operations
from storage.database import Database
from tests.services.paying import last_transfer, requests_of
from tests.support.banks import Bank, reported
from tests.support.builders import CHANNELS, add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.statements import watched

ONE_REQUEST, WHOLE_ORDER = 25, 28
"""The most, from the first look at the transfer to the comparison with the books."""


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(
    "payer, most", [(RecipientMode.CUSTOMER, ONE_REQUEST), (RecipientMode.ACCOUNTANT, WHOLE_ORDER)]
)
async def test_settling_takes_few_statements_however_many_it_pays_for(
    payer: RecipientMode,
    most: int,
    count: int,
    operations: Operations,
    owner: Actor,
    database: Database,
    clock: FixedClock,
    bank: Bank,
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, count), payer)
    await bank.working.work()
    (first, *_) = await requests_of(database, order)
    whole = payer is RecipientMode.ACCOUNTANT
    code, amount = (order.code, order.total) if whole else (first.code, first.amount)
    await TakeTransfers(database, clock)([reported(code, amount)])
    with watched() as seen:
        await MatchTransfer(database, clock, CHANNELS)(1)
    assert (await last_transfer(database)).state is TransferState.MATCHED
    assert all((one.left == 0) is (whole or one.code == code) for one in await requests_of(database, order))
    assert len(seen.statements) <= most
