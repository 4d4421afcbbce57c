"""The process that gives the bot its lives: it has everything in memory, and forks a bot for every life.

`tests.crash.lives` starts it. A line of JSON on its input (`Orders`) begins lives in a folder: whenever a bot
was killed, the next one starts at once. An empty line ends them. Each line gets one line as its answer.

The bot is the real program. There is a point before and after every commit that changes something and every
call to the outside world. At the first point where no life was killed before, the bot writes the point
down and kills itself.
"""

import asyncio
import json
import os
import re
import signal
import sys
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn, TypedDict

import aiohttp
import aiosmtplib
import httpx
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

import bot.__main__ as bot_main
from bot import wiring
from bot.settings import load_settings
from gateways.redaction import Redaction
from services.ports import Turn
from storage import sqlite
from storage.database import Database
from storage.dialog_states import DialogStorage
from storage.engine import Manager
from storage.shared_writes import SharedWrites
from tests.support.pace import drop_pace

STEP, KILLS, LOG, PID, ENDED = "step", "kills.jsonl", "bot.log", "pid", "ended"
"""Files in the folder of the lives: the journey's step, points killed at, what the bots logged, the process
now alive, and why a bot ended by itself."""

CALM = ""
"""The name of a step in which nobody is killed."""

START_UP = "start-up"
"""The name of the step for what every life does first."""

_FIRST = {
    "EnsurePriceList",
    "EnsureBackOffice",
    "StartCatchingUp",
    "StartCheckingBooks",
    "StartMailingStatements",
    "SqlJobQueue.release",
    "setMyCommands",
    "setMyDescription",
    "setMyShortDescription",
    "deleteWebhook",
    "getMe",
    "setWebhook",
    "getoa",
}
_SERVERS = {
    "/esms/": "sms",
    "/vendor/": "vendor",
    "/registry/": "registry",
    "/zalo/": "zalo",
    "/zalo-oa/": "zalo",
    "/einvoice/": "einvoice",
}
_NAME = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=/|$)")
"""A name of one thing within an address, which says nothing of the kind of call."""
_SETTLES_PUSH, _ENDS_UPDATES = "DeliverPush", "DialogStorage._write_end"
"""Operations that settle a sent push, and sent answers on Zalo."""
_BY_TIME = "_Progress"
"""Progress, told in intervals of time. Only its first commit is a point, because lives differ in length."""
_CHANGES = ("INSERT", "UPDATE", "DELETE")
# Frames that stand between an operation and the hook of its commit.
_PLUMBING = ("contextlib.py", "storage/connections.py", "storage/database.py", "crash/life.py")


class Orders(TypedDict):
    """What the test sends: the bot's settings, and whether it kills itself at points; with a `spread` of more
    than 1 only at those of each kind whose number is a power of it, without `start_up` not at those of its
    start."""

    folder: str
    settings: dict[str, str]
    at_points: bool
    spread: int
    start_up: bool


class Point(NamedTuple):
    """A moment at which a process may die: its step, its event, and the event's number in that life."""

    step: str
    moment: str
    kind: str
    what: str
    number: int


