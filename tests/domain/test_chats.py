"""Numbers of chats, and the codes that are typed for the buttons of pushed messages."""

import unicodedata

import pytest

from domain.chats import (
    CHAT_BITS,
    CHATS,
    PUSH_LETTERS,
    Channel,
    channel_of,
    letters_of,
    made_chat_id,
    push_code,
    push_letters,
    pushed_before,
    zalo_chat_id,
)


def test_a_chat_of_zalo_has_a_number_that_no_chat_of_telegram_has() -> None:
    number = zalo_chat_id("6ede9afa66b88fe6d6a9")
    assert number == zalo_chat_id("6ede9afa66b88fe6d6a9") != zalo_chat_id("6ede9afa66b88fe6d6a8")
    assert 2**62 <= number < 2**63
    assert channel_of(number) is Channel.ZALO
    for telegram in (77, 2**52 - 1, -1_001_234_567_890):
        assert channel_of(telegram) is Channel.TELEGRAM


def test_the_numbers_made_for_each_app_are_its_own() -> None:
    assert set(CHAT_BITS) < set(CHATS)
    assert len(set(CHAT_BITS.values())) == len(CHAT_BITS)
    assert all(52 < bits <= 63 for bits in CHAT_BITS.values())
    for channel, bits in CHAT_BITS.items():
        for own_id in ("", "6ede9afa66b88fe6d6a9", *map(str, range(100))):
            assert made_chat_id(channel, own_id).bit_length() == bits
            assert channel_of(made_chat_id(channel, own_id)) is channel


def test_the_number_of_a_chat_of_zalo_is_the_one_that_databases_keep() -> None:
    assert zalo_chat_id("6ede9afa66b88fe6d6a9") == 6912561596863028957


def test_no_two_messages_of_a_chat_have_the_same_letters() -> None:
    letters = [push_letters(pushed) for pushed in range(3000)]
    assert letters[:15] == [*PUSH_LETTERS, "CC", "CF"]
    assert len(set(letters)) == len(letters)
    assert [pushed_before(one) for one in letters] == list(range(len(letters)))
    for one in letters:
        assert push_code(f"{one.lower()}12") == f"{one}12"
        assert letters_of(f"{one}12") == one
    assert not set(PUSH_LETTERS) & set("IOLQDZSGB")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("A1", "A1"),
        ("a1", "A1"),
        (" c 2. ", "C2"),
        ("x12", "X12"),
        # The results of typing A1 to A6 and A8 with VNI.
        *zip("ÁÀẢÃẠÂĂ", ("A1", "A2", "A3", "A4", "A5", "A6", "A8"), strict=True),
        ("á", "A1"),
        (unicodedata.normalize("NFD", "á"), "A1"),
        ("", ""),
        ("1", ""),
        ("A", ""),
        ("A0", ""),
        ("I1", ""),
        ("A123", ""),
        ("A1 C2", ""),
        ("cf2", "CF2"),
        ("AC1", ""),
        ("KTC7WNC8J", ""),
        ("Ấ", "A61"),
        ("mua", ""),
    ],
)
def test_a_code_is_known_however_it_is_typed(typed: str, code: str) -> None:
    assert push_code(typed) == code
