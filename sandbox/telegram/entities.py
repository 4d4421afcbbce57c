"""Formatted text: Telegram's HTML to text and entities, with Telegram's errors and limits.

The rules and the wording follow https://core.telegram.org/bots/api#html-style and TDLib's parser. Offsets and
lengths of entities count UTF-16 units.
"""

import html
import re
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.errors import ApiError

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_SPACE = " \t\r\n\0\v"
_REFERENCE = re.compile(r"&(#\d+|#[xX][0-9a-fA-F]+|lt|gt|amp|quot);?")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_ATTRIBUTE = re.compile(r"""[^\s=>/"']*""")
_DETECTED = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?<![\w/])(?P<mention>@[A-Za-z]\w{4,31})"
    r"|(?<![\w/<])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@\w+)?)(?![\w/])"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)


def utf16(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(ch > "\uffff" for ch in text)


def _wrong(text: str) -> ApiError:
    return ApiError(f"can't parse entities: {text}")


def formatted(
    text: str, parse_mode: str | None, entities: list[Entity] | None, limit: int, name: str
) -> tuple[str, list[Entity]]:
    """The text as Telegram keeps it: parsed, trimmed, links and commands found, its length checked.

    `name` is "message" or "message caption", as it stands in the error. Markdown modes are not offered.
    """
    if parse_mode and parse_mode.lower() == "html":
        plain, found = _Parser(text).parse()
    elif parse_mode:
        raise ApiError("unsupported parse_mode")
    else:
        plain, found = text, _checked(entities or [], text)
    plain, found = _trimmed(plain, found)
    if utf16(plain) > limit:
        raise ApiError(f"{name} is too long")
    found += _detected(plain, found)
    return plain, sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    at: int


class _Parser:
    """One pass over a text in HTML style."""

    def __init__(self, source: str) -> None:
        self.source = source + "\0"  # An end mark, so that a look at the next character never overruns.
        self.end = len(source)
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < self.end:
            char = self.source[self.at]
            if char == "<":
                if self.source[self.at + 1] == "/":
                    self._end_tag()
                else:
                    self._start_tag()
            else:
                self._emit(self._reference() if char == "&" else self._take())
        if self.open:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)  # A language counts only inside <pre>.
        return "".join(self.out), self.entities

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _take(self) -> str:
        self.at += 1
        return self.source[self.at - 1]

    def _emit(self, char: str) -> None:
        self.out.append(char)
        self.length += utf16(char)

    def _reference(self) -> str:
        """The character of a reference at `&`, or `&` itself: only lt, gt, amp, quot and numbers count."""
        match = _REFERENCE.match(self.source, self.at)
        char = html.unescape(f"&{match[1]};") if match else ""
        if match is None or len(char) != 1:
            return self._take()
        self.at = match.end()
        return char

    def _spaces(self) -> None:
        while self.at < self.end and self.source[self.at] in _SPACE:
            self.at += 1

    def _word(self) -> str:
        start = self.at
        while self.source[self.at] not in _SPACE + ">":
            self.at += 1
        return self.source[start : self.at]

    def _start_tag(self) -> None:
        begin = self.at
        place = f"at byte offset {self._byte(begin)}"
        self.at += 1
        tag = self._word().lower()
        if self.at >= self.end:
            raise _wrong(f"Unclosed start tag {place}")
        if tag not in _TAGS:
            raise _wrong(f'Unsupported start tag "{tag}" {place}')
        argument = ""
        while True:
            self._spaces()
            if self.at >= self.end:
                raise _wrong(f'Unclosed start tag "{tag}" {place}')
            if self.source[self.at] == ">":
                break
            argument = self._attribute(tag, place) or argument
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise _wrong(f'Tag "span" must have class "tg-spoiler" {place}')
        if tag == "tg-emoji" and not argument.isdigit():
            raise _wrong("Invalid custom emoji identifier specified")
        self.open.append(_Open(tag, argument, self.length, len(self.out)))

    def _attribute(self, tag: str, place: str) -> str:
        """Read one attribute and return what it means for this tag, if anything."""
        match = _ATTRIBUTE.match(self.source, self.at)
        name = match[0] if match else ""
        if not name:
            raise _wrong(f'Empty attribute name in the tag "{tag}" {place}')
        self.at += len(name)
        self._spaces()
        if self.source[self.at] != "=":
            return "1" if (tag, name) == ("blockquote", "expandable") else ""
        self.at += 1
        self._spaces()
        value = self._value()
        if self.at >= self.end:
            raise _wrong(f"Unclosed start tag {place}")
        match (tag, name):
            case ("a", "href") | ("tg-emoji", "emoji-id"):
                return value
            case ("code", "class") if value.startswith("language-"):
                return value.removeprefix("language-")
            case ("span", "class") if value.startswith("tg-"):
                return value.removeprefix("tg-")
            case ("blockquote", "expandable"):
                return "1"
        return ""

    def _value(self) -> str:
        quote = self.source[self.at]
        if quote not in "\"'":
            start = self.at
            match = _NAME_TOKEN.match(self.source, start)
            self.at = match.end() if match else start
            if self.at < self.end and self.source[self.at] not in _SPACE + ">":
                raise _wrong(f"Unexpected end of name token at byte offset {self._byte(start)}")
            return self.source[start : self.at].lower()
        self.at += 1
        value = []
        while self.at < self.end and self.source[self.at] != quote:
            value.append(self._reference() if self.source[self.at] == "&" else self._take())
        self.at += self.at < self.end
        return "".join(value)

    def _end_tag(self) -> None:
        place = f"at byte offset {self._byte(self.at)}"
        if not self.open:
            raise _wrong(f"Unexpected end tag {place}")
        self.at += 2
        tag = self._word()
        self._spaces()
        if self.at >= self.end or self.source[self.at] != ">":
            raise _wrong(f"Unclosed end tag {place}")
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise _wrong(f'Unmatched end tag {place}, expected "</{opened.tag}>", found "</{tag}>"')
        if self.length > opened.offset:
            self._add(opened)

    def _add(self, opened: _Open) -> None:
        entity: Entity = {
            "type": _TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        match opened.tag:
            case "a":
                url = opened.argument or "".join(self.out[opened.at :])
                if not re.match(r"(https?|tg|mailto|tel):|[\w-]+(\.[\w-]+)+", url):
                    return  # Telegram silently drops a link that leads nowhere.
                entity["url"] = url
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.argument
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "code" if opened.argument:
                entity["language"] = opened.argument
            case "pre":
                inner = self.entities[-1] if self.entities else None
                same = inner and (inner["offset"], inner["length"]) == (entity["offset"], entity["length"])
                if inner and same and inner["type"] == "code":
                    entity |= {"language": inner["language"]} if "language" in inner else {}
                    self.entities.pop()
        self.entities.append(entity)


def _checked(entities: list[Entity], text: str) -> list[Entity]:
    """Entities given outright, each of a known type and inside the text."""
    known = set(_TAGS.values()) | {"expandable_blockquote", "text_mention", *_DETECTED.groupindex}
    known |= {"cashtag", "phone_number"}
    end = utf16(text)
    kept = []
    for entity in entities:
        kind, offset, length = entity.get("type"), int(entity.get("offset", 0)), int(entity.get("length", 0))
        if kind not in known:
            raise _wrong("unsupported entity type")
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
