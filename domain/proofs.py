"""Proofs that a phone number and an e-mail address belong to who speaks: codes that are sent there."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.chats import Channel
from domain.retention import KEPT, Kept

VALID_FOR = timedelta(minutes=15)
"""How long a code may be typed."""
AGAIN_AFTER = timedelta(minutes=1)
"""How long a code is on its way before it is sent again."""
HOLDS_FOR = KEPT[Kept.PROOFS]
"""How long a proof serves to register or to get an account back."""
WRONG_A_CODE = 5
"""How many wrong codes are taken until the right one is void."""
TO_ONE_A_DAY = 5
"""How many codes a number or an address gets in a day."""
BY_ONE_A_DAY = 10
"""How many codes a chat has sent in a day."""
FIRMS_A_DAY = 15
"""How many tax codes of firms a chat may type in a day."""

_DIGITS = 6
_CODE = re.compile(r"(?<!\d)\d{3}[ .-]?\d{3}(?!\d)")


class ProofKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"

    @property
    def channel(self) -> Channel:
        """What brings the code."""
        return Channel.SMS if self is ProofKind.PHONE else Channel.EMAIL


@dataclass(frozen=True, slots=True)
class ProofRules:
    """`channels` bring codes; without any, nothing is proved. At most `a_day` codes leave in a day by each of
    them, 0 for any number."""

    channels: frozenset[Channel] = frozenset()
    a_day: int = 0

    def needed(self, chat: Channel) -> frozenset[ProofKind]:
        """What somebody who registers in a chat of this app has to prove: what can be proved there."""
        return frozenset(
            kind for kind in ProofKind if kind.channel in self.channels or self._shares(kind, chat)
        )

    def by_code(self, kind: ProofKind) -> bool:
        return kind.channel in self.channels

    def _shares(self, kind: ProofKind, chat: Channel) -> bool:
        """Telegram tells the number of who shares their own contact."""
        return bool(self.channels) and kind is ProofKind.PHONE and chat is Channel.TELEGRAM


NO_PROOFS = ProofRules()


@dataclass(frozen=True, slots=True)
class Proof:
    """What a chat has to prove, or has proved. `code` is empty where none works any more."""

    kind: ProofKind
    address: str
    code: str
    asked_at: datetime
    wrong: int = 0
    proved_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether its code may be typed."""
        return bool(self.code) and now < self.asked_at + VALID_FOR

    def holds(self, address: str, now: datetime) -> bool:
        """Whether this address is proved."""
        return self.address == address and self.proved_at is not None and now < self.proved_at + HOLDS_FOR


def new_code(other: str = "", choose: Callable[[str], str] = secrets.choice) -> str:
    """A random code of six digits that is not the `other`."""
    while (code := "".join(choose("0123456789") for _ in range(_DIGITS))) == other:
        pass
    return code


def find_codes(text: str) -> list[str]:
    """The codes in a typed text, one or several."""
    return [re.sub(r"\D", "", found) for found in _CODE.findall(text)]
