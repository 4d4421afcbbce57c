"""World API of the chats with the Official Account: as those with the bot, with taps on buttons."""

from typing import Any

from aiohttp import web

from sandbox.requests import Body, done, read
from sandbox.world import Person
from sandbox.zalo.chats_api import ZaloChatsApi
from sandbox.zalo.state import Zalo
from sandbox.zalo_chats import ZaloMessage
from sandbox.zalo_oa.account import OfficialAccount, oa_user_id
from sandbox.zalo_oa.events import event_of
from sandbox.zalo_oa.phone import OaPhone


class Tap(Body):
    """A button of a message, by its label."""

    message: int
    button: str


class Follow(Body):
    follows: bool = True


class OaChatsApi(ZaloChatsApi):
    """Routes under `/world/chats/zalo/{person}/`."""

    def __init__(self, account: OfficialAccount, zalo: Zalo) -> None:
        super().__init__(zalo)
        self._account = account

    def routes(self) -> list[web.RouteDef]:
        chat = "/world/chats/zalo/{person}"
        more = [web.post(f"{chat}/tap", self._tap), web.post(f"{chat}/follow", self._follow)]
        return [*super().routes(), *more]

    def _phone_of(self, person: Person, mute: bool) -> OaPhone:
        return OaPhone(self._account, self._zalo, person, mute)

    def _id_of(self, person: Person) -> str:
        return oa_user_id(person.id)

    def _event_of(self, message: ZaloMessage) -> dict[str, Any]:
        return event_of(self._zalo.world, self._zalo.url, message)

    def _oa_phone(self, request: web.Request) -> OaPhone:
        phone = self._phone(request)
        assert isinstance(phone, OaPhone)
        return phone

    async def _tap(self, request: web.Request) -> web.Response:
        phone, body = self._oa_phone(request), await read(request, Tap)
        said = phone.tap(body.message, body.button)
        return done() if said is None else self._sent(said)

    async def _follow(self, request: web.Request) -> web.Response:
        phone, body = self._oa_phone(request), await read(request, Follow)
        phone.follow(body.follows)
        return done()
