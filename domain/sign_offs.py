"""Sign-offs: a second person of back office looks at a payment by hand, or a return, above a sum."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import DomainError
from domain.transfers import VND


class SignedAct(StrEnum):
    """What is done once it is approved: a payment entered by hand, a claim accepted, money noted as
    returned."""

    PAYMENT = "payment"
    CLAIM = "claim"
    RETURN = "return"


class SignOffState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Its asker took it back."""


@dataclass(frozen=True, slots=True)
class AskedAct:
    """An act that one person asks another to approve.

    `subject` is the code of a payment, or the id of a claim or transfer; `amount` is in the transfer's
    currency, `reference` the bank's.
    """

    act: SignedAct
    subject: str
    amount: int
    reference: str

    @property
    def key(self) -> str:
        """What at most one sign-off may wait about."""
        return f"{self.act}:{self.reference if self.act is SignedAct.PAYMENT else self.subject}"


@dataclass(frozen=True, slots=True)
class SignOff:
    """`why` is the asker's reason, `note` that of who refused it. `order_id` is the order that it is
    about."""

    id: int
    act: SignedAct
    subject: str
    amount: int
    reference: str
    currency: str
    why: str
    order_id: int | None
    asked_by: int
    asked_at: datetime
    state: SignOffState = SignOffState.WAITING
    decided_by: int | None = None
    decided_at: datetime | None = None
    note: str = ""

    @property
    def asked(self) -> AskedAct:
        return AskedAct(self.act, self.subject, self.amount, self.reference)

    def check_waiting(self) -> None:
        """Raise `DomainError("sign_off_decided")`."""
        if self.state is not SignOffState.WAITING:
            raise DomainError("sign_off_decided")


def is_large(amount: int, currency: str, above: int) -> bool:
    """Whether a second person has to look at this; `above` is VND, 0 for never. What a sum in another
    currency is worth is not known, so it counts as large."""
    return bool(above) and (amount > above or currency != VND)
