"""`python -m bot` as a process of its own: its version, and the database that it refuses."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from storage.migrate import revision_of, upgrade
from tests.bot.test_settings import RIGHT
from tests.support.databases import OLDER, make_older

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


def bot(*arguments: str, where: Path | str = ROOT, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(where), **settings}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_version_is_that_of_the_project_and_of_the_changelog() -> None:
    """`--version` needs no setting, so that anybody can see what is installed."""
    ended = bot("--version")
    assert ended.returncode == 0, ended.stderr
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert ended.stdout.strip() == project["version"]
    released = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert released[0] == project["version"]


def test_a_database_of_an_older_version_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    url = f"sqlite+aiosqlite:///{path}"
    asyncio.run(upgrade(url))
    asyncio.run(make_older(url))
    before = path.read_bytes()
    ended = bot(**RIGHT, DATABASE_URL=url, BOT_ENV_FILE=str(tmp_path / "none"))
    assert ended.returncode == 2
    assert f"DATABASE_URL: the database is of revision {OLDER}" in ended.stderr
    assert "Put the address of a new database" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert path.read_bytes() == before


def test_an_older_program_names_the_newer_one_that_changed_the_tables(tmp_path: Path) -> None:
    """The same program, without the last migration, is the older one; with it again, it starts."""
    path, old = tmp_path / "bot.db", tmp_path / "old"
    url = f"sqlite+aiosqlite:///{path}"
    asyncio.run(upgrade(url, release="9.9.0"))
    for room in ("bot", "dialogs", "domain", "gateways", "services", "storage", "texts"):
        shutil.copytree(ROOT / room, old / room, ignore=shutil.ignore_patterns("__pycache__"))
    revision = asyncio.run(revision_of(url))
    (last,) = (old / "storage" / "migrations" / "versions").glob(f"{revision}*.py")
    last.unlink()
    before = path.read_bytes()
    ended = bot(**RIGHT, DATABASE_URL=url, BOT_ENV_FILE=str(tmp_path / "none"), where=old)
    assert ended.returncode == 2, ended.stderr
    assert (
        f"revision {revision}, which this version does not know: it was made by version 9.9.0" in ended.stderr
    )
    assert "start the version that made this one" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert path.read_bytes() == before


def test_a_role_of_several_processes_is_refused_on_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    for given in (["--role", "work"], ["--role", "web"]):
        ended = bot(
            *given, **RIGHT, DATABASE_URL=f"sqlite+aiosqlite:///{path}", BOT_ENV_FILE=str(tmp_path / "none")
        )
        assert ended.returncode == 2
        assert f"ROLE={given[1]} needs PostgreSQL in DATABASE_URL" in ended.stderr
        assert "Traceback" not in ended.stderr
    assert not path.exists()
