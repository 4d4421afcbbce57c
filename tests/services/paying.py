"""Helpers that read requests, orders and pushes for these tests."""

from domain.orders import Order, OrderState
from domain.payments import PaymentRequest
from domain.transfers import Transfer
from storage.database import Database
from tests.support.rows import Row, rows_of


async def requests_of(database: Database, order: Order) -> list[PaymentRequest]:
    async with database.read() as uow:
        return list(await uow.payments.of_order(order.id))


async def order_state(database: Database, order: Order) -> OrderState:
    async with database.read() as uow:
        found = await uow.orders.get(order.id)
        assert found is not None
        return found.state


async def transfer_of(database: Database, transfer_id: int) -> Transfer:
    async with database.read() as uow:
        found = await uow.transfers.get(transfer_id)
        assert found is not None
        return found


async def last_transfer(database: Database) -> Transfer:
    return await transfer_of(database, (await rows_of(database, "transfers"))[-1]["id"])


async def pushes_of(database: Database, kind: str) -> list[Row]:
    return [row for row in await rows_of(database, "pushes") if row["kind"] == kind]
