"""Where a notice or a button of a push leads, and how a button carries it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """A window that can be opened from outside. Each line says whose id its `Target` carries, if any."""

    MENU = "menu"
    NOTICES = "notices"
    STAFF = "staff"
    MEMBER = "member"
    """Somebody of the firm who may be removed: their id."""
    CHATS = "chats"
    """The chats that a person has linked."""
    ORDERS = "orders"
    ORDER = "order"
    """One order: its id."""
    PAYMENTS = "payments"
    """Who has paid for an order: the order's id."""
    CHOICE = "choice"
    """Which customers have paid: the id of the transfer."""
    ACTIVATION = "activation"
    """Activating the licences of an order: the order's id."""
    FAILED = "failed"
    """What failed in a run: the run's id."""
    INVOICES = "invoices"
    """The tax invoices of an order: the order's id."""
    INVOICE = "invoice"
    """One tax invoice: its id."""
    FIRMS = "firms"
    """Firms that wait for approval."""
    FIRM = "firm"
    """A firm with its people, for back office: its id."""
    HELD = "held"
    """Firms whose instructions are held."""
    TRANSFER = "transfer"
    """A transfer to settle: its id."""
    SIGN_OFF = "sign_off"
    """What waits for a second person: the id of the sign-off."""
    CLAIM = "claim"
    """A claim to check: its id."""
    BY_HAND = "byhand"
    """Licences to activate by hand."""
    DESK_INVOICES = "deskinv"
    """What back office has to do about invoices."""

    @property
    def takes_id(self) -> bool:
        return self in _ABOUT_ONE


_ABOUT_ONE = frozenset(
    {
        *(Place.ORDER, Place.PAYMENTS, Place.ACTIVATION, Place.FAILED, Place.INVOICES, Place.INVOICE),
        *(Place.FIRM, Place.TRANSFER, Place.CLAIM, Place.CHOICE, Place.SIGN_OFF, Place.MEMBER),
    }
)


@dataclass(frozen=True, slots=True)
class Target:
    """What is opened. `id` is 0 where the place takes none."""

    place: Place
    id: int = 0


@dataclass(frozen=True, slots=True)
class RunStop:
    """The action of a button that stops this run instead of opening a window."""

    run_id: int


@dataclass(frozen=True, slots=True)
class Resending:
    """The action of a button that sends all payers of this order who owe the instruction again."""

    order_id: int


@dataclass(frozen=True, slots=True)
class CardsOf:
    """The action of a button that brings the cards of all who owe for this order."""

    order_id: int


Action = Target | RunStop | Resending | CardsOf


def button_data(action: Action) -> str:
    """The callback data of a button. Buttons stay in people's chats for ever, so the format never changes."""
    match action:
        case RunStop(run_id):
            return f"stop:run:{run_id}"
        case Resending(order_id):
            return f"resend:order:{order_id}"
        case CardsOf(order_id):
            return f"cards:order:{order_id}"
    return f"open:{action.place}:{action.id}" if action.id else f"open:{action.place}"


_ACTS: Mapping[str, Callable[[int], Action]] = {
    "stop:run": RunStop,
    "resend:order": Resending,
    "cards:order": CardsOf,
}
_DATA = re.compile(rf"(?:({'|'.join(_ACTS)})|open:({'|'.join(Place)}))(?::(\d{{1,15}}))?")


def read_button(data: str | None) -> Action | None:
    """The action in callback data; `None` for data that is no button of a push."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    act, place, digits = found.groups()
    number = int(digits or 0)
    return _ACTS[act](number) if act else Target(Place(place), number)
