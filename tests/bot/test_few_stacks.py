"""The log of a long outage: lines, but a stack only once a minute for each kind of error."""

import logging

import pytest
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.few_stacks import SECONDS, FewStacks


def fails(error: Exception) -> None:
    raise error


def another_fails(error: Exception) -> None:
    raise error


@pytest.fixture
def lines() -> list[logging.LogRecord]:
    return []


@pytest.fixture
def moment() -> list[float]:
    return [1000.0]


@pytest.fixture
def log(lines: list[logging.LogRecord], moment: list[float]) -> logging.Logger:
    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record)

    handler = Keep()
    handler.addFilter(FewStacks(lambda: moment[0]))
    log = logging.Logger("outage")
    log.addHandler(handler)
    return log


def test_of_errors_of_one_kind_one_a_minute_has_a_stack(
    log: logging.Logger, lines: list[logging.LogRecord], moment: list[float]
) -> None:
    for second in range(180):
        moment[0] = 1000.0 + second
        try:
            fails(OSError(second))
        except OSError:
            log.exception("no %s", "database")
    assert len(lines) == 180
    assert sum(bool(line.exc_info) for line in lines) == 180 / SECONDS
    assert lines[1].getMessage() == "no database (OSError again)"


def test_each_kind_and_each_place_has_its_own(log: logging.Logger, lines: list[logging.LogRecord]) -> None:
    for act, error in ((fails, OSError()), (fails, ValueError()), (another_fails, OSError())):
        try:
            act(error)
        except (OSError, ValueError):
            log.exception("no")
    log.warning("no error at all")
    assert [bool(line.exc_info) for line in lines] == [True, True, True, False]


def test_all_that_tell_of_a_database_that_is_away_are_of_one_kind(
    log: logging.Logger, lines: list[logging.LogRecord]
) -> None:
    for act, error in ((fails, OperationalError("", {}, OSError())), (another_fails, PoolTimeout())):
        try:
            act(error)
        except SQLAlchemyError:
            log.exception("no")
    assert [bool(line.exc_info) for line in lines] == [True, False]
