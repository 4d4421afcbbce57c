"""Worlds in which somebody has walked ahead: walked once in a run, by the real program, and copied."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from openpyxl import load_workbook

from sandbox.app import SandboxServer
from tests.support.databases import Databases, wanted
from tests.support.steps import register, upload
from tests.support.world import SAMPLES, World, back_office_in, running_bot

COMPANIES, SHOPS = "khach-hang-doanh-nghiep-30.xlsx", "khach-hang-ho-kinh-doanh-20.xlsx"
CUSTOMERS = {COMPANIES: 30, SHOPS: 20}
"""The sample lists, and how many customers each has."""

registered = pytest.mark.registered
"""The newcomer has registered, uploaded the sample lists that are named, and gone back to the menu."""

with_30_customers = registered(COMPANIES)


class Registered:
    """What `registered` says, in one app: a `Seed` of the bot's database, and the world that goes with it."""

    def __init__(self, shared: Path, app: str, *lists: str) -> None:
        self.__name__ = f"{app}_{len(lists)}_lists"
        self._folder = shared / self.__name__
        self._app = app
        self._lists = lists

    async def __call__(self, url: str) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        async with (
            SandboxServer(self._folder, zalo_oa=self._app == "oa") as server,
            aiohttp.ClientSession() as http,
        ):
            settings = {"DATABASE_URL": url, **back_office_in(server, self._app)}
            async with running_bot(server, **settings):
                chat = World(http, server.url, self._app).chat("newcomer")
                await register(chat)
                for name in self._lists:
                    await upload(chat, (SAMPLES / name).read_bytes(), CUSTOMERS[name])

    @contextlib.contextmanager
    def copied(self, databases: Databases, folder: Path) -> Iterator[str]:
        """The URL of a copy of the database; the world is in `folder / "world"`."""
        with databases.fresh(wanted(), folder, self) as url:
            shutil.copytree(self._folder, folder / "world")
            yield url


def codes_of(name: str) -> list[str]:
    """The tax codes of a sample list."""
    rows = list(load_workbook(SAMPLES / name).worksheets[0].values)
    heading = next(at for at, row in enumerate(rows) if "Mã số thuế" in row)
    place = rows[heading].index("Mã số thuế")
    return [str(row[place]) for row in rows[heading + 1 :] if row[place]]
