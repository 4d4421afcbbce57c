"""All items, none of them, or one by its name, where several may be ticked."""

from collections.abc import Sequence

from domain.answers.line import Already, Line, Meaning, place_in
from domain.answers.words import ADD, ALL, FILLERS, PARTICLES, REMOVE, Word, apart, words_of
from domain.choices import Role


def many(line: Line) -> Meaning | None:
    """All of the items, or none; an item by its name."""
    if len(line.items) <= 1:
        return None
    for start in (0, 1, 2):
        if start < len(line.words) and (taken := REMOVE.lengths(line.words, start)):
            rest = line.words[start + taken[0] :]
            if start and not PARTICLES.covers(line.words[:start]):
                continue  # "Tất cả trừ 3" takes nothing off.
            if rest:
                return _all(line, rest, Role.NONE) or _named(line, rest, ticked=True)
    return _all(line, line.words, Role.ALL) or _introduced(line)


def _introduced(line: Line) -> Meaning | None:
    """An item by its name behind a word such as "chọn"."""
    taken = ADD.lengths(line.words, 0)
    rest = line.words[taken[0] :] if taken else ()
    return _named(line, rest, ticked=False) if rest else None


def _named(line: Line, words: Sequence[Word], ticked: bool) -> Meaning | None:
    for core in apart(words):
        fitting = [one for one in line.items if place_in(core, words_of(one.label)) >= 0]
        if len(fitting) == 1 and (len(core) > 1 or len(core[0].folded) > 2):
            return line.tap(fitting) if fitting[0].ticked is ticked else Already()
    return None


def _all(line: Line, words: Sequence[Word], role: Role) -> Meaning | None:
    ways = apart(words)
    for core in [*ways, *(way[length:] for way in ways for length in ADD.lengths(way, 0)[:1])]:
        taken = ALL.lengths(core, 0) if core else []
        if not taken:
            continue
        rest = core[taken[0] :]
        count = [word.folded for word in rest if word.folded.isdigit()]
        if rest and not FILLERS.covers([word for word in rest if not word.folded.isdigit()]):
            continue
        offered = [choice for choice in line.choices if choice.role is role]
        if count:
            offered = [one for one in offered if count[0] in [w.folded for w in words_of(one.label)]]
        if taken[0] == 1 and core[0].folded == "ca" and not count:
            continue
        if offered:
            return line.tap(offered[:1])
        if not count and role is Role.ALL:
            return line.tap([one for one in line.items if not one.ticked]) or Already()
        if not count and role is Role.NONE:
            return line.tap([one for one in line.items if one.ticked]) or Already()
    return None
