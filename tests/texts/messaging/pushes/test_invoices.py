"""The mail of an invoice, and what its accountant is told."""

import re
from dataclasses import replace

import pytest

from domain.chats import Channel
from domain.invoices import BuyerKind, InvoiceCounts, InvoiceKind, InvoiceLine
from domain.messaging.contents import DeliveryFailedContent, FailedDelivery
from domain.messaging.invoice_contents import (
    InvoiceContent,
    InvoicesByHandContent,
    InvoicesIssuedContent,
    InvoicesRefusedContent,
)
from domain.messaging.invoice_pushes import InvoiceIssued
from domain.messaging.pushes import Push
from services.messaging.messages import ReadyFile
from tests.dialogs.harness import plain
from tests.texts.messaging.pushes.samples import ABOUT, INVOICE, ISSUED, ORDER
from texts.messaging.pushes import PushTexts

TEXTS = PushTexts(lambda payment: b"qr")
LINE = InvoiceLine(
    1, ORDER.code, 1, "STARTER", "Starter", 2026, "Hoa <Sen>", "0100109106", ISSUED.amount, 0, None
)


def content(**changes: object) -> InvoiceContent:
    given = InvoiceContent(ISSUED, (LINE,), ABOUT.firm, ABOUT.accountant)
    return replace(given, **changes)  # type: ignore[arg-type]


def test_subject_and_text_name_the_invoice_and_how_to_look_it_up() -> None:
    mail = TEXTS.mail(content(), maybe_repeated=False)
    assert mail.subject == ("Hóa đơn điện tử số 00000123 ký hiệu C26TAA ngày 15/06/2026")
    assert mail.text.splitlines() == [
        "Kính gửi Hoa <Sen> & Con,",
        "",
        "Chúng tôi gửi quý khách hóa đơn điện tử.",
        "",
        "Người mua: Hoa <Sen> & Con",
        "MST: 0100109106",
        "Số hóa đơn: 00000123",
        "Mẫu số, ký hiệu: 1, C26TAA",
        "Ngày hóa đơn: 15/06/2026",
        "Số tiền: 1.950.000 ₫",
        "Mã tra cứu: 2QTB<2>",
        "Mã của cơ quan thuế: 00BD<1>",
        "",
        "- Starter năm 2026 cho Hoa <Sen> (MST 0100109106)",
        "",
        "Mọi thắc mắc xin liên hệ đơn vị kế toán Đại lý thuế Ánh Dương (anh/chị Phạm An, 0987 654 321).",
    ]
    assert mail.attachments == ()
    said = plain(mail.html)
    for line in mail.text.splitlines()[4:12]:
        label, _, value = line.partition(": ")
        assert label in said
        assert value in said
    assert "Hoa &lt;Sen&gt; &amp; Con" in mail.html
    assert "<Sen>" not in mail.html


def test_files_are_attached_and_named() -> None:
    mail = TEXTS.mail(content(pdf=b"%PDF", xml=b"<xml/>"), maybe_repeated=False)
    assert mail.attachments == (
        ReadyFile("hoa-don-C26TAA-00000123.pdf", b"%PDF"),
        ReadyFile("hoa-don-C26TAA-00000123.xml", b"<xml/>"),
    )
    assert "Tệp gửi kèm: hoa-don-C26TAA-00000123.pdf, hoa-don-C26TAA-00000123.xml." in mail.text
    assert "Tệp gửi kèm" in mail.html


def test_what_corrects_another_says_so_and_many_lines_are_counted() -> None:
    adjusting = replace(ISSUED, kind=InvoiceKind.ADJUSTMENT, line_count=40)
    mail = TEXTS.mail(content(invoice=adjusting, lines=(LINE,) * 10, original=ISSUED), maybe_repeated=False)
    assert mail.subject.startswith("Hóa đơn điều chỉnh số 00000123")
    original = "hóa đơn số 00000123 ký hiệu C26TAA ngày 15/06/2026"
    assert f"Chúng tôi gửi quý khách hóa đơn điều chỉnh cho {original}." in mail.text
    assert "- và 30 dòng khác" in mail.text
    assert "và 30 dòng khác" in mail.html


