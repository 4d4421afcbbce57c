"""VietQR codes, drawn offline.

The payload follows the NAPAS profile of EMVCo merchant-presented QR (version 1.5): a transfer to an account,
static without an amount, dynamic with one.
"""

import io
import re
from binascii import crc_hqx

import segno
from PIL import Image, ImageOps

from domain.payments import INSTANT_LIMIT, PaymentRequest

MIN_WIDTH = 600
"""Width in pixels: sharp on a phone, and small enough for a mail."""

_MASK = 3
_QUIET_ZONE = 4
_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}")
_CONTENT = re.compile(r"[A-Za-z0-9 ]{0,25}")
_AMOUNT_LIMIT = 10**13

_NAPAS = "A000000727"
_TO_ACCOUNT = "QRIBFTTA"
_DONG = "704"
_CHECKSUM = "6304"
"""The tag and the length of the last field, whose value is a CRC-16 (polynomial 0x1021, start 0xFFFF)."""


def payload(bank_bin: str, account: str, amount: int | None, content: str) -> str:
    """The text of the code. `amount` is whole VND, `None` when the payer fills it in.

    Raises `ValueError` for anything that a bank would refuse: a wrong code costs money.
    """
    if not _BIN.fullmatch(bank_bin):
        raise ValueError("the BIN of a bank has six digits")
    if not _ACCOUNT.fullmatch(account):
        raise ValueError("an account has up to 19 letters and digits")
    if amount is not None and (type(amount) is not int or not 0 < amount < _AMOUNT_LIMIT):
        raise ValueError("an amount is a positive whole number of up to 13 digits")
    if not _CONTENT.fullmatch(content):
        raise ValueError("a transfer content has up to 25 letters, digits and spaces, without diacritics")
    account_of_bank = _field("00", bank_bin) + _field("01", account)
    text = (
        _field("00", "01")
        + _field("01", "11" if amount is None else "12")
        + _field("38", _field("00", _NAPAS) + _field("01", account_of_bank) + _field("02", _TO_ACCOUNT))
        + _field("53", _DONG)
        + ("" if amount is None else _field("54", str(amount)))
        + _field("58", "VN")
        + (_field("62", _field("08", content)) if content else "")
        + _CHECKSUM
    )
    return f"{text}{crc_hqx(text.encode(), 0xFFFF):04X}"


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def png(text: str) -> bytes:
    """The picture of `text`: error level M, a quiet zone of 4 modules, at least `MIN_WIDTH` pixels wide."""
    # The mask is fixed: every reader takes any mask, and trying all eight would be most of the cost.
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
    modules = Image.frombytes("L", (len(code.matrix),) * 2, b"".join(code.matrix))
    # A dark module is 1 in the matrix, and 0 in the picture.
    picture = ImageOps.expand(modules.point([255, 0, *[0] * 254], "1"), _QUIET_ZONE, fill=1)
    out = io.BytesIO()
    ImageOps.scale(picture, -(-MIN_WIDTH // picture.width), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def payment_qr(payment: PaymentRequest, most: int = INSTANT_LIMIT) -> bytes:
    """The code for the amount that is left to transfer, as PNG. Above `most` VND, which no instant transfer
    carries, it has no amount: the payer fills in a part."""
    payee = payment.payee
    amount = payment.left if payment.left <= most else None
    return png(payload(payee.bank_bin, payee.account, amount, payment.code))
