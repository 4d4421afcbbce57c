"""Several answers in one text."""

import pytest

from domain.answers.lines import read_numbered


@pytest.mark.parametrize(
    ("text", "asked", "read"),
    [
        ("1: 0912345678\n2: a@b.vn", 2, [(1, "0912345678"), (2, "a@b.vn")]),
        ("1 0912345678; 2. a@b.vn", 2, [(1, "0912345678"), (2, "a@b.vn")]),
        ("1: 0912345678, 2: a@b.vn", 2, [(1, "0912345678"), (2, "a@b.vn")]),
        ("#2) a@b.vn", 2, [(2, "a@b.vn")]),
        ("a@b.vn", 1, [(1, "a@b.vn")]),
        ("0912345678", 1, [(1, "0912345678")]),
        ("0912345678", 2, [(None, "0912345678")]),
        ("3: a@b.vn", 2, [(None, "3: a@b.vn")]),
        ("09 1234 5678", 2, [(None, "09 1234 5678")]),
    ],
)
def test_each_answer_has_the_number_of_its_question(
    text: str, asked: int, read: list[tuple[int | None, str]]
) -> None:
    assert [(one.number, one.text) for one in read_numbered(text, asked)] == read
