"""What a stored push is about."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, NamedTuple

from domain.messaging.kinds import KINDS, PushSubject
from services.ports import OfAnotherRelease


class _Subject(NamedTuple):
    """How a subject is read: its class, and the type of its one field."""

    build: Callable[[Any], PushSubject]
    read: Callable[[str], Any]


def _subjects() -> dict[str, _Subject]:
    known = {}
    for name, subject in KINDS.items():
        (about,) = fields(subject)
        assert callable(about.type)
        known[name] = _Subject(subject, about.type)
    return known


_SUBJECTS = _subjects()


def subject_of(kind: str, about: str) -> PushSubject:
    """Raises `OfAnotherRelease` for a kind that this one does not know."""
    if (subject := _SUBJECTS.get(kind)) is None:
        raise OfAnotherRelease(f"pushes of the kind {kind}")
    return subject.build(subject.read(about))
