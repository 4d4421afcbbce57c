"""Old data is dropped after a while, and not before people are answered."""

import asyncio
from typing import Any, cast

import pytest

from bot import housekeeping
from bot.wiring import Program


async def test_the_first_sweep_waits_and_one_that_fails_is_tried_again_soon(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    happened: list[object] = []

    async def sleep(seconds: float) -> None:
        happened.append(seconds)
        if len(happened) == 5:
            raise asyncio.CancelledError

    async def sweep(program: Program) -> None:
        happened.append("sweep")
        if len(happened) == 2:
            raise RuntimeError("the database is away")

    monkeypatch.setattr("bot.housekeeping.asyncio.sleep", sleep)
    monkeypatch.setattr(housekeeping, "sweep", sweep)
    with pytest.raises(asyncio.CancelledError):
        await housekeeping.keep_house(cast(Any, None))
    assert happened == [300, "sweep", 300, "sweep", 6 * 3600]
    assert caplog.text.count("housekeeping failed") == 1