@pytest.mark.parametrize(
    ("kind", "label"), [(BuyerKind.PERSON, "Số định danh"), (BuyerKind.HOUSEHOLD, "MST")]
)
def test_the_number_of_the_buyer_is_called_what_it_is(kind: BuyerKind, label: str) -> None:
    bought = replace(ISSUED, buyer=replace(ISSUED.buyer, kind=kind, tax_id="001099012345"))
    assert f"{label}: 001099012345" in TEXTS.mail(content(invoice=bought), False).text


def test_the_frame_is_whole() -> None:
    html = TEXTS.mail(content(pdf=b"%PDF"), maybe_repeated=False).html
    for tag in ("table", "tr", "td", "p", "b", "body", "html"):
        assert len(re.findall(rf"<{tag}[\s>]", html)) == html.count(f"</{tag}>"), tag


def said(counts: InvoiceCounts, shown: int) -> list[str]:
    about = InvoicesIssuedContent(ORDER, ISSUED.day, counts, (ISSUED,) * shown)
    message = TEXTS.chat(about, maybe_repeated=False)
    assert [button.data for row in message.buttons for button in row] == [f"open:invoices:{ORDER.id}"]
    return plain(message.html).splitlines()


def test_the_accountant_is_told_how_many_are_issued_wait_or_must_be_mended() -> None:
    one = "• Số 00000123 · Hoa <Sen> & Con · 1.950.000 ₫"
    assert said(InvoiceCounts(12, 3, 1), 10)[:14] == [
        f"🧾 Đơn {ORDER.code}: đã xuất 12 hóa đơn",
        "",
        *[one] * 10,
        "• và 2 hóa đơn khác",
        "⏳ Đang chờ xuất: 3",
    ]
    assert "⚠️ Chưa xuất được, cần anh/chị sửa: 1" in said(InvoiceCounts(12, 3, 1), 10)
    whole = said(InvoiceCounts(1), 1)
    assert whole[:3] == [f"🧾 Đơn {ORDER.code}: đã xuất 1 hóa đơn", "", one]
    assert not [line for line in whole if "chờ" in line or "sửa" in line]


def test_a_refusal_leads_to_mending_it() -> None:
    message = TEXTS.chat(InvoicesRefusedContent(ORDER, (INVOICE,), 1, (ORDER.code,)), maybe_repeated=False)
    assert [button.data for row in message.buttons for button in row] == [f"open:invoice:{INVOICE.id}"]


def test_many_refusals_lead_to_the_list_with_one_way_to_mend() -> None:
    about = InvoicesRefusedContent(ORDER, (INVOICE,) * 10, 200, (ORDER.code,))
    message = TEXTS.chat(about, maybe_repeated=False)
    assert [button.data for row in message.buttons for button in row] == [f"open:invoices:{ORDER.id}"]
    lines = plain(message.html).splitlines()
    assert lines[0] == f"⚠️ Đơn {ORDER.code}: 200 hóa đơn chưa xuất được, người mua cần sửa"
    assert lines[2:13] == ["• Hoa <Sen> & Con: mã số"] * 10 + ["• và 190 hóa đơn khác"]


def test_what_goes_by_hand_says_each_reason_once() -> None:
    lines = plain(
        TEXTS.chat(InvoicesByHandContent((INVOICE,) * 3, 3), maybe_repeated=False).html
    ).splitlines()
    assert lines[0] == "🖐 3 hóa đơn chuyển sang xuất tay"
    assert len([line for line in lines if line.startswith("Lý do: ")]) == 1


def test_a_mail_that_was_not_delivered_names_its_invoice() -> None:
    push = Push("k", Channel.EMAIL, InvoiceIssued(7), 1, "hoadon@hoasen.vn")
    failed = FailedDelivery(push, None, "Hoa Sen", ISSUED.number)
    text = plain(TEXTS.chat(DeliveryFailedContent((failed,), 1), maybe_repeated=False).html)
    assert "kèm hóa đơn số 00000123 tới Hoa Sen (hoadon@hoasen.vn)" in text
