"""Messages about money: to payers by mail and SMS, to accountants in the chat, to back office."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram.types import Chat
from aiogram_dialog.api.entities import NewMessage

from domain.accounting import default_accounting
from domain.customers import CustomerKind
from domain.invoices import BuyerKind
from domain.messaging.change_contents import PaymentChangedContent
from domain.messaging.claim_contents import ClaimContent, ClaimMadeContent, ClaimSettledContent
from domain.messaging.contents import (
    PaidPart,
    PaymentCardContent,
    PaymentContent,
    PaymentReceiptContent,
    PaymentWithdrawnContent,
    PushContent,
    RollCallContent,
    RollCallEntry,
    TransferContent,
    TransferOpenContent,
)
from domain.orders import Order, OrderLine, OrderState
from domain.payments import (
    INSTANT_LIMIT,
    ClaimState,
    PaymentRequest,
    PaymentState,
    TransferClaim,
    state_after,
)
from domain.people import Accountant, Firm, Role
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode
from domain.transfers import Attention, Transfer, TransferState
from services.messaging.messages import ChatMessage
from tests.dialogs.harness import check_shown, plain
from tests.support.banks import reported
from tests.support.builders import PAYEE
from tests.support.clock import NOON_OF_JUNE_15
from texts.messaging.pushes import PushTexts
from texts.messaging.pushes import title as title_of

GSM = re.compile(r"[A-Za-z0-9 .,:;/()'\"+&*%#@!?=<>_$-]*")
LONGEST = "🏠" * 200
PRICE = 1_950_000
CODE = "KTC2C2222"


def content(
    received: int = 0,
    line_count: int = 1,
    recipient: RecipientMode = RecipientMode.CUSTOMER,
    amount: int = PRICE,
    name: str = "Công ty TNHH Hoa Sen",
    firm: str = "Đại lý thuế Ánh Dương",
) -> PaymentContent:
    notice = NoticeRecipient(name, "giamdoc@hoasen.vn", "+84912345678")
    kind = CustomerKind.ENTERPRISE
    line = OrderLine(
        *(1, 1, kind, "0300000018", name, "1 Lê Lợi", "Nguyễn Văn A", "giamdoc@hoasen.vn", "+84912345678"),
        *(default_accounting(kind, 2026), amount, None, amount, notice),
        InvoiceRecipient(name, "0300000018", "1 Lê Lợi", "giamdoc@hoasen.vn", BuyerKind.COMPANY),
        CODE,
    )
    payment = PaymentRequest(
        *(CODE, 1, amount, state_after(amount, received), recipient, notice, PAYEE, line_count),
        NOON_OF_JUNE_15 + timedelta(days=7),
        received,
    )
    order = Order(
        *(1, "KTD3D3333", 1, 1, 1, "Starter", kind, 2026, recipient, line_count, amount, OrderState.PLACED),
        NOON_OF_JUNE_15,
        "STARTER",
    )
    accountant = Accountant(1, 1, Role.OWNER, "Phạm An", "+84987654321", "an@dichvu.vn")
    return PaymentContent(
        payment, order, Firm(1, firm, "0300000025"), accountant, (line,) * min(line_count, 10)
    )


def receipt(amount: int, received: int, **more: Any) -> PaymentReceiptContent:
    return PaymentReceiptContent(content(received, **more), amount)


def called_off() -> PaymentContent:
    """An instruction of an order that was cancelled."""
    whole = content()
    return replace(whole, order=replace(whole.order, state=OrderState.CANCELLED))


def withdrawn() -> PaymentContent:
    """An instruction that was withdrawn from an order that stands: it pays for nobody any more."""
    whole = content()
    gone = replace(whole.payment, state=PaymentState.CANCELLED, line_count=0)
    return replace(whole, payment=gone, lines=())


def part(about: PaymentContent, amount: int) -> PaidPart:
    return PaidPart(about.payment, about.order, about.lines[0], amount)


def transfer(amount: int, attention: Attention | None = None, surplus: int = 0, text: str = CODE) -> Transfer:
    return Transfer(1, reported(text, amount, reference="FT1"), TransferState.MATCHED, attention, surplus)


class Drawn:
    """Stands in for the picture, and remembers the amounts that it should ask for."""

    def __init__(self) -> None:
        self.lefts: list[int] = []

    def __call__(self, payment: PaymentRequest) -> bytes:
        self.lefts.append(payment.left)
        return b"qr"


@pytest.fixture
def drawn() -> Drawn:
    return Drawn()


@pytest.fixture
def texts(drawn: Drawn) -> PushTexts:
    return PushTexts(drawn)


def shown(message: ChatMessage) -> str:
    """The text as people read it. The message is checked against Telegram's rules."""
    check_shown(NewMessage(chat=Chat(id=1, type="private"), text=message.html))
    return plain(message.html)


