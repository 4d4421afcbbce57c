"""Template messages of Zalo: what an Official Account may send to a phone that has not written to it.

Their words are kept in `texts/messaging/templates.json`, and have to be approved by Zalo.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from domain.messaging.kinds import PushSubject
from domain.messaging.pushes import ActivationResult, PaymentInstruction, TrialReminder


class Template(StrEnum):
    PAYMENT = "payment"
    REMINDER = "reminder"
    ACTIVATION = "activation"


_OF: Mapping[type[PushSubject], Template] = {
    PaymentInstruction: Template.PAYMENT,
    TrialReminder: Template.REMINDER,
    ActivationResult: Template.ACTIVATION,
}

RECEIVED_WITHIN = timedelta(minutes=10)
"""How long Zalo has to say that a phone has a template message; then the push takes its next way."""

CLOSED_FOR = timedelta(hours=1)
"""How long no template message is tried after Zalo has refused one for want of money or quota."""


def template_of(subject: PushSubject) -> Template | None:
    """The template that says the push; `None` where there is none."""
    return _OF.get(type(subject))
