"""Starts the process that opens files (`gateways.workbooks.worker`), and talks with it."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from domain.errors import DomainError
from gateways.workbooks.layout import UNPACKED_LIMIT_MB

WALL_SECONDS = 20.0
"""Seconds to wait for the worker's next frame; its own limit on processor time is shorter."""

IDLE_SECONDS = 300.0
"""How long a worker without a file is kept: the next file need not wait for its start."""

_PATIENCE = 1.0
_GRACE_SECONDS = 0.5
_PIECE = 256 * 1024
_ROOT = Path(__file__).parents[2]
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH")
_OVER_ITS_BOUNDS = (-signal.SIGABRT, -signal.SIGXCPU, -signal.SIGKILL)

log = logging.getLogger(__name__)

Frame = dict[str, Any]


class _Killed(Exception):
    """The worker was killed before anything came of the file."""


async def nothing() -> None:
    """Do nothing: nobody wants to be told."""


class ReaderProcess:
    """One worker, started when first needed and kept while files come; it answers one request at a time.

    A worker that dies, hangs or grows beyond its bounds takes only the request with it: the next one gets a
    new worker. It ends with `close()`, and by itself when this process is gone.
    """

    def __init__(self) -> None:
        self._worker: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None
        self.seconds = 0.0
        """How long the last file kept a processor; where its worker cannot tell, how long it took."""

    @property
    def id(self) -> int | None:
        """The worker's id for the system; `None` while there is none."""
        return self._worker.pid if self._worker else None

    async def ask(
        self,
        wanted: Mapping[str, object],
        content: bytes,
        take: Callable[[Frame], Awaitable[None]],
        while_waiting: Callable[[], Awaitable[None]] = nothing,
    ) -> Frame:
        """Have a file read; returns the last frame of the reply, after `take` was given each earlier one.

        An error of `take` or `while_waiting` ends the worker. Raises `DomainError`: why the file was refused,
        "workbook_too_large" where reading it went over the worker's bounds, "workbook_broken" where it died.
        """
        async with self._one_at_a_time:
            self._stay()
            began = asyncio.get_running_loop().time()
            frame: Frame = {}
            try:
                frame = await self._ask(wanted, content, take, while_waiting)
            except _Killed:
                # Perhaps before it had the file, or for memory that others needed.
                frame = await self._ask(wanted, content, take, while_waiting, again=True)
            finally:
                self.seconds = frame.pop("seconds", asyncio.get_running_loop().time() - began)
                self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._close_idle)
        if refused := frame.get("error"):
            code, params = refused
            raise DomainError(code, **params)
        return frame

    async def _ask(
        self,
        wanted: Mapping[str, object],
        content: bytes,
        take: Callable[[Frame], Awaitable[None]],
        while_waiting: Callable[[], Awaitable[None]],
        again: bool = False,
    ) -> Frame:
        worker = self._worker
        if worker is None or worker.returncode is not None:
            worker = self._worker = await _start()
        taken = False
        try:
            await _send(worker, json.dumps(wanted).encode() + b"\n", content)
            while "last" not in (frame := await _frame(worker, while_waiting)):
                taken = True
                await take(frame)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await self._end()
            why = type(error).__name__
            log.warning("a file cost its reader: %s, exit code %s", why, worker.returncode)
            hung = isinstance(error, TimeoutError)
            if worker.returncode == -signal.SIGKILL and not (hung or taken or again):
                raise _Killed from error
            if hung or worker.returncode in _OVER_ITS_BOUNDS:
                raise DomainError("workbook_too_large", limit=UNPACKED_LIMIT_MB, of="content") from error
            raise DomainError("workbook_broken") from error
        except BaseException:
            # Half a conversation must not meet the next request.
            await self._end()
            raise
        return frame

    async def close(self) -> None:
        """End the worker once it has answered."""
        async with self._one_at_a_time:
            self._stay()
            await self._end()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()

    def _close_idle(self) -> None:
        self._closing = asyncio.create_task(self.close())

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        # An idle worker ends with its input. Its remaining output is read, or the pipe would stay open.
        try:
            async with asyncio.timeout(_GRACE_SECONDS):
                await worker.communicate(b"")
        except TimeoutError:
            # It may have ended in this very moment.
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.communicate()


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateways.workbooks.worker"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT,
        # Not the whole environment: it holds the program's secrets.
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )


async def _send(worker: asyncio.subprocess.Process, head: bytes, content: bytes) -> None:
    assert worker.stdin is not None
    async with asyncio.timeout(WALL_SECONDS):
        worker.stdin.write((len(head) + len(content)).to_bytes(4, "big") + head)
        # A full pipe copies what is left, so pieces are small; others are served in between.
        for start in range(0, len(content), _PIECE):
            worker.stdin.write(content[start : start + _PIECE])
            await worker.stdin.drain()


async def _frame(worker: asyncio.subprocess.Process, while_waiting: Callable[[], Awaitable[None]]) -> Frame:
    assert worker.stdout is not None
    reading = asyncio.ensure_future(_read(worker.stdout))
    try:
        waited = 0.0
        while waited < WALL_SECONDS:
            if (await asyncio.wait({reading}, timeout=_PATIENCE))[0]:
                return json.loads(await reading)  # type: ignore[no-any-return]
            waited += _PATIENCE
            await while_waiting()
        raise TimeoutError
    finally:
        reading.cancel()


async def _read(out: asyncio.StreamReader) -> bytes:
    return await out.readexactly(int.from_bytes(await out.readexactly(4), "big"))
