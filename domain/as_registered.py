"""Whether a buyer is named as registered. Only usual shortenings may differ (Decree 254/2026, annex 4).

They are data, in `data/shortenings.json`.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_BETWEEN = re.compile(r"(?:(?![\u0300-\u036f])[\W_])+")


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in nothing but case, punctuation and usual shortenings."""
    return one == other or _key(one) == _key(other)


def same_address(one: str, other: str) -> bool:
    """As `same_name`; words such as the one before a number or a street may be left out."""
    _, left_out = _data()
    return one == other or _key(one, left_out) == _key(other, left_out)


def _key(text: str, left_out: frozenset[str] = frozenset()) -> str:
    shortened, _ = _data()
    words = f" {' '.join(_words(text))} "
    for whole, letters in shortened.items():
        words = words.replace(f" {whole} ", f" {letters} ")
    return "".join(word for word in words.split() if word not in left_out)


def _words(text: str) -> list[str]:
    """The words in small letters, each with its tone at its end, as people put it on either of two vowels."""
    plain = unicodedata.normalize("NFD", text.casefold())
    tone_last = (_TONE.sub("", word) + "".join(_TONE.findall(word)) for word in _BETWEEN.split(plain))
    return [word for word in tone_last if word]


@cache
def _data() -> tuple[Mapping[str, str], frozenset[str]]:
    """What stands for which words, and the words that an address may lack."""
    data = json.loads(files("domain").joinpath("data/shortenings.json").read_text("utf-8"))
    shortened = {" ".join(_words(whole)): letters for whole, letters in data["short"].items()}
    return shortened, frozenset(word for text in data["left_out_of_addresses"] for word in _words(text))
