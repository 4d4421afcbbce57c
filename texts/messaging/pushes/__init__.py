"""Words of everything that is sent unasked: chat messages, mails, SMS."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from domain.messaging.contents import PaymentCardContent, PushContent
from domain.payments import PaymentRequest
from services.messaging.messages import ChatMessage, CodedMessage, Mail
from texts.messaging.pushes import (
    activations,
    claims,
    digests,
    orders,
    payments,
    people,
    reminders,
    transfers,
)
from texts.messaging.pushes.words import Chats, Mails, Smses, Words
from texts.plain import choices, file_line, how_to_choose, paragraphs, plain_text

_ROOMS = (activations, claims, digests, orders, payments, people, reminders, transfers)
CHATS: Chats = {content: write for room in _ROOMS for content, write in room.CHATS.items()}
MAILS: Mails = {**payments.MAILS, **reminders.MAILS}
SMSES: Smses = {**payments.SMSES, **reminders.SMSES}

MAYBE_REPEATED = "<i>(Có thể em đã gửi tin này rồi.)</i>\n\n"


class PushTexts:
    """`services.messaging.messages.Renderer` in Vietnamese. `qr` draws the VietQR picture of a payment as PNG."""

    def __init__(self, qr: Callable[[PaymentRequest], bytes]) -> None:
        self._words = Words(qr)

    def chat(self, content: PushContent, maybe_repeated: bool) -> ChatMessage:
        """The message in a chat."""
        message = CHATS[type(content)](self._words, content)
        # What is forwarded speaks to somebody else.
        marked = maybe_repeated and not isinstance(content, PaymentCardContent)
        return replace(message, html=MAYBE_REPEATED + message.html) if marked else message

    def coded(
        self,
        content: PushContent,
        letter: str,
        maybe_repeated: bool,
        links: Mapping[str, str] | None = None,
    ) -> CodedMessage:
        """The same in a chat without buttons and files."""
        message = self.chat(content, maybe_repeated)
        buttons = (button for row in message.buttons for button in row)
        lines, codes = choices(buttons, letter)
        if codes:
            lines.append(how_to_choose(codes))
        files = "\n".join(file_line(name, url) for name, url in (links or {}).items())
        text = paragraphs((plain_text(message.html), files, "\n".join(lines)))
        return CodedMessage(text, codes, message.photo, message.workbook)

    def mail(self, content: PushContent, maybe_repeated: bool) -> Mail:
        """The mail to a customer or other recipient; a repeated one is known by its message id."""
        return MAILS[type(content)](self._words, content)

    def sms(self, content: PushContent) -> str:
        """One SMS part without diacritics."""
        return SMSES[type(content)](self._words, content)
