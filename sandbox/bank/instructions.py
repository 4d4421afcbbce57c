"""The payment instructions that people have received, as they read them, and what was paid for each."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from domain.codes import find_codes, is_code
from domain.text import without_diacritics
from domain.transfers import Owed, share_out
from sandbox.bank.webhooks import Transfer
from sandbox.world import World, iso

_AMOUNT = re.compile(r"(?:so tien|chuyen):? *(\d{1,3}(?:\.\d{3})+|\d{4,12})(?!\d)", re.IGNORECASE)
_CONTENT = re.compile(r"noi dung[^\S\n]*:?[^\S\n]*(\w+)", re.IGNORECASE)


@dataclass
class Instruction:
    """`amount` is what was asked first; `to` are the people, addresses and phones that have it."""

    content: str
    amount: int
    title: str
    date: str
    to: list[str] = field(default_factory=list)
    paid: int = 0

    @property
    def left(self) -> int:
        return max(0, self.amount - self.paid)


def instructions(world: World, transfers: Iterable[Transfer]) -> list[dict[str, Any]]:
    """Every instruction, oldest first; `paid` is what the bank has seen."""
    found: dict[str, Instruction] = {}
    # Oldest first, since a later instruction may ask for the rest only.
    for date, to, title, text in sorted(_received(world), key=lambda received: received[0]):
        plain = without_diacritics(text)
        amounts, contents = _AMOUNT.findall(plain), [c for c in _CONTENT.findall(plain) if is_code(c)]
        if not amounts or len(set(contents)) != 1:
            continue
        row = found.setdefault(
            contents[0], Instruction(contents[0], int(amounts[0].replace(".", "")), title, date)
        )
        if to not in row.to:
            row.to.append(to)
    _pay(found, transfers)
    return [asdict(row) | {"left": row.left} for row in found.values()]


def _received(world: World) -> Iterator[tuple[str, str, str, str]]:
    """All that people were told: when, to whom, title, text."""
    for message in world.messages:
        if message.bot and not message.deleted:
            text = message.content.get("text") or message.content.get("caption") or ""
            title = text.partition("\n")[0]
            yield iso(message.date), world.owner(message.chat).name, title, text
    for told in world.zalo.messages:
        person = world.person(told.person)
        if told.bot and person:
            title = told.text.partition("\n")[0]
            yield iso(told.date // 1000), person.name, title, told.text
    for mail in world.mail:
        yield mail.date, mail.to, mail.subject, mail.text
    for sms in world.sms:
        yield iso(sms.date), sms.to, sms.text.partition(":")[0], sms.text


def _pay(found: dict[str, Instruction], transfers: Iterable[Transfer]) -> None:
    """Count each incoming transfer once, even if two messengers told of it."""
    seen: set[str] = set()
    for transfer in transfers:
        codes = [code for code in find_codes(transfer.content) if code in found]
        if transfer.outgoing or transfer.reference in seen or not codes:
            continue
        seen.add(transfer.reference)
        owed = [Owed(code, found[code].left) for code in codes]
        for share in share_out(transfer.amount, owed).shares:
            found[share.code].paid += share.amount
