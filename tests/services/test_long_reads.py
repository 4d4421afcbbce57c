"""What counts or lists much is read while others write."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from inspect import isasyncgenfunction
from typing import Any

import pytest

from domain.calendar import VIETNAM
from domain.chats import Channel
from domain.intakes.pasting import ReadText, read_text
from domain.people import Actor
from services.activation.reminders import Remind
from services.intakes import pasting
from services.operations import Operations
from storage.database import Database
from storage.events import SqlEvents
from storage.licences import SqlLicences
from storage.transfers import SqlTransfers
from tests.support.builders import enterprise
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


async def test_a_long_text_holds_nobody_up(
    operations: Operations, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop_turned, held_up = threading.Event(), []

    def read(text: str) -> ReadText:
        held_up.append(not loop_turned.wait(10))
        return read_text(text)

    monkeypatch.setattr(pasting, "read_text", read)
    rows = (enterprise(number) for number in range(1, 60))
    under_way = asyncio.ensure_future(
        operations.intakes.receive_text(owner, "\n".join(f"{one.tax_code}\t{one.name}" for one in rows))
    )
    asyncio.get_running_loop().call_later(0.01, loop_turned.set)
    intake = await under_way
    assert held_up == [False]
    assert (await operations.intakes.view_intake(owner, intake.id)).intake == intake
