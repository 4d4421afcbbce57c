"""Reading what people paste. A long text is read in a thread, so that everybody else has their turn."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from domain.intakes.answers import AskedEntry, ReadAnswers, read_answers
from domain.intakes.checking import check_entries
from domain.intakes.entries import Entry
from domain.intakes.pasting import read_text

T = TypeVar("T")

FEW = 1_000
"""How many characters are read at once: some ten lines, a few hundredths of a second."""


async def read_entries(text: str) -> tuple[list[Entry], Sequence[str]]:
    """The customers of a text, checked, and the lines left out; raises as `read_text` does."""

    def read() -> tuple[list[Entry], Sequence[str]]:
        found = read_text(text)
        return check_entries((0, number, texts) for number, texts in found.customers), found.left

    return await _aside(text, read)


async def read_gaps(text: str, asked: Sequence[AskedEntry]) -> ReadAnswers:
    """`read_answers`."""
    return await _aside(text, lambda: read_answers(text, asked))


async def _aside(text: str, read: Callable[[], T]) -> T:
    return read() if len(text) <= FEW else await asyncio.to_thread(read)
