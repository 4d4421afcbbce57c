"""What messages about claims, sign-offs and refunds say."""

from dataclasses import dataclass

from domain.messaging.contents import PaidPart, PushContent
from domain.orders import Order
from domain.payments import PaymentRequest, TransferClaim
from domain.people import Accountant, Firm
from domain.return_cases import ReturnCase
from domain.sign_offs import SignOff
from domain.transfers import Transfer


@dataclass(frozen=True, slots=True)
class ClaimContent:
    """A transfer that somebody says was made. `name` stands for the request, as in the roll call."""

    claim: TransferClaim
    payment: PaymentRequest
    order: Order
    accountant: Accountant
    firm: Firm
    name: str


@dataclass(frozen=True, slots=True)
class ClaimMadeContent(PushContent):
    """For back office: a transfer to check."""

    about: ClaimContent


@dataclass(frozen=True, slots=True)
class ClaimSettledContent(PushContent):
    """For the accountant: what back office found."""

    about: ClaimContent


@dataclass(frozen=True, slots=True)
class SignOffContent:
    """What waits for a second person, or did. `decider` is empty as long as nobody has decided; `transfer` is
    the one whose money is given back."""

    sign_off: SignOff
    asker: str
    decider: str
    order: Order | None
    firm: Firm | None
    transfer: Transfer | None


@dataclass(frozen=True, slots=True)
class SignOffAskedContent(PushContent):
    about: SignOffContent


@dataclass(frozen=True, slots=True)
class SignOffDecidedContent(PushContent):
    about: SignOffContent


@dataclass(frozen=True, slots=True)
class RefundContent(PushContent):
    """For the accountant: money of the order was given back. `parts` are the first requests that it was taken
    off, of `count`; `left` is what is to pay of the order now."""

    case: ReturnCase
    order: Order
    parts: tuple[PaidPart, ...]
    count: int
    left: int
