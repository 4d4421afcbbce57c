"""What people type is understood, and nothing is understood wrongly."""

from tests.support.answers import corpus, meaning, windows

UNDERSTOOD = 0.95
LEAVES_OPEN = ("text", "again", "talk")
"""Meanings that do nothing: what should have been understood was not, but nothing wrong was done."""


def test_the_corpus_is_understood_and_nothing_is_taken_wrongly() -> None:
    known = windows()
    read = [(window, text, means, meaning(text, *known[window])) for window, text, means in corpus()]
    assert len(read) >= 200
    missed = [one for one in read if one[2] != one[3]]
    wrong = [one for one in missed if one[3] not in LEAVES_OPEN or "text" in one[2:]]
    assert not wrong, f"{len(wrong)} wrong: {wrong}"
    assert len(missed) <= len(read) * (1 - UNDERSTOOD), missed
