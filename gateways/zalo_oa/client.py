"""Calls to the API of Zalo's Official Accounts (v3 for messages, v2 for uploads and the account)."""

import hashlib
import hmac
import json
import logging
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from domain.choices import QuickButton
from gateways.http.client import HttpClient
from gateways.zalo.abilities import OFFICIAL_ACCOUNT, Abilities
from gateways.zalo.client import SentMessage
from gateways.zalo.errors import BadCall
from gateways.zalo.events import Received
from gateways.zalo_oa.calls import ask
from gateways.zalo_oa.errors import MoneyUsedUp, TokenExpired, refused
from gateways.zalo_oa.recent import read_recent
from gateways.zalo_oa.tokens import OaTokens
from texts.plain import unmarked

API_URL = "https://openapi.zalo.me"

MOST_RECENT = 10
"""How many recent messages one call brings at most."""

_CONNECTIONS = 20
_LABEL_LIMIT = 100
_DATES = ("%d/%m/%Y", "%Y-%m-%d")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OfficialAccount:
    """`package_ends` is the last day of the plan that lets programs write; `None` where Zalo does not say."""

    id: str
    name: str
    package_ends: date | None


class ButtonsKnown(Protocol):
    async def takes_buttons(self) -> bool: ...
    async def refuse_buttons(self) -> None: ...


async def _nothing() -> None:
    pass


class _OwnKnowledge:
    """What this process has found out."""

    def __init__(self) -> None:
        self._takes = True

    async def takes_buttons(self) -> bool:
        return self._takes

    async def refuse_buttons(self) -> None:
        self._takes = False


class OaCaller(HttpClient):
    """Calls with an account's tokens. Open between `async with`; opening calls nothing.

    With `proves`, each call proves that it knows the app's secret, as Zalo may demand.
    """

    app = "zalo"
    refused = staticmethod(refused)

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        tokens: OaTokens,
        api_url: str = API_URL,
        proves: bool = True,
    ) -> None:
        # In the form of a bot's token, which the library of the dialogs demands; it is no secret.
        self.token = f"{app_id}:zalo-official-account"
        self._secret = app_secret.encode()
        self._tokens = tokens
        self._url = api_url.rstrip("/")
        self._proves = proves
        self.count_call: Callable[[], Awaitable[None]] = _nothing
        """Called before each call that is not the message whose turn the sender has waited for."""
        self.tell_of_money: Callable[[], Awaitable[None]] = _nothing
        """Called where a message was refused for want of money."""

    def _connect(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS))

    async def call(
        self, method: str, path: str, body: Any = None, file: tuple[str, bytes] | None = None
    ) -> Mapping[str, Any]:
        """Make a call with a JSON body, or a file by its name and content; returns the fields of its answer.
        A token that has expired is renewed, once."""
        found = await self.ask_for(method, path, body, file)
        return found if isinstance(found, dict) else {}

    async def ask_for(
        self, method: str, path: str, body: Any = None, file: tuple[str, bytes] | None = None
    ) -> Any:
        """As `call`; returns the `data` of the answer as it is."""
        token = await self._tokens.access_token()
        try:
            return await self._ask(method, path, token, body, file)
        except TokenExpired:
            await self.count_call()
            return await self._ask(method, path, await self._tokens.renewed(token), body, file)

    async def _ask(
        self, method: str, path: str, token: str, body: Any, file: tuple[str, bytes] | None
    ) -> Any:
        request: dict[str, Any] = {"json": body} if body is not None else {}
        if file is not None:
            request["data"] = form = aiohttp.FormData(quote_fields=False)
            form.add_field("file", file[1], filename=file[0])
        headers = {"access_token": token}
        if self._proves:
            headers["appsecret_proof"] = hmac.new(self._secret, token.encode(), hashlib.sha256).hexdigest()
        url = URL(self._url + path, encoded=True)
        try:
            found = await ask(self._session, method, url, self.refused, headers=headers, **request)
        except MoneyUsedUp:
            await self.tell_of_money()
            raise
        return found.get("data")


class OaClient(OaCaller):
    """`Transport` of an Official Account. `buttons` keeps whether it takes buttons: sources disagree."""

    abilities: Abilities = OFFICIAL_ACCOUNT

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        tokens: OaTokens,
        api_url: str = API_URL,
        proves: bool = True,
        buttons: ButtonsKnown | None = None,
    ) -> None:
        super().__init__(app_id, app_secret, tokens, api_url, proves)
        self._buttons = buttons or _OwnKnowledge()

    async def get_recent(self, offset: int, count: int = MOST_RECENT) -> Sequence[Received | None]:
        """Messages of all chats, the newest first; `None` stands for one of ours."""
        await self.count_call()
        asked = json.dumps({"offset": offset, "count": count})
        rows = await self.ask_for("GET", f"/v2.0/oa/listrecentchat?{urlencode({'data': asked})}")
        return [read_recent(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    async def get_account(self) -> OfficialAccount:
        await self.count_call()
        found = await self.call("GET", "/v2.0/oa/getoa")
        ends = _day(str(found.get("package_valid_through_date", "")))
        return OfficialAccount(str(found.get("oa_id", "")), str(found.get("name", "")), ends)

    async def send_message(self, chat_id: str, text: str, buttons: Sequence[QuickButton] = ()) -> SentMessage:
        """As in `Transport`. After Zalo has refused buttons, texts leave without; their numbers remain."""
        plain = {"text": _shown(text)}
        if not buttons or not await self._buttons.takes_buttons():
            return await self._send(chat_id, plain)
        under = {"type": "template", "payload": {"buttons": [_button(one) for one in buttons]}}
        try:
            return await self._send(chat_id, plain | {"attachment": under})
        except BadCall as error:
            await self.count_call()
            sent = await self._send(chat_id, plain)
            await self._buttons.refuse_buttons()
            log.warning("texts leave without buttons: %s", error)
            return sent

    async def send_photo(self, chat_id: str, photo_url: str, caption: str = "") -> SentMessage:
        picture = {"media_type": "image", "url": photo_url}
        shown = {"type": "template", "payload": {"template_type": "media", "elements": [picture]}}
        words = {"text": _shown(caption)} if caption else {}
        return await self._send(chat_id, words | {"attachment": shown})

    async def send_file(self, chat_id: str, name: str, content: bytes) -> SentMessage:
        await self.count_call()
        found = await self.call("POST", "/v2.0/oa/upload/file", file=(name, content))
        token = found.get("token") or found.get("attachment_id")
        if not token:
            raise BadCall(0, "the file was not taken")
        return await self._send(chat_id, {"attachment": {"type": "file", "payload": {"token": str(token)}}})

    async def send_chat_action(self, chat_id: str) -> None:
        """Official Accounts have no sign that they write."""

    async def _send(self, chat_id: str, message: Mapping[str, Any]) -> SentMessage:
        body = {"recipient": {"user_id": chat_id}, "message": message}
        found = await self.call("POST", "/v3.0/oa/message/cs", body)
        moment = str(found.get("sent_time", ""))
        return SentMessage(str(found.get("message_id", "")), int(moment) if moment.isdigit() else 0)


def _shown(text: str) -> str:
    """A text as it is sent: composed, since Zalo counts marks that stand alone as characters."""
    return unicodedata.normalize("NFC", unmarked(text))


def _button(button: QuickButton) -> Mapping[str, Any]:
    label = button.label[:_LABEL_LIMIT]
    if button.url:
        return {"title": label, "type": "oa.open.url", "payload": {"url": button.url}}
    return {"title": label, "type": "oa.query.hide", "payload": button.says}


def _day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None
