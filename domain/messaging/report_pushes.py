"""What people without an account report."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("instruction_reported", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class InstructionReported(PushSubject):
    """Back office is told what was reported of an instruction: its code, a colon, and the reason."""

    what: str
