"""Back office is alarmed, and told when it is over."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic
from domain.messaging.targets import Place


@PushKind("alarm", Topic.BACK_OFFICE, Place.MENU, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class AlarmBegan(PushSubject):
    alarm_id: int


@PushKind("alarm_over", Topic.BACK_OFFICE, Place.MENU, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class AlarmOver(PushSubject):
    alarm_id: int
