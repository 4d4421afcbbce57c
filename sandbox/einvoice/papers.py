"""The files of an issued invoice: one page as PDF, and the original as XML."""

import io
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from PIL import Image, ImageDraw, ImageFont

_FONT = Path(__file__).parents[2] / "gateways" / "fonts" / "NotoSans-Regular.ttf"
_PAGE = (827, 1169)  # A4 at 100 dots an inch.
_MARGIN, _LINE, _WIDEST = 60, 34, 62


def pdf_of(title: str, lines: list[str]) -> bytes:
    """One page; lines that are too long go on below. `title` is also the title of the document."""
    page = Image.new("L", _PAGE, "white")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(_FONT, 20)
    rows = [
        line[at : at + _WIDEST] for line in (title, "", *lines) for at in range(0, len(line) or 1, _WIDEST)
    ]
    for number, row in enumerate(rows):
        draw.text((_MARGIN, _MARGIN + number * _LINE), row, font=font, fill="black")
    written = io.BytesIO()
    page.save(written, "PDF", resolution=100, title=title)
    return written.getvalue()


def xml_of(document: dict[str, Any], items: list[dict[str, Any]]) -> bytes:
    """In the form of the tax authority, as far as the bot or a reader needs it."""
    root = Element("HDon")
    content = SubElement(root, "DLHDon")
    general, body = SubElement(content, "TTChung"), SubElement(content, "NDHDon")
    for name, value in (
        ("KHMSHDon", document["template_code"]),
        ("KHHDon", document["invoice_series"]),
        ("SHDon", document["invoice_number"]),
        ("NLap", document["issued_date"]),
    ):
        SubElement(general, name).text = value
    buyer = SubElement(body, "NMua")
    SubElement(buyer, "Ten").text = document["buyer"]["name"]
    SubElement(buyer, "MST").text = document["buyer"].get("tax_code", "")
    goods = SubElement(body, "DSHHDVu")
    for item in items:
        SubElement(SubElement(goods, "HHDVu"), "THHDVu").text = item["item_name"]
    sums = SubElement(body, "TToan")
    SubElement(sums, "TgTThue").text = str(document["tax_amount"])
    SubElement(sums, "TgTTTBSo").text = str(document["total_amount"])
    if document["tax_authority_code"]:
        SubElement(root, "MCCQT", Id="MCCQT").text = document["tax_authority_code"]
    return b'<?xml version="1.0" encoding="UTF-8"?>' + tostring(root, "unicode").encode()
