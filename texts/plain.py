"""HTML as plain text, and buttons as lines of text, for apps without them."""

import html
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import count

from services.messaging.messages import ChatButton

BOLD, END_OF_BOLD = "\ue000", "\ue001"
"""Marks around what is bold in a text that goes to an app by itself, which makes its own styles of them."""

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)
_DATE_TAG = re.compile(r"</?tg-time[^>]*>")
_EMPTY_LINES = re.compile(r"\n{3,}")
_MARKS = str.maketrans("", "", BOLD + END_OF_BOLD)


def without_tags(markup: str, link: str | Callable[[re.Match[str]], str] = r"\2") -> str:
    """Telegram's HTML as text. `link` replaces each link: group 1 is its address, group 2 its words, which
    stand alone by default."""
    return html.unescape(_TAG.sub("", _LINK.sub(link, markup)))


def without_dates(markup: str) -> str:
    """Telegram's HTML with dates as they are worded, not in the reader's form."""
    return _DATE_TAG.sub("", markup)


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 code units, as Telegram counts: an emoji has two or more."""
    return len(text.encode("utf-16-le")) // 2


def plain_text(markup: str) -> str:
    """Telegram's HTML as plain text with at most one empty line between paragraphs. Each link is followed by
    its address."""
    text = without_tags(markup, _link)
    return _EMPTY_LINES.sub("\n\n", _TRAILING.sub("", text)).strip()


def marked_text(markup: str) -> str:
    """`plain_text` with marks around what is bold."""
    return plain_text(markup.replace("<b>", BOLD).replace("</b>", END_OF_BOLD))


def unmarked(text: str) -> str:
    """A text without marks."""
    return text.translate(_MARKS)


def bold_runs(text: str) -> list[tuple[int, int]]:
    """Where the bold runs of a marked text stand once it is unmarked: start and length in UTF-16 units. A run
    that has no end is bold to the end of the text."""
    runs, at, start = [], 0, None
    for char in [*text, END_OF_BOLD]:
        if char == BOLD:
            start = at
        elif char != END_OF_BOLD:
            at += utf16_length(char)
        elif start is not None:
            if at > start:
                runs.append((start, at - start))
            start = None
    return runs


def _link(found: re.Match[str]) -> str:
    url, shown = found[1], _TAG.sub("", found[2])
    return url if shown == url else f"{shown}: {url}"


def choices(buttons: Iterable[ChatButton], letter: str) -> tuple[list[str], Mapping[str, ChatButton]]:
    """Buttons as lines, and the button of each code in them: `A1`, `A2` and so on for the letter A. A button that
    opens an address shows it and has no code; a button that copies a text shows the text."""
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
    """The line below the choices."""
    first, *others = codes
    return f"Trả lời {first}{'…' if others else ''} để chọn."


def file_line(name: str, url: str) -> str:
    return f"📄 {name}: {url}"


def paragraphs(parts: Iterable[str]) -> str:
    """The parts that are not empty, with an empty line between them."""
    return "\n\n".join(filter(None, parts))
