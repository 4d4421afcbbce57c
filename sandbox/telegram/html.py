"""Telegram's HTML to text and entities.

The rules and the wording of errors follow https://core.telegram.org/bots/api#html-style and TDLib's parser.
Offsets and lengths of entities count UTF-16 units.
"""

import html
import re
from dataclasses import dataclass
from typing import Any

from sandbox.telegram.errors import ApiError

Entity = dict[str, Any]

TAGS = {
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
    "tg-time": "date_time",
}
_SPACE = " \t\r\n\0\v"
_REFERENCE = re.compile(r"&(#\d+|#[xX][0-9a-fA-F]+|lt|gt|amp|quot);?")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_TIME = re.compile(r"unix=\d+(?: format=(?:r|w?[dD]?[tT]?))?")
_ATTRIBUTE = re.compile(r"""[^\s=>/"']*""")


def utf16(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(ch > "\uffff" for ch in text)


def wrong(text: str) -> ApiError:
    """The refusal of a bad entity."""
    return ApiError(f"can't parse entities: {text}")


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    at: int


class HtmlParser:
    """One pass over a text in HTML style. `parse` raises ApiError where Telegram refuses."""

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
            raise wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
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
            raise wrong(f"Unclosed start tag {place}")
        if tag not in TAGS:
            raise wrong(f'Unsupported start tag "{tag}" {place}')
        argument = ""
        while True:
            self._spaces()
            if self.at >= self.end:
                raise wrong(f'Unclosed start tag "{tag}" {place}')
            if self.source[self.at] == ">":
                break
            read = self._attribute(tag, place)
            argument = f"{argument} {read}".strip() if tag == "tg-time" else read or argument
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise wrong(f'Tag "span" must have class "tg-spoiler" {place}')
        if tag == "tg-emoji" and not argument.isdigit():
            raise wrong("Invalid custom emoji identifier specified")
        if tag == "tg-time" and not _TIME.fullmatch(argument):
            raise wrong(f"Invalid date-time specified {place}")
        self.open.append(_Open(tag, argument, self.length, len(self.out)))

    def _attribute(self, tag: str, place: str) -> str:
        """Read one attribute and return what it means for this tag, if anything."""
        match = _ATTRIBUTE.match(self.source, self.at)
        name = match[0] if match else ""
        if not name:
            raise wrong(f'Empty attribute name in the tag "{tag}" {place}')
        self.at += len(name)
        self._spaces()
        if self.source[self.at] != "=":
            return "1" if (tag, name) == ("blockquote", "expandable") else ""
        self.at += 1
        self._spaces()
        value = self._value()
        if self.at >= self.end:
            raise wrong(f"Unclosed start tag {place}")
        match (tag, name):
            case ("a", "href") | ("tg-emoji", "emoji-id"):
                return value
            case ("code", "class") if value.startswith("language-"):
                return value.removeprefix("language-")
            case ("tg-time", "unix" | "format"):
                return f"{name}={value}"
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
                raise wrong(f"Unexpected end of name token at byte offset {self._byte(start)}")
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
            raise wrong(f"Unexpected end tag {place}")
        self.at += 2
        tag = self._word()
        self._spaces()
        if self.at >= self.end or self.source[self.at] != ">":
            raise wrong(f"Unclosed end tag {place}")
        self.at += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise wrong(f'Unmatched end tag {place}, expected "</{opened.tag}>", found "</{tag}>"')
        if self.length > opened.offset:
            self._add(opened)

    def _add(self, opened: _Open) -> None:
        entity: Entity = {
            "type": TAGS[opened.tag],
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
            case "tg-time":
                said = dict(part.split("=") for part in opened.argument.split())
                entity["unix_time"] = int(said["unix"])
                if said.get("format"):
                    entity["date_time_format"] = said["format"]
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
