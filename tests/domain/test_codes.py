import random
import string
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.codes import ALPHABET, DIGITS, LENGTH, LETTERS, PREFIX, find_codes, is_code, new_code

CODE, OTHER = "KTJ7WWHFJ", "KTV5DR3V6"
codes = st.integers().map(lambda seed: new_code(random.Random(seed).randrange))
ordinary_words = """
CHUYEN TIEN THANH TOAN PHI KT KE TOAN DICH VU KTDV KTT KTV KTX CTY TNHH MTV CP TM DV XNK HD SO NGAY THANG
NAM T9 T12 Q3 Q4 QUY 2026 2025 NGUYEN VAN A TRAN THI HONG CT TU TOI TK MBVCB VCB TCB FT IBFT NAPAS 247 ND
REF GD DON HANG MUA PHAN MEM LAN 2 DOT 3 CN HN HCM P7 F5 XD KH KH001 R4 W2 PKT BKT KTCT KT1 KT2 KT3 KTH KTTC
"""


def test_alphabet_is_prime_and_has_no_vowels_or_look_alikes() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 23
    assert not set(ALPHABET) & set("AEIOUY01LZSGB")


@settings(deadline=None)
@given(codes)
def test_codes_have_the_promised_form(code: str) -> None:
    assert len(code) == LENGTH == 9
    assert code.startswith(PREFIX)
    assert code[2] in LETTERS
    assert code[3] in DIGITS
    assert code[4] in LETTERS
    assert set(code[2:]) <= set(ALPHABET)
    assert is_code(code)


def test_codes_are_drawn_at_random() -> None:
    assert len({new_code() for _ in range(1000)}) > 990


def test_every_number_drawn_is_a_code_of_its_own() -> None:
    count = 21_900_600
    numbers: Iterator[int] = iter([*range(1000), *range(count - 1000, count)])

    def next_number(below: int) -> int:
        assert below == count
        return next(numbers)

    made = {new_code(next_number) for _ in range(2000)}
    assert len(made) == 2000
    assert all(map(is_code, made))


@settings(deadline=None, max_examples=50)
@given(codes)
def test_every_wrong_character_is_noticed(code: str) -> None:
    for at in range(LENGTH):
        for char in set(string.ascii_uppercase + string.digits) - {code[at]}:
            assert not is_code(code[:at] + char + code[at + 1 :])


@settings(deadline=None)
@given(codes)
def test_every_exchange_of_two_characters_is_noticed(code: str) -> None:
    for first, second in combinations(range(LENGTH), 2):
        if code[first] != code[second]:
            swapped = list(code)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert not is_code("".join(swapped))


@pytest.mark.parametrize(
    "text", ["", "KT", CODE.lower(), f" {CODE}", f"{CODE}\n", CODE[:-1], CODE + "J", "KT0001234"]
)
def test_only_the_written_form_is_a_code(text: str) -> None:
    assert is_code(CODE)
    assert not is_code(text)


@pytest.mark.parametrize(
    "content",
    [
        CODE,
        f"MBVCB.2427229823.174242.{CODE}.CT tu 0011001234567 NGUYEN VAN A",
        f"mbvcb.2427229823.174242.{CODE.lower()}.ct tu 0011001234567 nguyen van a",
        f"FT2632{CODE}CHUYEN TIEN",
        f"ND{CODE}0912345678",
        f"Thanh toán đơn hàng {CODE}, cảm ơn",
        "KT J7WWHFJ",
        "chuyen tien kt j7ww hfj gd 123456",
        "MBVCB.242.KTJ7.WWHFJ.CT tu 0011",
        "KTJ7WW\nHFJ",
        "KTJ7WW \r\nHFJ-NGUYEN VAN A",
        "K T J 7 W W H F J",
        "KT-J7W-WHF-J",
        "ＫＴＪ７ＷＷＨＦＪ",
        "K\u200bTJ7WWH\u00adFJ",
        "KTKTJ7WWHFJ",
        f"{CODE} {CODE.lower()}",
    ],
)
def test_codes_are_found_in_what_banks_make_of_them(content: str) -> None:
    assert find_codes(content) == [CODE]


