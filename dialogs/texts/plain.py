"""A window or message as plain text, for apps that show no formatting."""

import html
import re

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"[ \t]+\n")
_GAPS = re.compile(r"\n{3,}")


def plain_text(markup: str) -> str:
    """HTML of Telegram's kind without its tags; a link's address stands behind its words."""
    text = _LINK.sub(lambda link: link[1] if link[1] == link[2] else f"{link[2]}: {link[1]}", markup)
    text = html.unescape(_TAG.sub("", text))
    return _GAPS.sub("\n\n", _BLANKS.sub("\n", text)).strip()
