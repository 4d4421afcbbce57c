"""Two reports that may be of one movement."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.codes import new_code
from domain.transfers import Provider
from domain.twins import NEAR, is_doubtful, is_repeat
from tests.support.banks import reported

CODE = "KTM7R4Q2X"
FIRST = reported(f"MBVCB.1.{CODE}.CT tu 0011", 2_950_000, reference="FT1", event_id="1")
BARE = replace(FIRST, reference="")
LATER = FIRST.occurred_at + NEAR
TOO_LATE = LATER + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("known", "changes", "repeat"),
    [
        (FIRST, {}, True),
        (FIRST, {"content": f"{CODE} ck", "occurred_at": TOO_LATE}, True),
        (FIRST, {"account": "11001234567"}, True),
        (FIRST, {"account": ""}, True),
        (FIRST, {"account": "VA1", "main_account": FIRST.account}, True),
        (FIRST, {"reference": ""}, True),
        (FIRST, {"amount": 2_950_001}, False),
        (FIRST, {"outgoing": True}, False),
        (FIRST, {"currency": "JPY"}, False),
        (FIRST, {"content": "khong co ma"}, False),
        (FIRST, {"account": "9999999999999"}, False),
        (FIRST, {"reference": "FT2"}, False),
        (BARE, {"reference": "", "content": f"{CODE} ck", "occurred_at": LATER}, True),
        (BARE, {"reference": "", "occurred_at": TOO_LATE}, False),
        (replace(BARE, content="A"), {"reference": "", "content": "A"}, True),
        (replace(BARE, content="A"), {"reference": "", "content": "B"}, False),
    ],
)
def test_a_known_id_is_a_repeat_unless_something_contradicts(
    known: Any, changes: dict[str, Any], repeat: bool
) -> None:
    assert is_repeat(known, replace(FIRST, **changes)) is repeat


CASSO = replace(FIRST, provider=Provider.CASSO, event_id="2")


@pytest.mark.parametrize(
    ("changes", "doubtful"),
    [
        ({"reference": ""}, True),
        ({"reference": "", "account": "9999999999999"}, True),
        ({"reference": "", "occurred_at": LATER}, True),
        ({"reference": "", "occurred_at": TOO_LATE}, False),
        ({"reference": "", "amount": 1}, False),
        ({"reference": "", "outgoing": True}, False),
        ({"reference": "", "content": "khong co ma"}, False),
        ({"reference": "", "provider": Provider.SEPAY}, False),
        ({"reference": "0001"}, True),
        ({"reference": "0001", "account": ""}, True),
        ({"reference": "0001", "account": "9999999999999"}, False),
        ({"reference": "0001", "occurred_at": TOO_LATE}, False),
        ({"reference": "0001", "provider": Provider.SEPAY}, False),
    ],
)
def test_two_services_may_tell_of_one_movement(changes: dict[str, Any], doubtful: bool) -> None:
    told = replace(CASSO, **changes)
    assert is_doubtful(FIRST, told) is doubtful
    assert is_doubtful(told, FIRST) is doubtful


def test_other_codes_are_other_movements() -> None:
    told = replace(CASSO, reference="", content=new_code())
    assert not is_doubtful(FIRST, told)
