"""The lines of a text before they are read: in proper letters, each about one thing."""

import re
from collections.abc import Sequence

from domain.intakes.asides import refused_from, without_markup, without_pictures, without_senders
from domain.intakes.columns import is_heading
from domain.intakes.garbled import font_of, mended
from domain.intakes.lines import label_before
from domain.intakes.looks import SHAPES, is_business, is_chatter
from domain.intakes.vcards import without_vcards
from domain.text import flat, tidy

_HEADING_LIMIT, _FEWEST_HEADINGS = 40, 3
_DECLARATION = re.compile(rf"\[0[1-5]\] {{0,3}}(?:{'|'.join(SHAPES['declaration'])})", re.IGNORECASE)
_OTHERS = re.compile(r"ngoai ra .{1,60} con dai dien (?:cho )?(?:cac|cho) ")
_DIGIT = re.compile(r"\d")
_TRANSLATION = re.compile(r" ?\([^()\d:]{1,40}\)(?=\s{0,3}:)")
_TALK = re.compile(r"([^:\n]{8,90}):\s{1,3}(?=\S)")
_LONG_NUMBER = re.compile(r"(?:\d\D?){6}")
_LINK = re.compile(r"https?://[^\s/]{1,100}/(\d{10}(?:-\d{3})?)-[^\s\d]\S{0,200}")
"""The page of a firm on a tax site; the words behind the code are a name without its letters."""

_DIGITS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_FEWEST_DIGITS = 9
_SPOKEN = re.compile(rf"(?<!\w)(?:{'|'.join(_DIGITS)})(?:[ ,.]{{1,2}}(?:{'|'.join(_DIGITS)})){{8,13}}(?!\w)")
_BOX = re.compile(r"\s{0,9}\[\d\d[a-z]?\][ \t]{0,9}")


def lines_of(text: str) -> list[str]:
    """The lines of a text in proper letters, without markup and senders."""
    text = without_vcards(text)
    if _DECLARATION.search(text):
        text = _BOX.sub("\n", text).strip()
    lines = [without_pictures(without_markup(_LINK.sub(r"\1", line))) for line in tidy(text).splitlines()]
    if in_font := font_of(lines):
        lines = [
            line if refused_from(line) is not None or is_heading(line) else in_font(line) for line in lines
        ]
    lines = [_with_digits(line) for line in lines]
    lines = ["\t".join(map(mended, line.split("\t"))) for line in lines]
    lines = without_senders([_without_translation(line) for line in lines])
    return _without_others([_without_talk(line) for line in lines])


def _with_digits(line: str) -> str:
    """The line with digits for a number that was spoken and written in words."""
    if line.count(" ") < _FEWEST_DIGITS - 1:
        return line
    found = line
    for match in reversed(list(_SPOKEN.finditer(flat(line)))):
        digits = "".join(_DIGITS[word] for word in re.findall(r"\w+", match[0]))
        found = found[: match.start()] + digits + found[match.end() :]
    return found


def _without_others(lines: list[str]) -> list[str]:
    """The lines with blanks for the other firms of a director, which a tax site names in the midst of one."""
    found, at = list(lines), 0
    while at < len(found):
        if _OTHERS.match(flat(found[at])):
            found[at] = ""
            while at + 1 < len(found) and is_business(found[at + 1]) and not _DIGIT.search(found[at + 1]):
                at += 1
                found[at] = ""
        at += 1
    return found


def _without_talk(line: str) -> str:
    """The line without the talk before a colon with the name of a business behind it."""
    talk = _TALK.match(line)
    if talk is None or _LONG_NUMBER.search(talk[1]) or not is_business(line[talk.end() :]):
        return line
    is_talk = is_chatter(talk[1]) and refused_from(talk[1]) is None and label_before(talk[1]) is None
    return line[talk.end() :] if is_talk else line


def _without_translation(line: str) -> str:
    """The line without what stands in brackets between a label and its colon."""
    if "(" not in line:
        return line
    return _TRANSLATION.sub(lambda found: "" if label_before(line[: found.start()]) else found[0], line)


def without_headings(lines: Sequence[str]) -> Sequence[str]:
    """The lines with blanks for headings that stand below each other, each in a line of its own, as a table
    looks whose cells were copied one by one."""
    short = [len(line) < _HEADING_LIMIT and is_heading(line.strip()) for line in lines]
    if not any(map(all, zip(short, short[1:], short[2:], strict=False))):
        return lines
    found, at = list(lines), 0
    while at < len(lines):
        end = at
        while end < len(lines) and short[end]:
            end += 1
        if end - at >= _FEWEST_HEADINGS:
            found[at:end] = [""] * (end - at)
        at = end + 1
    return found
