"""Posts that never end: they are given up, whoever sends them, and the log has no traceback."""

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import AsyncIterator, Sequence

import pytest
from aiohttp import web

from bot import bodies, webhooks
from domain.transfers import ReportedTransfer
from tests.bot.test_webhooks import settings
from tests.support.bank_deliveries import SECRET
from tests.support.clock import FixedClock

MANY = 300
BROKEN = b"POST /webhooks/sepay HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\n{"
LONG = 60
"""Seconds that are never reached unless a post hangs."""

Post = tuple[asyncio.StreamReader, asyncio.StreamWriter]
pytestmark = pytest.mark.long


@contextlib.asynccontextmanager
async def hanging(clock: FixedClock) -> AsyncIterator[Sequence[Post]]:
    """Posts to the webhook of SePay, served as the program serves it, that stop in the midst of the body."""

    async def take(_: Sequence[ReportedTransfer]) -> None:
        raise AssertionError("nothing came")

    app = web.Application()
    webhooks.add_bank_webhooks(app, settings(sepay_secret=SECRET), clock, take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        posts = await asyncio.gather(*(asyncio.open_connection(host, port) for _ in range(MANY)))
        for _, writer in posts:
            writer.write(BROKEN)
        async with asyncio.timeout(LONG):
            yield posts
    finally:
        await runner.cleanup()


def refused(caplog: pytest.LogCaptureFixture) -> int:
    """How many were given up. Nothing else may be in the log."""
    assert not [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]
    return sum("is refused: broken off" in record.message for record in caplog.records)


async def test_hanging_posts_end_by_themselves(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bodies, "WEBHOOK_SECONDS", 0.5)
    async with hanging(clock) as posts:
        answers = await asyncio.gather(*(reader.readline() for reader, _ in posts))
        assert {answer.split()[1] for answer in answers} == {b"400"}
        # The connections end, too.
        await asyncio.gather(*(reader.read() for reader, _ in posts))
        for _, writer in posts:
            writer.close()
    assert refused(caplog) == MANY


async def test_lost_connections_leave_no_traceback(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, ended = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def counted(request: web.Request) -> bytes:
        begun.release()
        try:
            return await bodies.read_webhook(request)
        finally:
            ended.release()

    monkeypatch.setattr(webhooks, "read_webhook", counted)
    async with hanging(clock) as posts:
        for _ in range(MANY):
            await begun.acquire()
        for _, writer in posts:
            # Closed so, it is reset at once.
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        for _ in range(MANY):
            await ended.acquire()
    assert refused(caplog) == MANY
