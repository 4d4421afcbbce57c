"""The same fault in many entries of a list, and one answer for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.errors import DomainError
from domain.intakes.checking import LEFT_OPEN, with_answer
from domain.intakes.entries import Entry, EntryField, Problem

LEAVE = "leave"
"""The answer that leaves the field of all of them empty."""

_MOST_CHOICES = 3
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Alike:
    """A fault that several entries share.

    `answers` are the places of the proposals that all of them have, as text, and `LEAVE` where the field may
    stay empty; `common` are the proposals themselves where they are the same for all. `remembered` is the
    answer that was given to this fault in an earlier list.
    """

    field: EntryField
    code: str
    count: int
    answers: tuple[str, ...]
    common: tuple[str, ...] = ()
    remembered: str | None = None

    @property
    def key(self) -> str:
        """The name under which an answer to this fault is remembered."""
        return fault_key(self.field, self.code)


def fault_key(field: EntryField, code: str) -> str:
    return f"{field}:{code}"


def alike(entries: Iterable[Entry], problem: Problem) -> Alike | None:
    """The fault of this problem and how many share it; `None` if it stands alone or no answer fits all."""
    shared = [found for entry in entries if (found := problem_of(entry, problem.field, problem.error.code))]
    fewest = min((len(one.choices) for one in shared), default=0)
    answers = [str(place) for place in range(min(fewest, _MOST_CHOICES))]
    if problem.field is not EntryField.TAX_CODE:
        answers.append(LEAVE)
    if len(shared) < _FEWEST or not answers:
        return None
    same = len({one.choices for one in shared}) == 1
    common = shared[0].choices[:_MOST_CHOICES] if same else ()
    return Alike(problem.field, problem.error.code, len(shared), tuple(answers), common)


def problem_of(entry: Entry, field: EntryField, code: str) -> Problem | None:
    """The entry's problem of this kind."""
    return next((one for one in entry.problems if one.field is field and one.error.code == code), None)


def answered_alike(entries: Sequence[Entry], field: EntryField, code: str, answer: str) -> list[Entry]:
    """The entries with this fault, each with the answer; those that cannot take it are left out."""
    found = []
    for entry in entries:
        problem = problem_of(entry, field, code)
        if problem is None or (answer != LEAVE and int(answer) >= len(problem.choices)):
            continue
        try:
            found.append(
                with_answer(entry, field, LEFT_OPEN if answer == LEAVE else problem.choices[int(answer)])
            )
        except DomainError:
            continue
    return found


def in_ranges(positions: Sequence[int]) -> str:
    """Positions in their order as a short text: "3-7,9"."""
    ranges: list[list[int]] = []
    for position in positions:
        if ranges and position == ranges[-1][1] + 1:
            ranges[-1][1] = position
        else:
            ranges.append([position, position])
    return ",".join(f"{first}-{last}" if first < last else str(first) for first, last in ranges)


def of_ranges(text: str) -> list[int]:
    """The positions of `in_ranges`."""
    pairs = (one.partition("-") for one in text.split(","))
    return [at for first, _, last in pairs for at in range(int(first), int(last or first) + 1)]
