"""The picture of figures: a PNG as wide as a phone, with right-aligned numbers."""

import io

from PIL import Image, ImageFont

from gateways import totals_picture
from gateways.totals_picture import WIDTH, PillowPainter
from services.ports import Figures

VIETNAMESE = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"


async def painted(*values: str) -> Image.Image:
    rows = tuple((f"Dòng {number}", value) for number, value in enumerate(values))
    png = await PillowPainter().paint("Số liệu ngày 23/11/2026", [Figures("Tiền", rows)])
    return Image.open(io.BytesIO(png))


def right_edges(picture: Image.Image) -> list[int]:
    """The right edge of each line of numbers."""
    grey = picture.convert("L").crop((WIDTH // 2, 250, WIDTH, picture.height))
    edges: list[int] = []
    inside = False
    for y in range(grey.height):
        pixels = grey.crop((0, y, grey.width, y + 1)).tobytes()
        dark = [x for x, ink in enumerate(pixels) if ink < 90]
        if dark and not inside:
            edges.append(max(dark))
        elif dark:
            edges[-1] = max(edges[-1], *dark)
        inside = bool(dark)
    return edges


async def test_numbers_end_under_each_other() -> None:
    edges = right_edges(await painted("8", "1.238", "987.654.328"))
    assert len(edges) == 3
    assert max(edges) - min(edges) <= 1


async def test_it_grows_with_its_rows_and_not_in_width() -> None:
    small, large = await painted("1"), await painted(*"12345")
    assert small.format == "PNG"
    assert small.width == large.width == WIDTH
    assert large.height > small.height


def test_the_font_has_every_letter_of_the_language() -> None:
    for weight in ("Regular", "Bold"):
        font = ImageFont.truetype(totals_picture._FONTS / f"NotoSans-{weight}.ttf", 40)
        missing = bytes(font.getmask("\uffff"))
        letters = VIETNAMESE + VIETNAMESE.upper() + "0123456789.,/₫ABCXYZ"
        assert [letter for letter in letters if bytes(font.getmask(letter)) == missing] == []
        assert len({font.getlength(digit) for digit in "0123456789"}) == 1
