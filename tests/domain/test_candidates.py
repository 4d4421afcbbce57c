"""Whose money a transfer without a code may be."""

import random
from itertools import combinations

import pytest

from domain.candidates import IN_A_SET, names_in, stands_in, tax_codes_in, the_one_set, words_of


@pytest.mark.parametrize(
    "content, codes",
    [
        ("MST 0101243150 ck", ["0101243150"]),
        ("0101243150-001 va 0101243150001", ["0101243150-001", "0101243150-001"]),
        ("hkd 079123456789", ["079123456789"]),
        ("tk 00110012345678 ngay 15062026", []),
    ],
)
def test_tax_codes(content: str, codes: list[str]) -> None:
    assert tax_codes_in(content) == codes


def test_names_stand_in_the_words_with_and_without_their_form() -> None:
    names = names_in("CTY TNHH KIM LONG 16 ck mua phan mem")
    assert {"kim long", "kim long 16", "cong ty tnhh kim long 16", "mua phan mem"} <= set(names)
    assert not any("ck" in name.split() for name in names)
    assert "long" not in names
    assert len(names_in("a b c d e f g h i j k l m n o p q r")) == 38 * 13
    assert names_in("") == []


@pytest.mark.parametrize(
    "name, content, stands",
    [
        ("Công ty TNHH Kim Long 16", "cty kim long 16 ck", True),
        ("Công ty TNHH Kim Long 1", "cty kim long 16 ck", False),
        ("Hộ kinh doanh Gia Bảo", "GIA BAO nop tien", True),
        ("Công ty cổ phần", "cong ty co phan", True),
        ("", "ck", False),
    ],
)
def test_whether_a_name_stands_in_a_content(name: str, content: str, stands: bool) -> None:
    assert stands_in(name, words_of(content)) is stands


def test_the_one_set_is_the_only_one_of_at_least_two() -> None:
    draw = random.Random(16)
    for _ in range(400):
        amounts = [draw.choice((1, 2, 3, 5, 8, 13, 21)) for _ in range(draw.randint(0, 8))]
        total = draw.randint(1, 40)
        sets = [
            places
            for size in range(1, len(amounts) + 1)
            for places in combinations(range(len(amounts)), size)
            if sum(amounts[place] for place in places) == total
        ]
        expected = sets[0] if len(sets) == 1 and len(sets[0]) > 1 else ()
        assert the_one_set(amounts, total) == expected, (amounts, total)
    assert the_one_set([1] * (IN_A_SET + 1), IN_A_SET + 1) == ()
    assert the_one_set([1] * IN_A_SET, IN_A_SET) == tuple(range(IN_A_SET))
