"""The program as a whole: no part of it dies while the others go on."""

import asyncio
from pathlib import Path

import pytest

from bot import running
from sandbox.app import SandboxServer
from tests.support.settings import settings_of


class Died(Exception):
    """What nobody foresaw."""


@pytest.mark.parametrize("part", ["run_workers", "keep_house"])
async def test_the_program_ends_where_one_of_its_parts_dies(
    part: str, either_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks after it starts it anew. Else nobody would see that nothing is sent any more."""

    async def die(_: object) -> None:
        raise Died

    monkeypatch.setattr(running, part, die)
    async with SandboxServer(tmp_path / "world") as server:
        values = {name.lower(): value for name, value in server.environment(0).items()}
        with pytest.raises(BaseExceptionGroup) as ended:
            await asyncio.wait_for(running.run(settings_of(values | {"database_url": either_url})), 60)
    assert ended.value.subgroup(Died)
