import asyncio
import email
import email.policy
import io
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Protocol

import aiosmtplib
import openpyxl
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from domain.messaging.contents import PaymentWithdrawnContent
from gateways.email import EmailSender
from gateways.smtp_connections import MAX_CONNECTIONS, SmtpSettings
from services.messaging.messages import InlineImage, Mail, ReadyFile, Workbook
from services.ports import RetryLater, Table, Undeliverable
from tests.gateways.support import CONTENT, PNG, FixedRenderer
from tests.texts.messaging.pushes.test_payments import content
from texts.messaging.pushes import PushTexts

CERTIFICATE = Path(__file__).parent / "localhost.pem"
FROM = "Công ty Phần mềm, Hà Nội <don-hang@vendor.example>"
TO = "hoa@example.com"
LETTER = Mail(
    subject="Hướng dẫn thanh toán đơn DH000123: phần mềm kế toán năm tài chính 2027, 12 khách hàng",
    text="Số tiền: 1.500.000 ₫\nNội dung: KT0001234\n.\n",
    html='<p>Số tiền: <b>1.500.000 ₫</b></p><img src="cid:vietqr">' + "<i>dòng dài</i>" * 200,
    inline=(InlineImage("vietqr", PNG),),
)


class OpenMailbox(Protocol):
    """Starts a mailbox, in TLS from the start or with these options of the server."""

    async def __call__(self, tls_from_start: ssl.SSLContext | None = ..., **options: Any) -> "Mailbox": ...


