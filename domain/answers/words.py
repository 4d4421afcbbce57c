"""The words of a typed line, and the phrases that are talk, yes, no, or a command."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from domain.text import fold

_DATA = json.loads(files("domain").joinpath("data/answers.json").read_text("utf-8"))
WORD = re.compile(r"(?<![^\W_])(?:[^\W\d_]{2,}(?=\d+(?![^\W_]))|\d{1,2}(?=[^\W\d_]{2,}(?![^\W_])))|[^\W_]+")
"""A run of letters or digits; "số1" and "2nhé" are two, "a1" and an order's code are one."""
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_GLUED = re.compile(r"\w[-_@]\w")
"""Words joined by a sign are a code, an address, or a try of one."""

_APPROVING = frozenset("👍👌✅🆗💯")
_UNSEEN = ("Cf", "Mn", "Me")
LONGEST = 200
"""The most characters of a line that is read as an answer; anything longer is a text."""

MOST_WORDS = 24


@dataclass(frozen=True, slots=True)
class Word:
    """A word in small letters, as typed and folded."""

    typed: str
    folded: str

    @property
    def is_plain(self) -> bool:
        """Whether it was typed without any mark, as people do who have no Vietnamese keyboard."""
        return self.typed == self.folded


class Says(StrEnum):
    """What a line of nothing but talk says to a question."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    GREETING = "greeting"
    TALK = "talk"


def visible(text: str) -> str:
    """The text without invisible characters and frames; digits in circles or of full width become plain."""
    shown = (
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in _UNSEEN
    )
    return "".join(str(unicodedata.digit(char, char)) for char in shown).strip()


@lru_cache(maxsize=2048)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text. A letter that is held down ("nhéééé", "okkkk") counts once."""
    text = _STRETCHED.sub(r"\1", unicodedata.normalize("NFC", text).casefold())
    return tuple(Word(word, fold(word)) for word in WORD.findall(text))


def same(typed: Word, meant: Word) -> bool:
    """Whether a typed word is this one. Marks that are typed have to be the right ones."""
    return typed.folded == meant.folded and (typed.is_plain or typed.typed == meant.typed)


def same_words(typed: Sequence[Word], meant: Sequence[Word]) -> bool:
    return len(typed) == len(meant) and all(map(same, typed, meant))