FIRM = "Don vi ke toan: Dai ly thue Anh Duong"
SMS: dict[str, tuple[PushContent, str]] = {
    "nothing yet": (
        content(),
        "Phan mem ke toan 2026: chuyen 1.950.000d toi Vietcombank 0011001234567 noi dung KTC2C2222 "
        "trong 7 ngay tu kich hoat. Don vi ke toan: Dai ly thue Anh Duong",
    ),
    "the clock runs": (
        replace(content(), deadline=NOON_OF_JUNE_15),
        "Phan mem ke toan 2026 cho Hoa Sen: chuyen 1.950.000d toi Vietcombank 0011001234567 noi dung "
        "KTC2C2222 truoc 12:00 15/06. Don vi ke toan: Dai ly thue Anh Duong",
    ),
    "paid": (
        receipt(PRICE, PRICE),
        "Da nhan 1.950.000d cho KTC2C2222. "
        f"Phan mem ke toan 2026 cho Cong ty TNHH Hoa Sen da thanh toan du. {FIRM}",
    ),
    "a part": (
        receipt(950_000, 950_000),
        "Da nhan 950.000d, con thieu: chuyen 1.000.000d toi Vietcombank 0011001234567 noi dung KTC2C2222 "
        "trong 7 ngay tu kich hoat. Don vi ke toan: Dai ly thue Anh Duong",
    ),
    "too much": (
        receipt(2_000_000, 2_000_000),
        f"Da nhan 2.000.000d cho KTC2C2222, thua 50.000d: se lien he de hoan lai. {FIRM}",
    ),
    "cancelled": (
        PaymentWithdrawnContent(called_off()),
        f"Don mua phan mem ke toan 2026 da huy. Xin KHONG chuyen khoan noi dung KTC2C2222 nua. {FIRM}",
    ),
    "withdrawn": (
        PaymentWithdrawnContent(withdrawn()),
        f"Don phan mem ke toan da thay doi. Xin KHONG chuyen khoan noi dung KTC2C2222 nua. {FIRM}",
    ),
    "sent to a wrong number": (
        PaymentWithdrawnContent(content()),
        f"Tin thanh toan gui nham so. Xin KHONG chuyen khoan noi dung KTC2C2222 nua. {FIRM}",
    ),
    "another sum": (
        PaymentChangedContent(content()),
        "SO TIEN MOI thay tin truoc: chuyen 1.950.000d toi Vietcombank 0011001234567 noi dung KTC2C2222 "
        "trong 7 ngay tu kich hoat. Don vi ke toan: Dai ly thue Anh Duong",
    ),
}


@pytest.mark.parametrize("name", SMS)
def test_an_sms_is_one_part_without_diacritics(name: str, texts: PushTexts) -> None:
    about, expected = SMS[name]
    assert texts.sms(about) == expected


@pytest.mark.parametrize("name", SMS)
def test_an_sms_of_the_largest_amounts_still_fits(name: str, texts: PushTexts) -> None:
    huge, about = 10**11, SMS[name][0]
    long = content(amount=huge, firm=LONGEST + "Ánh Sao" * 20)
    match about:
        case PaymentContent():
            about = long
        case PaymentWithdrawnContent(instruction):
            order = replace(long.order, state=instruction.order.state)
            about = PaymentWithdrawnContent(replace(instruction, firm=long.firm, order=order))
        case PaymentChangedContent():
            about = PaymentChangedContent(long)
        case PaymentReceiptContent():
            received = {"paid": huge, "a part": 1, "too much": huge + 5}[name]
            payment = replace(long.payment, received=received, state=state_after(huge, received))
            about = PaymentReceiptContent(replace(long, payment=payment), received)
    sms = texts.sms(about)
    assert len(sms) <= 160
    assert GSM.fullmatch(sms)
    assert CODE in sms


