"""What a chat has proved of a phone and an e-mail address, and what is still to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.chats import Channel
from domain.errors import DomainError
from domain.proofs import FIRMS_A_DAY, Proof, ProofKind, ProofRules
from domain.tallies import Counted, Tally
from services.ports import UnitOfWork


class Speaking(Protocol):
    """The chat that speaks."""

    @property
    def channel(self) -> Channel: ...
    @property
    def external_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Proving:
    """What a chat has to prove: `open` waits for its code, `by_contact` for the own contact, and `lost` had
    its code void by wrong ones or by time."""

    addresses: Mapping[ProofKind, str]
    proved: frozenset[ProofKind]
    open: frozenset[ProofKind]
    by_contact: bool
    lost: frozenset[ProofKind]

    @property
    def is_done(self) -> bool:
        return not (self.open or self.by_contact or self.lost)


DONE = Proving({}, frozenset(), frozenset(), False, frozenset())
"""Nothing is left to prove."""


async def count_firm_code(uow: UnitOfWork, chat: Speaking, now: datetime) -> None:
    """Count that a chat typed the tax code of a firm. Raises `DomainError("firm_codes_enough")` for one too
    many."""
    tally = Tally.of_day(Counted.FIRM_CODE_TYPED, f"{chat.channel}:{chat.external_id}", now)
    if await uow.tallies.add(tally, now) > FIRMS_A_DAY:
        raise DomainError("firm_codes_enough")


async def check_proved(
    uow: UnitOfWork, rules: ProofRules, chat: Speaking, phone: str, email: str, now: datetime
) -> frozenset[ProofKind]:
    """What of these a chat that registers has proved. Raises `DomainError("proof_missing")` unless that is
    all that can be proved there."""
    had = await uow.proofs.of(chat.channel, chat.external_id)
    proving = standing(rules, chat.channel, had, {ProofKind.PHONE: phone, ProofKind.EMAIL: email}, now)
    if proving.proved < rules.needed(chat.channel):
        raise DomainError("proof_missing")
    return proving.proved


def standing(
    rules: ProofRules,
    channel: Channel,
    had: Mapping[ProofKind, Proof],
    addresses: Mapping[ProofKind, str],
    now: datetime,
) -> Proving:
    """What is proved of these addresses, and what is still to be; nothing of one that is empty."""
    needed = [kind for kind in ProofKind if kind in rules.needed(channel) and addresses.get(kind)]
    proved = {kind for kind in needed if kind in had and had[kind].holds(addresses[kind], now)}
    left = [kind for kind in needed if kind not in proved]
    by_code = [kind for kind in left if rules.by_code(kind)]
    waiting = {
        kind
        for kind in by_code
        if kind in had and had[kind].address == addresses[kind] and had[kind].is_open(now)
    }
    by_contact = len(by_code) < len(left)
    return Proving(
        addresses, frozenset(proved), frozenset(waiting), by_contact, frozenset(by_code) - frozenset(waiting)
    )
