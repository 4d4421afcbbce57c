"""Doubts about the e-mail and phone that become a customer's login, and which of them were answered."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.customers import CustomerData
from domain.errors import DomainError
from domain.identifiers import is_landline, parse_email


class LoginDoubt(StrEnum):
    """Why a login may not be what was meant. NEAR_MISS: the e-mail looks mistyped. LANDLINE: the phone gets
    no messages. SHARED: another customer of the firm has the same e-mail or phone."""

    NEAR_MISS = "near_miss"
    LANDLINE = "landline"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt about one `value`, an e-mail or a phone in E.164; `better` is what was probably meant."""

    kind: LoginDoubt
    value: str
    better: str | None = None

    @property
    def word(self) -> str:
        """The word that `CustomerData.sure_of` has once this is answered. It names the value, so another
        value is doubted anew."""
        return f"{self.kind}:{self.value}"


def own_doubts(email: str = "", phone: str = "") -> list[Doubt]:
    """What is doubtful about a login whatever other customers have, answered or not."""
    found = []
    if email and (better := _better(email)):
        found.append(Doubt(LoginDoubt.NEAR_MISS, email, better))
    if phone and is_landline(phone):
        found.append(Doubt(LoginDoubt.LANDLINE, phone))
    return found


def open_doubts(customer: CustomerData, shared: Collection[str] = ()) -> tuple[Doubt, ...]:
    """What is doubtful about a customer's login and was not answered. `shared` are e-mails and phones that
    other customers of the firm have; others than this customer's do no harm."""
    doubts = own_doubts(customer.email, customer.phone)
    login = (customer.email, customer.phone)
    doubts += [Doubt(LoginDoubt.SHARED, value) for value in login if value and value in shared]
    answered = customer.sure_of.split()
    return tuple(doubt for doubt in doubts if doubt.word not in answered)


def with_answered(sure_of: str, doubts: Iterable[Doubt]) -> str:
    """`sure_of` with these doubts answered, too."""
    return " ".join(dict.fromkeys([*sure_of.split(), *(doubt.word for doubt in doubts)]))


def _better(email: str) -> str | None:
    try:
        return parse_email(email).hint
    except DomainError:
        return None
