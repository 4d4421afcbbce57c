"""Orders that are paid, and the documents that a closed day makes of them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from domain.calendar import start_of
from domain.invoices import Invoice, InvoiceLine, InvoiceMoment
from domain.orders import Order
from domain.people import Actor
from domain.recipients import RecipientMode
from services.invoices.closing import CLOSES_AFTER, CloseInvoices, InvoiceRules
from services.operations import Operations
from services.ports import SheetRow
from storage.database import Database
from tests.services.paying import requests_of
from tests.support.banks import Bank
from tests.support.builders import add_customers, made_one_request, placed_order
from tests.support.clock import FixedClock
from tests.support.rows import rows_of

PRICE = 1_950_000
"""The amount of one line of the orders."""


@dataclass
class Books:
    """Orders of the owner, the money on them, and their documents."""

    operations: Operations
    owner: Actor
    bank: Bank
    database: Database
    clock: FixedClock
    customers: int = 0
    orders: list[Order] = field(default_factory=list)

    async def order(self, count: int = 1, recipient: RecipientMode = RecipientMode.CUSTOMER) -> Order:
        """An order; one that the accountant pays has one request, as stored ones have."""
        customers = await add_customers(self.operations, self.owner, count, first=self.customers + 1)
        self.customers += count
        order = await placed_order(self.operations, self.owner, customers, recipient)
        if recipient is RecipientMode.ACCOUNTANT and count > 1:
            await made_one_request(self.database, order)
        self.orders.append(order)
        async with self.database.writing() as connection:
            # A firm's own address.
            await connection.exec_driver_sql(
                "UPDATE order_lines SET invoice_address = '1 Hàng Bài' WHERE invoice_address = ''"
            )
        await self.bank.working.work()
        return order

    async def pay(self, order: Order, amount: int, at: int = 0) -> None:
        """Money for the request at this place of the order."""
        await self.bank.tells((await requests_of(self.database, order))[at].code, amount)

    async def close(self, day: date, rules: InvoiceRules | None = None) -> None:
        """Close a day as its job does."""
        self.clock.set(max(self.clock.now(), start_of(day + timedelta(days=1)) + CLOSES_AFTER))
        await CloseInvoices(self.database, self.clock, rules or InvoiceRules(InvoiceMoment.PAID))(day)

    async def number(self, back_office: Actor, first: int) -> None:
        """Issue by hand all that waits, under numbers from `first` on, dated today."""
        today = f"{self.clock.today():%d/%m/%Y}"
        rows = []
        for at, one in enumerate(await self.operations.desk.take_invoice_queue(back_office)):
            cells = {"key": one.invoice.key, "form": "1", "series": "C26TAA", "number": str(first + at)}
            cells |= {"date": today, "total": str(one.invoice.amount), "authority_code": f"00{at}"}
            rows.append(SheetRow(at + 2, cells))
        seen = (await self.operations.desk.check_invoice_numbers(back_office, rows)).seen
        entered = await self.operations.desk.enter_invoice_numbers(back_office, rows, seen)
        assert entered.problems == ()

    async def documents(self) -> list[tuple[Invoice, list[InvoiceLine]]]:
        ids = [row["id"] for row in await rows_of(self.database, "invoices")]
        async with self.database.read() as uow:
            lines = await uow.invoices.lines(ids)
            found = []
            for number in ids:
                invoice = await uow.invoices.get(number)
                assert invoice is not None
                found.append((invoice, list(lines[number])))
            return found

    async def invoiced(self) -> dict[tuple[int, int], int]:
        """What stands on documents of each order line."""
        sums: dict[tuple[int, int], int] = {}
        for _, lines in await self.documents():
            for line in lines:
                place = (line.order_id, line.position)
                sums[place] = sums.get(place, 0) + line.amount
        return sums


@pytest.fixture
async def books(
    operations: Operations, owner: Actor, bank: Bank, database: Database, clock: FixedClock
) -> Books:
    return Books(operations, owner, bank, database, clock)
