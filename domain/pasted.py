"""Customers, answers and corrections as people write them in a chat."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.entries import EntryField


@dataclass(frozen=True, slots=True)
class Gap:
    """What the form of all gaps asks of one entry: `fields` in the order in which they stand there."""

    position: int
    tax_code: str
    fields: tuple[EntryField, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The text that a line gives for one field of the entry at `position`, not checked yet."""

    position: int
    field: EntryField
    text: str


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """What a reply to the form says: answers, and pieces that could not be put anywhere, as written."""

    answers: tuple[Answer, ...]
    unread: tuple[str, ...]


def read_lines(text: str) -> list[tuple[int, dict[EntryField, str]]]:
    """Every customer in `text`: the number of its first line, from 1, and its texts, not checked yet."""
    return []


def tax_codes_in(text: str) -> list[str]:
    """The right tax codes in `text` as stored, each once, in the order they stand."""
    return []


def looks_like_list(text: str) -> bool:
    """Whether `text` is a list of customers: several tax codes, or one with something said beside it."""
    return False


def read_answers(text: str, gaps: Sequence[Gap]) -> ReadAnswers:
    """What a reply to the form of all gaps gives.

    A line names its customer by the number of its entry ("3.", "3:") or by tax code. One that names nobody
    goes on with the customer of the line before, or belongs to the only gap.
    """
    return ReadAnswers((), ())


def read_correction(text: str) -> tuple[EntryField, str] | None:
    """The field that a reply corrects and its text, not checked yet; `None` when it is not clear which."""
    return None
