"""What the mail of a statement of account says, and the message about a bank's."""

from dataclasses import dataclass

from domain.account_statements import AccountStatement
from domain.messaging.contents import PushContent
from domain.people import Accountant


@dataclass(frozen=True, slots=True)
class AccountStatementContent(PushContent):
    """What a firm or a customer owes, as its accountant has it mailed."""

    statement: AccountStatement
    accountant: Accountant


@dataclass(frozen=True, slots=True)
class StatementLeftContent(PushContent):
    """How many transfers wait for back office."""

    count: int
