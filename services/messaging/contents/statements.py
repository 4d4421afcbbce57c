"""The pushes of statements, and how a statement of account is read."""

from datetime import date

from domain.account_statements import AccountStatement
from domain.calendar import day_of
from domain.messaging.pushes import MonthlyStatementMail, Push, StatementLeft
from domain.messaging.statement_contents import AccountStatementContent, StatementLeftContent
from domain.people import Firm, Role
from services.messaging.contents.reading import Readers, Reading
from services.ports import UnitOfWork
from services.ports.books_report import OfWhom


async def read_statement(
    uow: UnitOfWork, whose: str, firm: Firm, of: OfWhom, today: date
) -> AccountStatement | None:
    """The statement; `None` where nothing was ever asked for."""
    asked = await uow.books_report.asked(of)
    if not asked:
        return None
    return AccountStatement(whose, firm, today, asked, await uow.books_report.receivables(None, of))


async def _monthly(uow: UnitOfWork, push: Push, reading: Reading) -> AccountStatementContent | None:
    """Nothing is left to say once it was stopped, or its person or customer has gone."""
    assert isinstance(push.subject, MonthlyStatementMail)
    wish = await uow.monthly_statements.get(push.subject.statement_id)
    person = await uow.people.accountant(push.accountant_id)
    if wish is None or not person.active:
        return None
    firm = await uow.people.firm(person.firm_id)
    whose = firm.name
    if wish.customer_id is not None:
        customer = await uow.customers.get(firm.id, wish.customer_id)
        if customer is None or customer.erased:
            return None
        whose = customer.name
    own = None if person.role is Role.OWNER else person.id
    of = OfWhom(firm.id, own, wish.customer_id)
    statement = await read_statement(uow, whose, firm, of, day_of(reading.now))
    return AccountStatementContent(statement, person) if statement else None


async def _left(uow: UnitOfWork, push: Push, reading: Reading) -> StatementLeftContent | None:
    _, count = await uow.transfers.open(0, 0)
    return StatementLeftContent(count) if count else None


READERS: Readers = {MonthlyStatementMail: _monthly, StatementLeft: _left}
