"""Codes of orders and payments: short enough for every bank's transfer content, safe against misreading.

A code is `KT`, letter, digit, letter, three characters of either sort and a check character: nine in all,
because one gateway takes no more. There are 21,900,600, so a draw can meet one that is taken: draw again.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from math import prod

PREFIX = "KT"
DIGITS = "23456789"
LETTERS = "CDFHJKMNPQRTVWX"
"""No vowels or Y, so that no words arise; none that is mistaken for another (0-O, 1-I-L, 2-Z, 5-S, 6-G,
8-B)."""

ALPHABET = DIGITS + LETTERS
LENGTH = 9

LATER = PREFIX + "*" * (LENGTH - len(PREFIX))
"""Stands for a code that is not drawn yet: as long as one, and none."""

_BODY = (LETTERS, DIGITS, LETTERS, ALPHABET, ALPHABET, ALPHABET)
_BODIES = prod(map(len, _BODY))
_WEIGHED = [
    (sort, [weight * ALPHABET.index(char) for char in sort])
    for weight, sort in zip(range(len(_BODY) + 1, 1, -1), _BODY, strict=True)
]
"""The characters that may stand at each place, and what each adds to the check character there."""

# The pattern letter, digit, letter excludes what bank texts are full of: KT, KTT, KTV (kế toán, its chief,
# its clerk) before an account number or a date, and before company forms such as TNHH MTV.
_PATTERN = f"{PREFIX}[{LETTERS}][{DIGITS}][{LETTERS}][{ALPHABET}]{{4}}"
_CODE = re.compile(_PATTERN)
_CODE_ANYWHERE = re.compile(f"(?=({_PATTERN}))")
_RUN = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[\s.,;:/|\-_]{1,6}")
_D_FOLDED = str.maketrans("đĐðÐ", "dDdD")


def _below(number: int) -> int:
    """A random number below `number`, of at most some 25 bits: from 64 bits each is as likely as another."""
    return int.from_bytes(secrets.token_bytes(8)) % number


def new_code(below: Callable[[int], int] = _below) -> str:
    """A random code; `below(n)` draws a number from 0 to n - 1. Uniqueness is the storage's to enforce."""
    # One draw for the whole code, since each asks the system for randomness.
    drawn, body, total = below(_BODIES), "", 0
    for sort, values in _WEIGHED:
        drawn, at = divmod(drawn, len(sort))
        body += sort[at]
        total += values[at]
    return PREFIX + body + ALPHABET[-total % len(ALPHABET)]


def is_code(text: str) -> bool:
    """Whether `text` is one code exactly as written (capitals, no spaces), its check character right."""
    return _CODE.fullmatch(text) is not None and text[-1] == _check_character(text[len(PREFIX) : -1])


def find_codes(bank_content: str) -> list[str]:
    """The codes named in the text of a bank transfer, each once, in their order.

    Banks change case, glue their own references on and wrap lines; people add spaces and dots. A code in one
    piece is found anywhere, also inside a longer run of letters and digits, but not between a letter that
    codes have and a further character: that is another word. A broken code is found only if whole runs,
    separated by one to six spaces, line breaks, dots, commas, slashes, dashes or underscores, make up exactly
    a code. No character of a neighbouring word ever becomes part of it.
    """
    text = _folded_capitals(bank_content)
    found = sorted([*_whole(text), *_broken(text)])
    return list(dict.fromkeys(code for _, code in found))


def _check_character(body: str) -> str:
    """Weighted sum modulo 23, the size of the alphabet and a prime.

    With weights all different and none divisible by 23, every wrong character and every exchange of two,
    adjacent or not, is noticed; ISO 7064's hybrid systems miss some exchanges.
    """
    total = sum(values[sort.index(char)] for char, (sort, values) in zip(body, _WEIGHED, strict=True))
    return ALPHABET[-total % len(ALPHABET)]


def _folded_capitals(text: str) -> str:
    # Other scripts stay, unlike in text.without_diacritics: dropping them would join their neighbours.
    decomposed = unicodedata.normalize("NFKD", text.translate(_D_FOLDED))
    return "".join(char for char in decomposed if unicodedata.category(char) not in ("Mn", "Cf")).upper()


def _whole(text: str) -> Iterator[tuple[int, str]]:
    after = 0
    for match in _CODE_ANYWHERE.finditer(text):
        start = match.start()
        before, behind = text[max(start - 1, 0) : start], text[start + LENGTH : start + LENGTH + 1]
        is_within = before != "" and before in LETTERS and behind != "" and behind in ALPHABET
        if match.start() >= after and not is_within and is_code(match[1]):
            after = match.start() + LENGTH
            yield match.start(), match[1]


def _broken(text: str) -> Iterator[tuple[int, str]]:
    runs = list(_RUN.finditer(text))
    for first, start in enumerate(runs):
        if not start[0].startswith("K"):
            continue
        joined, end = start[0], start.end()
        for run in runs[first + 1 : first + LENGTH]:
            if len(joined) >= LENGTH or not _BREAK.fullmatch(text, end, run.start()):
                break
            joined, end = joined + run[0], run.end()
            if is_code(joined):
                yield start.start(), joined
