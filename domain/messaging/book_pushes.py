"""Pushes about the books of money, declared as in `domain.messaging.pushes`."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place
from domain.postings import BooksPart, Difference


@PushKind("books_differ", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class BooksDiffer(PushSubject):
    """Back office is told that figures of money differ from the books."""

    found: str
    """How many differences, then the first of them: `2 orders:KTAAAAAA transfers:7`."""

    @classmethod
    def of(cls, count: int, first: "list[Difference]") -> "BooksDiffer":
        return cls(" ".join((str(count), *(f"{one.part}:{one.name}" for one in first))))

    @property
    def told(self) -> tuple[int, tuple[Difference, ...]]:
        count, *first = self.found.split()
        parts = [one.split(":") for one in first]
        return int(count), tuple(Difference(BooksPart(part), name) for part, name in parts)
