"""A service's list beside what its webhook told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.bank_lists import Told
from domain.transfers import ReportedTransfer, Transfer, TransferState
from domain.twins import NEAR
from tests.support.banks import reported

CODE = "KTM7R4Q2X"
ROW = reported(f"MBVCB.1.{CODE}.CT tu 0011", 2_950_000, reference="FT1", event_id="list:a", listed=True)
BARE = replace(ROW, reference="")


def missing(rows: Sequence[ReportedTransfer], told: Sequence[ReportedTransfer]) -> int:
    known = Told(Transfer(number, one, TransferState.RECEIVED) for number, one in enumerate(told))
    used: set[int] = set()
    return sum(known.take(row, used) is None for row in rows)


@pytest.mark.parametrize(
    ("row", "changes", "known"),
    [
        (ROW, {"event_id": "92704"}, True),
        (ROW, {"content": "viet khac", "account": "11001234567"}, True),
        (ROW, {"account": "VA1", "main_account": ROW.account}, True),
        (ROW, {"reference": ""}, True),
        (ROW, {"reference": "", "content": f"ck {CODE}"}, True),
        (BARE, {}, True),
        (BARE, {"reference": "FT1"}, True),
        (ROW, {"reference": "FT2"}, False),
        (ROW, {"amount": 1}, False),
        (ROW, {"outgoing": True}, False),
        (ROW, {"account": "9999999999999"}, False),
        (ROW, {"occurred_at": ROW.occurred_at + NEAR + timedelta(seconds=1)}, False),
        (BARE, {"content": "khong co ma"}, False),
        (replace(BARE, content="Tiền nhà"), {"content": "TIEN NHA", "reference": ""}, False),
        (replace(BARE, content="tien nha."), {"content": "TIEN NHA", "reference": ""}, True),
    ],
)
def test_a_row_is_known_by_account_reference_amount_and_direction(
    row: ReportedTransfer, changes: dict[str, Any], known: bool
) -> None:
    told = replace(row, **{"event_id": "92704", "listed": False, **changes})
    assert missing([row], [told]) == (not known)


def test_equal_rows_of_a_list_are_as_many_transfers() -> None:
    for row in (ROW, BARE):
        rows = [replace(row, event_id=f"list:{number}") for number in range(3)]
        for told in range(5):
            assert missing(rows, [replace(row, event_id=f"{number}") for number in range(told)]) == max(
                0, 3 - told
            )


def test_what_has_a_reference_is_not_used_up_by_what_has_none() -> None:
    first, second = replace(ROW, event_id="1"), replace(ROW, event_id="2", reference="FT2")
    assert missing([ROW, replace(ROW, reference="FT2")], [second, first]) == 0
