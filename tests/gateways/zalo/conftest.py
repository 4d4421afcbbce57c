from collections.abc import AsyncIterator

import pytest

from gateways.zalo.client import ZaloClient
from tests.gateways.zalo.server import TOKEN, ZaloServer


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloServer]:
    api = ZaloServer()
    server = await api.start()
    yield api
    await server.close()


@pytest.fixture
async def client(zalo: ZaloServer) -> AsyncIterator[ZaloClient]:
    async with ZaloClient(TOKEN, zalo.url) as opened:
        yield opened
