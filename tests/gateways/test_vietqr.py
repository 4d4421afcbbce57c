import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from qr_pay import QRPay as Napas
from vietnam_qr_pay.qr_pay import QRPay as Vietnam

from domain.payments import PayeeAccount, PaymentRequest, PaymentState
from domain.recipients import NoticeRecipient, RecipientMode
from gateways.vietqr import MIN_WIDTH, payload, payment_qr, png

PUBLISHED = [
    (
        ("970436", "0011001234567", 1_500_000, "DH000123"),
        "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA"
        "5303704540715000005802VN62120808DH0001236304E91F",
    ),
    (
        ("970416", "257678859", 10_000, "Chuyen tien"),
        "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA"
        "53037045405100005802VN62150811Chuyen tien630453E6",
    ),
    (
        ("970416", "257678859", None, ""),
        "00020101021138530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN6304AE9F",
    ),
]


def crc16_ccitt_false(data: bytes) -> int:
    """Polynomial 0x1021, start 0xFFFF, bit by bit as in the standard."""
    register = 0xFFFF
    for byte in data:
        for bit in range(7, -1, -1):
            feedback = (register >> 15 & 1) ^ (byte >> bit & 1)
            register = (register << 1 & 0xFFFF) ^ (0x1021 if feedback else 0)
    return register


def read(picture: bytes) -> zxingcpp.Barcode:
    [barcode] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return barcode


def test_the_checksum_of_these_tests_is_the_published_one() -> None:
    assert crc16_ccitt_false(b"123456789") == 0x29B1


@pytest.mark.parametrize(("given", "expected"), PUBLISHED)
def test_published_payloads_come_out_byte_for_byte(
    given: tuple[str, str, int | None, str], expected: str
) -> None:
    assert payload(*given) == expected


@given(
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9]{1,19}", fullmatch=True),
    st.none() | st.integers(1, 10**13 - 1),
    st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 ]{0,23}[A-Za-z0-9])?", fullmatch=True),
)
def test_two_libraries_of_others_make_the_same_text(
    bank_bin: str, account: str, amount: int | None, content: str
) -> None:
    napas = Napas(
        bin_id=bank_bin,
        consumer_id=account,
        transaction_amount=amount,
        purpose_of_transaction=content,
        point_of_initiation_method="STATIC" if amount is None else "DYNAMIC",
    )
    vietnam = Vietnam.init_viet_qr(
        bank_bin=bank_bin,
        bank_number=account,
        amount=None if amount is None else str(amount),
        purpose=content,
    )

    assert payload(bank_bin, account, amount, content) == napas.code == vietnam.build()


@pytest.mark.parametrize("amount", [1, 999, 123_456_789, 9_999_999_999_999])
@pytest.mark.parametrize("content", ["KT0001234", "K", "KT 0001234 lan 2 thang 11"])
def test_the_checksum_holds_over_everything_before_it(amount: int, content: str) -> None:
    code = payload("970436", "0011001234567", amount, content)

    assert code[-8:-4] == "6304"
    assert code[-4:] == f"{crc16_ccitt_false(code[:-4].encode()):04X}"
    assert f"54{len(str(amount)):02}{amount}5802VN" in code


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (0, "97043"),
        (0, "9704366"),
        (0, "97043a"),
        (1, ""),
        (1, "1" * 20),
        (1, "0011 00"),
        (1, "tài1"),
        (2, 0),
        (2, -1),
        (2, 10**13),
        (2, 1.5),
        (2, True),
        (3, "Chuyển tiền"),
        (3, "K" * 26),
        (3, "KT-0001"),
        (3, "KT\n0001"),
    ],
)
def test_what_a_bank_would_refuse_is_refused_here(field: int, value: object) -> None:
    given: list[Any] = ["970436", "0011001234567", 1_500_000, "KT0001234"]
    given[field] = value

    with pytest.raises(ValueError):
        payload(*given)


def test_another_reader_finds_the_payload_in_the_picture() -> None:
    code = payload("970436", "0011001234567", 1_500_000, "DH000123")
    barcode = read(png(code))

    assert barcode.text == code
    assert barcode.format == zxingcpp.BarcodeFormat.QRCode
    assert barcode.ec_level == "M"


@pytest.mark.parametrize("text", ["x", "x" * 99])
def test_the_picture_is_large_crisp_and_has_its_quiet_zone(text: str) -> None:
    image = Image.open(io.BytesIO(png(text))).convert("L")
    width, height = image.size
    dark = image.point(lambda value: 255 - value).getbbox()
    assert dark is not None
    modules = width / (position := dark[0] / 4)

    assert width == height >= MIN_WIDTH
    assert position == int(position)
    assert modules == int(modules)
    assert set(image.tobytes()) == {0, 255}


def test_the_code_of_a_payment_asks_for_exactly_this_transfer() -> None:
    payment = PaymentRequest(
        code="DH000123",
        order_id=1,
        amount=1_500_000,
        state=PaymentState.AWAITING,
        recipient=RecipientMode.CUSTOMER,
        notice=NoticeRecipient("Lê Thị Hoa", "hoa@example.com", "+84912345678"),
        payee=PayeeAccount("970436", "0011001234567", "CONG TY PHAN MEM"),
        line_count=1,
        due_at=datetime(2026, 11, 30, tzinfo=UTC),
    )

    assert read(payment_qr(payment)).text == PUBLISHED[0][1]
    partly_paid = replace(payment, amount=2_000_000, received=500_000, state=PaymentState.PARTLY_PAID)
    assert read(payment_qr(partly_paid)).text == PUBLISHED[0][1]
    # What no instant transfer carries is filled in by the payer, in parts.
    without_amount = payload("970436", "0011001234567", None, "DH000123")
    assert read(payment_qr(partly_paid, most=1_499_999)).text == without_amount
    assert read(payment_qr(partly_paid, most=1_500_000)).text == PUBLISHED[0][1]
