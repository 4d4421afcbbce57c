"""The customers' mailboxes: an SMTP server that keeps what it is given."""

import asyncio
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default as default_policy
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from gateways.email import Headers
from sandbox.faults import Faults
from sandbox.files import file_url
from sandbox.world import Mail, World, iso

MAX_SIZE = 25 * 1024 * 1024  # What large providers accept.
LOST = 0  # The mail is kept, then the connection is cut: the sender can't know.
_POLICY = default_policy.clone(header_factory=Headers())
_REPLIES = {
    421: "421 4.3.2 Service not available",
    451: "451 4.3.0 Temporary failure, try again later",
    452: "452 4.2.2 Mailbox full",
    550: "550 5.1.1 No such mailbox",
    552: "552 5.2.2 Mailbox full",
    554: "554 5.7.1 Message rejected",
}


@dataclass
class MailFault:
    """A trouble of the next `times` mails to `to` (or to anyone): they are refused with an SMTP code."""

    code: int
    times: int = 1
    to: str | None = None


class Mailboxes:
    """Handler of the SMTP server. A mailbox keeps only the first mail of each Message-ID, as providers do."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen = {(mail.to.lower(), mail.message_id) for mail in world.mail if mail.message_id}
        self._server: asyncio.Server | None = None
        self._sessions: set[SMTP] = set()
        self.faults: Faults[MailFault] = Faults()
        self.port = 0

    async def start(self, host: str) -> None:
        """Listen on a free port."""
        self._server = await asyncio.get_running_loop().create_server(self._session, host, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            for session in self._sessions:
                _cut(session)
            await self._server.wait_closed()

    def _session(self) -> SMTP:
        session = SMTP(
            self,
            data_size_limit=MAX_SIZE,
            enable_SMTPUTF8=True,
            hostname="mail.sandbox",
            ident="sandbox",
            loop=asyncio.get_running_loop(),
        )
        self._sessions = {other for other in self._sessions if other.transport is not None} | {session}
        return session

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.faults.take(lambda fault: fault.code != LOST and _concerns(fault, address))
        if fault:
            return _REPLIES.get(fault.code, f"{fault.code} refused by the sandbox")
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        message = message_from_bytes(content, _class=EmailMessage, policy=_POLICY)
        for address in envelope.rcpt_tos:
            self._deliver(address, message)
        to = envelope.rcpt_tos
        if self.faults.take(lambda fault: fault.code == LOST and any(_concerns(fault, a) for a in to)):
            _cut(server)
        return "250 2.0.0 OK"

    def put(self, to: str, sender: str, subject: str, text: str) -> None:
        """Put a plain mail into a mailbox, as somebody else in the world would send it."""
        self._keep(to=to, sender=sender, subject=subject, text=text, html="", message_id="")

    def _deliver(self, address: str, message: EmailMessage) -> None:
        message_id = str(message.get("Message-ID", "")).strip()
        key = (address.lower(), message_id)
        if message_id and key in self._seen:
            return
        self._seen.add(key)
        body = message.get_body(("html",))
        html = str(body.get_content()) if body else ""
        plain = message.get_body(("plain",))
        inline, attachments = self._parts(message, html)
        self._keep(
            to=address,
            sender=str(message.get("From", "")),
            subject=str(message.get("Subject", "")),
            text=str(plain.get_content()) if plain else "",
            html=html,
            message_id=message_id,
            headers={name: str(value) for name, value in message.items()},
            attachments=attachments,
            inline=inline,
        )

    def _keep(self, **parts: Any) -> None:
        mail = Mail(id=len(self._world.mail) + 1, date=iso(self._world.now()), **parts)
        self._world.mail.put(mail.id, mail)
        self._world.events.publish("mail", mail=mail_view(mail))

    def _parts(self, message: EmailMessage, html: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """The pictures that the HTML shows by `cid:`, and the attachments; both are stored as files."""
        inline: list[dict[str, str]] = []
        attachments: list[dict[str, str]] = []
        for part in message.walk():
            if part.is_multipart():
                continue
            name = part.get_filename()
            cid = str(part.get("Content-ID", "")).strip().strip("<>")
            if not name and not cid:
                continue
            name = name or f"{cid.split('@')[0]}.{part.get_content_subtype()}"
            file = self._world.files.save("mail", name, part.get_content_type(), _payload(part))
            shown = {"name": name, "url": file_url(file.id, name)}
            if cid and f"cid:{cid}" in html:
                inline.append(shown | {"cid": cid})
            else:
                attachments.append(shown)
        return inline, attachments


def mail_view(mail: Mail) -> dict[str, Any]:
    """The mail as the World API shows it."""
    return {"from" if key == "sender" else key: value for key, value in vars(mail).items()}


def _cut(session: SMTP) -> None:
    if isinstance(session.transport, asyncio.Transport):
        session.transport.abort()


def _concerns(fault: MailFault, address: str) -> bool:
    return fault.to is None or fault.to.lower() == address.lower()


def _payload(part: EmailMessage | MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
