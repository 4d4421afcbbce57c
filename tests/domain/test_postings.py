"""Entries that do not sum to zero cannot be made."""

from dataclasses import replace
from typing import Any

import pytest

from domain.postings import Account, JournalEntry, JournalKind, Posting, Unbalanced, balances_of
from domain.transfers import VND, Attention, Provider, ReportedTransfer, Transfer, TransferState
from tests.support.clock import NOON_OF_JUNE_15


@pytest.mark.parametrize(
    "postings",
    [
        (Posting(Account.BANK, 5), Posting(Account.WAITING, -4)),
        (Posting(Account.BANK, 5),),
        (Posting(Account.WAITING, 5), Posting(Account.RECEIVABLE, -5)),
        (Posting(Account.BANK, 5, "KTAAAAAA"), Posting(Account.WAITING, -5)),
    ],
)
def test_an_entry_sums_to_zero_and_its_postings_have_what_they_are_about(
    postings: tuple[Posting, ...],
) -> None:
    with pytest.raises(Unbalanced):
        JournalEntry(JournalKind.BOOKED, postings)
    JournalEntry(
        JournalKind.BOOKED, (Posting(Account.WAITING, 5), Posting(Account.RECEIVABLE, -5, "KTAAAAAA"))
    )


def told(state: TransferState, outgoing: bool = False, currency: str = VND, **became: Any) -> Transfer:
    movement = ReportedTransfer(Provider.SEPAY, "1", "", 9, outgoing, "", "", NOON_OF_JUNE_15)
    return Transfer(1, replace(movement, currency=currency), state, **became)


BANK, WAITING, RECEIVABLE = Account.BANK, Account.WAITING, Account.RECEIVABLE


@pytest.mark.parametrize(
    ("transfer", "shared", "balances"),
    [
        (told(TransferState.RECEIVED), 0, {BANK: 9, WAITING: -9}),
        (told(TransferState.CHOOSING), 4, {BANK: 9, WAITING: -5, RECEIVABLE: -4}),
        (
            told(TransferState.MATCHED, attention=Attention.TOO_MUCH, surplus=2),
            9,
            {BANK: 9, RECEIVABLE: -7, Account.SURPLUS: -2},
        ),
        (told(TransferState.MATCHED, surplus=2, note="kept"), 9, {BANK: 9, RECEIVABLE: -9}),
        (told(TransferState.MATCHED), 7, {BANK: 9, RECEIVABLE: -7, Account.RETURNED: -2}),
        (told(TransferState.RETURNED), 0, {BANK: 9, Account.RETURNED: -9}),
        (told(TransferState.IGNORED), 0, {BANK: 9, Account.IGNORED: -9}),
        (told(TransferState.REPEATED), 0, {}),
        (told(TransferState.OUTGOING, outgoing=True), 0, {BANK: -9, Account.OUTGOING: 9}),
        (told(TransferState.UNMATCHED, currency="JPY"), 0, {}),
        (told(TransferState.MATCHED, currency="JPY"), 9, {BANK: 9, RECEIVABLE: -9}),
    ],
)
def test_what_became_of_a_transfer_says_what_is_posted_of_it(
    transfer: Transfer, shared: int, balances: dict[Account, int]
) -> None:
    assert balances_of(transfer, shared, balances) == balances
    assert sum(balances.values()) == 0