class Phrases:
    """Phrases that a run of words may be."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[Word, ...]]] = {}
        self._marked: set[tuple[Word, ...]] = set()
        for phrase in phrases:
            words = words_of(phrase)
            self._by_first.setdefault(words[0].folded, []).append(words)
            if phrase.endswith("!"):
                self._marked.add(words)

    def lengths(self, words: Sequence[Word], at: int) -> list[int]:
        """How many words the phrases have that begin at this place, the longest first."""
        found = {
            len(phrase)
            for phrase in self._by_first.get(words[at].folded, ())
            if same_words(words[at : at + len(phrase)], phrase)
            and (phrase not in self._marked or tuple(words[at : at + len(phrase)]) == phrase)
        }
        return sorted(found, reverse=True)

    def covers(self, words: Sequence[Word]) -> bool:
        """Whether the words are nothing but phrases of these."""
        reached = {0}
        for at in range(len(words)):
            if at in reached:
                reached.update(at + length for length in self.lengths(words, at))
        return len(words) in reached

    def within(self, words: Sequence[Word]) -> bool:
        """Whether one of the phrases stands somewhere among the words."""
        return any(self.lengths(words, at) for at in range(len(words)))


def phrases(*names: str) -> Phrases:
    """The phrases that the data have under these names."""
    return Phrases(phrase for name in names for phrase in _DATA[name])


PARTICLES = phrases("particles")
FILLERS = phrases("filler", "particles")
BEFORE, ADD, REMOVE, ALL = phrases("before", "particles"), phrases("add"), phrases("remove"), phrases("all")
FIRST, LAST, BACK, GO_ON = phrases("first"), phrases("last"), phrases("back"), phrases("go_on")
AT_ONCE = phrases("at_once")
COMMANDS: Mapping[str, Phrases] = {name: Phrases(given) for name, given in _DATA["commands"].items()}
NUMBERS: Mapping[tuple[Word, ...], int] = {words_of(name): value for name, value in _DATA["numbers"].items()}
AS_LABELLED = {words_of(said): words_of(label) for said, label in _DATA["as_labelled"].items()}
_SPELLINGS = {said: words_of(meant)[0] for said, meant in _DATA["spellings"].items()}
_YES, _NO, _UNKNOWN, _GREETINGS = phrases("yes"), phrases("no"), phrases("unknown"), phrases("greetings")
_WAITING = phrases("waiting")
_EMPTY = phrases("particles", "yes", "no", "unknown", "greetings", "waiting")
_EMPTY_OF_FIELDS = phrases("particles", "unknown", "fields")
_TALK = phrases("particles", "yes", "no", "unknown", "greetings", "function")
_CONFIRMING = re.compile(r"(?:dat|huy|xoa|nghi|thu ?hoi|kich ?hoat|bo|ghi|duyet|thay|xuat)(?: ?[a-z][2-9])?")
_NOT_SO = words_of(_DATA["not_so"][0])
_SOFT_YES = Phrases(_DATA["soft_yes"])


def apart(
    words: Sequence[Word], around: Phrases = PARTICLES, behind: Phrases = PARTICLES
) -> list[tuple[Word, ...]]:
    """The words without particles at either end, in all ways to leave them off; the longest first."""
    starts, ends = {0}, {len(words)}
    for at in range(len(words)):
        if at in starts:
            starts.update(at + length for length in around.lengths(words, at))
    for at in range(len(words) - 1, -1, -1):
        if any(at + length in ends for length in behind.lengths(words, at)):
            ends.add(at)
    ways = {(start, end) for start in starts for end in ends if start < end}
    return [tuple(words[start:end]) for start, end in sorted(ways, key=lambda way: way[0] - way[1])]


def says(text: str) -> Says | None:
    """What the text says if it is talk of a few words: yes, no, not known. None for any other text.

    Names of people may be made of the same letters, so marks that are typed have to be those of the talk.
    """
    words = words_of(text)
    if _GLUED.search(text):
        return None
    if not words:
        return Says.YES if any(char in _APPROVING for char in text) else None
    if len(words) > MOST_WORDS:
        return None
    if not _EMPTY.covers(words):
        spelt = tuple(_SPELLINGS.get(word.typed, word) for word in words)
        if spelt != words and _EMPTY.covers(spelt):
            return _kind(spelt)
        of_field = _EMPTY_OF_FIELDS.covers(words) and _UNKNOWN.within(words)
        return Says.UNKNOWN if of_field else None
    return _kind(words)


def _kind(words: tuple[Word, ...]) -> Says:
    if _WAITING.within(words):
        return Says.TALK  # "ok chờ chút" agrees to nothing yet.
    kinds: list[Says] = []
    at = 0
    while at < len(words):
        of_kind = (
            (Says.UNKNOWN, _UNKNOWN),
            (Says.NO, _NO),
            (Says.YES, _YES),
            (Says.GREETING, _GREETINGS),
        )
        found = [(lengths[0], kind) for kind, known in of_kind if (lengths := known.lengths(words, at))]
        length, kind = max(found, key=lambda one: one[0], default=(0, Says.TALK))
        aside = (PARTICLES.lengths(words, at) or [0])[0]
        if length and not (kind is Says.YES and length == 1 and kinds):
            kinds.append(kind)
        at += max(length, aside, 1)
    meant = [kind for kind in kinds if kind is not Says.YES]
    if not kinds:
        return Says.TALK
    if not meant:
        return Says.YES
    if kinds[0] is Says.YES and meant[0] is Says.NO and not _SOFT_YES.lengths(words, 0):
        # "ok không" asks back.
        return Says.TALK
    return meant[0] if len(set(meant)) == 1 else Says.TALK


def is_order_of_words(text: str) -> bool:
    """Whether the text is a word that confirms something, alone or with its code ("GHI P4")."""
    ways = [" ".join(word.folded for word in core) for core in apart(words_of(text))]
    return any(_CONFIRMING.fullmatch(one) for one in ways)


def bare(text: str) -> str:
    """The text without the particles before and behind it. What is joined by a sign stays whole."""
    tokens = text.split()
    for step in (1, -1):
        line = tokens[::step]
        for count in range(min(len(line) - 1, 5), 0, -1):
            taken = line[:count][::step]
            if not any(_GLUED.search(token) for token in taken) and PARTICLES.covers(
                words_of(" ".join(taken))
            ):
                tokens = line[count:][::step]
                break
    return " ".join(tokens)


def command_of(words: Sequence[Word]) -> str:
    """The name of the command that these words are, particles around them aside; empty if they are none."""
    for core in apart(words):
        for name, known in COMMANDS.items():
            if known.lengths(core, 0)[:1] == [len(core)]:
                return name
    return ""


def is_empty_talk(text: str) -> bool:
    """Whether a text says so little that it is no reason or note either: yes, not known, a command,
    a code."""
    words = words_of(text)
    says_nothing = says(text) is not None and (not words or _EMPTY.covers(words))
    return says_nothing or bool(command_of(words)) or is_order_of_words(text)


def _denies(words: Sequence[Word]) -> bool:
    """Whether a sentence begins with "không phải", as no name or address does."""
    spelt = tuple(_SPELLINGS.get(word.typed, word) for word in words[:2])
    return same_words(spelt, _NOT_SO) and len(words) > len(spelt)


def is_talk(text: str) -> bool:
    """Whether a text is talk to the bot, and so no name, address, or other thing that is kept. Two words or
    more that all begin with a capital are a name, unless they say nothing at all."""
    words = words_of(text)
    if len(words) > MOST_WORDS:
        return False
    if says(text) is not None or is_empty_talk(text):
        return True
    if _denies(words) and not _GLUED.search(text) and not any(map(str.isdigit, text)):
        return True
    is_named = not words or (len(words) > 1 and all(word[0].isupper() for word in text.split()))
    return not is_named and not _GLUED.search(text) and _TALK.covers(words)