class Mailbox:
    """A real SMTP server. `answers` are its answers by stage; it hangs up at the stage `drop`."""

    def __init__(self, **options: Any) -> None:
        self.mails: list[Envelope] = []
        self.sessions: set[int] = set()
        self.protocols: list[SMTP] = []
        self.answers: dict[str, str] = {}
        self.drop = ""
        self.options = options
        self.tls_from_start: ssl.SSLContext | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(self._protocol, "127.0.0.1", 0, ssl=self.tls_from_start)
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self.hang_up()
        self.server.close()
        await self.server.wait_closed()
        await asyncio.sleep(0)

    def hang_up(self) -> None:
        for protocol in self.protocols:
            if protocol.transport is not None:
                protocol.transport.close()

    def settings(self, **changes: Any) -> SmtpSettings:
        given = {
            "host": "localhost" if self.options or self.tls_from_start else "127.0.0.1",
            "port": self.port,
            "tls": "none",
            "username": "",
            "password": "",
            "sender": FROM,
        }
        return SmtpSettings(**given | changes)

    def _protocol(self) -> SMTP:
        self.protocols.append(SMTP(self, hostname="mx.test", **self.options))
        return self.protocols[-1]

    def _stage(self, name: str, server: SMTP) -> str | None:
        if self.drop == name:
            assert server.transport is not None
            server.transport.close()
        return self.answers.get(name)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._stage("MAIL", server) or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._stage("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._stage("DATA", server)
        if answer is None and not self.drop:
            self.mails.append(envelope)
            self.sessions.add(id(server))
        return answer or "250 OK"


@pytest.fixture
async def open_mailbox() -> AsyncIterator[OpenMailbox]:
    """Starts mailboxes and stops them afterwards."""
    opened: list[Mailbox] = []

    async def open_mailbox(tls_from_start: ssl.SSLContext | None = None, **options: Any) -> Mailbox:
        mailbox = Mailbox(**options)
        mailbox.tls_from_start = tls_from_start
        await mailbox.start()
        opened.append(mailbox)
        return mailbox

    yield open_mailbox
    for mailbox in opened:
        await mailbox.stop()


@pytest.fixture
async def mailbox(open_mailbox: OpenMailbox) -> Mailbox:
    return await open_mailbox()


@pytest.fixture
async def sender(mailbox: Mailbox) -> AsyncIterator[EmailSender]:
    async with EmailSender(mailbox.settings(), FixedRenderer(letter=LETTER)) as sender:
        yield sender


def raw(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


def parsed(envelope: Envelope) -> EmailMessage:
    return email.message_from_bytes(raw(envelope), policy=email.policy.default)


async def test_a_mail_arrives_with_text_html_and_picture(mailbox: Mailbox, sender: EmailSender) -> None:
    assert await sender.send(TO, CONTENT, "payment:KT0001234:mail", False) == ""

    [envelope] = mailbox.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == ("don-hang@vendor.example", [TO])
    message = parsed(envelope)
    assert message["Subject"] == LETTER.subject
    assert message["From"].addresses[0].display_name == "Công ty Phần mềm, Hà Nội"
    assert message["From"].addresses[0].addr_spec == "don-hang@vendor.example"
    assert message["To"] == TO
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "vi"
    assert abs(message["Date"].datetime - datetime.now(UTC)) < timedelta(minutes=5)

    text, related = message.iter_parts()
    html, image = related.iter_parts()
    assert message.get_content_type() == "multipart/alternative"
    assert text.get_content().splitlines() == LETTER.text.splitlines()
    assert (related.get_content_type(), html.get_content().rstrip()) == ("multipart/related", LETTER.html)
    assert (image.get_content_type(), image["Content-ID"]) == ("image/png", "<vietqr>")
    assert (image.get_content_disposition(), image.get_content()) == ("inline", PNG)


async def test_a_workbook_is_a_file_beside_the_text(mailbox: Mailbox) -> None:
    letter = Mail(
        "Kết quả",
        "Xong",
        '<p>Xong</p><img src="cid:qr">',
        (InlineImage("qr", PNG),),
        (Workbook("kết-quả.xlsx", (Table("Kích hoạt", ("Mã", "Tên"), [("01", "An")]),)),),
    )
    async with EmailSender(mailbox.settings(), FixedRenderer(letter=letter)) as sender:
        await sender.send(TO, CONTENT, "key", False)
    message = parsed(mailbox.mails[0])
    assert message.get_content_type() == "multipart/mixed"
    assert message["Content-Language"] == "vi"
    body, file = message.iter_parts()
    assert body.get_content_type() == "multipart/alternative"
    plain, related = message.get_body(("plain",)), message.get_body(("related", "html"))
    assert plain is not None
    assert plain.get_content().strip() == "Xong"
    assert related is not None
    assert related.get_content_type() == "multipart/related"
    assert (file.get_content_disposition(), file.get_filename()) == ("attachment", "kết-quả.xlsx")
    assert file.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheet = openpyxl.load_workbook(io.BytesIO(file.get_content())).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["Mã", "Tên"], ["01", "An"]]


async def test_ready_files_are_attached_as_they_are(mailbox: Mailbox) -> None:
    pdf, xml = b"%PDF-1.4\n\x00\xff", "<hóa-đơn/>\n".encode()
    files = (ReadyFile("hoa-don-C26TAA-123.pdf", pdf), ReadyFile("hoa-don-C26TAA-123.xml", xml))
    letter = Mail("Hóa đơn", "Xong", "<p>Xong</p>", attachments=files)
    async with EmailSender(mailbox.settings(), FixedRenderer(letter=letter)) as sender:
        await sender.send(TO, CONTENT, "key", False)
    _, *attached = parsed(mailbox.mails[0]).iter_parts()
    assert [(one.get_content_type(), one.get_filename()) for one in attached] == [
        ("application/pdf", "hoa-don-C26TAA-123.pdf"),
        ("application/xml", "hoa-don-C26TAA-123.xml"),
    ]
    assert {one.get_content_disposition() for one in attached} == {"attachment"}
    assert [one.get_content() for one in attached] == [pdf, xml]


SUBJECTS = (
    "KTDV: order DH000123",
    "a" * 200,
    "abc =?utf-8?q?x?= =?utf-8?q?y?=",
    "đơn DH000123: phần mềm, năm 2027 (12 khách hàng) " * 4,
    'Công ty TNHH MTV "Ánh Dương" & Cty A-B: 1.500.000 ₫ 👍 ' * 4,
)


@pytest.mark.parametrize("subject", [line.strip() for line in SUBJECTS])
async def test_subjects_arrive_to_the_letter(mailbox: Mailbox, subject: str) -> None:
    letter = Mail(subject, "text", "<p>html</p>")
    async with EmailSender(mailbox.settings(), FixedRenderer(letter=letter)) as sender:
        await sender.send(TO, CONTENT, "key", False)

    assert parsed(mailbox.mails[0])["Subject"] == subject


@pytest.mark.parametrize(
    "name",
    ["", "KTDV", "Vendor, Ltd. (Hanoi)", "Phần mềm", "Công ty Cổ phần Phần mềm Kế toán Ánh Dương, Hà Nội"],
)
async def test_the_sender_is_named_to_the_letter(mailbox: Mailbox, name: str) -> None:
    sender_setting = f"{name} <don-hang@vendor.example>" if name else "don-hang@vendor.example"
    async with EmailSender(mailbox.settings(sender=sender_setting), FixedRenderer()) as sender:
        await sender.send(TO, CONTENT, "key", False)

    [envelope] = mailbox.mails
    header = email.message_from_bytes(raw(envelope))["From"]
    shown, address = parseaddr(header)
    assert str(make_header(decode_header(shown))) == name
    assert address == envelope.mail_from == "don-hang@vendor.example"


async def test_a_mail_passes_servers_that_know_only_seven_bits_and_short_lines(
    mailbox: Mailbox, sender: EmailSender
) -> None:
    await sender.send(TO, CONTENT, "key", False)

    assert raw(mailbox.mails[0]).isascii()
    assert max(map(len, raw(mailbox.mails[0]).split(b"\r\n"))) <= 998


async def test_a_repeat_is_the_same_message_and_another_key_is_another(
    mailbox: Mailbox, sender: EmailSender
) -> None:
    for key in ("one", "one", "two"):
        await sender.send(TO, CONTENT, key, maybe_repeated=True)

    first, again, other = (parsed(envelope)["Message-ID"] for envelope in mailbox.mails)
    assert first == again != other
    assert first.endswith("@vendor.example>")
    assert len(first) == len("<@vendor.example>") + 32


async def test_a_subject_cannot_start_another_header(mailbox: Mailbox) -> None:
    letter = Mail("Chào\r\nBcc: other@example.com\n\nbody", "text", "<p>html</p>")
    async with EmailSender(mailbox.settings(), FixedRenderer(letter=letter)) as sender:
        await sender.send(TO, CONTENT, "key", False)

    message = parsed(mailbox.mails[0])
    assert message["Subject"] == "Chào Bcc: other@example.com body"
    assert message["Bcc"] is None
    assert mailbox.mails[0].rcpt_tos == [TO]


@pytest.mark.parametrize(
    "address", ["", "hoa", "hoa@example.com\r\nBcc: x@example.com", "a@b.vn, c@d.vn", "hoa@", "<hoa@b.vn"]
)
async def test_an_address_that_is_none_is_final_and_nothing_is_sent(
    mailbox: Mailbox, sender: EmailSender, address: str
) -> None:
    with pytest.raises(Undeliverable):
        await sender.send(address, CONTENT, "key", False)
    assert mailbox.mails == []


async def test_a_mail_with_a_link_is_stopped_by_one_click(mailbox: Mailbox) -> None:
    """Mailboxes show the button of RFC 8058 for mails with both headers."""
    page = "https://bot.vendor.example/thu/"
    texts = PushTexts(lambda _: PNG, mails=page)
    link = "AbCdEfGhIjKlMnOpQrStUv"
    async with EmailSender(mailbox.settings(), texts) as sender:
        await sender.send_linked(link, TO, content(950_000), "one", False)
        await sender.send_linked(link, TO, PaymentWithdrawnContent(content(950_000)), "two", False)
        await sender.send(TO, content(950_000), "three", False)
    asks, takes_back, without = map(parsed, mailbox.mails)
    assert asks["List-Unsubscribe"] == f"<{page}{link}>"
    assert asks["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for message in (asks, takes_back):
        for kind in ("plain", "html"):
            body = message.get_body((kind,))
            assert body is not None
            assert page + link in body.get_content()
    # What takes back an instruction, or acknowledges money, cannot be stopped; it can be reported.
    assert takes_back["List-Unsubscribe"] is None
    assert without["List-Unsubscribe"] is None
    assert page not in str(without)


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
async def test_a_permanent_refusal_is_final_and_repeats_no_address(
    mailbox: Mailbox, sender: EmailSender, stage: str
) -> None:
    mailbox.answers[stage] = f"550 5.1.1 <{TO}> unknown here"

    with pytest.raises(Undeliverable) as refusal:
        await sender.send(TO, CONTENT, "key", False)
    assert str(refusal.value) == "SMTP 550 5.1.1"


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("MAIL", "451 4.3.0 later"),
        ("MAIL", "553 5.7.1 sender not owned"),
        ("RCPT", "450 4.2.1 greylisted"),
        ("RCPT", "530 5.7.0 log in first"),
        ("DATA", "452 4.3.1 disk full"),
    ],
)
async def test_a_refusal_for_now_or_of_our_session_is_tried_again(
    mailbox: Mailbox, sender: EmailSender, stage: str, answer: str
) -> None:
    mailbox.answers[stage] = answer

    with pytest.raises(RetryLater) as later:
        await sender.send(TO, CONTENT, "key", False)
    assert later.value.seconds == 60
    mailbox.answers.clear()
    await sender.send(TO, CONTENT, "key", False)
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
async def test_a_connection_lost_before_the_mail_left_is_tried_again(
    mailbox: Mailbox, sender: EmailSender, stage: str
) -> None:
    mailbox.drop = stage

    with pytest.raises(RetryLater) as later:
        await sender.send(TO, CONTENT, "key", False)
    assert later.value.seconds == 5


