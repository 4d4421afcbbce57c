"""Every notice has a line in the list, whatever its subject."""

from dataclasses import replace
from datetime import UTC, datetime

from domain.messaging.contents import (
    ActivationProgressContent,
    DailyDigestContent,
    JointInstructionContent,
    PaymentCardContent,
    RollCallContent,
    StaffJoinedContent,
)
from domain.messaging.invoice_contents import InvoiceContent, InvoicesRefusedContent
from domain.messaging.notices import Topic
from domain.messaging.proof_contents import ProofCodeContent
from domain.messaging.reminder_contents import ReminderInBriefContent
from domain.people import Accountant, Role
from tests.texts.messaging.pushes.samples import ABOUT, ALL, ISSUED, ORDER
from tests.texts.messaging.pushes.test_rooms import worded
from texts.messaging import notices

NO_NOTICES = {
    JointInstructionContent,
    ActivationProgressContent,
    DailyDigestContent,
    PaymentCardContent,
    RollCallContent,
    ProofCodeContent,
}
"""Contents of kinds that are not notices."""

AT = datetime(2026, 6, 14, 20, 0, tzinfo=UTC)


def test_everything_that_can_be_a_notice_has_a_title() -> None:
    assert worded("title") == ALL - NO_NOTICES | {ReminderInBriefContent}


def test_what_is_settled_since_still_has_one() -> None:
    assert set(notices.PAST) == set(notices.TOPICS) == set(Topic)


def test_a_notice_of_an_invoice_names_its_buyer_without_the_legal_form() -> None:
    """The name is what a row has room for."""
    invoice = replace(ISSUED, buyer=replace(ISSUED.buyer, name="Công ty TNHH Hoa Sen"))
    issued = InvoiceContent(invoice, (), ABOUT.firm, ABOUT.accountant)
    for told in (issued, InvoicesRefusedContent(ORDER, (invoice,), 1, ())):
        row = notices.notice_button(told, Topic.MONEY, AT, read=True)
        assert row.endswith(" Hoa Sen")


def test_an_unread_notice_is_marked_and_dated_in_vietnam() -> None:
    content = StaffJoinedContent(Accountant(1, 1, Role.STAFF, "Bình", "", ""))
    assert notices.notice_button(content, Topic.STAFF, AT, read=False) == "🔵 15/06 👤 Bình đã vào đơn vị"
    assert notices.notice_button(content, Topic.STAFF, AT, read=True) == "15/06 👤 Bình đã vào đơn vị"
    assert notices.notice_button(None, Topic.MONEY, AT, read=True) == "15/06 💰 Tin về thanh toán"


def test_a_long_title_fits_a_button() -> None:
    content = StaffJoinedContent(Accountant(1, 1, Role.STAFF, "Ẵ" * 200, "", ""))
    assert len(notices.notice_button(content, Topic.STAFF, AT, read=False)) <= 64
