"""Figures as a picture, numbers under each other, large enough for a phone."""

import asyncio
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from services.ports import Figures

WIDTH = 1080
_MARGIN = 64
_PADDING = 28
_ROW = 78
_HEADING = 84
_TITLE = 132
_GAP = 32
_BOTTOM = 96

_PAPER, _CARD, _INK, _FAINT, _ACCENT = "#eef1f5", "#ffffff", "#1c2430", "#5b6675", "#0b6bcb"
_FONTS = Path(__file__).parent / "fonts"


class PillowPainter:
    """`Painter`. Drawing takes some hundredths of a second, so a thread does it."""

    async def paint(self, title: str, groups: Sequence[Figures]) -> bytes:
        return await asyncio.to_thread(_painted, title, groups)


def _painted(title: str, groups: Sequence[Figures]) -> bytes:
    heights = [_HEADING + len(group.rows) * _ROW + _PADDING for group in groups]
    # The lower edge is left free: chats write the time over it.
    image = Image.new("RGB", (WIDTH, _TITLE + sum(heights) + len(groups) * _GAP + _BOTTOM), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((_MARGIN, _TITLE / 2 + _GAP / 2), title, _INK, _font("Bold", 56), anchor="lm")
    top = _TITLE
    for group, height in zip(groups, heights, strict=True):
        _card(draw, top + _GAP, height, group)
        top += height + _GAP
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _card(draw: ImageDraw.ImageDraw, top: int, height: int, group: Figures) -> None:
    left, right = _MARGIN // 2, WIDTH - _MARGIN // 2
    draw.rounded_rectangle((left, top, right, top + height), 28, _CARD)
    draw.text((_MARGIN, top + _HEADING / 2 + 8), group.heading, _ACCENT, _font("Bold", 42), anchor="lm")
    for number, (label, value) in enumerate(group.rows):
        middle = top + _HEADING + number * _ROW + _ROW / 2
        draw.text((_MARGIN, middle), label, _FAINT, _font("Regular", 42), anchor="lm")
        # All digits of the font have one width, so right-aligned numbers line up.
        draw.text((WIDTH - _MARGIN, middle), value, _INK, _font("Bold", 48), anchor="rm")


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"NotoSans-{weight}.ttf", size)
