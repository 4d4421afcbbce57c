"""Vietnamese in other encodings: old fonts (TCVN3, VNI), UTF-8 read as something else, lost letters.

What was garbled is known where every changed word becomes a Vietnamese syllable; elsewhere it is a guess.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from domain.intakes.looks import is_business
from domain.intakes.syllables import encodings, is_syllable
from domain.text import nfc

_LOOKED_AT = 1_000
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
_NEVER = frozenset("ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđơưăĩũ")
"""Letters that no text in an old font has, as Windows-1252 lacks them."""

# Signs that proper Vietnamese does not have, and marks of VNI behind a vowel that does not bear them. Each is
# one set of characters in front, which is looked for ten times as fast as alternatives.
_SIGN = re.compile(
    "[\u00a1-\u00b1\u00b4-\u00bf\u00c4-\u00c7\u00cb\u00ce-\u00d1\u00d6-\u00d8\u00db\u00dc\u00de\u00df"
    "\u00e4-\u00e7\u00eb\u00ee-\u00f1\u00f6-\u00f8\u00fb\u00fc\u00fe\u00ff√├┬║╗╔▒ƒ˜]"
)
_MARK = re.compile("[âêùõÂÊÙÕ](?<=[aeouyAEOUY].)")
_ITS_LEAD = "Ã"
_READ_AS = ("cp1252", "cp1258", "mac_roman", "cp437")
_LOST_SPACE = re.compile("([ÃĂ]) ")
_LOST_BYTE = re.compile("Ä(?=[áÃÆ\u0000-\u007f]|$)")
_TIMES = 3
_LOST = re.compile(r"[^\W\d_]\?|\?[^\W\d_]|\?\?|\ufffd")


class Readable(NamedTuple):
    """A text in proper letters. `certain` unless it is a guess."""

    text: str
    certain: bool


def has_lost_letters(text: str) -> bool:
    """Whether letters became "?" or the replacement character: nobody can tell which they were."""
    return ("?" in text or "\ufffd" in text) and _LOST.search(text) is not None


def readable(text: str) -> Readable | None:
    """The text in proper letters; `None` where it seems to be so already."""
    if text.isascii() or not (_SIGN.search(text) or _MARK.search(text) or _ITS_LEAD in text):
        return None
    return _readable(text[:_LOOKED_AT])


def mended(text: str) -> str:
    """The text in proper letters if that is certain, else as it stands."""
    found = readable(text)
    return found.text if found and found.certain else text


def font_of(texts: Iterable[str]) -> Callable[[str], str] | None:
    """How to read the texts of a list that is written in one old font; `None` if it is not.

    In such a list even a text that could be proper Vietnamese ("Hé kinh doanh") is in the font.
    """
    counts = {name: 0 for name in _FONTS}
    proper = 0
    for text in texts:
        if text.isascii():
            continue
        if _NEVER.intersection(text.lower()):
            proper += 1
            continue
        for name, read in _FONTS.items():
            if (found := _in_font(text[:_LOOKED_AT], read)) and found.certain:
                counts[name] += 1
    name = max(counts, key=lambda name: counts[name])
    if counts[name] <= proper:
        return None
    return lambda text: _as_in_font(text, _FONTS[name])


def _as_in_font(text: str, read: Callable[[str], str]) -> str:
    if text.isascii() or _NEVER.intersection(text.lower()):
        return mended(text)
    changed = read(text[:_LOOKED_AT])
    return changed if _all_spelt(text, changed) else mended(text)


@lru_cache(maxsize=4096)
def _readable(text: str) -> Readable | None:
    if decoded := _decoded(text):
        return decoded
    if _NEVER.intersection(text.lower()):
        return None
    tries = [found for read in _FONTS.values() if (found := _in_font(text, read))]
    certain = [found for found in tries if found.certain]
    if certain or not tries:
        return certain[0] if certain else None
    best = max(tries, key=lambda found: _spelt(found.text))
    return best if _spelt(best.text) > _spelt(text) else None


def _decoded(text: str) -> Readable | None:
    """UTF-8 that was read as another encoding, once or several times."""
    for encoding in _READ_AS:
        for certain, written in _written(text):
            found = written
            for _ in range(_TIMES):
                again = _utf8(found, encoding)
                if again is None:
                    break
                found = again
            if found != written:
                return Readable(" ".join(nfc(found).split()), certain)
    words = _WORD.sub(lambda word: _utf8(word[0], "cp1252") or word[0], text)
    return Readable(nfc(words), certain=False) if words != text else None


def _written(text: str) -> Iterator[tuple[bool, str]]:
    """The text with the bytes that programs lose on the way, and whether those are certain."""
    yield True, text
    spaced = _LOST_SPACE.sub("\\1\u00a0 ", text)
    yield True, spaced
    yield False, _LOST_BYTE.sub("Ä\u0090", spaced)


def _utf8(text: str, encoding: str) -> str | None:
    """What the bytes of the text say in UTF-8; `None` if they are none, or plain ASCII."""
    try:
        content = b"".join(_byte(char, encoding) for char in text)
        found = content.decode()
    except UnicodeError:
        return None
    return found if found != text and len(found) < len(text) else None


@lru_cache(maxsize=1024)
def _byte(char: str, encoding: str) -> bytes:
    try:
        return char.encode(encoding)
    except UnicodeEncodeError:
        # Bytes that the encoding leaves open are kept as they are.
        return char.encode("latin-1")


def _in_font(text: str, read: Callable[[str], str]) -> Readable | None:
    """The text read as one in this font; `None` where that changes nothing."""
    changed = read(text)
    if changed == text:
        return None
    # What is spelt right as it stands is taken for a font only where a business comes out of it.
    wrong = not _spelt_like(text) or (is_business(changed) and not is_business(text))
    if wrong and _all_spelt(text, changed):
        return Readable(changed, certain=True)
    if not wrong:
        return None
    return Readable(_WORD.sub(lambda word: _probable(word[0], read), text), certain=False)


def _probable(word: str, read: Callable[[str], str]) -> str:
    changed = read(word)
    if _spelt_like(changed):
        return changed
    instead = encodings()["instead"]
    other = read("".join(instead.get(char, char) for char in word))
    return other if _spelt_like(other) else changed


def _all_spelt(text: str, changed: str) -> bool:
    """Whether all words with another letter than ASCII are spelt right once they are changed."""
    return all(
        _spelt_like(after)
        for before, after in zip(text.split(), changed.split(), strict=False)
        if before != after
    ) and _spelt(changed) >= _spelt(text)


def _spelt_like(text: str) -> bool:
    words = [word for word in _LETTERS.findall(text) if not word.isascii()]
    signs = any(char in _SIGNS for char in text)
    return not signs and all(map(is_syllable, words))


def _spelt(text: str) -> int:
    return sum(_spelt_like(word) for word in text.split())


_CAPITALS, _SMALL = re.compile("[A-Z].*[A-Z]"), re.compile("[a-z]")
_SIGNS = frozenset("¡¢£¤¥¦§¨©ª«¬®µ¶·¸¹»¼½¾×÷\u00ad")


def _tcvn3(text: str) -> str:
    # A space that may not break is no letter of the font, but stands for one of capitals.
    found = text.translate(_tables()[0])
    # The fonts of capitals have the small letters' codes.
    return found.upper() if _CAPITALS.search(text) and not _SMALL.search(text) else found


def _vni(text: str) -> str:
    table, pairs = _tables()[1], _tables()[2]
    return pairs.sub(lambda match: table[match[0]], text)


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[int, str], dict[str, str], re.Pattern[str]]:
    data = encodings()
    vni: dict[str, str] = data["vni"]
    pairs = re.compile("|".join(sorted(map(re.escape, vni), key=len, reverse=True)))
    return str.maketrans(data["tcvn3"]), vni, pairs


_FONTS: dict[str, Callable[[str], str]] = {"tcvn3": _tcvn3, "vni": _vni}
