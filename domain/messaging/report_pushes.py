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


@PushKind("mail_reported", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class MailReported(PushSubject):
    """Back office is told what was reported of a mail: its link, a colon, and the reason."""

    what: str


@PushKind("mail_stopped", Topic.DELIVERY, Place.ORDERS)
@dataclass(frozen=True, slots=True)
class MailStopped(PushSubject):
    """An accountant is told what somebody wants of mails: the link of one, a colon, and what."""

    what: str
