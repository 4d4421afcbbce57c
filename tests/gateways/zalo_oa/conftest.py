from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.app import SandboxServer
from tests.gateways.zalo_oa.accounts import Account


@pytest.fixture
async def account(tmp_path: Path, database_url: str) -> AsyncIterator[Account]:
    """The sandbox's account, and a database that keeps its grant."""
    async with SandboxServer(tmp_path / "world", zalo_oa=True) as server, Account(server, database_url) as it:
        yield it
