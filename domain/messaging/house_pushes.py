"""Pushes about the program itself, declared as in `domain.messaging.pushes`."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("backup_failed", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class BackupFailed(PushSubject):
    """Back office is told that the last backup could not be put back."""

    proof_id: int
