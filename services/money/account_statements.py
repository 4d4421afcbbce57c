"""Statements of account: what a firm or one of its customers owes, and for how long."""

from datetime import date

from domain.account_statements import AccountStatement
from domain.errors import DomainError
from domain.people import Actor, Firm, Right, Role
from services.catalogue.customers import own_customer
from services.messaging.contents.statements import read_statement
from services.operation import LARGEST_ID, Operation
from services.ports import UnitOfWork
from services.ports.books_report import OfWhom


class ViewAccountStatement(Operation):
    """The statement of the actor's own firm, or of one of its customers; staff see their own orders alone.

    Raises `DomainError`: `nothing_owed`, `customer_unknown`.
    """

    async def __call__(self, actor: Actor, customer_id: int | None = None) -> AccountStatement:
        actor.require(Right.PLACE_ORDERS)
        own = None if actor.role is Role.OWNER else actor.accountant_id
        async with self.units.read() as uow:
            firm = await uow.people.firm(actor.firm_id)
            whose = firm.name
            if customer_id is not None:
                whose = (await own_customer(uow, actor, customer_id)).name
            return await _statement(uow, whose, firm, OfWhom(firm.id, own, customer_id), self.clock.today())


class ViewFirmsAccountStatement(Operation):
    """The statement of any firm, for back office. Raises `DomainError`: `nothing_owed`, `firm_unknown`."""

    async def __call__(self, actor: Actor, firm_id: int) -> AccountStatement:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            firm = await uow.people.find_firm(firm_id) if firm_id <= LARGEST_ID else None
            if firm is None:
                raise DomainError("firm_unknown")
            return await _statement(uow, firm.name, firm, OfWhom(firm_id), self.clock.today())


async def _statement(uow: UnitOfWork, whose: str, firm: Firm, of: OfWhom, today: date) -> AccountStatement:
    statement = await read_statement(uow, whose, firm, of, today)
    if statement is None:
        raise DomainError("nothing_owed")
    return statement
