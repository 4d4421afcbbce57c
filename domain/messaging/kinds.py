"""What a kind of push says of itself, once, where it is declared."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar

from domain.messaging.notices import Topic
from domain.messaging.targets import Place, Target

_Subject = TypeVar("_Subject", bound="PushSubject")


@dataclass(frozen=True, slots=True)
class PushKind:
    """How pushes of one kind are treated; as a decorator it declares the subject of the kind.

    `name` is what the database keeps. `opens` is the place that the notice leads to; `None` where the place
    is looked up (`TARGETS` in `services/messaging/contents/`).
    """

    name: str
    topic: Topic
    opens: Place | None = None
    notice: bool = True
    """It stands in the list of notices. Other kinds repeat what another push tells, or answer a tap."""
    answer: bool = False
    """A person waits for it, has asked for it, or must see it at once: it is never held back."""
    by_the_clock: bool = False
    """It goes to many people at the same moment, after messages that somebody has just caused."""
    alone: bool = False
    """It is never bundled, though it is an answer."""

    @property
    def bundled(self) -> bool:
        """Whether several that are ready at once become one message, where the app can do that."""
        return self.answer and not self.by_the_clock and not self.alone

    def __call__(self, subject: type[_Subject]) -> type[_Subject]:
        subject.kind = self
        (field,) = fields(subject)
        subject._names_it = field.name
        KINDS[self.name] = subject
        return subject


@dataclass(frozen=True, slots=True)
class PushSubject:
    """What a push is about. The subject of each kind has one field, which names it."""

    kind: ClassVar[PushKind]
    _names_it: ClassVar[str]

    @property
    def about(self) -> Any:
        """The value of that field."""
        return getattr(self, self._names_it)

    @property
    def target(self) -> Target | None:
        """Where the notice leads; `None` where that is looked up."""
        place = self.kind.opens
        if place is None:
            return None
        return Target(place, self.about if place.takes_id else 0)


KINDS: dict[str, type[PushSubject]] = {}
"""The subjects of all kinds, by name; `domain/messaging/pushes.py` declares them."""
