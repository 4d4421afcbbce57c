"""Everything that is sent has its reader and its words."""

from typing import get_args

from domain.messaging.contents import PaymentReceiptContent, PaymentWithdrawnContent, PushContent
from domain.messaging.pushes import PushSubject
from services.messaging.contents import READERS
from texts.messaging.pushes import CHATS, MAILS, SMSES

NEVER_IN_A_CHAT = {PaymentReceiptContent, PaymentWithdrawnContent}
"""The accountant is told the same by a message about the transfer or the order."""


def test_every_push_can_be_read() -> None:
    assert set(READERS) == set(get_args(PushSubject))


def test_every_content_has_its_words() -> None:
    assert set(CHATS) == set(get_args(PushContent)) - NEVER_IN_A_CHAT


def test_whoever_is_mailed_may_be_written_to_by_sms() -> None:
    assert set(SMSES) == set(MAILS) >= NEVER_IN_A_CHAT
