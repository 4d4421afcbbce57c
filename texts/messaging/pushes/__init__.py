"""Words of all pushes: chat messages, mails, SMS, and their titles in the list of notices."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape

from domain.messaging.contents import PaymentCardContent, PaymentContent, PushContent, TrialReminderContent
from domain.messaging.statement_contents import AccountStatementContent
from domain.payments import INSTANT_LIMIT, PaymentRequest
from services.messaging.messages import ChatMessage, CodedMessage, Mail
from texts.common import with_support
from texts.messaging.pushes import (
    activations,
    alarms,
    claims,
    digests,
    house,
    invoices,
    limits,
    orders,
    payment_changes,
    payments,
    people,
    proofs,
    refunds,
    reminders,
    reports,
    sign_offs,
    statements,
    transfers,
)
from texts.messaging.pushes.mail_frame import with_link
from texts.messaging.pushes.words import Wordings, Words
from texts.plain import choices, file_line, how_to_choose, marked_text, paragraphs, unmarked

_MODULES = (
    *(
        activations,
        alarms,
        claims,
        digests,
        house,
        invoices,
        limits,
        orders,
        payments,
        payment_changes,
        people,
    ),
    *(proofs, refunds, reminders, reports, sign_offs, statements, transfers),
)
WORDINGS: Wordings = {content: wording for module in _MODULES for content, wording in module.WORDINGS.items()}

STOPPED = (PaymentContent, TrialReminderContent, AccountStatementContent)
"""What mailboxes offer to stop: what asks, or comes each month."""

MAYBE_REPEATED = "<i>(Có thể em đã gửi tin này rồi.)</i>\n\n"


def title(content: PushContent) -> str:
    """The content's line in the list of notices, as plain text."""
    return WORDINGS[type(content)].title(content)


class PushTexts:
    """`services.messaging.messages.Renderer` in Vietnamese. `qr` draws the VietQR picture of a payment as PNG,
    without an amount above `most` VND; `check` is the page on which an instruction is checked, and `mails`
    what the links of mails begin with, `support` how to reach the vendor's people; empty where there is none."""

    def __init__(
        self,
        qr: Callable[[PaymentRequest], bytes],
        most: int = INSTANT_LIMIT,
        check: str = "",
        mails: str = "",
        support: str = "",
    ) -> None:
        self._words = Words(qr, title, most, check)
        self._mails = mails
        self._support = escape(support)

    def chat(self, content: PushContent, maybe_repeated: bool) -> ChatMessage:
        """The message in a chat."""
        message = WORDINGS[type(content)].chat(self._words, content)
        message = replace(message, html=with_support(message.html, self._support))
        # A card is forwarded: the hint would reach the payer.
        marked = maybe_repeated and not isinstance(content, PaymentCardContent)
        return replace(message, html=MAYBE_REPEATED + message.html) if marked else message

    def coded(
        self,
        content: PushContent,
        letter: str,
        maybe_repeated: bool,
        links: Mapping[str, str] | None = None,
    ) -> CodedMessage:
        """The message in a chat without buttons and files."""
        message = self.chat(content, maybe_repeated)
        buttons = (button for row in message.buttons for button in row)
        lines, codes = choices(buttons, letter)
        if codes:
            lines.append(how_to_choose(codes))
        files = "\n".join(file_line(name, url) for name, url in (links or {}).items())
        marked = paragraphs((marked_text(message.html), files, "\n".join(lines)))
        return CodedMessage(unmarked(marked), codes, message.photo, message.workbook, marked)

    def mail(self, content: PushContent, maybe_repeated: bool, link: str = "") -> Mail:
        """The mail to a customer or other recipient. It gives no hint of a repeat: mailboxes see that by its
        message id."""
        mail = WORDINGS[type(content)].mail(self._words, content)
        if not link or not self._mails:
            return mail
        page = self._mails + link
        return with_link(mail, page, page if isinstance(content, STOPPED) else "")

    def sms(self, content: PushContent) -> str:
        """One part of an SMS, without diacritics."""
        return WORDINGS[type(content)].sms(self._words, content)
