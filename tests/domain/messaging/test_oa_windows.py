from datetime import UTC, datetime, timedelta

import pytest

from domain.messaging.oa_windows import OaTerms, count_paid, may_write

NOW = datetime(2026, 12, 31, 3, tzinfo=UTC)
TERMS = OaTerms()


@pytest.mark.parametrize(
    ("ago", "may"),
    [(None, False), (timedelta(), True), (timedelta(days=7), True), (timedelta(days=7, seconds=1), False)],
)
def test_who_has_not_written_for_seven_days_is_not_written_to(ago: timedelta | None, may: bool) -> None:
    assert may_write(None if ago is None else NOW - ago, NOW) is may


@pytest.mark.parametrize(
    ("ago", "before", "messages", "paid"),
    [
        (timedelta(hours=1), 0, 8, 0),
        (timedelta(hours=1), 7, 1, 0),
        (timedelta(hours=1), 7, 3, 2),
        (timedelta(hours=1), 20, 2, 2),
        (timedelta(hours=48), 0, 1, 0),
        (timedelta(hours=48, seconds=1), 0, 2, 2),
    ],
)
def test_eight_messages_are_free_for_two_days_after_a_word(
    ago: timedelta, before: int, messages: int, paid: int
) -> None:
    assert count_paid(NOW - ago, before, messages, NOW, TERMS) == paid


def test_where_zalo_counts_none_only_the_two_days_matter() -> None:
    terms = OaTerms(free_replies=0)
    assert count_paid(NOW, 1000, 5, NOW, terms) == 0
    assert count_paid(NOW - timedelta(days=3), 0, 5, NOW, terms) == 5
    assert count_paid(None, 0, 5, NOW, terms) == 5
