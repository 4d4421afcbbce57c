"""A chat message as a mail, for when no chat takes it."""

import re

import pytest

from domain.chats import Channel
from domain.messaging.contents import ChatLinkedContent, PaymentCardContent, PushContent, StaffJoinedContent
from domain.people import Accountant, Role
from services.messaging.messages import ChatButton, ChatMessage, InlineImage, Workbook
from services.ports import Table
from tests.dialogs.harness import plain
from tests.texts.messaging.pushes.test_payments import CODE, PRICE, content
from texts.messaging.pushes import MAYBE_REPEATED, PushTexts
from texts.messaging.pushes.chat_mail import SUBJECT_LIMIT, WHY, ChatMails

BOOK = Workbook("ket-qua.xlsx", (Table("Kích hoạt", ("Tên",), [("An",)]),))
JOINED = StaffJoinedContent(Accountant(1, 1, Role.STAFF, "<Bình> & Em", "+84912345678", "b@c.vn"))


class Fixed(ChatMails):
    """Gives every content the same message."""

    def __init__(self, message: ChatMessage) -> None:
        super().__init__(lambda payment: b"qr")
        self.message = message

    def chat(self, content: PushContent, maybe_repeated: bool) -> ChatMessage:
        return self.message


@pytest.fixture
def mails() -> ChatMails:
    return ChatMails(lambda payment: b"qr")


def test_its_first_line_is_the_subject_and_all_of_it_the_text(mails: ChatMails) -> None:
    mail = mails.mail(ChatLinkedContent(Channel.ZALO), maybe_repeated=False)
    assert mail.subject == "🔗 Vừa nối một khung chat Zalo vào tài khoản của anh/chị"
    said = plain(mails.chat(ChatLinkedContent(Channel.ZALO), maybe_repeated=False).html)
    assert mail.text == f"{said}\n\n--\n{WHY}\n"
    for line in said.splitlines():
        assert line in plain(mail.html.replace("<br>", ""))
    assert mail.html.startswith("<!doctype html>")


def test_how_to_pay_stands_there_with_its_picture(mails: ChatMails) -> None:
    mail = mails.mail(content(), maybe_repeated=False)
    assert mail.subject == "Hướng dẫn thanh toán đơn KTD3D3333"
    for value in (CODE, str(PRICE), "0011001234567"):
        assert value in mail.text
        assert value in mail.html
    assert mail.inline == (InlineImage("picture", b"qr"),)
    assert 'src="cid:picture"' in mail.html
    # The text already holds the values that the buttons copy.
    assert "Chép" not in mail.text


def test_names_are_escaped_in_html_alone(mails: ChatMails) -> None:
    mail = mails.mail(JOINED, maybe_repeated=False)
    assert mail.subject == "👤 <Bình> & Em đã vào đơn vị của anh/chị."
    assert "&lt;Bình&gt; &amp; Em" in mail.html
    assert "<Bình>" not in mail.html


def test_that_it_may_have_been_sent_before_is_said_but_is_no_subject(mails: ChatMails) -> None:
    mail = mails.mail(JOINED, maybe_repeated=True)
    assert mail.subject.startswith("👤")
    assert plain(MAYBE_REPEATED).strip() in mail.text
    card = mails.mail(PaymentCardContent(content()), maybe_repeated=True)
    assert plain(MAYBE_REPEATED).strip() not in card.text


def test_what_buttons_copy_and_open_is_said_where_the_text_does_not() -> None:
    buttons = (
        (ChatButton("📋 Chép mã", copy="K7CD"), ChatButton("📋 Chép số", copy="123")),
        (
            ChatButton("🌐 Mở trang", url="https://a.vn/x?a=1&b=2"),
            ChatButton("📦 Mở đơn", data="open:order:1"),
        ),
    )
    mail = Fixed(ChatMessage("<b>Mã 123</b>", buttons=buttons)).mail(JOINED, maybe_repeated=False)
    assert mail.text.splitlines()[:5] == [
        "Mã 123",
        "",
        "Chép mã: K7CD",
        "",
        "Mở trang: https://a.vn/x?a=1&b=2",
    ]
    assert "https://a.vn/x?a=1&amp;b=2" in mail.html
    assert "Mở đơn" not in mail.html


def test_a_link_keeps_its_address_in_the_text() -> None:
    message = ChatMessage('Xem <a href="https://a.vn/?a=1&amp;b=2">trang này</a>\nRồi <code>1 &lt; 2</code>')
    mail = Fixed(message).mail(JOINED, maybe_repeated=False)
    assert mail.text.splitlines()[:2] == ["Xem trang này (https://a.vn/?a=1&b=2)", "Rồi 1 < 2"]


def test_a_workbook_is_attached_and_a_picture_that_only_the_app_holds_is_left_out() -> None:
    message = ChatMessage("Xong", photo="AgACAgUAAx", workbook=BOOK)
    mail = Fixed(message).mail(JOINED, maybe_repeated=False)
    assert (mail.attachments, mail.inline) == ((BOOK,), ())
    assert "cid:" not in mail.html


def test_a_long_first_line_is_cut_to_a_subject() -> None:
    mail = Fixed(ChatMessage("\n" + "Ẵ" * 500)).mail(JOINED, maybe_repeated=False)
    assert mail.subject == "Ẵ" * SUBJECT_LIMIT


def test_the_frame_is_whole_whatever_it_holds(mails: ChatMails) -> None:
    """All opened tags are closed."""
    for said in (JOINED, content(), ChatLinkedContent(Channel.TELEGRAM)):
        html = mails.mail(said, maybe_repeated=False).html
        for tag in ("table", "tr", "td", "p", "b", "code", "body", "html"):
            assert len(re.findall(rf"<{tag}[\s>]", html)) == html.count(f"</{tag}>"), tag


def test_it_speaks_in_the_chat_as_ever(mails: ChatMails) -> None:
    ever = PushTexts(lambda payment: b"qr")
    assert mails.chat(JOINED, maybe_repeated=True) == ever.chat(JOINED, maybe_repeated=True)
