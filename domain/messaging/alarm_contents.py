"""What alarms say."""

from dataclasses import dataclass

from domain.alarms import Alarm
from domain.messaging.contents import PushContent


@dataclass(frozen=True, slots=True)
class AlarmContent(PushContent):
    """Something is bad; over if the alarm is."""

    alarm: Alarm