@pytest.mark.parametrize(
    "content",
    [
        f"{CODE} {OTHER}",
        f"{CODE}{OTHER}",
        f"{CODE},{OTHER.lower()}; {CODE}",
        "KTJ7 WWHFJ va ktv5 dr3v6",
        "KT J7WWHFJ KT V5DR3V6",
        f"tra cho {CODE} va KTV5DR 3V6",
    ],
)
def test_one_transfer_may_name_several_codes(content: str) -> None:
    assert find_codes(content) == [CODE, OTHER]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "MBVCB.2427229823.174242.KT0001234.CT tu 0011… NGUYEN VAN A",
        "KTJ7WWHFX",
        "KTJ7WWHF",
        "KTJ7WW A HFJ",
        "KTJ7WWXHFJ",
        "PKT J7WWHFJ",
        "KT J7WWHFJA",
        "KTJ7WW HFJCT tu 0011",
        "KTJ7WW        HFJ",
        "KTJ7WW + HFJ",
        "KTJ7WW, HFX",
        "KTJ7WЖWHFJ",
        "ЖKT J7WWHFJ",
        "KTJ7W株WHFJ",
        "KTJ7W😀WHFJ",
        "PHI KT TNHH MTV",
        "PHONG KT 9876543 210",
        "KTV536848",
        "KTT 457499",
    ],
)
def test_nothing_is_joined_or_guessed(content: str) -> None:
    assert find_codes(content) == []


@settings(deadline=None)
@given(codes, st.data())
def test_a_code_survives_case_breaks_and_separate_neighbours(code: str, data: st.DataObject) -> None:
    breaks = st.sampled_from(["", "", "", " ", ".", "-", "\n", ". "])
    text = "".join(char + data.draw(breaks) for char in code[:-1]) + code[-1]
    if data.draw(st.booleans()):
        text = text.lower()
    # Digits alone never make a code, so only the code can be found.
    before = data.draw(st.text("0123456789./: ", max_size=12))
    assert find_codes(f"{before}/{text}:{data.draw(st.integers())}") == [code]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("KTK4R/TVR5", ["KTK4RTVR5"]),
        ("KTK6W,264Q", ["KTK6W264Q"]),
        ("KTM9    XM9V3", ["KTM9XM9V3"]),
        ("thanh toan KTM9 / XM9V3.", ["KTM9XM9V3"]),
        ("KTJ7WW, HFJ", ["KTJ7WWHFJ"]),
        ("KTJ7WW    HFJ", ["KTJ7WWHFJ"]),
        ("KTJ7/WWHFJ", ["KTJ7WWHFJ"]),
        ("KTK4R;TVR5", ["KTK4RTVR5"]),
        ("KTK6W | 264Q ck", ["KTK6W264Q"]),
        # Between a letter of codes and a further character stands another word.
        ("XKTH2H34C59", []),
        ("FTKTH2H34C5Q", []),
        ("1KTH2H34C59", ["KTH2H34C5"]),
        ("FTKTH2H34C5 9", ["KTH2H34C5"]),
    ],
)
def test_contents_as_banks_pass_them_on(content: str, expected: list[str]) -> None:
    assert find_codes(content) == expected


@settings(deadline=None)
@given(codes, st.text(string.digits + "AEIOU", max_size=12), st.text(string.digits + "AEIOU", max_size=12))
def test_a_code_in_one_piece_survives_glue(code: str, before: str, after: str) -> None:
    assert find_codes(before + code + after) == [code]


@settings(deadline=None)
@given(st.text(max_size=120) | st.text("KT379CDFHJ .-", max_size=60))
def test_what_is_found_is_a_code_and_stands_in_the_text(content: str) -> None:
    found = find_codes(content)
    assert len(found) == len(set(found))
    assert all(is_code(code) for code in found)
    assert find_codes(" ".join(found)) == found


@pytest.mark.long
def test_ordinary_bank_texts_hardly_ever_hold_a_code() -> None:
    """In 100,000 texts full of KT, months, quarters and numbers, under 1 in 10,000 seems to hold a code."""
    rng = random.Random(20261123)
    ordinary = ordinary_words.split()
    false = 0
    for _ in range(100_000):
        words = [
            rng.choice(ordinary) if rng.random() < 0.7 else str(rng.randrange(10 ** rng.randint(1, 13)))
            for _ in range(rng.randint(3, 14))
        ]
        false += bool(find_codes("".join(word + rng.choice([" ", " ", ".", "-", ""]) for word in words)))
    assert false < 10


@pytest.mark.long
def test_random_references_hardly_ever_hold_a_code() -> None:
    """In 100,000 random references of 40 characters, the expected number of false finds is 0.7."""
    rng = random.Random(20261124)
    characters = string.ascii_uppercase + string.digits
    assert sum(bool(find_codes("".join(rng.choices(characters, k=40)))) for _ in range(100_000)) < 10
