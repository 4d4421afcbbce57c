"""How much of a label is seen on a button at 390 px, and labels that fit. A unit is the width of a digit."""

from unicodedata import normalize

BUTTON = 34.0
"""The room of a button that is as wide as a message."""

UNBROKEN = "\u00a0"
"""A space at which no line ends."""

_JOINERS = "\u200d\ufe0f"
_WIDTHS = {
    **dict.fromkeys(_JOINERS, 0.0),
    **dict.fromkeys(f"iljI .,:;'!()·-{UNBROKEN}", 0.5),
    **dict.fromkeys('tfrJ/[]{}"', 0.7),
    **dict.fromkeys("mwMW%@", 1.6),
}
_SIGNS = "\u2190"
"""Arrows and pictures begin here."""


def width(text: str) -> float:
    """The width of `text` in units."""
    return sum(_width(char) for char in text)


def _width(char: str) -> float:
    base = normalize("NFD", char)[0]
    if base in _WIDTHS:
        return _WIDTHS[base]
    return 2.2 if base >= _SIGNS else 1.3 if base.isupper() else 1.03


def fit(text: str, room: float = BUTTON) -> str:
    """`text`, ended with “…” where it needs more than `room` units."""
    if width(text) <= room:
        return text
    left = room - width("…")
    for at, char in enumerate(text):
        left -= _width(char)
        if left < 0:
            return text[:at].rstrip(" " + _JOINERS) + "…"
    return text
