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

_HALF = "([0-9A-Za-z]{3,5})"
# A code behind "NOI", to link, so that it is taken for nothing else: as people copy and type it, also with
# the word's diacritic or with what the link of a chat app adds.
_MESSAGE = re.compile(
    rf"\s*(?:/start(?:@\w+)?\s+)?n[o\u1ed1]i[\s:_-]*{_HALF}[\s.\-\u2013_]{{0,3}}{_HALF}\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LinkCode:
    """Whose chat the one that sends it becomes."""

    accountant_id: int
    expires_at: datetime
    used: bool

    def check_usable(self, now: datetime) -> None:
        """Raise `DomainError("link_code_expired")` when it was used or is too old."""
        if self.used or now >= self.expires_at:
            raise DomainError("link_code_expired")


def new_link_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """A random code of digits and letters that nobody takes for one another, some of both."""
    while True:
        code = "".join(choose(ALPHABET) for _ in range(LENGTH))
        if set(code) & set(DIGITS) and set(code) & set(LETTERS):
            return code


def shown(code: str) -> str:
    """As it is easily typed: `K7CD-2QPX`."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def find_link_code(message: str) -> str | None:
    """What a message offers as a code, in capitals and one piece; `None` for any other message.

    A code with a symbol too many, too few or mistaken is found too, so that its sender is told. What has no
    digit or no letter is none but talk.
    """
    found = _MESSAGE.fullmatch(unicodedata.normalize("NFC", message))
    code = "".join(found.groups()).upper() if found else ""
    return code if re.search(r"\d", code) and re.search(r"[A-Z]", code) else None


def read_link_code(text: str) -> str:
    """A code as it was made, of what somebody typed for it: with or without the word, in any case, with
    spaces and dashes. It may be none."""
    return find_link_code(text) or re.sub(r"[\W_]", "", text).upper()
