"""The clock for trials: it is ahead by what the file says, at once, and a bad file never stops it."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import ShiftedClock

DAY = 86_400


def ahead(clock: ShiftedClock) -> int:
    """Whole seconds ahead of the machine."""
    return round((clock.now() - datetime.now(UTC)).total_seconds())


def test_it_follows_the_file(tmp_path: Path) -> None:
    file = tmp_path / "shift"
    clock = ShiftedClock(file)
    assert ahead(clock) == 0
    for shift in (3 * DAY, 4 * DAY, 5):
        fresh = tmp_path / "fresh"
        fresh.write_text(f"{shift}\n", "ascii")
        fresh.replace(file)
        assert ahead(clock) == shift
    file.unlink()
    assert ahead(clock) == 0


def test_today_is_the_shifted_day_in_vietnam(tmp_path: Path) -> None:
    file = tmp_path / "shift"
    file.write_text(str(400 * DAY), "ascii")
    expected = datetime.now(UTC) + timedelta(days=400, hours=7)
    assert abs(ShiftedClock(file).today() - expected.date()) <= timedelta(days=1)
    assert ShiftedClock(file).now().tzinfo is UTC


@pytest.mark.parametrize("content", [b"", b"soon", b"1.5", b"\xff", b"9" * 40, b"9" * 5000])
def test_a_broken_file_shifts_nothing_and_is_told_once(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "shift"
    file.write_bytes(content)
    clock = ShiftedClock(file)
    with caplog.at_level(logging.WARNING, "bot.clock"):
        assert [ahead(clock) for _ in range(3)] == [0, 0, 0]
    assert len(caplog.records) == 1
