"""Every kind of transfer is delivered twenty times at once, five times over, and booked once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import pytest

from domain.orders import Order, OrderState
from domain.packages import sample_price_list
from domain.transfers import Provider
from services.housekeeping import EnsurePriceList
from services.money.transfers import TakeTransfers
from services.operations import build_operations
from storage.database import Database
from tests.bot.test_webhooks import SECRETS, opened
from tests.services.money.test_transfers import CASES, words
from tests.services.paying import requests_of
from tests.support import bank_deliveries as deliveries
from tests.support.bank_deliveries import SECRET, Delivery, sample
from tests.support.banks import add_back_office
from tests.support.builders import CHANNELS, PAYEE, add_customers, placed_order, register_owner
from tests.support.clock import FixedClock
from tests.support.planting import planted
from tests.support.rows import dump
from tests.support.working import Working

ROUNDS, AT_ONCE = 5, 20
PROVIDERS = (Provider.SEPAY, Provider.CASSO, Provider.PAYOS, Provider.GPMPAY)


@dataclass(frozen=True)
class Told:
    """A transfer as `provider` delivers it. Its number makes all its ids unique."""

    number: int
    provider: Provider
    content: str
    amount: int
    outgoing: bool
    reference: str

    def delivery(self, now: datetime) -> Delivery:
        signed = -self.amount if self.outgoing else self.amount
        direction = "out" if self.outgoing else "in"
        match self.provider:
            case Provider.SEPAY | Provider.GPMPAY:
                body = sample(self.provider) | {
                    "id": self.number if self.provider is Provider.SEPAY else f"txn_{self.number}",
                    "content": self.content,
                    "transferType": direction,
                    "transferAmount": self.amount,
                    "referenceCode": self.reference,
                }
                sign = deliveries.sepay if self.provider is Provider.SEPAY else deliveries.gpmpay
                return sign(body, now)
            case Provider.CASSO:
                data = {"id": self.number, "description": self.content, "amount": signed}
                data |= {"reference": self.reference}
                return deliveries.casso({"error": 0, "data": sample("casso_v2")["data"] | data}, now)
            case _:
                data = {"orderCode": self.number, "description": self.content, "amount": signed}
                data |= {"reference": self.reference}
                return deliveries.payos(sample("payos") | {"data": sample("payos")["data"] | data}, now)


@pytest.mark.long
async def test_each_transfer_changes_nothing_after_the_first(database: Database, clock: FixedClock) -> None:
    await EnsurePriceList(database, clock)(sample_price_list())
    operations = build_operations(database, clock, PAYEE, CHANNELS, None)  # type: ignore[arg-type]
    owner = await register_owner(operations)
    await add_back_office(database, clock)
    working = Working(database, clock)
    told: list[Told] = []
    orders: dict[str, Order] = {}
    for place, (name, case) in enumerate(CASES.items()):
        customers = await add_customers(operations, owner, 3, first=3 * place + 1)
        orders[name] = order = await placed_order(operations, owner, customers)
        if case.cancelled:
            async with planted(database) as uow:
                await uow.orders.set_state(order.id, OrderState.CANCELLED)
                await uow.payments.cancel(order.id)
        requests = await requests_of(database, order)
        named, price = words(order, requests), requests[0].amount
        for at, (content, tenths) in enumerate(case.tells):
            number = len(told) + 1
            changes = dict(case.changes)
            reference = f"{changes['reference']}-{place}" if "reference" in changes else f"FT{number}"
            # One service tells of a case, two where the case is about that.
            provider, outgoing = PROVIDERS[(place + at * ("provider" in changes)) % 4], "outgoing" in changes
            amount = price // 10 * tenths
            told.append(Told(number, provider, content.format(**named), amount, outgoing, reference))

    secrets = dict.fromkeys(SECRETS.values(), SECRET)
    async with opened(clock, secrets, TakeTransfers(database, clock)) as bank:

        async def tell_all() -> None:
            for one in told:
                posts = (bank.post(one.provider, one.delivery(clock.now())) for _ in range(AT_ONCE))
                assert {status for status, _ in await asyncio.gather(*posts)} == {200}, one
            await working.work()

        await tell_all()
        after_the_first = await dump(database)
        assert len(after_the_first["transfers"]) == len(told)
        assert not [row for row in after_the_first["transfers"] if row["state"] == "received"]
        for name, case in CASES.items():
            states = tuple(request.state for request in await requests_of(database, orders[name]))
            assert states == case.requests, name

        for _ in range(ROUNDS):
            await tell_all()
            assert await dump(database) == after_the_first
