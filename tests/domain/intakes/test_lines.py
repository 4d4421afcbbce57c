"""A chat line taken apart: its number, and its e-mails, numbers and texts with their labels."""

import pytest

from domain.intakes.entries import EntryField as F
from domain.intakes.lines import LINE_LIMIT, Line, without_number
from domain.intakes.numbers import PieceKind, numbers_in

CODE, HOUSEHOLD, MOBILE = "0101243150", "001169434023", "0982528003"
EITHER = "0912345604"
"""A mobile number whose digits are a valid tax code."""


def numbers(text: str) -> list[tuple[str, str | None, str | None, bool]]:
    return [(one.text, one.tax_code, one.phone, one.is_fixed) for one in numbers_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CODE, (CODE, CODE, None, False)),
        ("0101.243.150", ("0101.243.150", CODE, None, False)),
        (f"{CODE}001", (f"{CODE}001", f"{CODE}-001", None, False)),
        (f"{CODE} - 001", (f"{CODE} - 001", f"{CODE}-001", None, False)),
        (MOBILE, (MOBILE, None, "+84982528003", False)),
        ("+84 98 252 80 03", ("+84 98 252 80 03", None, "+84982528003", False)),
        ("(+84) 982 528 003", ("(+84) 982 528 003", None, "+84982528003", False)),
        (EITHER, (EITHER, EITHER, "+84912345604", False)),
        ("(028) 3825 1234", ("(028) 3825 1234", None, None, True)),
        ("0101243151", ("0101243151", None, None, False)),
        # It is in the numbering plan, but no mobile begins like this; it is a tax code of Ho Chi Minh City.
        ("0300588569", ("0300588569", "0300588569", None, False)),
    ],
)
def test_a_number_carries_what_it_was_found_to_be(
    text: str, expected: tuple[str, str | None, str | None, bool]
) -> None:
    assert numbers(text) == [expected]
    assert numbers(f"gọi {text}, nhé") == [expected]


@pytest.mark.parametrize(
    "text", ["12 Lê Lợi", "1.500.000.000đ", "01/01/2026", "DH0101243150", "10:30", "0101 đ"]
)
def test_other_digits_are_left_out(text: str) -> None:
    assert numbers(text) == []


def test_a_run_of_digits_is_parted_where_most_of_it_is_right() -> None:
    assert [one[0] for one in numbers(f"{CODE} 0982 528 003 {HOUSEHOLD}")] == [
        CODE,
        "0982 528 003",
        HOUSEHOLD,
    ]
    # A word may follow a whole number without a space, but not the few digits of an amount.
    assert [one[0] for one in numbers(f"{CODE}Công ty")] == [CODE]
    assert [one[0] for one in numbers(f"{CODE} 500k")] == [CODE]


def test_a_wrong_number_is_one_that_is_neither_code_nor_phone() -> None:
    (wrong,), (fixed,) = Line("0101243151").pieces(), Line("02438251234").pieces()
    assert wrong.is_wrong
    assert not fixed.is_wrong
    assert not any(piece.is_wrong for piece in Line(f"{CODE} {MOBILE} a@b.vn Minh Khôi").pieces())


def test_the_same_number_twice_is_two_pieces() -> None:
    first, second = Line(f"{CODE} {CODE}").pieces()
    assert (first.text, first.tax_code) == (second.text, second.tax_code)
    assert first != second


def pieces(text: str, only_signs: bool = False) -> list[tuple[str, str, F | None]]:
    found = Line(text).pieces(only_signs)
    return [(one.kind.value, one.text, one.label and one.label.field) for one in found]


def test_a_label_belongs_to_what_stands_behind_it() -> None:
    assert pieces(f"MST: {CODE} GĐ: Lê An sđt {MOBILE}, mail: a@b.vn") == [
        ("number", CODE, F.TAX_CODE),
        ("text", "Lê An", F.REPRESENTATIVE),
        ("number", MOBILE, F.PHONE),
        ("email", "a@b.vn", F.EMAIL),
    ]
    # A label inside another label counts once, and the word for a company begins a name.
    assert pieces("Địa chỉ: d/c 12 Lê Lợi") == [("text", "12 Lê Lợi", F.ADDRESS)]
    assert pieces("Cty: An Phát") == [("text", "Cty: An Phát", None)]


def test_digits_of_an_email_are_no_number() -> None:
    assert pieces(f"{MOBILE}@example.com") == [("email", f"{MOBILE}@example.com", None)]


def test_a_line_is_parted_at_signs_alone_or_at_dashes_and_gaps_too() -> None:
    text = "12 Lê Lợi - Hà Nội   lầu 2; Lê An"
    assert [one[1] for one in pieces(text, only_signs=True)] == ["12 Lê Lợi - Hà Nội   lầu 2", "Lê An"]
    assert [one[1] for one in pieces(text)] == ["12 Lê Lợi", "Hà Nội", "lầu 2", "Lê An"]


def test_a_line_without_end_is_looked_at_as_far_as_its_limit() -> None:
    assert pieces(" " * LINE_LIMIT + CODE) == []
    assert pieces("x" * LINE_LIMIT + CODE) == [(PieceKind.TEXT.value, "x" * LINE_LIMIT, None)]


@pytest.mark.parametrize(
    ("line", "number", "rest"),
    [
        ("3. Lê An", 3, "Lê An"),
        ("STT 3: Lê An", 3, "Lê An"),
        (f"3 {CODE}", 3, CODE),
        ("• Lê An", None, "Lê An"),
        ("[10:15, 20/11/2026] Chị Lan: 3) Lê An", 3, "Lê An"),
        ("[10:15, 20/11/2026] Chị Lan: - Lê An", None, "Lê An"),
        ("12 Lê Lợi", None, "12 Lê Lợi"),
    ],
)
def test_the_number_of_a_line_is_taken_off(line: str, number: int | None, rest: str) -> None:
    assert without_number(line) == (number, rest)


def test_a_bare_number_counts_where_it_is_known() -> None:
    assert without_number("12 Lê Lợi", (12,)) == (12, "Lê Lợi")
    assert without_number("12", (12,)) == (12, "")
    assert without_number("13 Lê Lợi", (12,)) == (None, "13 Lê Lợi")
