"""Pushes about sign-offs; part of `domain.messaging.pushes`."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("sign_off_asked", Topic.BACK_OFFICE, Place.SIGN_OFF)
@dataclass(frozen=True, slots=True)
class SignOffAsked(PushSubject):
    """Who may approve is told what waits for a second person."""

    sign_off_id: int


@PushKind("sign_off_decided", Topic.BACK_OFFICE, Place.SIGN_OFF)
@dataclass(frozen=True, slots=True)
class SignOffDecided(PushSubject):
    """Who asked is told that it was approved, or why not."""

    sign_off_id: int
