"""The jobs on PostgreSQL, run by real processes that are killed, stopped and cut off from the database."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from procrastinate.manager import JobManager, get_channel_for_queues
from sqlalchemy import text

from bot import engine
from bot.clock import SystemClock
from bot.engine import EngineRunner
from bot.worker import AtOnce
from gateways.chat_pace import TELEGRAM, ChatPace, WorkerTurns
from services.ports import AT_ONCE, Job, Lane, NewJob, RetryLater
from storage import engine_watch
from storage.database import Database
from storage.engine import Manager
from storage.migrate import upgrade
from tests.support.clock import FixedClock
from tests.support.forks import fork
from tests.support.postgres import halt_postgres, postgres_url, resume_postgres, start_postgres, stop_postgres
from tests.support.rows import rows_of

pytestmark = [pytest.mark.long, pytest.mark.kill]

ROOT = Path(__file__).parents[2]
QUICK = {"SWEEP_SECONDS": 0.3, "SIGHT_SECONDS": 3.0}
"""For tests that wait for what comes next, not for how long that takes."""


class Did(NamedTuple):
    """What a job's handler writes down."""

    what: str
    pid: int
    key: str
    attempts: int
    again: bool


async def work(url: str, folder: str, patches: dict[str, float], beat: float) -> None:
    """Run the jobs of two lanes; each goes on until there is a file with the key of its payload."""
    logging.basicConfig()
    for name, value in patches.items():
        setattr(engine_watch, name, value)
    engine.BEAT_SECONDS = beat
    log = os.open(Path(folder) / "did", os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    def did(what: str, job: Job) -> None:
        os.write(log, (json.dumps([what, os.getpid(), job.key, job.attempts, job.again]) + "\n").encode())

    async def handle(job: Job) -> None:
        did("begun", job)
        while not (Path(folder) / job.payload["until"]).exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        # Whoever does this outside is asked to do it once for each key.
        with contextlib.suppress(FileExistsError):
            (Path(folder) / f"done-{job.key}").touch(exist_ok=False)
            did("effect", job)
        did("ended", job)

    database = Database(url)
    handlers = {lane: {"job": handle} for lane in (Lane.MAIN, Lane.VENDOR)}
    running = asyncio.current_task()
    assert running
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await EngineRunner(database, SystemClock(), handlers).run()
    await database.close()


class Team:
    """Processes that run jobs on one database, and what their jobs did."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.database = Database(url)
        self._processes: list[ForkServerProcess] = []

    def start(self, *, beat: float = 10.0, **patches: float) -> int:
        process = fork(work, self.url, str(self.folder), patches, beat, log=self.folder / "log")
        self._processes.append(process)
        assert process.pid is not None
        return process.pid

    def tell(self, pid: int, what: signal.Signals) -> None:
        (process,) = [one for one in self._processes if one.pid == pid]
        os.kill(pid, what)
        if what not in (signal.SIGSTOP, signal.SIGCONT):
            process.join(30)

    async def enqueue(self, *keys: str, until: str, order_key: str | None = None) -> None:
        payload = {"until": until}
        async with self.database.write() as uow:
            jobs = [NewJob("job", key, payload, order_key=order_key) for key in keys]
            await uow.jobs.enqueue(jobs, SystemClock().now())

    def allow(self, until: str) -> None:
        (self.folder / until).touch()

    def did(self, what: str, key: str = "") -> list[Did]:
        log = self.folder / "did"
        lines = log.read_text().splitlines() if log.exists() else []
        found = [Did(*json.loads(line)) for line in lines]
        return [one for one in found if one.what == what and key in ("", one.key)]

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(120):
            while not condition():  # noqa: ASYNC110 - a file cannot be awaited
                await asyncio.sleep(0.02)

    async def rows(self) -> list[tuple[Any, ...]]:
        """Key, status and attempts that count, of each job."""
        counted = "attempts - coalesce((args ->> 'uncounted')::int, 0)"
        async with self.database.reading() as connection:
            found = await connection.execute(
                text(f"SELECT queueing_lock, status::text, {counted} FROM procrastinate_jobs ORDER BY id")
            )
            return [tuple(row) for row in found]

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.join()


@pytest.fixture
async def team(postgresql_url: str, tmp_path: Path) -> AsyncIterator[Team]:
    made = Team(postgresql_url, tmp_path)
    yield made
    made.end()
    await made.database.close()


async def test_jobs_of_a_killed_process_are_begun_again_by_a_living_one_and_no_others(team: Team) -> None:
    keys = [f"job{number}" for number in range(50)]
    pids = team.start(), team.start()
    await team.enqueue(*keys, until="go")
    await team.enqueue("behind1", "behind2", until="go", order_key="one")
    # Each of the two has its hands full.
    await team.until(lambda: len(team.did("begun")) >= 40)
    lost = {one.key for one in team.did("begun") if one.pid == pids[0]}
    assert lost
    team.tell(pids[0], signal.SIGKILL)
    killed_at = time.monotonic()
    team.allow("go")
    await team.until(lambda: {one.key for one in team.did("ended")} == {*keys, "behind1", "behind2"})
    assert time.monotonic() - killed_at < 25
    begun = Counter(one.key for one in team.did("begun"))
    assert {key for key, times in begun.items() if times == 2} == lost
    # A kill is no failed try, but what the first try did outside is not known.
    again = [one for one in team.did("begun") if one.key in lost and one.pid == pids[1]]
    assert {(one.attempts, one.again) for one in again} == {(1, True)}
    order = [one.key for one in team.did("ended") if one.key.startswith("behind")]
    assert order == ["behind1", "behind2"]


async def test_a_lone_process_that_starts_again_goes_on_at_once(team: Team) -> None:
    """It does not wait for a second sight, which here would come an hour later."""
    async with team.database.reading() as connection:
        up = text("SELECT extract(epoch FROM now() - pg_postmaster_start_time())")
        seconds = float(await connection.scalar(up) or 0)
    await asyncio.sleep(max(0, engine_watch.SIGHT_SECONDS + 1 - seconds))
    pid = team.start()
    await team.enqueue("a", until="go")
    await team.until(lambda: bool(team.did("begun")))
    team.tell(pid, signal.SIGKILL)
    team.start(SWEEP_SECONDS=3600)
    await team.until(lambda: len(team.did("begun")) == 2)
    team.allow("go")
    await team.until(lambda: bool(team.did("ended")))
    assert [one.again for one in team.did("begun")] == [False, True]


async def test_who_starts_takes_nothing_from_those_at_work(team: Team) -> None:
    await team.enqueue("a", until="go")
    team.start(**QUICK)
    await team.until(lambda: bool(team.did("begun")))
    await team.enqueue("b", until="go2")
    team.start(**QUICK)
    # The second has swept several times when it has done what is put in last.
    await asyncio.sleep(5)
    team.allow("go")
    team.allow("go2")
    await team.until(lambda: len(team.did("ended")) == 2)
    assert Counter(one.key for one in team.did("begun")) == {"a": 1, "b": 1}


async def test_a_process_that_comes_back_settles_nothing_that_another_has_taken(team: Team) -> None:
    """It was stopped for so long that it counted as dead. What its handler does outside has a key."""
    hung = {"HUNG_SECONDS": 1.5, "SWEEP_SECONDS": 0.3, "SIGHT_SECONDS": 0.5}
    first = team.start(beat=0.3, **hung)
    await team.enqueue("a", "behind", until="go", order_key="one")
    await team.until(lambda: bool(team.did("begun")))
    team.tell(first, signal.SIGSTOP)
    second = team.start(beat=0.3, **hung)
    await team.until(lambda: len(team.did("begun")) == 2)
    team.tell(second, signal.SIGSTOP)
    team.tell(first, signal.SIGCONT)
    team.allow("go")
    await team.until(lambda: bool(team.did("ended", "a")))
    # The first is done with it, and that settles nothing: the next of the key still waits.
    await asyncio.sleep(0.5)
    assert [row[:2] for row in await team.rows()] == [("a", "doing"), ("behind", "todo")]
    team.tell(second, signal.SIGCONT)
    await team.until(lambda: bool(team.did("ended", "behind")))
    await team.until(lambda: len(team.did("ended", "a")) == 2)
    assert [one.pid for one in team.did("effect", "a")] == [first]
    assert len(team.did("begun", "behind")) == 1


async def test_a_process_that_is_told_to_stop_ends_what_it_has_in_hand(team: Team) -> None:
    pid = team.start()
    await team.enqueue("a", "b", until="go", order_key="one")
    await team.until(lambda: bool(team.did("begun")))
    asyncio.get_running_loop().call_later(0.5, team.allow, "go")
    await asyncio.to_thread(team.tell, pid, signal.SIGTERM)
    assert await team.rows() == [("a", "succeeded", 1), ("b", "todo", 0)]


@pytest.fixture
def server() -> Iterator[str]:
    """The folder of a server that the test may stop."""
    folder = start_postgres()
    yield folder
    with contextlib.suppress(subprocess.CalledProcessError):
        stop_postgres(folder)


async def test_an_outage_of_the_database_gives_no_living_process_s_jobs_away(
    server: str, tmp_path: Path
) -> None:
    await upgrade(postgres_url(server))
    team = Team(postgres_url(server), tmp_path)
    try:
        team.start(**QUICK)
        team.start(**QUICK)
        held = [f"held{number}" for number in range(30)]
        await team.enqueue(*held, until="go")
        await team.until(lambda: len(team.did("begun")) == len(held))
        for _ in range(2):
            await asyncio.to_thread(halt_postgres, server)
            # What ends while the database is away is settled afterwards.
            team.allow("go")
            await asyncio.sleep(6)
            await asyncio.to_thread(resume_postgres, server)
            # Longer than two sights.
            await asyncio.sleep(5)
        await team.database.close()
        team.database = Database(team.url)
        await team.enqueue("after", until="go")
        await team.until(lambda: bool(team.did("ended", "after")))
        async with asyncio.timeout(60):
            while {row[1] for row in await team.rows()} != {"succeeded"}:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert {row[2] for row in await team.rows()} == {1}
        assert set(Counter(one.key for one in team.did("begun")).values()) == {1}
        # Two processes, two outages, a few kinds of trouble.
        log = (tmp_path / "log").read_text()
        assert len(log.splitlines()) < 30, log
        assert "Traceback" not in log
    finally:
        team.end()
        await team.database.close()


async def test_nothing_waits_for_a_poll(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a new job, nor the next of an order key, nor a try again, nor one whose time has come."""
    monkeypatch.setattr(engine, "POLL_SECONDS", 3600)
    monkeypatch.setattr(engine_watch, "SWEEP_SECONDS", 3600)
    database, ran, clock = Database(postgresql_url), list[str](), SystemClock()

    async def handle(job: Job) -> None:
        ran.append(job.key)
        if job.key == "again" and job.attempts == 1:
            raise RetryLater(0.5, "timeout")

    runner = EngineRunner(database, clock, {lane: {"job": handle} for lane in Lane})
    task = asyncio.create_task(runner.run())
    await asyncio.sleep(1)
    async with database.write() as uow:
        soon = clock.now() + timedelta(seconds=0.5)
        jobs = [NewJob("job", key, {}, order_key="one") for key in ("a1", "again", "a2", "a3")]
        await uow.jobs.enqueue([*jobs, NewJob("job", "later", {}, soon, lane=Lane.CHAT)], clock.now())
    async with asyncio.timeout(60):
        while len(ran) < 6:  # noqa: ASYNC110 - a list cannot be awaited
            await asyncio.sleep(0.01)
    assert [key for key in ran if key != "later"] == ["a1", "again", "again", "a2", "a3"]
    task.cancel()
    await asyncio.wait([task])
    await database.close()


async def test_what_is_told_while_the_database_is_asked_is_not_forgotten(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Procrastinate forgets after each question what it was told during it."""
    monkeypatch.setattr(engine, "POLL_SECONDS", 3600)
    database, clock, ran = Database(postgresql_url), SystemClock(), asyncio.Event()
    ask, asked = JobManager.fetch_job, list[str]()

    async def ask_slowly(self: Manager, queues: list[str], worker_id: int) -> object:
        found = await ask(self, queues, worker_id)
        if Lane.MAIN in queues and not asked:
            asked.append("")
            before = self._told(get_channel_for_queues(queues))
            async with database.write() as uow:
                await uow.jobs.enqueue([NewJob("job", "a", {})], clock.now())
            while self._told(get_channel_for_queues(queues)) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return found

    async def handle(_: Job) -> None:
        ran.set()

    monkeypatch.setattr(JobManager, "fetch_job", ask_slowly)
    task = asyncio.create_task(EngineRunner(database, clock, {Lane.MAIN: {"job": handle}}).run())
    async with asyncio.timeout(60):
        await ran.wait()
    task.cancel()
    await asyncio.wait([task])
    await database.close()


class NoTurns(AtOnce):
    """No job may start."""

    async def turn(self) -> None:
        await asyncio.Event().wait()


async def test_a_push_of_another_app_gives_its_turn_back(postgresql_url: str) -> None:
    """Time stands still for both apps, so that no turn comes by itself."""
    telegram, other = (ChatPace(TELEGRAM, lambda: 0.0) for _ in range(2))
    database, clock, sent = Database(postgresql_url), SystemClock(), list[str]()

    async def push(job: Job) -> None:
        await (telegram.take if job.key == "telegram" else other.take_both)(job.key)
        sent.append(job.key)

    turns = WorkerTurns(telegram)
    runner = EngineRunner(database, clock, {lane: {"push": push} for lane in Lane}, turns={Lane.CHAT: turns})
    task = asyncio.create_task(runner.run())
    keys = ["telegram", *(f"other {number}" for number in range(5))]
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("push", key, {}, lane=Lane.CHAT) for key in keys], clock.now())
    async with asyncio.timeout(60):
        while len(sent) < len(keys):  # noqa: ASYNC110 - a list cannot be awaited
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])
    await database.close()
    assert sorted(sent) == sorted(keys)
    # What is left but for the answers and the one that left on Telegram.
    assert await turns.take(20) == TELEGRAM.burst - TELEGRAM.answers_saved - 1


async def test_short_waits_are_spent_in_hand_and_a_stop_puts_the_job_back(
    postgresql_url: str,
) -> None:
    database, ran, clock = Database(postgresql_url), list[Job](), SystemClock()

    async def handle(job: Job) -> None:
        ran.append(job)
        if len(ran) == 1:
            raise RetryLater(0.1, "pace of the chat", counts=False)

    runner = EngineRunner(
        database, clock, {lane: {"job": handle} for lane in Lane}, turns={Lane.MAILING: NoTurns()}
    )
    task = asyncio.create_task(runner.run())
    async with database.write() as uow:
        jobs = [NewJob("job", "chat", {}, lane=Lane.CHAT), NewJob("job", "mailing", {}, lane=Lane.MAILING)]
        await uow.jobs.enqueue(jobs, clock.now())
    async with asyncio.timeout(60):
        while await runner.counts(clock.now()) != ([0], 1) or len(ran) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.wait([task])
    assert [(job.key, job.attempts, job.again) for job in ran] == [("chat", 1, False)] * 2
    # The mailing waits again, and has used no try.
    mailing, chat = sorted(await rows_of(database, "jobs"), key=lambda row: row["key"] == "chat")
    assert (mailing["settled_at"], mailing["attempts"], mailing["due_at"]) == (None, 0, AT_ONCE)
    assert (chat["attempts"], chat["given_up"]) == (1, False)
    await database.close()


class LateToGo(AtOnce):
    """No job may start, and whoever waits for a turn takes until `may_go` to end it."""

    def __init__(self) -> None:
        self.waits, self.may_go = asyncio.Event(), asyncio.Event()

    async def turn(self) -> None:
        try:
            self.waits.set()
            await asyncio.Event().wait()
        finally:
            await self.may_go.wait()


async def test_a_stop_waits_for_what_asks_for_a_turn(postgresql_url: str) -> None:
    """It may be in the midst of a transaction, and the database is closed next."""
    database, turns = Database(postgresql_url), LateToGo()
    runner = EngineRunner(database, SystemClock(), {Lane.CHAT: {}}, turns={Lane.CHAT: turns})
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("job", "a", {}, lane=Lane.CHAT)], SystemClock().now())
    task = asyncio.create_task(runner.run())
    await turns.waits.wait()
    task.cancel()
    # Long enough for all else to end.
    await asyncio.wait([task], timeout=2)
    assert not task.done()
    turns.may_go.set()
    await asyncio.wait([task])
    await database.close()


async def test_who_asks_for_short_waits_without_end_keeps_its_place_from_nobody(postgresql_url: str) -> None:
    database, ran, clock = Database(postgresql_url), list[str](), FixedClock()

    async def handle(job: Job) -> None:
        ran.append(job.key)
        if job.key == "first":
            raise RetryLater(0.1, "rate limit of the chat", counts=False)

    one_place = {Lane.CHAT: 1}
    runner = EngineRunner(database, clock, {Lane.CHAT: {"job": handle}}, one_place, in_hand=0.25)
    async with database.write() as uow:
        jobs = [NewJob("job", key, {}, lane=Lane.CHAT) for key in ("first", "second")]
        await uow.jobs.enqueue(jobs, clock.now())
    task = asyncio.create_task(runner.run())
    async with asyncio.timeout(60):
        while "second" not in ran:  # noqa: ASYNC110 - a list cannot be awaited
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])
    # Twice in hand; the third time it goes back, until a time that does not come here.
    assert ran == ["first"] * 3 + ["second"]
    (first, _) = await rows_of(database, "jobs")
    assert (first["attempts"], first["due_at"]) == (0, clock.now() + timedelta(seconds=0.1))
    await database.close()


async def test_a_stop_while_the_database_is_away_ends_soon(server: str) -> None:
    """It took more than a minute: nobody who restarts machines waits as long."""
    await upgrade(postgres_url(server))
    database, begun = Database(postgres_url(server)), asyncio.Event()

    async def handle(job: Job) -> None:
        begun.set()
        await asyncio.sleep(0.5)

    runner = EngineRunner(database, SystemClock(), {lane: {"job": handle} for lane in Lane})
    task = asyncio.create_task(runner.run())
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("job", "a", {})], SystemClock().now())
    await asyncio.wait_for(begun.wait(), 60)
    await asyncio.to_thread(halt_postgres, server)
    task.cancel()
    await asyncio.wait([task], timeout=40)
    assert task.done()
    await database.close()


async def test_a_stop_in_the_midst_of_a_start_ends(postgresql_url: str) -> None:
    """The pool of connections forgot to be cancelled where it was just opened, and the lane went on."""
    database = Database(postgresql_url)
    for milliseconds in range(0, 40, 2):
        runner = EngineRunner(database, SystemClock(), {lane: {} for lane in Lane})
        task = asyncio.create_task(runner.run())
        await asyncio.sleep(milliseconds / 1000)
        task.cancel()
        await asyncio.wait([task], timeout=60)
        assert task.done(), milliseconds
    await database.close()


async def test_a_cancellation_that_the_pool_forgets_is_remembered() -> None:
    async def forget(query: str) -> str:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return query

    connector = engine_watch.PatientConnector()
    asking = asyncio.create_task(connector._patiently(forget, "SELECT 1", {}))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()


async def test_jobs_for_later_do_not_slow_those_of_now(postgresql_url: str) -> None:
    """Counted in entries of indexes that are read, which grow with what is looked through."""
    database, clock, done = Database(postgresql_url), SystemClock(), list[str]()

    async def handle(job: Job) -> None:
        done.append(job.key)

    async def put(*jobs: NewJob) -> None:
        async with database.write() as uow:
            await uow.jobs.enqueue(jobs, clock.now())

    async def read() -> int:
        async with database.reading() as connection:
            await connection.execute(text("SELECT pg_stat_force_next_flush()"))
        async with database.reading() as connection:
            counted = (
                "SELECT (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes) + seq_tup_read"
                " FROM pg_stat_user_tables WHERE relname = 'procrastinate_jobs'"
            )
            return int(await connection.scalar(text(counted)) or 0)

    later = clock.now() + timedelta(days=7)
    await put(*(NewJob("job", f"later{number}", {}, later) for number in range(20_000)))
    runner = EngineRunner(database, clock, {Lane.MAIN: {"job": handle}})
    # Without statistics as with them.
    for number in range(2):
        await put(*(NewJob("job", f"{number}.{one}", {}) for one in range(20)))
        before = await read()
        assert await runner.run_due() == 20
        assert (await read()) - before < 5_000
        async with database.writing() as connection:
            await connection.execute(text("ANALYZE procrastinate_jobs"))
    await database.close()


async def test_operators_look_into_the_jobs_by_the_engine_s_own_command(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.write() as uow:
        await uow.jobs.enqueue([NewJob("push", "a", {}, lane=Lane.CHAT)], SystemClock().now())
    await database.close()
    environment = {
        **os.environ,
        "BOT_ENV_FILE": os.devnull,
        "TELEGRAM_TOKEN": "123456789:AAoperators",
        "DATABASE_URL": postgresql_url,
        "MAIL_FROM": "bot@example.vn",
        "BANK_BIN": "970436",
        "BANK_ACCOUNT": "0011001234567",
        "BANK_HOLDER": "CONG TY MINH AN",
    }

    def said(*command: str) -> str:
        program = [sys.executable, "-m", "procrastinate", "--app=bot.engine.app", *command]
        ended = subprocess.run(
            program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    assert "Found procrastinate_jobs table: OK" in said("healthchecks")
    # A worker that is started by mistake takes nothing: it does not know our jobs.
    said("worker", "--one-shot")
    assert said("shell", "list_jobs").strip() == "#1 push on chat - [todo]"
    assert "cancelled" in said("shell", "cancel", "1")
