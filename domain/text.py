"""Text as it is stored, searched, read, and sent where only ASCII arrives (SMS, transfer content)."""

import re
import unicodedata

from domain.errors import DomainError

MAX_SEARCH_TERMS = 12
"""How many words a search has at most; a pasted page must not become a thousand conditions."""

NOTE_LIMIT = 200
"""The most characters of a note or a reason that somebody types."""

_ZWJ = "\u200d"
# Programs and SMS read these as a dot, a stroke, or the plain sign: "evil．vn" is a link.
_WIDE = re.compile("[\uff01-\uff5e\u3002\uff61\u2024\ufe52\u2044\u2215]")
# Letters and symbols that draw nothing: a name made of them would look empty on every screen.
_BLANK_LETTERS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
# Vietnamese đ has no decomposition; ð and ɖ look the same in capitals and come from wrong keyboards.
_D_FOLDED = str.maketrans("đĐðÐɖƉ", "dDdDdD")
_PLAIN = _D_FOLDED | str.maketrans(
    {
        **dict.fromkeys("`´‘’‚ʼ′", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−•·~", "-"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        **dict.fromkeys("\\|⁄", "/"),
        **{"^": "", "\t": " ", "₫": "d", "×": "x"},
        **{"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L"},
    }
)
_ALIASES = (
    ("tnhh", "trach nhiem huu han"),
    ("mtv", "mot thanh vien"),
    ("mtv", "1 thanh vien"),
    ("1 thanh vien", "mot thanh vien"),
    ("cp", "co phan"),
    ("dntn", "doanh nghiep tu nhan"),
    ("hkd", "ho kinh doanh"),
    ("cn", "chi nhanh"),
    ("cn", "cong nghe"),
    ("cn", "cong nghiep"),
    ("tm", "thuong mai"),
    ("dv", "dich vu"),
    ("xd", "xay dung"),
    ("sx", "san xuat"),
    ("xnk", "xuat nhap khau"),
    ("cty", "cong ty"),
    ("ct", "cong ty"),
    ("ct", "cty"),
)
_SHORT = "tnhh|mtv|cp|dntn|hkd|cn|tm|dv|xd|sx|xnk|cty|ct"
_GLUED = re.compile(f"(?:{_SHORT}){{2,}}")
_SHORT_FORM = re.compile(_SHORT)


def nfc(text: str) -> str:
    """`text` with letters and marks composed (Unicode NFC), as all text is stored."""
    return unicodedata.normalize("NFC", text)


def clean_line(text: str, limit: int) -> str:
    """A typed or pasted text as one line, fit to be stored and shown inside other text.

    The line is composed (NFC). Controls, bidirectional overrides, zero-width and other invisible characters
    are removed, except the joiner inside an emoji. White space, line breaks too, becomes one space, and wide
    signs become plain ones. `limit` and the error's `length` count code points of the result.

    Raises `DomainError`: "text_empty" when nothing visible is left, "text_too_long" (limit, length).
    """
    if not text.isprintable():
        text = _without_invisible(text)
    if _WIDE.search(text):
        text = text.translate(_NARROW)
    line = " ".join(nfc(_BLANK_LETTERS.sub(" ", text)).split())
    if not line[:1].isalnum() and not any(unicodedata.category(char)[0] in "LNPS" for char in line):
        raise DomainError("text_empty")
    if len(line) > limit:
        raise DomainError("text_too_long", limit=limit, length=len(line))
    return line


def _without_invisible(text: str) -> str:
    kept = [char for char in text if char == _ZWJ or char.isspace() or not _is_harmful(char)]
    last = len(kept) - 1
    return "".join(
        char
        for at, char in enumerate(kept)
        if char != _ZWJ or (0 < at < last and _is_emoji(kept[at - 1]) and _is_emoji(kept[at + 1]))
    )


def _is_harmful(char: str) -> bool:
    code = ord(char)
    is_noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return is_noncharacter or unicodedata.category(char) in ("Cc", "Cf", "Cs")


def _is_emoji(char: str) -> bool:
    # The ranges are needed beside the categories: emoji newer than this Python have no category.
    return (
        char == "\ufe0f" or 0x1F000 <= ord(char) <= 0x1FAFF or unicodedata.category(char) in ("So", "Sk")
    ) and not char.isspace()


def fold(text: str) -> str:
    """`text` for comparing and searching: without diacritics, case and punctuation, one space between words.

    Only letters and digits remain, so the result needs no escaping in SQL LIKE. Full-width letters and
    ligatures become plain letters.
    """
    return " ".join(text.translate(_FOLDED).split())


class _Folded(dict[int, str]):
    """What each character folds to. No character's form depends on its neighbours, so each is worked out
    once."""

    def __missing__(self, code: int) -> str:
        # Case folding can bring new compatibility forms and marks, hence the second decomposition.
        folded = unicodedata.normalize("NFKD", chr(code).translate(_D_FOLDED)).casefold()
        letters = (
            char for char in unicodedata.normalize("NFKD", folded) if unicodedata.category(char)[0] != "M"
        )
        found = "".join(char if char.isalnum() else " " for char in letters)
        if len(self) < _MOST_FOLDED:
            self[code] = found
        return found


_MOST_FOLDED = 5_000
"""Characters of a strange text are not all kept."""
_FOLDED = _Folded()


def search_key(name: str, tax_code: str, *others: str) -> str:
    """The folded column in which every one of `search_terms(query)` has to occur (`LIKE '%term%'`).

    Holds the name, its company form both written out and short ("tnhh", "trach nhiem huu han"), the digits of
    the tax code without the dash, and each of the `others` with and without its punctuation.
    """
    folded = fold(name)
    words = f" {' '.join(_unglued(folded))} "
    forms = []
    for short, long in _ALIASES:
        has_short, has_long = f" {short} " in words, f" {long} " in words
        if has_short != has_long:
            forms.append(long if has_short else short)
    further = [form for other in map(fold, others) for form in (other, other.replace(" ", ""))]
    parts = [folded, *forms, "mst", fold(tax_code).replace(" ", ""), *further]
    return " ".join(dict.fromkeys(part for part in parts if part))


def search_terms(query: str) -> list[str]:
    """The folded words of a search; all of them must occur in a customer's `search_key`.

    Glued company forms are split ("ctcp" → "ct", "cp"). There are at most `MAX_SEARCH_TERMS` words, and none
    if the query holds no letter or digit.
    """
    return list(dict.fromkeys(_unglued(fold(query))))[:MAX_SEARCH_TERMS]


def _unglued(folded: str) -> list[str]:
    return [
        part
        for word in folded.split()
        for part in (_SHORT_FORM.findall(word) if _GLUED.fullmatch(word) else [word])
    ]


def without_diacritics(text: str) -> str:
    """`text` in plain ASCII with its case and line breaks, for SMS and transfer content.

    Every character is one septet of GSM-7's basic table (3GPP TS 23.038). Brackets, quotes and dashes outside
    the table become the nearest sign in it; emoji and other scripts are dropped; runs of spaces become one.
    """
    # Translated twice: before decomposing, which would part some signs into a space and a mark, and
    # after it for what was full-width.
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).translate(_PLAIN)
    kept = (char for char in plain if " " <= char <= "~" or char == "\n")
    return re.sub(" {2,}", " ", "".join(kept))


def tidy(text: str) -> str:
    """`text` composed (NFC), with plain spaces and signs, and nothing invisible; its lines and tabs stay."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text).translate(_NARROW)
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cs", "Mn"))


_NARROW: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, 0x2007, 0x202F, 0x3000, *range(0x2000, 0x200B)), " "),
    **dict.fromkeys((0x2028, 0x2029, 0x85), "\n"),
    **dict.fromkeys((0x3002, 0xFF61, 0x2024, 0xFE52), "."),
    **dict.fromkeys((0x2044, 0x2215), "/"),
    0x2212: "-",
}


class _Flat(dict[int, str]):
    """Maps each letter to one without mark and case, so that every place in a text stays the same."""

    def __missing__(self, code: int) -> str:
        self[code] = without_diacritics(chr(code)).casefold()[:1] or " "
        return self[code]


_FLAT = _Flat()


def flat(text: str) -> str:
    """`text` without marks and case, as long as before."""
    return text.translate(_FLAT)