class Points:
    """Counts the points of one life and ends it at the first new one."""

    def __init__(self, orders: Orders) -> None:
        folder = Path(orders["folder"])
        self._folder = folder
        self._at_points = orders["at_points"]
        self._spread = orders["spread"]
        self._start_up = orders["start_up"]
        self._seen: Counter[tuple[str, ...]] = Counter()
        self._known = {Point(*json.loads(line)["point"]) for line in _lines(folder / KILLS)}
        self._wrote = False
        self._told = False
        # Tasks whose chat push or Zalo answer has left but is not settled: a kill now would repeat it.
        self._pushing: set[asyncio.Task[Any] | None] = set()
        # Tasks whose update ends with the commit under way, which is another task's.
        self._ending: set[asyncio.Task[Any] | None] = set()

    def _reached(self, moment: str, kind: str, what: str) -> None:
        entered = (self._folder / STEP).read_text()
        step = START_UP if what in _FIRST else entered
        self._seen[step, moment, kind, what] += 1
        point = Point(step, moment, kind, what, self._seen[step, moment, kind, what])
        if (
            self._at_points
            and entered != CALM
            and (self._start_up or step != START_UP)
            and point not in self._known
            and (self._spread == 1 or _is_power(point.number, self._spread))
        ):
            with (self._folder / KILLS).open("a") as record:
                record.write(json.dumps({"point": point, "pushing": len(self._pushing)}) + "\n")
            os.kill(os.getpid(), signal.SIGKILL)

    def committed(self, moment: Literal["before", "after"]) -> None:
        """`Connections.on_commit`. A commit that changes nothing is no point."""
        operation = _operation()
        if moment == "after" and operation == _SETTLES_PUSH:
            self._pushing.discard(asyncio.current_task())
        if moment == "after" and operation == _ENDS_UPDATES:
            self._pushing -= self._ending
        if self._wrote and not (operation == _BY_TIME and self._told):
            self._reached(moment, "commit", operation)
        self._told |= operation == _BY_TIME and moment == "after"

    def began(self) -> None:
        """A transaction begins, and has changed nothing yet."""
        self._wrote = False

    def executed(self, statement: str, rowcount: int) -> None:
        """Notice whether the transaction under way changes anything."""
        self._wrote |= statement.lstrip().startswith(_CHANGES) and rowcount > 0

    async def dialog_call(self, url: str, call: Awaitable[Any]) -> Any:
        """A request by aiogram or the SMS gateway, or to Zalo, the vendor, the registry or SePay."""
        what = _NAME.sub("", url.partition("?")[0]).rstrip("/").rpartition("/")[2]
        if what == "getUpdates":
            return await call
        kind = next((kind for part, kind in _SERVERS.items() if part in url), "dialog call")
        return await (self._leaving if kind == "zalo" else self._around)(kind, what, call)

    async def push(self, url: str, call: Awaitable[Any]) -> Any:
        """A request by python-telegram-bot: a push, or a file that a person sent."""
        what = "download" if "/file/" in url else url.rpartition("/")[2]
        return await self._leaving("push", what, call)

    async def end(self, call: Awaitable[None]) -> None:
        """The end of an update."""
        task = asyncio.current_task()
        self._ending.add(task)
        try:
            await call
        finally:
            self._ending.discard(task)

    async def settling(self, name: str, call: Awaitable[None]) -> None:
        """The end of a job on PostgreSQL, which is a commit of Procrastinate's connection."""
        await self._around("job", name, call)

    async def mail(self, call: Awaitable[Any]) -> Any:
        return await self._around("mail", "data", call)

    async def _leaving(self, kind: str, what: str, call: Awaitable[Any]) -> Any:
        self._reached("before", kind, what)
        if what.startswith("send") or what == "cs":
            # An edit may be repeated without a trace.
            self._pushing.add(asyncio.current_task())
        answer = await call
        self._reached("after", kind, what)
        return answer

    async def _around(self, kind: str, what: str, call: Awaitable[Any]) -> Any:
        self._reached("before", kind, what)
        answer = await call
        self._reached("after", kind, what)
        return answer


def _is_power(number: int, base: int) -> bool:
    while number % base == 0:
        number //= base
    return number == 1


def _operation() -> str:
    """The name of the transaction: the operation's class, else the function."""
    frame = sys._getframe()
    while frame.f_code.co_filename.endswith(_PLUMBING):
        assert frame.f_back is not None
        frame = frame.f_back
    name = frame.f_code.co_qualname
    if name == SharedWrites._write.__qualname__:
        name = frame.f_locals["self"].write.__qualname__
    return name.removesuffix(".__call__")


