"""Who acts: accountants of firms, their roles, and what each role may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import DomainError


class Role(StrEnum):
    OWNER = "owner"
    STAFF = "staff"


class Right(StrEnum):
    """What an operation asks of its actor."""

    KEEP_CUSTOMERS = "keep_customers"
    PLACE_ORDERS = "place_orders"
    INVITE_STAFF = "invite_staff"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.STAFF: frozenset({Right.KEEP_CUSTOMERS, Right.PLACE_ORDERS}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The registered accountant on whose behalf an operation runs."""

    accountant_id: int
    firm_id: int
    role: Role

    def require(self, right: Right) -> None:
        """Raise `DomainError("not_allowed")` unless this actor's role carries `right`."""
        if right not in RIGHTS[self.role]:
            raise DomainError("not_allowed")


@dataclass(frozen=True, slots=True)
class Accountant:
    id: int
    firm_id: int
    role: Role
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Firm:
    id: int
    name: str
    tax_code: str


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
