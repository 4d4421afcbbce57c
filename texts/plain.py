"""What stands in HTML, for an app that shows plain text, and buttons as lines of it."""

import html
import re
from collections.abc import Iterable, Mapping
from itertools import count

from services.messaging.messages import ChatButton

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


def plain_text(markup: str) -> str:
    """HTML as Telegram knows it, without its tags: what is said, at most one empty line between paragraphs. A
    link shows where it leads."""
    text = html.unescape(_TAG.sub("", _LINK.sub(_link, markup)))
    return _EMPTY_LINES.sub("\n\n", _TRAILING.sub("", text)).strip()


def _link(found: re.Match[str]) -> str:
    url, shown = found[1], _TAG.sub("", found[2])
    return url if shown == url else f"{shown}: {url}"


def choices(buttons: Iterable[ChatButton], letter: str) -> tuple[list[str], Mapping[str, ChatButton]]:
    """Buttons as lines, and what each code in them stands for: `A1`, `A2` and so on for the letter A. A button
    that leads out of the chat is its address and has none; one that copies shows what."""
    numbers, codes, lines = count(1), {}, []
    for button in buttons:
        if button.url is not None:
            lines.append(f"{button.text}: {button.url}")
            continue
        code = f"{letter}{next(numbers)}"
        codes[code] = button
        copied = f": {button.copy}" if button.copy is not None else ""
        lines.append(f"{code}. {button.text}{copied}")
    return lines, codes


def how_to_choose(codes: Iterable[str]) -> str:
    """The line below them."""
    first, *others = codes
    return f"Trả lời {first}{'…' if others else ''} để chọn."


def file_line(name: str, url: str) -> str:
    return f"📄 {name}: {url}"


def paragraphs(parts: Iterable[str]) -> str:
    """Those that say something, an empty line between them."""
    return "\n\n".join(filter(None, parts))
