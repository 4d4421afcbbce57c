"""Formatted text as Telegram keeps it: parsed, checked, trimmed, with the links it finds by itself."""

import re

from sandbox.telegram.errors import ApiError
from sandbox.telegram.html import TAGS, Entity, HtmlParser, utf16, wrong

_DETECTED = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?<![\w/])(?P<mention>@[A-Za-z]\w{4,31})"
    r"|(?<![\w/<])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@\w+)?)(?![\w/])"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)


def formatted(
    text: str, parse_mode: str | None, entities: list[Entity] | None, limit: int, name: str
) -> tuple[str, list[Entity]]:
    """The text as Telegram keeps it: parsed, trimmed, links and commands found, its length checked.

    `name` is "message" or "message caption", as it stands in the error. Markdown modes are not offered.
    """
    if parse_mode and parse_mode.lower() == "html":
        plain, found = HtmlParser(text).parse()
    elif parse_mode:
        raise ApiError("unsupported parse_mode")
    else:
        plain, found = text, _checked(entities or [], text)
    plain, found = _trimmed(plain, found)
    if utf16(plain) > limit:
        raise ApiError(f"{name} is too long")
    found += _detected(plain, found)
    return plain, sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def _checked(entities: list[Entity], text: str) -> list[Entity]:
    """Entities given outright, each of a known type and inside the text."""
    known = set(TAGS.values()) | {"expandable_blockquote", "text_mention", *_DETECTED.groupindex}
    known |= {"cashtag", "phone_number"}
    end = utf16(text)
    kept = []
    for entity in entities:
        kind, offset, length = entity.get("type"), int(entity.get("offset", 0)), int(entity.get("length", 0))
        if kind not in known:
            raise wrong("unsupported entity type")
        if offset < 0 or length < 0 or offset + length > end:
            where = f"entity beginning at UTF-16 offset {offset} ends after the end of the text"
            raise ApiError(f"{where} at UTF-16 offset {offset + length}")
        if length and kind not in _DETECTED.groupindex:
            kept.append({key: value for key, value in entity.items() if value is not None})
    return kept


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut blanks off both ends, as Telegram does."""
    left = len(text) - len(text.lstrip())
    text = text.strip()
    end = utf16(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - left)
        stop = min(end, entity["offset"] + entity["length"] - left)
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return text, kept


def _detected(text: str, entities: list[Entity]) -> list[Entity]:
    """Links, addresses, commands, mentions and hashtags that Telegram finds by itself."""
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in ("code", "pre", "text_link", "custom_emoji")
    ]
    found = []
    for match in _DETECTED.finditer(text):
        start, length = utf16(text[: match.start()]), utf16(match[0])
        if all(start + length <= begin or start >= end for begin, end in taken):
            found.append({"type": str(match.lastgroup), "offset": start, "length": length})
    return found