def _watch(points: Points) -> None:
    """Put points around every call that leaves the program."""
    request, send, data = aiohttp.ClientSession._request, httpx.AsyncClient.send, aiosmtplib.SMTP.data
    end, settle = DialogStorage.write, Manager._settle

    run = sqlite.Connection.run

    class WatchedDatabase(Database):
        def __init__(self, url: str, pragmas: Sequence[str] = ()) -> None:
            super().__init__(url, points.committed, pragmas)
            if not url.startswith("sqlite"):
                event.listen(self._writer.engine.sync_engine, "after_cursor_execute", _executed)

        @asynccontextmanager
        async def writing(self, *turns: Turn) -> AsyncIterator[AsyncConnection]:
            async with super().writing(*turns) as connection:
                points.began()
                yield connection

    def _executed(_: object, cursor: Any, statement: str, *__: object) -> None:
        points.executed(statement, cursor.rowcount)

    async def _run(self: sqlite.Connection, sql: str, *given: Any, **more: Any) -> sqlite.Fetched:
        fetched = await run(self, sql, *given, **more)
        points.executed(sql, fetched.rowcount)
        return fetched

    async def _request(self: aiohttp.ClientSession, method: str, url: Any, **more: Any) -> Any:
        return await points.dialog_call(str(url), request(self, method, url, **more))

    async def _send(self: httpx.AsyncClient, message: httpx.Request, **more: Any) -> Any:
        return await points.push(message.url.path, send(self, message, **more))

    async def _end(self: DialogStorage, *given: Any) -> None:
        await points.end(end(self, *given))

    async def _settle(self: Manager, job: Any, query: Any, **values: Any) -> None:
        await points.settling(job.task_name, settle(self, job, query, **values))

    async def _data(self: aiosmtplib.SMTP, *given: Any, **more: Any) -> Any:
        return await points.mail(data(self, *given, **more))

    for owner, name, watched in (
        (wiring, "Database", WatchedDatabase),
        (sqlite.Connection, "run", _run),
        (aiohttp.ClientSession, "_request", _request),
        (httpx.AsyncClient, "send", _send),
        (aiosmtplib.SMTP, "data", _data),
        (DialogStorage, "write", _end),
        (Manager, "_settle", _settle),
    ):
        setattr(owner, name, watched)


def _live(orders: Orders) -> NoReturn:
    """Run the bot until it is killed."""
    folder = Path(orders["folder"])
    os.chdir(folder)
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    _watch(Points(orders))
    why = "no error"
    try:
        why = f"exit code {bot_main.main()}"
    except BaseException as error:
        why = repr(error)
    finally:
        (folder / ENDED).write_text(why)
        os._exit(1)


def _keep_alive(orders: Orders) -> NoReturn:
    """Start one life after the other, as long as each ends by a kill."""
    os.environ.update(orders["settings"])
    settings = load_settings()
    vars(bot_main)["load_settings"] = lambda: settings
    Redaction(settings.secrets)  # Its pattern is compiled then.
    status: int = signal.SIGKILL
    while status == signal.SIGKILL:
        pid = os.fork()
        if pid == 0:
            _live(orders)
        put(Path(orders["folder"]) / PID, str(pid))
        status = os.waitpid(pid, 0)[1]
    os._exit(1)


def _begin(orders: Orders) -> int:
    """Start the lives in a process group of their own, and return its id."""
    keeper = os.fork()
    os.setpgid(keeper, keeper)
    if keeper == 0:
        _keep_alive(orders)
    return keeper


def _end(keeper: int) -> None:
    os.killpg(keeper, signal.SIGKILL)
    os.waitpid(keeper, 0)


def put(path: Path, text: str) -> None:
    """Write a file as a whole, because another process may be reading it."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.rename(path)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def main() -> None:
    warnings.simplefilter("error")
    # No settings of a real installation.
    os.environ.clear()
    os.environ["BOT_ENV_FILE"] = os.devnull
    sys.argv = ["bot"]
    drop_pace()
    keeper = 0
    for line in sys.stdin:
        if keeper:
            _end(keeper)
            keeper = 0
        if line.strip():
            keeper = _begin(json.loads(line))
        print(keeper, flush=True)
    if keeper:
        _end(keeper)