def test_an_sms_of_several_customers_names_none(texts: PushTexts) -> None:
    assert " cho " not in texts.sms(replace(content(line_count=3), deadline=NOON_OF_JUNE_15))


class TestMail:
    def test_the_customers_own_name_stands_once(self, texts: PushTexts) -> None:
        """Its own mail greets it by name; whoever pays for somebody else reads for whom."""
        own = content()
        other = replace(own, payment=replace(own.payment, notice=replace(own.payment.notice, name="Bà Mai")))
        for mail, times in ((texts.mail(own, False), 1), (texts.mail(other, False), 2)):
            assert mail.text.count("Công ty TNHH Hoa Sen") == times
            assert "0300000018" in mail.text
            assert "0300000018" in mail.html
        assert "cho quý khách (mã số thuế 0300000018)." in texts.mail(own, False).text
        assert ", cho quý khách." in texts.mail(receipt(PRICE, PRICE), False).text

    def test_a_receipt_of_all_thanks(self, texts: PushTexts) -> None:
        mail = texts.mail(receipt(PRICE, PRICE), False)
        assert mail.subject == "[KTC2C2222] Đã nhận 1.950.000 ₫"
        assert mail.inline == ()
        for form in (mail.text, mail.html):
            assert "đã thanh toán đủ" in form
            assert "Đại lý thuế Ánh Dương" in form
            assert "0987 654 321" in form
            assert "Số tài khoản" not in form

    def test_a_receipt_of_a_part_says_how_to_pay_the_rest(self, texts: PushTexts, drawn: Drawn) -> None:
        mail = texts.mail(receipt(950_000, 950_000), False)
        assert drawn.lefts == [1_000_000]
        assert [image.cid for image in mail.inline] == ["qr"]
        assert 'src="cid:qr"' in mail.html
        for form in (mail.text, mail.html):
            assert "950.000 ₫" in form
            assert "Còn thiếu 1.000.000 ₫" in form
            assert "0011001234567" in form
            assert "1.950.000" not in form

    def test_a_receipt_of_too_much_promises_the_rest_back(self, texts: PushTexts) -> None:
        mail = texts.mail(receipt(2_000_000, 2_000_000), False)
        assert "thừa 50.000 ₫" in mail.text
        assert "hoàn lại" in mail.html

    def test_an_instruction_asks_for_what_is_left(self, texts: PushTexts, drawn: Drawn) -> None:
        mail = texts.mail(content(950_000), False)
        assert drawn.lefts == [1_000_000]
        for form in (mail.text, mail.html):
            assert "Đã nhận 950.000 ₫, còn thiếu" in form
            assert "1.000.000 ₫" in form
        assert "Đã nhận" not in texts.mail(content(), False).text

    def test_a_cancelled_order_asks_not_to_pay(self, texts: PushTexts) -> None:
        mail = texts.mail(PaymentWithdrawnContent(called_off()), False)
        assert mail.subject == "[KTC2C2222] Đơn đã hủy, xin không chuyển khoản"
        for form in (mail.text, mail.html):
            assert "không chuyển khoản theo nội dung KTC2C2222 nữa" in form
            assert "0011001234567" not in form

    def test_the_deadline_says_which_clock_it_is(self, texts: PushTexts) -> None:
        for about, said in (
            (content(), "7 ngày từ khi kích hoạt"),
            (replace(content(), deadline=NOON_OF_JUNE_15), "15/06/2026 12:00 (7 ngày từ khi kích hoạt)"),
        ):
            mail = texts.mail(about, False)
            card = shown(texts.chat(PaymentCardContent(about), False))
            assert f"Hạn:           {said}\n" in mail.text
            assert f"<b>{said}</b>" in mail.html
            assert f"Hạn: {said}\n" in card

    @pytest.mark.parametrize(
        ("about", "why"),
        [(withdrawn(), "đã được rút vì đơn hàng thay đổi"), (content(), "đã gửi nhầm tới địa chỉ này")],
    )
    def test_what_was_withdrawn_names_nobody(self, about: PaymentContent, why: str, texts: PushTexts) -> None:
        mail = texts.mail(PaymentWithdrawnContent(about), False)
        assert mail.subject == "[KTC2C2222] Xin không chuyển khoản"
        for form in (mail.text, mail.html):
            assert "không chuyển khoản theo nội dung KTC2C2222 nữa" in form
            assert why in form
            assert about.payment.notice.name not in form
            assert "hủy" not in form

    def test_another_sum_takes_the_place_of_the_one_before(self, texts: PushTexts) -> None:
        mail = texts.mail(PaymentChangedContent(content()), False)
        assert mail.subject.startswith("[KTC2C2222] Số tiền mới: hướng dẫn")
        for form in (mail.text, mail.html):
            assert "thay cho hướng dẫn KTC2C2222 gửi trước đó" in form
            assert "1.950.000 ₫" in form
        assert "thay cho" not in texts.mail(content(), False).text

    @pytest.mark.parametrize(
        "about", [receipt(1, 1), receipt(PRICE, PRICE), PaymentWithdrawnContent(content())]
    )
    def test_names_are_escaped_in_html_alone(
        self, about: PaymentReceiptContent | PaymentWithdrawnContent, texts: PushTexts
    ) -> None:
        ugly = replace(about.instruction, firm=Firm(1, "<b>Kế & toán", "1"))
        mail = texts.mail(replace(about, instruction=ugly), False)
        assert "<b>Kế & toán" in mail.text
        assert "&lt;b&gt;Kế &amp; toán" in mail.html


