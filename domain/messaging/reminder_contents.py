"""What the list of notices says of a reminder."""

from dataclasses import dataclass
from datetime import datetime

from domain.messaging.contents import PushContent


@dataclass(frozen=True, slots=True)
class ReminderInBriefContent(PushContent):
    """How many customers that a reminder told of have not paid yet, and when the most urgent ones end."""

    customers: int
    deadline: datetime