async def test_a_connection_lost_after_the_mail_left_leaves_the_outcome_unknown(
    mailbox: Mailbox, sender: EmailSender
) -> None:
    mailbox.drop = "DATA"

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await sender.send(TO, CONTENT, "key", False)


async def test_no_server_is_tried_again(unused_tcp_port: int) -> None:
    settings = SmtpSettings("127.0.0.1", unused_tcp_port, "none", "", "", FROM)
    async with EmailSender(settings, FixedRenderer()) as sender:
        with pytest.raises(RetryLater) as later:
            await sender.send(TO, CONTENT, "key", False)
    assert later.value.seconds == 30


async def test_mails_after_each_other_share_a_connection(mailbox: Mailbox, sender: EmailSender) -> None:
    for key in ("one", "two", "three"):
        await sender.send(TO, CONTENT, key, False)

    assert len(mailbox.mails) == 3
    assert len(mailbox.protocols) == 1


async def test_mails_at_once_share_a_few_connections_and_do_not_mix(
    mailbox: Mailbox, sender: EmailSender
) -> None:
    addresses = [f"khach{number}@example.com" for number in range(30)]
    await asyncio.gather(*(sender.send(address, CONTENT, address, False) for address in addresses))

    assert sorted(envelope.rcpt_tos[0] for envelope in mailbox.mails) == sorted(addresses)
    assert all(parsed(envelope)["To"] == envelope.rcpt_tos[0] for envelope in mailbox.mails)
    assert 1 < len(mailbox.protocols) <= MAX_CONNECTIONS


