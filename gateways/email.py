"""Pushes by e-mail, over SMTP (RFC 5321) with MIME bodies (RFC 2045, related images RFC 2387)."""

import functools
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from types import MappingProxyType, TracebackType
from typing import Self

import aiosmtplib

from domain.messaging.contents import PushContent
from gateways.measures import counted_mail
from gateways.smtp_connections import SmtpConnections, SmtpSettings
from gateways.workbooks.export import OpenpyxlWriter
from services.messaging.messages import Mail, ReadyFile, Renderer, Workbook
from services.ports import RetryLater, Undeliverable, WorkbookWriter
from services.presence import FAILURES, Presence

__all__ = ["EmailSender", "Headers", "SmtpSettings", "compose"]

_ASKED_TO_WAIT = 60.0
_CONNECTION_LOST = 5.0
# Refusals of the session rather than of the recipient: unknown command, login needed or wrong (RFC 4954).
_OUR_FAULT = {500, 502, 503, 504, 530, 534, 535, 538}
_ENHANCED_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_SHORT = 60  # Fits a header line of 78 with any header's name.
_TYPES = {
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": ("application", "pdf"),
    "xml": ("application", "xml"),
}
"""The types of the files that mails carry, by the endings of their names."""


class Headers(HeaderRegistry):
    """Makes the class of each header once. The library makes it for every mail, a third of all its work."""

    __getitem__ = functools.cache(HeaderRegistry.__getitem__)


# Every server passes bodies in 7 bits.
_POLICY = SMTP_POLICY.clone(cte_type="7bit", header_factory=Headers())


class EmailSender:
    """`PushSender` of e-mail: an address is an ASCII e-mail address. Open between `async with`."""

    def __init__(
        self,
        settings: SmtpSettings,
        renderer: Renderer,
        writer: WorkbookWriter | None = None,
        presence: Presence | None = None,
    ) -> None:
        self._sender = settings.from_address
        self._connections = SmtpConnections(settings)
        self._renderer = renderer
        self._writer = writer or OpenpyxlWriter()
        self.presence = presence or Presence("smtp", FAILURES, (Undeliverable,))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.close()

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        return await self.send_linked("", address, content, key, maybe_repeated, silent)

    async def send_linked(
        self,
        link: str,
        address: str,
        content: PushContent,
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str:
        """Send one mail. A repeat of `key` has the same Message-ID, so that mailboxes can fold it. Mails make
        no sound and cannot be edited: the reference is empty.

        Errors as in `PushSender`; a connection lost after DATA is raised as it came.
        """
        mail = self._renderer.mail(content, maybe_repeated, link)
        files = {file.name: await self._content(file) for file in mail.attachments}
        message = compose(mail, self._sender, address, key, files)
        with self.presence, counted_mail():
            await self._deliver(address, message)
        return ""

    async def _content(self, file: Workbook | ReadyFile) -> bytes:
        return await self._writer.write(file.tables) if isinstance(file, Workbook) else file.content

    async def _deliver(self, address: str, message: EmailMessage) -> None:
        async with self._connections.one() as smtp:
            try:
                await smtp.mail(self._sender.addr_spec)
                await smtp.rcpt(address)
            except aiosmtplib.SMTPRecipientRefused as error:
                raise _refusal(error) from error
            except aiosmtplib.SMTPResponseException as error:
                raise RetryLater(_ASKED_TO_WAIT, f"SMTP {error.code} before the recipient") from error
            except (aiosmtplib.SMTPException, OSError) as error:
                raise RetryLater(_CONNECTION_LOST, "SMTP connection lost before DATA") from error
            try:
                await smtp.data(message.as_bytes())
            except aiosmtplib.SMTPDataError as error:
                raise _refusal(error) from error


def compose(
    mail: Mail, sender: Address, address: str, key: str, files: Mapping[str, bytes] = MappingProxyType({})
) -> EmailMessage:
    """The mail as sent: text and HTML as alternatives, the pictures related to the HTML, and `files` by
    their names.

    Raises `Undeliverable` for an address that cannot stand in a header.
    """
    message = EmailMessage(policy=_POLICY)
    message.set_raw("From", _from_header(sender))
    try:
        message["To"] = Address(addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise Undeliverable("not an e-mail address") from error
    # White space of any kind becomes a space, so that a subject never starts another header.
    message.set_raw("Subject", _encoded("Subject", " ".join(mail.subject.split())))
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop_at:
        message.set_raw("List-Unsubscribe", f"<{mail.stop_at}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    for image in mail.inline:
        html.add_related(
            image.content,
            "image",
            image.subtype,
            cid=f"<{image.cid}>",
            disposition="inline",
            filename=f"{image.cid}.{image.subtype}",
        )
    for name, content in files.items():
        message.add_attachment(content, *_TYPES[name.rpartition(".")[2]], filename=name)
    # These headers come last: a Content- header would move into the first part when parts are added.
    message["Content-Language"] = "vi"
    return message


def _from_header(sender: Address) -> str:
    if sender.display_name.isascii():
        return str(sender)
    return f"{_encoded('From', sender.display_name)}\r\n <{sender.addr_spec}>"


def _encoded(header: str, text: str) -> str:
    """`text` as the value of a header (RFC 2047), folded.

    The policy would fold by itself, but Python 3.11 loses spaces between encoded and plain words.
    """
    if text.isascii() and text.isprintable() and "=?" not in text and len(text) <= _SHORT:
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _refusal(error: aiosmtplib.SMTPResponseException) -> RetryLater | Undeliverable:
    """What a refusal of the recipient or the mail means. The server's words may repeat the address."""
    detail = _ENHANCED_CODE.match(error.message)
    reason = f"SMTP {error.code} {detail[0] if detail else ''}".rstrip()
    if 500 <= error.code < 600 and error.code not in _OUR_FAULT:
        return Undeliverable(reason)
    return RetryLater(_ASKED_TO_WAIT, reason)