class TestChat:
    def test_an_instruction_asks_for_what_is_left(self, texts: PushTexts, drawn: Drawn) -> None:
        message = texts.chat(content(950_000, recipient=RecipientMode.ACCOUNTANT), False)
        text = shown(message)
        assert "Đã nhận 950.000 ₫, còn thiếu 1.000.000 ₫." in text
        assert "Số tiền: 1000000 (1.000.000 ₫)" in text
        assert [button.copy for button in message.buttons[0]] == ["1000000", CODE]
        assert drawn.lefts == [1_000_000]

    @pytest.mark.parametrize("over", [0, 1, 600_000_000])
    def test_what_no_instant_transfer_carries_is_asked_for_in_parts(
        self, over: int, texts: PushTexts
    ) -> None:
        about = content(recipient=RecipientMode.ACCOUNTANT, amount=INSTANT_LIMIT + over)
        instruction, card = texts.chat(about, False), texts.chat(PaymentCardContent(about), False)
        mail = texts.mail(about, False)
        for text in (shown(instruction), shown(card), mail.text, plain(mail.html)):
            assert ("Mỗi lần chuyển nhanh tối đa 499.999.999 ₫" in text) == bool(over)
            assert (f"làm {2 if over == 1 else 3} lần, cùng nội dung" in text) == bool(over)
        assert ("có sẵn số tiền" in shown(card)) == (not over)
        assert ("Số tiền và nội dung đã điền sẵn" in mail.html) == (not over)
        assert len(instruction.buttons[0]) == (1 if over else 2)
        assert instruction.buttons[0][-1].copy == CODE

    def test_a_card_speaks_to_the_payer_alone(self, texts: PushTexts) -> None:
        message = texts.chat(PaymentCardContent(content()), maybe_repeated=True)
        text = shown(message)
        assert text.startswith("Kính gửi Công ty TNHH Hoa Sen,")
        assert "Số tiền: 1950000 (1.950.000 ₫)" in text
        assert text.endswith("Đại lý thuế Ánh Dương\nPhạm An · 0987 654 321")
        assert (message.photo, message.buttons) == (b"qr", ())
        for ours in ("anh/chị", "em ", "KTD3D3333", "Có thể"):
            assert ours not in text

    def test_a_transfer_says_of_each_what_it_left(self, texts: PushTexts) -> None:
        parts = (
            part(content(PRICE), PRICE),
            part(content(950_000, 3, RecipientMode.OTHER), 950_000),
            part(content(2_000_000), 50_000),
        )
        message = texts.chat(TransferContent(transfer(3_000_000), parts, 12, 2_950_000), False)
        lines = shown(message).splitlines()
        assert lines[0] == "💰 Đã nhận 2.950.000 ₫"
        assert lines[2:] == [
            "• Công ty TNHH Hoa Sen: 1.950.000 ₫, đã trả đủ",
            "• Công ty TNHH Hoa Sen (3 khách): 950.000 ₫, còn thiếu 1.000.000 ₫",
            "• Công ty TNHH Hoa Sen: 50.000 ₫, thừa 50.000 ₫",
            "• và 9 khoản khác",
            "",
            "Khoản thừa bên em sẽ liên hệ hoàn lại.",
        ]
        assert message.photo is None
        assert [button.data for row in message.buttons for button in row] == ["open:payments:1"]

    def test_the_accountant_who_pays_is_told_how_to_pay_the_rest(
        self, texts: PushTexts, drawn: Drawn
    ) -> None:
        own = content(950_000, 30, RecipientMode.ACCOUNTANT)
        own = replace(own, order=replace(own.order, code=CODE))
        told = TransferContent(transfer(950_000), (part(own, 950_000),), 1, 950_000, rest=own.payment)
        message = texts.chat(told, False)
        text = shown(message)
        assert "\nĐơn KTC2C2222 (30 khách)\nCòn thiếu 1.000.000 ₫\n" in text
        assert "Số tiền: 1000000" in text
        assert drawn.lefts == [1_000_000]
        assert [button.copy for button in message.buttons[0]] == ["1000000", CODE]

    @pytest.mark.parametrize(
        "received, paid, line",
        [
            (2 * PRICE, 2, "Đơn KTD3D3333: đã trả 2/3 khách, còn 1.950.000 ₫"),
            (3 * PRICE, 3, "Đã trả đủ 3/3 khách của đơn KTD3D3333"),
        ],
    )
    def test_a_transfer_says_how_far_the_order_is(
        self, received: int, paid: int, line: str, texts: PushTexts
    ) -> None:
        bundle = content(received, 3, RecipientMode.ACCOUNTANT, 3 * PRICE).payment
        own = content(PRICE, 1, RecipientMode.ACCOUNTANT)
        told = TransferContent(transfer(PRICE), (part(own, PRICE),), 1, PRICE, None, bundle, paid)
        assert line in shown(texts.chat(told, False)).splitlines()

    @pytest.mark.parametrize(
        "changes, lines",
        [
            (
                {"completed": True, "paid": 30, "requests": 30},
                "Đơn KTD3D3333 đã trả đủ 58.500.000 ₫, 30/30 ✅",
            ),
            ({"completed": True, "paid": 1, "requests": 1}, "Công ty TNHH Hoa Sen đã trả đủ 1.950.000 ₫ ✅"),
            (
                {"reopened": frozenset({CODE}), "paid": 2, "requests": 30},
                "Công ty TNHH Hoa Sen đã trả đủ 1.950.000 ₫, phần mềm dùng lại được",
            ),
            (
                {"reopened": frozenset({CODE}), "waits": True, "paid": 2, "requests": 30},
                "Công ty TNHH Hoa Sen đã trả đủ 1.950.000 ₫, phần mềm đang được mở lại",
            ),
            (
                {"transfer": transfer(PRICE + 5, Attention.TOO_MUCH, 5), "paid": 2, "requests": 30},
                "Nhận thừa 5 ₫",
            ),
            ({"paid": 2, "requests": 30}, "Đã nhận 1.950.000 ₫"),
        ],
    )
    def test_what_matters_of_a_transfer_is_its_headline(
        self, changes: dict[str, Any], lines: str, texts: PushTexts
    ) -> None:
        own = content(PRICE)
        own = replace(own, order=replace(own.order, total=30 * PRICE))
        told = replace(TransferContent(transfer(PRICE), (part(own, PRICE),), 1, PRICE), **changes)
        said = shown(texts.chat(told, False)).splitlines()
        assert said[0] == f"💰 {lines}"
        assert told.requests == 1 or f"Đơn KTD3D3333: đã trả {told.paid}/{told.requests}" in said
        assert "Đã nhận 1.950.000 ₫" in "\n".join(said)
        assert "Công ty TNHH Hoa Sen" in said

    @pytest.mark.parametrize(
        "count, paid, title",
        [
            (28, 30, "💰 28 khách vừa trả 1.950.000 ₫, đơn KTD3D3333 đủ 30/30 ✅"),
            (1, 2, "💰 Hoa Sen vừa trả 1.950.000 ₫, đơn KTD3D3333 đã trả 2/30"),
        ],
    )
    def test_a_line_says_how_the_order_stands(self, count: int, paid: int, title: str) -> None:
        parts = (part(content(PRICE), PRICE),)
        told = TransferContent(transfer(PRICE), parts, count, PRICE, paid=paid, requests=30)
        assert title_of(told) == title

    @pytest.mark.parametrize("attention", Attention)
    def test_an_open_transfer_says_why(self, attention: Attention, texts: PushTexts) -> None:
        surplus = 5000 if attention in (Attention.TOO_MUCH, Attention.PAID_TWICE) else 0
        open_one = TransferOpenContent(transfer(PRICE, attention, surplus, "CK <x> tien"), ())
        message = texts.chat(open_one, False)
        text = shown(message)
        assert ("5.000 ₫" in text) == bool(surplus)
        assert "Nội dung: CK <x> tien" in text
        assert "Báo bởi: SePay · FT1" in text
        assert message.buttons[0][0].data == "open:transfer:1"

    def test_a_claim_brings_its_picture_and_its_answer(self, texts: PushTexts) -> None:
        about = content()
        claim = TransferClaim(7, CODE, 1, "photo-1", ClaimState.OPEN, NOON_OF_JUNE_15)
        claimed = ClaimContent(claim, about.payment, about.order, about.accountant, about.firm, "Hoa Sen")
        made = texts.chat(ClaimMadeContent(claimed), False)
        assert made.photo == "photo-1"
        assert made.buttons[0][0].data == "open:claim:7"
        assert "Còn phải trả: 1.950.000 ₫" in shown(made)
        refused = replace(claimed, claim=replace(claim, state=ClaimState.REFUSED, note="Ảnh <mờ>"))
        assert "Lý do: Ảnh <mờ>" in shown(texts.chat(ClaimSettledContent(refused), False))
        accepted = replace(claimed, claim=replace(claim, state=ClaimState.ACCEPTED, note="FT1"))
        assert "Đã thấy khoản chuyển" in shown(texts.chat(ClaimSettledContent(accepted), False))

    def test_a_roll_call_marks_each_and_counts_the_rest(self, texts: PushTexts) -> None:
        entries = tuple(
            RollCallEntry(content(received, count).payment, "Công ty TNHH Hoa Sen")
            for received, count in ((0, 1), (950_000, 3), (PRICE, 1), (PRICE + 1, 1))
        )
        message = texts.chat(RollCallContent(content().order, entries, 30, 12, 9_000_000), False)
        assert shown(message).splitlines()[2:] == [
            "Đã trả: 12/30",
            "Đã nhận: 9.000.000 ₫ / 1.950.000 ₫",
            "",
            "⏳ Công ty TNHH Hoa Sen",
            "🟡 Công ty TNHH Hoa Sen (3 khách) · còn 1.000.000 ₫",
            "✅ Công ty TNHH Hoa Sen",
            "✅ Công ty TNHH Hoa Sen",
            "• và 26 khách khác",
        ]

    def test_the_longest_of_everything_fits_a_message(self, texts: PushTexts) -> None:
        long = content(1, 30, RecipientMode.OTHER, name=LONGEST, firm=LONGEST)
        one = replace(long, payment=replace(long.payment, line_count=1))
        claim = TransferClaim(7, CODE, 1, "p", ClaimState.REFUSED, NOON_OF_JUNE_15, LONGEST)
        claimed = ClaimContent(claim, long.payment, long.order, long.accountant, long.firm, LONGEST)
        parts = (part(one, 1),) * 10
        full = transfer(PRICE, Attention.TOO_MUCH, 5, LONGEST * 2)
        entries = (RollCallEntry(long.payment, LONGEST),) * 20
        for about in (
            PaymentCardContent(one),
            TransferContent(full, parts, 30, PRICE),
            TransferOpenContent(full, parts),
            RollCallContent(long.order, entries, 30, 0, 0),
            ClaimMadeContent(claimed),
            ClaimSettledContent(claimed),
        ):
            shown(texts.chat(about, True))
