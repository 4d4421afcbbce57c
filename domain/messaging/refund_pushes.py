"""The push about refunds; part of `domain.messaging.pushes`."""

from dataclasses import dataclass

from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.notices import Topic


@PushKind("refund_made", Topic.MONEY)
@dataclass(frozen=True, slots=True)
class RefundMade(PushSubject):
    """The accountant is told that money which had paid for their customers was given back."""

    case_id: int
