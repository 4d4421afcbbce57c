from datetime import UTC, date, datetime

import pytest

from domain.customers import CustomerKind
from texts.filters import FILTERS, day, deadline, deadline_in_chat, for_reader, kind, phone
from texts.plain import plain_text, without_dates


@pytest.mark.parametrize(
    "e164, shown",
    [
        ("+84912345678", "0912 345 678"),
        ("+8491234567", "+8491234567"),
        ("0912345678", "0912345678"),
        ("", ""),
    ],
)
def test_phone(e164: str, shown: str) -> None:
    assert phone(e164) == shown


def test_day_of_a_date_and_of_a_moment() -> None:
    assert day(date(2026, 11, 3)) == "03/11/2026"
    assert day(datetime(2026, 11, 3, 18, 0, tzinfo=UTC)) == "04/11/2026"


def test_a_moment_in_the_readers_form_reads_the_same_where_there_is_none() -> None:
    at = datetime(2026, 12, 6, 3, 37, tzinfo=UTC)
    live = for_reader("còn 2 ngày", at, "r")
    assert live == f'<tg-time unix="{int(at.timestamp())}" format="r">còn 2 ngày</tg-time>'
    for shown in (without_dates(live), plain_text(live)):
        assert shown == "còn 2 ngày"
    assert "unix=" in deadline_in_chat(at)
    assert plain_text(deadline_in_chat(at)) == deadline(at)
    assert deadline_in_chat(None) == deadline(None)


@pytest.mark.parametrize("value", ["household", CustomerKind.HOUSEHOLD])
def test_kind_takes_the_word_or_the_value(value: str) -> None:
    assert kind(value) == "Hộ kinh doanh"


def test_names_in_templates() -> None:
    assert set(FILTERS) == {
        "vnd",
        "deadline_in_chat",
        "name_doubt",
        "count",
        "named",
        "date",
        "moment",
        "deadline",
        "phone",
        "kind",
        "buyer_number",
        "short",
        "told",
    }
    assert FILTERS["moment"](datetime(2026, 11, 3, 18, 5, tzinfo=UTC)) == "04/11/2026 01:05"
    assert FILTERS["vnd"](1_500_000) == "1.500.000 ₫"
    assert FILTERS["count"](1_500) == "1.500"
