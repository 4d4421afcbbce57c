"""Every push has a reader and words."""

import pytest

from domain.messaging.contents import (
    PaymentReceiptContent,
    PaymentWithdrawnContent,
    PushContent,
)
from domain.messaging.invoice_contents import InvoiceContent
from domain.messaging.kinds import KINDS
from domain.messaging.proof_contents import ProofCodeContent
from domain.messaging.reminder_contents import ReminderInBriefContent
from domain.messaging.statement_contents import AccountStatementContent
from domain.messaging.targets import CardsOf, Resending, RunStop, Target, button_data, read_button
from services.messaging.contents import READERS, TARGETS
from tests.texts.messaging.pushes.samples import ALL, CONTENTS
from texts.messaging.pushes import WORDINGS, PushTexts
from texts.messaging.pushes.words import unworded

IN_THE_LIST_ALONE = {ReminderInBriefContent}
NEVER_IN_A_CHAT = {
    AccountStatementContent,
    PaymentReceiptContent,
    PaymentWithdrawnContent,
    InvoiceContent,
    ProofCodeContent,
}
"""Contents for payers and recipients only: the accountant gets a message about the transfer or the order
instead. Who is sent a code has no chat yet."""


def worded(way: str) -> set[type[PushContent]]:
    return {content for content, wording in WORDINGS.items() if getattr(wording, way) is not unworded}


def test_every_push_can_be_read() -> None:
    assert set(READERS) == set(KINDS.values())


def test_every_notice_leads_somewhere() -> None:
    assert set(TARGETS) == {subject for subject in KINDS.values() if subject.kind.opens is None}


def test_every_content_has_its_words() -> None:
    assert worded("chat") == ALL - NEVER_IN_A_CHAT - IN_THE_LIST_ALONE


def test_whoever_is_mailed_may_be_written_to_by_sms() -> None:
    assert worded("mail") >= NEVER_IN_A_CHAT
    # An invoice or a statement is nothing for 160 characters, and has no phone.
    assert worded("mail") - worded("sms") == {InvoiceContent, AccountStatementContent}
    assert worded("sms") <= worded("mail")


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: type(content).__name__)
def test_every_button_is_understood(content: PushContent) -> None:
    rows = PushTexts(lambda payment: b"").chat(content, maybe_repeated=False).buttons
    for button in (button for row in rows for button in row if button.data is not None):
        action = read_button(button.data)
        assert action is not None
        assert button_data(action) == button.data
        match action:
            case Target(place, number):
                assert place.takes_id is (number > 0)
            case _:
                assert isinstance(action, RunStop | Resending | CardsOf)


def test_what_is_never_sent_that_way_has_no_words() -> None:
    card = next(content for content in CONTENTS if worded("chat") - worded("mail") >= {type(content)})
    with pytest.raises(LookupError):
        PushTexts(lambda payment: b"").mail(card, maybe_repeated=False)
