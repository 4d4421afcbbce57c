"""Who acts: accountants of firms, their roles, and what each role may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import DomainError
from domain.names import check_name
from domain.text import clean_line

PERSON_LIMIT = 100
"""The most code points of a person's name."""


def parse_person_name(text: str) -> str:
    """A person's name on one line. A number is refused: it is a choice typed where a name was asked for.

    Raises what `clean_line` and `check_name` do, and `DomainError("person_name_without_letters")`.
    """
    name = clean_line(text, PERSON_LIMIT)
    if not any(char.isalpha() for char in name):
        raise DomainError("person_name_without_letters")
    check_name(name)
    return name


class Role(StrEnum):
    OWNER = "owner"
    STAFF = "staff"
    BACK_OFFICE = "back_office"


class Approver(StrEnum):
    """Whether a person of back office may be the second person for large sums, and who said so."""

    NO = "no"
    BY_SETTING = "setting"
    BY_CHAT = "chat"


class FirmState(StrEnum):
    """`VENDOR` is the one firm whose people are the back office. A `CLOSED` one keeps what it has, and
    orders, activates, invites and sends nothing."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"
    VENDOR = "vendor"


class Right(StrEnum):
    """What an operation asks of its actor."""

    KEEP_CUSTOMERS = "keep_customers"
    PLACE_ORDERS = "place_orders"
    INVITE_STAFF = "invite_staff"
    RUN_BACK_OFFICE = "run_back_office"
    APPROVE = "approve"
    """Be the second person for large sums: given to single people of back office, not to a role."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset({Right.KEEP_CUSTOMERS, Right.PLACE_ORDERS, Right.INVITE_STAFF}),
    Role.STAFF: frozenset({Right.KEEP_CUSTOMERS, Right.PLACE_ORDERS}),
    Role.BACK_OFFICE: frozenset({Right.RUN_BACK_OFFICE}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The registered accountant on whose behalf an operation runs."""

    accountant_id: int
    firm_id: int
    role: Role
    approves: bool = False

    def may(self, right: Right) -> bool:
        """Whether this actor's role carries `right`, or they have it themselves."""
        own = right is Right.APPROVE and self.approves and self.role is Role.BACK_OFFICE
        return own or right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raise `DomainError("not_allowed")` (reason: the right) unless this actor `may`."""
        if not self.may(right):
            raise DomainError("not_allowed", reason=right)


@dataclass(frozen=True, slots=True)
class Accountant:
    """`active` is false for staff that was removed."""

    id: int
    firm_id: int
    role: Role
    name: str
    phone: str
    email: str
    active: bool = True
    approver: Approver = Approver.NO

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.firm_id, self.role, self.approver is not Approver.NO)


@dataclass(frozen=True, slots=True)
class Firm:
    """`note` is why back office refused or closed it. `address` stands on its invoices, empty until it is
    said."""

    id: int
    name: str
    tax_code: str
    state: FirmState = FirmState.APPROVED
    note: str = ""
    address: str = ""

    def check_may_order(self) -> None:
        """Raise `DomainError` (`firm_waiting`, `firm_refused`, `firm_closed`) unless back office approved
        it."""
        self.check_open()
        if self.state is FirmState.WAITING:
            raise DomainError("firm_waiting")
        if self.state is FirmState.REFUSED:
            raise DomainError("firm_refused", reason=self.note)

    def check_open(self) -> None:
        """Raise `DomainError("firm_closed")` where back office closed it."""
        if self.state is FirmState.CLOSED:
            raise DomainError("firm_closed", reason=self.note)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A promise of a place in a firm: redeemed once, before it expires."""

    id: int
    firm_id: int
    invited_by: int
    expires_at: datetime
    used_by: int | None

    def check_usable(self, now: datetime) -> None:
        """Raise `DomainError` when the invitation was used or has expired."""
        if self.used_by is not None:
            raise DomainError("invitation_used")
        if now >= self.expires_at:
            raise DomainError("invitation_expired")
