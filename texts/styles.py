"""Which button of a message stands out: by what it does, in windows and pushes alike.

The values are Telegram's (Bot API 9.4). What follows from a tap that cannot be undone stands out, green or, where
something ends or is lost, red; where there is no such button, the one next step does. All others stay plain.
"""

from collections.abc import Iterable
from enum import StrEnum

from domain.choices import Role
from domain.messaging.targets import Place, RunStop, Target, read_button
from services.messaging.messages import ChatButton
from texts import numbered
from texts.common import RECOMMENDED


class Style(StrEnum):
    NEXT = "primary"
    FINAL = "success"
    LOSS = "danger"


_LOSSES = {numbered.CANCEL_ORDER, numbered.ERASE, numbered.REMOVE, numbered.REVOKE, numbered.DISCARD}
_LOSSES |= {numbered.CLOSE, numbered.HAND_OVER}
_ONWARD = ("▶️", RECOMMENDED, *numbered.ROLES[Role.YES])
_STEPS = {
    Place.ACTIVATION,
    Place.FAILED,
    Place.CHOICE,
    Place.FIRMS,
    Place.FIRM,
    Place.HELD,
    Place.TRANSFER,
    Place.SIGN_OFF,
    Place.CLAIM,
    Place.BY_HAND,
}
"""Places where something waits to be done; at the others there is something to look at."""


def of_word(word: str) -> Style:
    """The style of a button that cannot be undone, by the word that confirms it elsewhere."""
    return Style.LOSS if word in _LOSSES else Style.FINAL


def is_next(label: str) -> bool:
    """Whether the label of a window's button leads on."""
    return label.endswith("▶") or label.startswith(_ONWARD)


def of_push(buttons: Iterable[ChatButton]) -> dict[str, Style]:
    """The styles of a push's buttons by their callback data: at most one leads on."""
    styles: dict[str, Style] = {}
    for button in buttons:
        match read_button(button.data):
            case RunStop() if button.data:
                styles[button.data] = Style.LOSS
            case Target(place=place) if button.data and place in _STEPS and Style.NEXT not in styles.values():
                styles[button.data] = Style.NEXT
    return styles