async def test_a_connection_that_the_server_closed_is_replaced(
    mailbox: Mailbox, sender: EmailSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sender.send(TO, CONTENT, "one", False)
    [(idle, _)] = sender._connections._idle
    lost = asyncio.Event()
    close = idle.close

    def closed() -> None:
        close()
        lost.set()

    monkeypatch.setattr(idle, "close", closed)
    mailbox.hang_up()
    await lost.wait()
    await sender.send(TO, CONTENT, "two", False)

    assert len(mailbox.mails) == 2
    assert len(mailbox.protocols) == 2


def server_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


async def send_over(mailbox: Mailbox, **changes: Any) -> None:
    async with EmailSender(mailbox.settings(**changes), FixedRenderer()) as sender:
        await sender.send(TO, CONTENT, "key", False)


async def test_starttls_is_used_with_a_verified_certificate(
    open_mailbox: OpenMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    mailbox = await open_mailbox(tls_context=server_context(), require_starttls=True)

    await send_over(mailbox, tls="starttls")

    assert len(mailbox.mails) == 1


async def test_tls_from_the_start_is_used_with_a_verified_certificate(
    open_mailbox: OpenMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    mailbox = await open_mailbox(tls_from_start=server_context())

    await send_over(mailbox, tls="tls")

    assert len(mailbox.mails) == 1


async def test_an_unknown_certificate_is_not_accepted(open_mailbox: OpenMailbox) -> None:
    mailbox = await open_mailbox(tls_context=server_context())

    with pytest.raises(RetryLater):
        await send_over(mailbox, tls="starttls")
    assert mailbox.mails == []


async def test_mail_never_goes_in_clear_where_tls_is_asked_for(mailbox: Mailbox) -> None:
    with pytest.raises(RetryLater):
        await send_over(mailbox, tls="starttls")
    assert mailbox.mails == []


async def test_login_is_used_and_a_wrong_password_does_not_show(
    open_mailbox: OpenMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"ktdv", b"right-word"), handled=False)

    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    mailbox = await open_mailbox(tls_context=server_context(), authenticator=authenticate, auth_required=True)
    await send_over(mailbox, tls="starttls", username="ktdv", password="right-word")
    with pytest.raises(RetryLater) as later:
        await send_over(mailbox, tls="starttls", username="ktdv", password="wrong-word")

    assert len(mailbox.mails) == 1
    assert "wrong-word" not in f"{later.value!r} {mailbox.settings(password='wrong-word')!r}"
