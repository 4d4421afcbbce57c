"""What somebody waits for is not held up by mails that do not leave."""

import asyncio

from domain.chats import Channel
from domain.intakes.entries import IntakeState
from domain.messaging.contents import PushContent
from domain.payments import PaymentState
from domain.people import Actor
from services.money.transfers import TakeTransfers
from services.operations import Operations
from services.ports import RetryLater
from storage.database import Database
from tests.services.paying import requests_of
from tests.support.banks import reported
from tests.support.builders import add_customers, placed_order
from tests.support.clock import FixedClock
from tests.support.lists import Lists, list_file
from tests.support.working import Working

MAILS = 30
"""More than one worker sends at once."""


class SilentServer:
    """`PushSender` to a server that takes connections and says nothing until the test `ends`."""

    def __init__(self) -> None:
        self.waiting = 0
        self.ends = asyncio.Event()

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        self.waiting += 1
        await self.ends.wait()
        raise RetryLater(3600, "nobody answered")


async def test_a_list_and_a_transfer_do_not_wait_for_mails_to_a_server_that_does_not_answer(
    operations: Operations, owner: Actor, database: Database, clock: FixedClock
) -> None:
    order = await placed_order(operations, owner, await add_customers(operations, owner, MAILS))
    lists, silent = Lists(database, clock), SilentServer()
    senders = {channel: silent for channel in (Channel.EMAIL, Channel.SMS)}
    working = Working(database, clock, lists.read_intake, senders)
    running = asyncio.create_task(working.runner.run())

    async with asyncio.timeout(60):
        while silent.waiting < 20:  # noqa: ASYNC110 - a number cannot be awaited
            await asyncio.sleep(0.01)
        file = lists.files.send(list_file({"tax_code": "0101243150", "name": "Công ty An"}))
        intake = await operations.intakes.receive_file(owner, file, {})
        (request, *_) = await requests_of(database, order)
        await TakeTransfers(database, clock)([reported(request.code, request.amount)])
        while True:
            read = (await operations.intakes.view_intake(owner, intake.id)).intake.state
            paid = (await requests_of(database, order))[0].state
            if (read, paid) == (IntakeState.CHECKED, PaymentState.PAID):
                break
            await asyncio.sleep(0.01)

    silent.ends.set()
    running.cancel()
    await asyncio.wait([running])
