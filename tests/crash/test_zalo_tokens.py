"""Processes that refresh the token of the Official Account, killed at each commit and each call: another one
goes on, or back office is told."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateways.zalo_oa.errors import GrantLost
from gateways.zalo_oa.oauth import OaOauth
from gateways.zalo_oa.tokens import LOCKED_FOR, OaTokens
from sandbox.app import SandboxServer
from sandbox.zalo_oa.account import APP_ID, APP_SECRET, FIRST_REFRESH
from sandbox.zalo_oa.server import OAUTH
from services.messaging.zalo_grants import KeepGrant
from storage.database import Database
from tests.crash.aftermath import rows_of
from tests.gateways.zalo_oa.accounts import Account
from tests.support.builders import back_office_person
from tests.support.clock import FixedClock
from tests.support.forks import fork

NOBODY = 0
"""The number of the point at which no process dies."""

POINTS = ["before commit", "after commit", "before call", "after call", "before commit", "after commit"]
"""What a refresh does: it takes the lock, asks, stores."""

POINTS_OF_LOST = [*POINTS[:3], "before call", "after call", *POINTS[4:]]
"""The same where the first answer is lost: it asks again, and notes that the grant is over."""


class Told:
    """Counts the points of a process, writes down what each is, and kills the process at one."""

    def __init__(self, file: Path, dies_at: int) -> None:
        self._file, self._dies_at, self._count = file, dies_at, 0

    def reached(self, what: str) -> None:
        self._count += 1
        with self._file.open("a") as file:
            file.write(f"{what}\n")
        if self._count == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def commits(self, moment: str) -> None:
        self.reached(f"{moment} commit")


async def refresh(url: str, oauth_url: str, now: datetime, file: Path, dies_at: int) -> None:
    """One process: asks for a valid token, and writes what came of it."""
    told, clock = Told(file, dies_at), FixedClock(now)
    request = aiohttp.ClientSession._request

    async def watched(self: aiohttp.ClientSession, *given: Any, **more: Any) -> Any:
        told.reached("before call")
        answer = await request(self, *given, **more)
        told.reached("after call")
        return answer

    vars(aiohttp)["ClientSession"]._request = watched
    database = Database(url, told.commits)
    async with OaOauth(APP_ID, APP_SECRET, oauth_url) as oauth:
        tokens = OaTokens(KeepGrant(database, clock), oauth, APP_SECRET, clock, FIRST_REFRESH)
        try:
            found = {"token": await tokens.access_token()}
        except GrantLost:
            found = {"lost": ""}
    await database.close()
    file.with_suffix(".json").write_text(json.dumps(found))


class Processes:
    """Processes that find the token over, on one database. `came` has what each that lived has got."""

    def __init__(self, account: Account, folder: Path) -> None:
        self._account, self._folder = account, folder
        self._count = 0

    async def run(self, *dies_at: int) -> tuple[list[list[str]], list[dict[str, str]]]:
        """Run one process for each number, side by side; returns their points, and what they got."""
        url = self._account.server.url + OAUTH
        files, running = [], []
        for number in dies_at:
            self._count += 1
            files.append(self._folder / f"{self._count}.points")
            given = str(self._account.database.url.render_as_string(hide_password=False)), url
            running.append(fork(refresh, *given, self._account.clock.now(), files[-1], number))
        await asyncio.gather(*(asyncio.to_thread(one.join) for one in running))
        assert [one.exitcode for one in running] == [-signal.SIGKILL if one else 0 for one in dies_at]
        points = [file.read_text().splitlines() if file.exists() else [] for file in files]
        came = [file.with_suffix(".json") for file in files]
        return points, [json.loads(file.read_text()) for file in came if file.exists()]


@pytest.fixture
async def account(server: SandboxServer, database_url: str) -> AsyncIterator[Account]:
    """A grant whose access token is over, and somebody in back office."""
    async with Account(server, database_url) as it:
        await back_office_person(it.database, it.clock)
        await (await it.tokens()).access_token()
        it.clock.forward(hours=26)
        yield it


async def told_of_loss(database_url: str) -> int:
    rows = await rows_of(database_url)
    return sum(push["kind"] == "zalo_grant_lost" for push in rows["pushes"])


async def connect_anew(account: Account) -> None:
    """An administrator consents, and the new token runs out in its turn."""
    await (await account.tokens()).consented(account.server.account.consent())
    account.clock.forward(hours=26)


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
async def test_two_processes_refresh_once(
    account: Account, database_url: str, tmp_path: Path, lost: bool
) -> None:
    if lost:
        account.trouble(0, "access_token")
    points, came = await Processes(account, tmp_path).run(NOBODY, NOBODY)
    # The other one only looks whether it may.
    assert [one for one in points if "before call" in one] == [POINTS_OF_LOST if lost else POINTS]
    assert came[0] == came[1]
    assert await told_of_loss(database_url) == lost
    assert ("lost" in came[0]) == lost
    if not lost:
        account.server.account.check(came[0]["token"], None)


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
async def test_whoever_dies_leaves_a_token_or_a_message(
    account: Account, database_url: str, tmp_path: Path, lost: bool
) -> None:
    processes, ended = Processes(account, tmp_path), []
    steps = POINTS_OF_LOST if lost else POINTS
    for number, what in enumerate(steps, 1):
        account.server.zalo.faults.clear()
        if lost:
            account.trouble(0, "access_token")
        before = await told_of_loss(database_url)
        (points,), _ = await processes.run(number)
        assert points == steps[:number]
        # Until then nobody else may ask: the dead one might be on its way.
        account.clock.forward(seconds=LOCKED_FOR.total_seconds() + 1)
        _, (got, also) = await processes.run(NOBODY, NOBODY)
        assert got == also
        told = await told_of_loss(database_url) - before
        assert told == ("lost" in got), f"{number}: {what}"
        ended.append("lost" in got)
        if "lost" in got:
            await connect_anew(account)
        else:
            account.server.account.check(got["token"], None)
            account.clock.forward(hours=26)
    # Only who had asked, and did not store the answer, has burnt the grant.
    assert ended == ([True] * len(steps) if lost else [False, False, False, True, True, False])
