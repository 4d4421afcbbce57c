"""Mailboxes: mails sent by SMTP can be read in the world."""

from email.message import EmailMessage

import aiosmtplib
import pytest

from sandbox.app import SandboxServer
from tests.sandbox.client import PNG, Client


def letter(message_id: str = "<1@vendor.example>") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Phần mềm kế toán <donhang@vendor.example>"
    message["To"] = "khach@example.vn"
    message["Subject"] = "Hướng dẫn thanh toán đơn hàng DH1"
    message["Message-ID"] = message_id
    message.set_content("Xin chào, mã đơn hàng là DH1.")
    message.add_alternative('<p>Xin chào <img src="cid:qr@x"></p>', subtype="html")
    html = message.get_body(("html",))
    assert html
    html.add_related(PNG, "image", "png", cid="<qr@x>", filename="qr.png")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="hoá đơn.pdf")
    return message


async def send(server: SandboxServer, message: EmailMessage, *to: str) -> None:
    await aiosmtplib.send(message, recipients=list(to), hostname="127.0.0.1", port=server.smtp_port)


async def test_a_mail_is_read_whole(world: Client, server: SandboxServer) -> None:
    await send(server, letter(), "khach@example.vn", "ketoan@example.vn")
    assert len(await world.get("mail")) == 2
    (mail,) = await world.get("mail", to="Khach@example.vn")
    assert mail["subject"] == "Hướng dẫn thanh toán đơn hàng DH1"
    assert mail["from"] == "Phần mềm kế toán <donhang@vendor.example>"
    assert mail["text"].strip() == "Xin chào, mã đơn hàng là DH1."
    assert 'src="cid:qr@x"' in mail["html"]
    assert [(part["cid"], part["name"]) for part in mail["inline"]] == [("qr@x", "qr.png")]
    assert await world.download(mail["inline"][0]["url"]) == PNG
    assert [part["name"] for part in mail["attachments"]] == ["hoá đơn.pdf"]
    assert await world.download(mail["attachments"][0]["url"]) == b"%PDF"


async def test_a_repeated_message_id_is_kept_once_a_mailbox(world: Client, server: SandboxServer) -> None:
    for to in ("a@example.vn", "a@example.vn", "b@example.vn"):
        await send(server, letter(), to)
    await send(server, letter("<2@vendor.example>"), "a@example.vn")
    assert [mail["to"] for mail in await world.get("mail")] == [
        "a@example.vn",
        "b@example.vn",
        "a@example.vn",
    ]


async def test_addresses_may_be_vietnamese(world: Client, server: SandboxServer) -> None:
    await send(server, letter(), "kếtoán@example.vn")
    assert len(await world.get("mail", to="kếtoán@example.vn")) == 1


async def test_ordered_refusals(world: Client, server: SandboxServer) -> None:
    await world.post("mail/faults", code=451, times=1)
    await world.post("mail/faults", code=550, times=1, to="b@example.vn")
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(server, letter(), "a@example.vn")
    assert refused.value.recipients[0].code == 451
    await send(server, letter(), "a@example.vn")
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(server, letter(), "b@example.vn")
    assert refused.value.recipients[0].code == 550
    await world.post("mail/faults", code=0, times=1)
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(server, letter(), "b@example.vn")
    assert [mail["to"] for mail in await world.get("mail")] == ["a@example.vn", "b@example.vn"]
