"""All that a list leaves open in one message, and the answers in another."""

from dataclasses import dataclass

from domain.entries import EntryField, Problem
from domain.people import Actor
from services.operation import Operation

GAPS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class GapLine:
    """An entry and the fields to ask for: those with a problem, then those missing."""

    position: int
    name: str
    tax_code: str
    fields: tuple[EntryField, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """`total` counts those beyond `lines` too."""

    lines: tuple[GapLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FilledGaps:
    """`filled` entries got an answer; `refused` are answers that cannot be taken, each with the customer's
    name; `unread` are lines that speak of no customer of the list."""

    filled: int
    refused: tuple[tuple[str, Problem], ...]
    unread: tuple[str, ...]


class ListGaps(Operation):
    """The first `limit` entries to fix, with what to ask of each."""

    async def __call__(self, actor: Actor, intake_id: int, limit: int = GAPS_SHOWN) -> Gaps:
        raise NotImplementedError


class FillGaps(Operation):
    """Take the answers of one message, as far as they are right."""

    async def __call__(self, actor: Actor, intake_id: int, text: str) -> FilledGaps:
        raise NotImplementedError
