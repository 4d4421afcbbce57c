"""Long texts in parts that cut nothing that belongs together."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.zalo.splitting import parts
from texts.plain import utf16_length

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇻🇳"
THUMB = "👍🏽"
HEART = "❤️"
MARKED = unicodedata.normalize("NFD", "ẵ")


@pytest.mark.parametrize(("text", "units"), [("Đơn", 3), ("👍", 2), (FAMILY, 11), (MARKED, 3)])
def test_an_emoji_counts_as_the_larger_number(text: str, units: int) -> None:
    assert utf16_length(text) == units


@pytest.mark.parametrize("text", ["", " \n\n ", "\n"])
def test_nothing_to_say_is_no_part(text: str) -> None:
    assert parts(text) == []


def test_what_fits_is_one_part() -> None:
    assert parts("x" * 2000) == ["x" * 2000]
    assert parts(" Chào\n\nanh ") == ["Chào\n\nanh"]
    assert len(parts("x" * 2001)) == len(parts("👍" * 1001)) == 2


def test_parts_end_with_lines() -> None:
    lines = [f"{number}: {'x' * 30}" for number in range(200)]
    found = parts("\n".join(lines))
    assert "\n".join(found).split("\n") == lines
    assert len(found) == 4
    assert max(map(len, found)) <= 2000


def test_the_last_paragraph_stays_whole() -> None:
    codes = "\n".join(f"A{number}. Chọn" for number in range(1, 5))
    assert parts(f"{'x' * 1990}\n\n{codes}") == ["x" * 1990, codes]
    assert parts(f"a\n\n{'x' * 1999}\n\n{codes}") == ["a", "x" * 1999, codes]
    long = "\n".join(["x" * 99] * 30)
    *_, last = parts(f"{long}\n\n{codes}")
    assert last.endswith(f"{'x' * 99}\n\n{codes}")
    assert parts("a b\n\n" + "\n".join("cdef"), limit=4) == ["a b", "c\nd", "e\nf"]


def test_a_longer_line_is_cut_between_words() -> None:
    assert parts("một hai ba bốn", limit=8) == ["một hai", "ba bốn"]
    assert parts("x\nmột hai ba", limit=7) == ["x", "một hai", "ba"]
    assert parts("12345678", limit=3) == ["123", "456", "78"]


@pytest.mark.parametrize("one", [FAMILY, FLAG, THUMB, HEART, MARKED, "👍"])
def test_what_is_seen_as_one_character_is_not_cut(one: str) -> None:
    for limit in range(utf16_length(one), 40):
        for before in ("", "x"):
            found = parts(before + one * 30, limit)
            assert "".join(found) == before + one * 30
            assert max(map(utf16_length, found)) <= limit
            for part in found:
                assert part.removeprefix(before).replace(one, "") == ""


def test_one_character_longer_than_a_part_is_cut_all_the_same() -> None:
    found = parts("a" + "\u0301" * 50, limit=20)
    assert "".join(found) == "a" + "\u0301" * 50
    assert max(map(utf16_length, found)) <= 20


@given(st.text("ab \n\u0301👍🏽\u200d🇻❤️x", max_size=200), st.integers(4, 60))
def test_nothing_visible_is_lost_and_no_part_is_too_long(text: str, limit: int) -> None:
    found = parts(text, limit)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < utf16_length(part) <= limit and part.strip() for part in found)
