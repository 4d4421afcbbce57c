"""Pairs of customers that may be the same, because of what they share."""

import random

import pytest

from domain.look_alikes import Traits, alike_pairs, names_alike
from domain.text import fold


def one(number: int, name: str, tax_code: str = "", phone: str = "", email: str = "") -> Traits:
    return Traits(number, fold(name), tax_code or f"{number:010}", phone, email)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (one(1, "Công ty TNHH Hoa Sen"), one(2, "CÔNG TY TNHH HOA SEN"), "name"),
        (one(2, "Hoa Sen", phone="+84912345678"), one(1, "Cty CP Hoa Sen", phone="+84912345678"), "login"),
        (one(1, "Hoa Sen", email="a@b.vn"), one(2, "Cửa hàng hoa sen 2", email="a@b.vn"), "login"),
        (one(1, "Hoa Sen", "0100109106"), one(2, "HKD Hoa Sen", "0100109106-001"), "tax_code"),
        (one(1, "Hoa Sen", "0100109106"), one(2, "Chi nhánh Đà Nẵng", "0100109106-001"), None),
        (one(1, "Hoa Sen", "0100109106-002"), one(2, "HKD Hoa Sen", "0100109106-001"), None),
        (one(1, "Hoa Sen", phone="+84912345678"), one(2, "Đức Phát", phone="+84912345678"), None),
        (one(1, "Hoa Sen"), one(2, "Hoa Sen Vàng"), None),
    ],
)
def test_what_two_share_tells_whether_they_may_be_one(first: Traits, second: Traits, why: str | None) -> None:
    wanted = [(1, 2, why)] if why else []
    assert alike_pairs([first, second]) == alike_pairs([second, first]) == wanted


def test_those_most_alike_come_first_and_a_pair_stands_once() -> None:
    many = [
        one(1, "An Phát", phone="+84912345678"),
        one(2, "Cty An Phát", phone="+84912345678"),
        one(3, "Hoa Sen", email="a@b.vn"),
        one(4, "Hoa Sen", email="a@b.vn"),
        one(5, "Gỗ", "0100109106"),
        one(6, "Gỗ", "0100109106-001"),
    ]
    assert alike_pairs(many) == [(5, 6, "tax_code"), (3, 4, "name"), (1, 2, "login")]


def test_many_that_share_all_are_paired_in_a_row() -> None:
    many = [one(number, "Hoa Sen", phone="+84912345678", email="a@b.vn") for number in range(1, 1_001)]
    random.Random(7).shuffle(many)
    assert alike_pairs(many) == [(number, number + 1, "name") for number in range(1, 1_000)]


def test_those_alike_are_found_among_many_behind_one_phone() -> None:
    names = [f"Doanh nghiệp {chr(ord('a') + number) * 3}" for number in range(26)]
    many = [one(at, name, phone="+84912345678") for at, name in enumerate(names, 1)]
    many.append(one(27, "Cty TNHH MMM", phone="+84912345678"))
    assert alike_pairs(many) == [(13, 27, "login")]


def test_words_that_every_company_has_make_no_names_alike() -> None:
    assert not names_alike(fold("Công ty TNHH Thương mại A"), fold("Công ty TNHH Thương mại B"))
    assert names_alike(fold("Công ty TNHH"), fold("CÔNG TY TNHH"))
    assert not names_alike("", "")
