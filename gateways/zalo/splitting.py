"""Long texts in parts that Zalo takes.

Zalo does not say whether it counts code points or UTF-16 code units. The units are counted here, since they
are never fewer.
"""

import unicodedata

from gateways.zalo.client import TEXT_LIMIT
from texts.plain import unmarked
from texts.plain import utf16_length as units

_ZWJ = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def utf16_length(text: str) -> int:
    """The length without marks of what is bold."""
    return units(unmarked(text))


def parts(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """`text` in parts of at most `limit` UTF-16 units, cut at line ends; none is blank.

    The last paragraph, which has the codes, stays whole if it fits. A line is cut only if it is longer than a
    part: between words if possible, and never inside what is seen as one character.
    """
    text = text.strip()
    if utf16_length(text) <= limit:
        return [text] if text else []
    body, gap, last = text.rpartition("\n\n")
    if not gap or utf16_length(last) > limit:
        return _of_lines(text, limit)
    *before, end = _of_lines(body, limit)
    joined = f"{end}\n\n{last}"
    return [*before, joined] if utf16_length(joined) <= limit else [*before, end, last]


def _of_lines(text: str, limit: int) -> list[str]:
    found, part = [], ""
    for line in text.split("\n"):
        first, *rest = _pieces(line, limit)
        joined = f"{part}\n{first}" if part else first
        if utf16_length(joined) <= limit:
            part = joined
        else:
            found.append(part)
            part = first
        for piece in rest:
            found.append(part)
            part = piece
    return [whole.strip("\n").rstrip() for whole in [*found, part] if whole.strip()]


def _pieces(line: str, limit: int) -> list[str]:
    found = []
    while utf16_length(line) > limit:
        at = _place_to_cut(line, limit)
        found.append(line[:at].rstrip())
        line = line[at:].lstrip()
    return [*found, line]


def _place_to_cut(line: str, limit: int) -> int:
    end, taken = 0, 0
    while (taken := taken + utf16_length(line[end])) <= limit:
        end += 1
    if (blank := line.rfind(" ", 1, end + 1)) > 0:
        return blank
    at = end
    while at and _belong_together(line, at):
        at -= 1
    # No real text has one visible character longer than a part.
    return at or end


def _belong_together(line: str, at: int) -> bool:
    """Whether the characters before and after `at` are seen as one: a letter and its marks, or parts of one
    emoji."""
    before, after = line[at - 1], line[at]
    code = ord(after)
    if after == _ZWJ or before == _ZWJ or unicodedata.category(after)[0] == "M":
        return True
    if code in _SKIN_TONES or code in _TAGS:
        return True
    start = at
    while start and ord(line[start - 1]) in _FLAG_LETTERS:
        start -= 1
    # Flags are pairs.
    return code in _FLAG_LETTERS and (at - start) % 2 == 1
