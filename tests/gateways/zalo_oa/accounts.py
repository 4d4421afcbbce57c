"""The sandbox's Official Account as the program's processes see it."""

import asyncio
import contextlib
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from gateways.zalo_oa.client import OaClient
from gateways.zalo_oa.oauth import OaOauth
from gateways.zalo_oa.tokens import OaTokens
from sandbox.app import SandboxServer
from sandbox.zalo.faults import Fault
from sandbox.zalo_oa.account import APP_ID, APP_SECRET, FIRST_REFRESH, oa_user_id
from sandbox.zalo_oa.phone import OaPhone
from sandbox.zalo_oa.server import API, OAUTH
from services.messaging.zalo_grants import KeepGrant
from storage.database import Database
from tests.support.clock import FixedClock


class Account:
    """`tokens()` are those of a process; several share the database."""

    def __init__(self, server: SandboxServer, database_url: str) -> None:
        self.server = server
        self.clock = FixedClock(datetime.fromtimestamp(server.world.now(), UTC))
        self.database = Database(database_url)
        self._open = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._open.__aenter__()
        self._open.push_async_callback(self.database.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def tokens(self, seed: str = FIRST_REFRESH, keep: KeepGrant | None = None) -> OaTokens:
        oauth = await self._open.enter_async_context(OaOauth(APP_ID, APP_SECRET, self.server.url + OAUTH))
        kept = keep or KeepGrant(self.database, self.clock)
        return OaTokens(kept, oauth, APP_SECRET, self.clock, seed, lambda _: asyncio.sleep(0.01))

    async def client(self, tokens: OaTokens | None = None) -> OaClient:
        used = tokens or await self.tokens()
        keep = KeepGrant(self.database, self.clock)
        client = OaClient(APP_ID, APP_SECRET, used, self.server.url + API, buttons=keep)
        return await self._open.enter_async_context(client)

    def phone(self, person: str = "owner") -> OaPhone:
        found = self.server.world.person(person)
        assert found is not None
        return OaPhone(self.server.account, self.server.zalo, found, mute=True)

    def user(self, person: str = "owner") -> str:
        return oa_user_id(person)

    def trouble(self, status: int, method: str, times: int = 1) -> None:
        """Order a trouble; the status 0 loses the answer of what was carried out."""
        self.server.zalo.faults.add(Fault(status, times, method))
