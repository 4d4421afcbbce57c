"""What counts or lists much is read while others write."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from inspect import isasyncgenfunction
from typing import Any

import pytest

from domain.calendar import VIETNAM
from domain.chats import Channel
from domain.people import Actor
from services.activation.reminders import Remind
from services.operations import Operations
from storage.database import Database
from storage.events import SqlEvents
from storage.licences import SqlLicences
from storage.transfers import SqlTransfers
from tests.support.clock import FixedClock


@pytest.fixture
def read_beside_a_writer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> Callable[[type, str, Awaitable[Any]], Awaitable[None]]:
    """Carries an act out while another transaction holds the writer's turn, until `method` has been read."""

    async def carry_out(of: type, method: str, act: Awaitable[Any]) -> None:
        done, read = asyncio.Event(), getattr(of, method)

        async def noted(*arguments: Any, **named: Any) -> Any:
            found = await read(*arguments, **named)
            done.set()
            return found

        async def noted_pages(*arguments: Any, **named: Any) -> AsyncIterator[Any]:
            async for page in read(*arguments, **named):
                yield page
            done.set()

        monkeypatch.setattr(of, method, noted_pages if isasyncgenfunction(read) else noted)
        async with database.write(), asyncio.timeout(120):
            under_way = asyncio.ensure_future(act)
            await done.wait()
        await under_way

    return carry_out


async def test_the_totals_of_a_day(
    read_beside_a_writer: Any, operations: Operations, back_office: Actor, clock: FixedClock
) -> None:
    await read_beside_a_writer(
        SqlTransfers, "totals", operations.desk.show_totals(back_office, clock.today())
    )


async def test_the_log(
    read_beside_a_writer: Any, operations: Operations, back_office: Actor, clock: FixedClock
) -> None:
    today = clock.today()
    await read_beside_a_writer(
        SqlEvents, "between", operations.desk.export_log(back_office, today - timedelta(days=30), today)
    )


async def test_a_reminder(
    read_beside_a_writer: Any, database: Database, owner: Actor, clock: FixedClock
) -> None:
    remind = Remind(database, clock)
    slot = clock.now().astimezone(VIETNAM)
    await read_beside_a_writer(SqlLicences, "on_trial", remind(Channel.CHAT, "", owner.accountant_id, slot))
