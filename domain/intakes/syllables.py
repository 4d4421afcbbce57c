"""Whether a word is spelt like a Vietnamese syllable."""

import json
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_STOPPED = ("c", "ch", "p", "t")
_STOPPED_TONES = {"\u0301", "\u0323"}


@cache
def encodings() -> dict[str, Any]:
    """The tables of old fonts and of syllables."""
    text = files("domain").joinpath("data/encodings.json").read_text("utf-8")
    return dict(json.loads(text))


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether the word is an onset and a rime of Vietnamese with at most one tone, one the rime allows."""
    letters = [char for char in unicodedata.normalize("NFD", word.lower()) if char not in _TONES]
    tones = [char for char in unicodedata.normalize("NFD", word.lower()) if char in _TONES]
    plain = unicodedata.normalize("NFC", "".join(letters))
    if len(tones) > 1 or (plain.endswith(_STOPPED) and not set(tones) <= _STOPPED_TONES):
        return False
    onsets, rimes = _parts()
    # "gì" is an onset that lends its letter to the rime.
    return any(plain[:size] in onsets and plain[size:] in rimes for size in range(4)) or plain == "gi"


@cache
def _parts() -> tuple[frozenset[str], frozenset[str]]:
    data = encodings()
    return frozenset(["", *data["onsets"]]), frozenset(data["rimes"])
