"""Codes by which a person links a second chat: sent from there, within minutes, once."""

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.codes import ALPHABET, DIGITS, LETTERS
from domain.errors import DomainError

LENGTH = 8
VALID_FOR = timedelta(minutes=10)

WRONG_AN_HOUR = 5
"""How many wrong codes a chat may send in an hour of the clock; then none of its codes is looked at."""

_HALF = "([0-9A-Za-z]{3,5})"
# "NOI" (to link) before the code keeps other texts from being taken for codes. People may type the word with
# its diacritic, and a chat app's link adds `/start`.
_MESSAGE = re.compile(
    rf"\s*(?:/start(?:@\w+)?\s+)?n[o\u1ed1]i[\s:_-]*{_HALF}[\s.\-\u2013_]{{0,3}}{_HALF}\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LinkCode:
    """The accountant who gets the chat from which the code is sent. One that `replaces` may take the place of
    their only chat: back office made it for somebody who lost that."""

    accountant_id: int
    expires_at: datetime
    used: bool
    replaces: bool = False

    def check_usable(self, now: datetime) -> None:
        """Raise `DomainError("link_code_expired")` when it was used or is too old."""
        if self.used or now >= self.expires_at:
            raise DomainError("link_code_expired")


def new_link_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """A random code of both digits and letters, none of which is mistaken for another."""
    while True:
        code = "".join(choose(ALPHABET) for _ in range(LENGTH))
        if set(code) & set(DIGITS) and set(code) & set(LETTERS):
            return code


def shown(code: str) -> str:
    """The code in a form that is easy to type: `K7CD-2QPX`."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def find_link_code(message: str) -> str | None:
    """The code that a message offers, in capitals and one piece; `None` for any other message.

    A code with wrong, missing or extra symbols is found too, so that its sender is told. A word without a
    digit, or without a letter, is talk.
    """
    found = _MESSAGE.fullmatch(unicodedata.normalize("NFC", message))
    code = "".join(found.groups()).upper() if found else ""
    return code if re.search(r"\d", code) and re.search(r"[A-Z]", code) else None


def read_link_code(text: str) -> str:
    """The code in a typed text, in capitals and one piece. The word before it may be missing, and case,
    spaces and dashes do not matter. The result may be no code at all."""
    return find_link_code(text) or re.sub(r"[\W_]", "", text).upper()
