"""What every window's buttons keep to on a phone of 390 px, measured with a font as phones have it."""

from collections.abc import Sequence
from pathlib import Path

from PIL import ImageFont

from texts.common import own_part

MOST_BUTTONS = 12
_MESSAGE, _GAP, _PADDING = 322, 3, 12
"""Pixels: a message as the sandbox's page shows it, the room between two buttons, and inside of one."""
_SIGN = 18.7
"""Pixels: a picture letter at 15 px."""
_SCALE = 10
_FONT = ImageFont.truetype(
    Path(__file__).parents[2] / "gateways" / "fonts" / "NotoSans-Regular.ttf", 15 * _SCALE
)


def pixels(label: str) -> float:
    """The width of a label at 15 px."""
    signs = sum(char >= "\u2190" and char not in "\ufe0f" for char in label)
    letters = "".join(char for char in label if char < "\u2190" and char != "\u200d")
    return float(_FONT.getlength(letters)) / _SCALE + signs * _SIGN


def check_labels(rows: Sequence[Sequence[str]]) -> None:
    """Assert that a window has few enough buttons and that no label is cut.

    What people typed in letters of other scripts, or only in picture letters, may be cut by the phone: the
    bot shortened it as far as it can tell.
    """
    count = sum(len(row) for row in rows)
    assert count <= MOST_BUTTONS, f"{count} buttons: {rows}"
    for row in rows:
        room = (_MESSAGE - _GAP * (len(row) - 1)) / len(row) - _PADDING
        for label in row:
            assert pixels(label) <= room, f"cut after {room:.0f} of {pixels(label):.0f} px: {label}"


def without_form(label: str) -> str:
    """A label as tests name it, as a list shows it: the name after signs and dots without its legal form."""
    parted = map(_parted, label.split(" · "))
    return " · ".join(sign + own_part(name) for sign, name in parted)


def _parted(text: str) -> tuple[str, str]:
    start = next((at for at, char in enumerate(text) if char.isalnum()), 0)
    return text[:start], text[start:]
