"""Codes that link a chat: how they are made, shown, and found in texts that people send."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.codes import ALPHABET
from domain.errors import DomainError
from domain.link_codes import LENGTH, LinkCode, find_link_code, new_link_code, read_link_code, shown


def test_a_code_has_eight_clear_symbols_some_of_them_digits_and_some_letters() -> None:
    for _ in range(500):
        code = new_link_code()
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
        assert any(one.isdigit() for one in code)
        assert any(one.isalpha() for one in code)


def test_a_draw_of_letters_alone_is_drawn_again() -> None:
    drawn = iter("CDFHJKMN" + "CDFHJKM2")
    assert new_link_code(lambda _: next(drawn)) == "CDFHJKM2"


@pytest.mark.parametrize(
    "message",
    [
        "NOI K7CD-2QPX",
        "noi k7cd-2qpx",
        "Nối k7cd 2qpx.",
        "No\u0302\u0301i K7CD2QPX",
        "  NOI:  K7CD \u2013 2QPX\n",
        "noi_K7CD2QPX",
        "NOIK7CD2QPX",
        "/start noi_K7CD2QPX",
        "/start@ktdv_bot noi_K7CD2QPX",
    ],
)
def test_a_code_is_found_as_people_send_it(message: str) -> None:
    assert find_link_code(message) == "K7CD2QPX"
    assert read_link_code(message) == "K7CD2QPX"


@pytest.mark.parametrize("message, code", [("NOI K7CD-2QP", "K7CD2QP"), ("NOI K0CD-2QPX8", "K0CD2QPX8")])
def test_a_mistyped_one_is_found_so_that_its_sender_is_told(message: str, code: str) -> None:
    assert find_link_code(message) == code


@pytest.mark.parametrize(
    "message",
    [
        "",
        "NOI",
        "K7CD-2QPX",
        "Nội Bài",
        "noi chuyen",
        "noi 0912345678",
        "noi 12345678",
        "Nối dài thêm 2 năm nữa",
        "NOI K7CD-2QPX giúp em",
        "Noi K7CD-2QPX\n0101243150; Công ty Hoa Sen",
        "/noi",
    ],
)
def test_talk_is_no_code(message: str) -> None:
    assert find_link_code(message) is None


def test_the_bare_code_is_read_too() -> None:
    assert read_link_code(" k7cd-2qpx ") == read_link_code(shown("K7CD2QPX")) == "K7CD2QPX"


def test_a_code_is_used_once_before_it_is_too_old() -> None:
    now = datetime(2026, 6, 15, tzinfo=UTC)
    LinkCode(1, now, used=False).check_usable(now - timedelta(seconds=1))
    for code, moment in ((LinkCode(1, now, False), now), (LinkCode(1, now, True), now - timedelta(days=1))):
        with pytest.raises(DomainError, match="link_code_expired"):
            code.check_usable(moment)
