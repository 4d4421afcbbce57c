"""What the log and `/healthz` learn of a part of the outside that does not answer."""

import asyncio
import contextlib
import logging

import pytest

from services.ports import RetryLater, Undeliverable
from services.presence import FAILURES, Presence


@pytest.fixture
def presence(caplog: pytest.LogCaptureFixture) -> Presence:
    caplog.set_level(logging.DEBUG)
    return Presence("smtp", FAILURES, (Undeliverable,))


def call(presence: Presence, error: BaseException | None = None) -> None:
    with contextlib.suppress(BaseException), presence:
        if error is not None:
            raise error


def test_it_is_said_once_that_it_fails_and_once_that_it_works(
    presence: Presence, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(100):
        assert presence.is_lost == (number >= FAILURES)
        call(presence, RetryLater(5, "out of reach"))
    call(presence)
    call(presence)
    assert not presence.is_lost
    assert caplog.messages == ["smtp fails: out of reach", "smtp works again"]


def test_a_failure_by_itself_says_nothing(presence: Presence, caplog: pytest.LogCaptureFixture) -> None:
    for answered in (None, Undeliverable("no such mailbox")):
        for _ in range(FAILURES - 1):
            call(presence, OSError())
        call(presence, answered)
    for _ in range(FAILURES):
        call(presence, asyncio.CancelledError())
    assert not presence.is_lost
    assert caplog.messages == []


def test_the_text_of_another_error_is_not_logged(
    presence: Presence, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(FAILURES):
        call(presence, ValueError("an@minhan.vn"))
    assert caplog.messages == ["smtp fails: ValueError"]
