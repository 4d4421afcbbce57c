"""Long texts in parts that Zalo takes."""

import unicodedata

from gateways.zalo.client import TEXT_LIMIT

_ZWJ = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def length(text: str) -> int:
    """How long Zalo may take a text to be. Whether it counts code points or units of UTF-16, of which an
    emoji has two, is not known: these are the units, never fewer."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """`text` in parts of at most `limit`, cut at line ends; none is blank.

    The last paragraph, which bears the codes, stays whole where it fits. A line is cut only where it is
    longer than a part: between words where there are some, and never inside of what is seen as one character.
    """
    text = text.strip()
    if length(text) <= limit:
        return [text] if text else []
    body, gap, last = text.rpartition("\n\n")
    if not gap or length(last) > limit:
        return _of_lines(text, limit)
    *before, end = _of_lines(body, limit)
    joined = f"{end}\n\n{last}"
    return [*before, joined] if length(joined) <= limit else [*before, end, last]


def _of_lines(text: str, limit: int) -> list[str]:
    found, part = [], ""
    for line in text.split("\n"):
        first, *rest = _pieces(line, limit)
        joined = f"{part}\n{first}" if part else first
        if length(joined) <= limit:
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
    while length(line) > limit:
        at = _place_to_cut(line, limit)
        found.append(line[:at].rstrip())
        line = line[at:].lstrip()
    return [*found, line]


def _place_to_cut(line: str, limit: int) -> int:
    end, taken = 0, 0
    while (taken := taken + length(line[end])) <= limit:
        end += 1
    if (blank := line.rfind(" ", 1, end + 1)) > 0:
        return blank
    at = end
    while at and _belong_together(line, at):
        at -= 1
    # What is longer than a part and seen as one character is nobody's text.
    return at or end


def _belong_together(line: str, at: int) -> bool:
    """Whether the characters before and after this place are seen as one: a letter and its marks, or an emoji
    made of several."""
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
