"""One firm and one accountant, to which the other rows belong."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from domain.accounting import AccountingData
from domain.customers import Customer, CustomerData, CustomerKind
from domain.orders import Draft, Order
from domain.packages import Package
from domain.people import Accountant, Firm, FirmState, Role
from domain.recipients import RecipientMode
from services.ports import CustomerFilter, NewOrder, UnitOfWork
from storage.database import Database
from tests.support.builders import enterprise
from tests.support.clock import NOON_OF_JUNE_15 as NOW

LATER = NOW + timedelta(hours=1)
PACKAGE = Package(0, "STARTER", CustomerKind.ENTERPRISE, "Starter", "", 1_000_000, 8)
ACCOUNTING = AccountingData("TT133", "KHAU_TRU")


@dataclass(frozen=True, slots=True)
class Office:
    """A firm with its owner, stored."""

    database: Database
    firm: Firm
    owner: Accountant

    @property
    def all(self) -> CustomerFilter:
        return CustomerFilter(self.firm.id)

    async def customers(self, many: Sequence[CustomerData]) -> list[Customer]:
        """Add customers to the catalogue. Returns them in the order given."""
        async with self.database.write() as uow:
            await uow.customers.add_many(self.firm.id, many, NOW)
            found = await uow.customers.by_tax_codes(self.firm.id, [data.tax_code for data in many])
        return [found[data.tax_code] for data in many]

    async def draft(self, *picked: Customer, **answers: Any) -> Draft:
        """Make the open draft with these customers picked."""
        async with self.database.write() as uow:
            draft = await uow.drafts.start(self.firm.id, self.owner.id, NOW)
            draft = replace(draft, **answers)
            await uow.drafts.save(draft, NOW)
            for customer in picked:
                await uow.drafts.pick(draft.id, customer.id)
            return draft

    async def order(self, draft: Draft, code: str = "KTAAAAAA") -> Order:
        """Make an order without lines from this draft, and close the draft."""
        async with self.database.write() as uow:
            order = await uow.orders.add(await self.new_order(uow, draft, code), NOW)
            await uow.drafts.save(replace(draft, order_id=order.id), NOW)
            return order

    async def new_order(self, uow: UnitOfWork, draft: Draft, code: str) -> NewOrder:
        if not await uow.packages.on_sale():
            await uow.packages.replace_all([PACKAGE], NOW)
        (package,) = await uow.packages.on_sale()
        return NewOrder(
            code=code,
            firm_id=self.firm.id,
            accountant_id=self.owner.id,
            draft_id=draft.id,
            package=package,
            fiscal_year=2026,
            recipient=RecipientMode.CUSTOMER,
            accounting=ACCOUNTING,
            total=2_160_000,
            line_count=2,
        )


async def open_office(
    database: Database, name: str = "Đại lý thuế A", tax_code: str = "0100109106"
) -> Office:
    async with database.write() as uow:
        firm = await uow.people.add_firm(name, tax_code, FirmState.APPROVED, NOW)
        owner = await uow.people.add_accountant(
            firm.id, Role.OWNER, "Phạm Chủ", "+84912345678", "a@b.vn", NOW
        )
    return Office(database, firm, owner)


@pytest.fixture
async def office(database: Database) -> Office:
    return await open_office(database)


@pytest.fixture
async def either(either_url: str) -> AsyncIterator[Database]:
    """A database, once on SQLite and once on PostgreSQL."""
    opened = Database(either_url)
    yield opened
    await opened.close()


@pytest.fixture
def three() -> list[CustomerData]:
    return [enterprise(number) for number in (1, 2, 3)]
