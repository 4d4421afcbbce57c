"""The program's workers on a clock that tests move, with senders that record their messages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text

from bot.engine import EngineRunner
from bot.jobs import build_handlers
from bot.worker import Workers
from domain.calendar import SendingHours
from domain.chats import Channel
from domain.messaging.contents import PushContent
from services.intakes.reading import ReadIntake
from services.ports import Job, JobRunner, PushSender
from storage.database import Database
from storage.jobs import CUT_OFF
from tests.support.clock import FixedClock
from tests.support.lists import Lists
from tests.support.vendor import ScriptedVendor

ALL_DAY = SendingHours(0, 24)


class SentPush(NamedTuple):
    at: datetime
    channel: Channel
    address: str
    content: PushContent
    key: str
    silent: bool


@dataclass
class KeptChannel:
    """`services.ports.LiveSender` of one channel. All channels share `sent` and `edits`."""

    channel: Channel
    clock: FixedClock
    sent: list[SentPush]
    edits: list[SentPush]
    outcomes: list[BaseException] = field(default_factory=list)
    """Errors raised instead of delivering, one for each call."""
    retired: list[str] = field(default_factory=list)

    async def send(
        self, address: str, content: PushContent, key: str, maybe_repeated: bool, silent: bool = False
    ) -> str:
        if self.outcomes:
            raise self.outcomes.pop(0)
        self.sent.append(SentPush(self.clock.now(), self.channel, address, content, key, silent))
        return f"sent-{len(self.sent)}"

    async def edit(self, address: str, message_ref: str, content: PushContent) -> None:
        if self.outcomes:
            raise self.outcomes.pop(0)
        self.edits.append(SentPush(self.clock.now(), self.channel, address, content, message_ref, False))

    async def replace(
        self,
        message_ref: str,
        address: str,
        content: PushContent,
        key: str,
        maybe_repeated: bool,
        silent: bool = False,
    ) -> str:
        if message_ref in self.retired:
            return await self.send(address, content, key, maybe_repeated, silent)
        await self.edit(address, message_ref, content)
        return message_ref

    async def retire(self, address: str, message_ref: str, content: PushContent) -> None:
        self.retired.append(message_ref)


async def cut_off(database: Database, key: str) -> None:
    """Let the job with this key be one whose worker was killed before it could settle it."""
    on_sqlite = f"UPDATE jobs SET error = '{CUT_OFF}' WHERE key = :key"
    changed = "attempts = attempts + 1, args = args || jsonb_build_object('uncounted', 1)"
    of_engine = f"UPDATE procrastinate_jobs SET {changed} WHERE queueing_lock = :key"
    async with database.writing() as connection:
        await connection.execute(text(of_engine if database.has_engine else on_sqlite), {"key": key})


async def _nothing(_: Job) -> None:
    pass


class Working:
    """Runs the jobs of every lane, but does nothing for those whose name is `left_out`. `sent` is everything
    that went out in order, except what a test's own `senders` take."""

    def __init__(
        self,
        database: Database,
        clock: FixedClock,
        read_intake: ReadIntake | None = None,
        senders: Mapping[Channel, PushSender] | None = None,
        left_out: Collection[str] = (),
        hours: SendingHours = ALL_DAY,
        **invoicing: Any,
    ) -> None:
        self.clock = clock
        self.vendor = ScriptedVendor()
        self.sent: list[SentPush] = []
        self.edits: list[SentPush] = []
        self.channels: dict[Channel, KeptChannel] = {
            channel: KeptChannel(channel, clock, self.sent, self.edits)
            for channel in Channel
            if channel is not Channel.CHAT
        }
        handlers = build_handlers(
            database,
            clock,
            {**self.channels, **(senders or {})},
            hours,
            self.vendor,
            read_intake or Lists(database, clock).read_intake,
            **invoicing,
        )
        self.handlers = {
            lane: {name: _nothing if name in left_out else done for name, done in named.items()}
            for lane, named in handlers.items()
        }
        self.runner: JobRunner = (
            EngineRunner(database, clock, self.handlers, in_hand=0)
            if database.has_engine
            else Workers(database, clock, self.handlers)
        )

    async def work(self) -> None:
        """Run due jobs until none is left."""
        while (await self.runner.counts(self.clock.now()))[0][0]:
            if not await self.runner.run_due():
                # What is due waits for an earlier job.
                break

    async def work_until(self, moment: datetime) -> None:
        """Move the clock to `moment`, running each job on the way when it falls due."""
        while True:
            await self.work()
            due = await self.runner.next_due()
            if due is None or due > moment:
                break
            self.clock.set(max(due, self.clock.now()))
        self.clock.set(moment)
        await self.work()

    def to(self, channel: Channel) -> list[PushContent]:
        return [push.content for push in self.sent if push.channel is channel]
