"""World API of the Official Account: its terms, and troubles with its tokens."""

from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from sandbox.requests import Body, done, read
from sandbox.zalo_oa.account import DEFAULTS, OfficialAccount


class Settings(Body):
    """Settings to change; fields that are not given stay as they are."""

    buttons: bool | None = None
    free_replies: int | None = Field(None, ge=0)
    must_follow: bool | None = None
    xlsx: bool | None = None
    calls_a_minute: int | None = Field(None, ge=1)
    money: int | None = None
    receipts: bool | None = None
    package_ends: str | None = None
    templates_approved: bool | None = None
    template_param_gone: str | None = None
    template_price: int | None = Field(None, ge=0)
    template_quota: int | None = Field(None, ge=0)
    phones_without_zalo: list[str] | None = None
    phones_that_are_off: list[str] | None = None
    ladder: bool | None = None
    repeats_refused: bool | None = None
    subscribed: bool | None = None
    signs_with: Literal["account", "app"] | None = None


class OaApi:
    """Routes under `/world/zalo-oa/`."""

    def __init__(self, account: OfficialAccount) -> None:
        self._account = account

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/world/zalo-oa/settings", self._settings),
            web.post("/world/zalo-oa/expire", self._expire),
            web.post("/world/zalo-oa/withdraw", self._withdraw),
        ]

    async def _settings(self, request: web.Request) -> web.Response:
        for name, value in (await read(request, Settings)).model_dump(exclude_unset=True).items():
            self._account.change(name, value)
        shown: dict[str, Any] = {name: self._account.setting(name) for name in DEFAULTS}
        return web.json_response(shown)

    async def _expire(self, request: web.Request) -> web.Response:
        """End the access token before its time."""
        self._account.expire()
        return done()

    async def _withdraw(self, request: web.Request) -> web.Response:
        """End the grant: an administrator must consent again."""
        self._account.withdraw()
        return done()
