"""Accounts as services write them."""

import pytest

from domain.accounts import ANY_ACCOUNT, KnownAccounts, says_nothing

OURS = KnownAccounts(("0011001234567", "19ABC0007"), ("96247BOT", "0963"))


@pytest.mark.parametrize(
    "account",
    [
        "0011001234567",
        "11001234567",
        "0011 0012 34567",
        "0011-001.234567",
        "19abc0007",
        "0011*****4567",
        "XXXXXXXXX4567",
        "••••4567",
        "96247BOT12345",
        "96247bot 777",
        "09631",
        "9631",
        "96247BOT****",
    ],
)
def test_the_vendor_s_accounts_are_known_however_they_are_written(account: str) -> None:
    assert OURS.know(account)


@pytest.mark.parametrize(
    "account",
    [
        "9999999999999",
        "0011001234568",
        "110012345670",
        "0012****4567",
        "****4568",
        "96247BO",
        "****BOT1",
        "X1",
    ],
)
def test_other_accounts_are_not(account: str) -> None:
    assert not OURS.know(account)


@pytest.mark.parametrize("account", ["", "  ", "000", "****", "***567", "xxxx-56-7"])
def test_an_account_may_say_nothing(account: str) -> None:
    assert says_nothing(account)


@pytest.mark.parametrize("account", ["1", "***4567", "0011001234567"])
def test_an_account_that_says_something(account: str) -> None:
    assert not says_nothing(account)


def test_without_settings_each_account_is_known() -> None:
    assert ANY_ACCOUNT.know("9999999999999")
