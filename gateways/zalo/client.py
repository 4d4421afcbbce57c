"""Calls to the Zalo Bot Platform.

`<api_url>/bot<TOKEN>/<method>` takes JSON by POST and answers `{"ok": true, "result": …}` or
`{"ok": false, "error_code": …, "description": …}`; errors often come with HTTP 200.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from yarl import URL

from domain.choices import QuickButton
from gateways.http.bodies import read_at_most
from gateways.http.client import HttpClient
from gateways.measures import method_of_bot_api
from gateways.zalo.abilities import BOT_PLATFORM, Abilities
from gateways.zalo.errors import AnswerLost, BadCall, NothingCame, OutOfReach, refusal
from texts.plain import bold_runs, unmarked

API_URL = "https://bot-api.zaloplatforms.com"

TEXT_LIMIT = 2000
"""The most characters of a message or a caption; a message has at least one."""

WEBHOOK_SECRET_LENGTHS = range(8, 257)
"""How many characters a webhook's secret may have."""

LONGEST_POLL = 50
"""The longest wait of `getUpdates`, in seconds."""

_CONNECTIONS = 40
_SECONDS = 20.0
_CONNECT_SECONDS = 5.0
_POOL_SECONDS = 15.0
_BEYOND_A_POLL = 10.0
_LARGEST_ANSWER = 1024 * 1024

log = logging.getLogger(__name__)
_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True, slots=True)
class BotAccount:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SentMessage:
    """Zalo's id of a message, and when it was sent, in milliseconds since 1970."""

    message_id: str
    date_ms: int


class Transport(Protocol):
    """What speaks to people on Zalo: a bot of the Bot Platform, or an Official Account. `token` names it.

    The methods raise the errors of `gateways.zalo.errors`.
    """

    token: str
    abilities: Abilities

    async def send_message(self, chat_id: str, text: str, buttons: Sequence[QuickButton] = ()) -> SentMessage:
        """`text` has 1 to `TEXT_LIMIT` characters and is shown as it is, bold where it is marked so and that
        is possible. At most `abilities.buttons` buttons stand under it."""

    async def send_photo(self, chat_id: str, photo_url: str, caption: str = "") -> SentMessage:
        """Zalo fetches the picture from `photo_url`, http(s)."""

    async def send_file(self, chat_id: str, name: str, content: bytes) -> SentMessage:
        """Send a file that `abilities` carry."""

    async def send_chat_action(self, chat_id: str) -> None:
        """Show that something is being done, where that is possible."""


class ZaloClient(HttpClient):
    """One bot. Open between `async with`; opening calls nothing, so the program starts while Zalo is down.

    Every method raises the errors of `gateways.zalo.errors`. None of them shows a URL, which holds the token.
    """

    abilities = BOT_PLATFORM

    app = "zalo"
    method_of = staticmethod(method_of_bot_api)

    def __init__(self, token: str, api_url: str = API_URL) -> None:
        self.token = token
        self._methods = f"{api_url.rstrip('/')}/bot{token}/"
        self._takes_styles = True

    def _connect(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS))

    async def get_me(self) -> BotAccount:
        found = _fields(await self.call("getMe"))
        return BotAccount(str(found.get("id", "")), str(found.get("account_name", "")))

    async def send_message(self, chat_id: str, text: str, buttons: Sequence[QuickButton] = ()) -> SentMessage:
        """As in `Transport`. Once Zalo has refused a text for its styles, all leave without any."""
        assert not buttons
        plain = {"chat_id": chat_id, "text": unmarked(text)}
        styles = [{"start": start, "len": length, "st": "b"} for start, length in bold_runs(text)]
        if not styles or not self._takes_styles:
            return _sent(await self.call("sendMessage", **plain))
        try:
            return _sent(await self.call("sendMessage", **plain, text_styles=styles))
        except BadCall as error:
            sent = _sent(await self.call("sendMessage", **plain))
            self._takes_styles = False
            log.warning("texts leave without styles: %s", error)
            return sent

    async def send_photo(self, chat_id: str, photo_url: str, caption: str = "") -> SentMessage:
        under = {"caption": unmarked(caption)} if caption else {}
        return _sent(await self.call("sendPhoto", chat_id=chat_id, photo=photo_url, **under))

    async def send_file(self, chat_id: str, name: str, content: bytes) -> SentMessage:
        raise BadCall(400, "bots send no documents")

    async def send_chat_action(self, chat_id: str, action: str = "typing") -> None:
        await self.call("sendChatAction", chat_id=chat_id, action=action)

    async def set_webhook(self, url: str, secret_token: str) -> None:
        """Have events posted to `url`, public and https, with the secret in `X-Bot-Api-Secret-Token`."""
        if len(secret_token) not in WEBHOOK_SECRET_LENGTHS:
            raise ValueError("a webhook's secret has 8 to 256 characters")
        found = await self.call("setWebhook", url=url, secret_token=secret_token)
        tried = found.get("verification") if isinstance(found, dict) else None
        if isinstance(tried, dict) and tried.get("ok") is False:
            log.warning("Zalo has tried the webhook in vain: %s", tried.get("outcome"))

    async def delete_webhook(self) -> None:
        await self.call("deleteWebhook")

    async def get_updates(self, seconds: int) -> Mapping[str, Any] | None:
        """Wait at most `seconds` for the next event; `None` when none came.

        One call brings one event, which cannot be asked for again. Zalo loses what is sent while nobody asks.
        """
        seconds = min(seconds, LONGEST_POLL)
        try:
            found = await self.call("getUpdates", seconds + _BEYOND_A_POLL, timeout=seconds)
        except NothingCame:
            return None
        return _fields(found) or None

    async def call(self, method: str, patience: float = _SECONDS, /, **params: Any) -> Any:
        """Call any method; its result must come within `patience` seconds."""
        # The colon in a token must not be escaped.
        url = URL(self._methods + method, encoded=True)
        timeout = aiohttp.ClientTimeout(total=patience, connect=_POOL_SECONDS, sock_connect=_CONNECT_SECONDS)
        try:
            async with self._session.post(
                url, json=params, timeout=timeout, allow_redirects=False
            ) as response:
                return _result(response.status, await read_at_most(response, _LARGEST_ANSWER))
        # The text of these errors may hold the URL, hence `from None`.
        except _NEVER_LEFT as error:
            raise OutOfReach(0, type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLost(0, type(error).__name__) from None


async def photo_arrives(client: Transport, chat_id: str, photo_url: str, caption: str) -> bool:
    """Send a picture; returns whether Zalo took it. If not, the caller sends the words without it."""
    try:
        await client.send_photo(chat_id, photo_url, caption)
    except BadCall as error:
        log.warning("a picture is left out: %s", error)
        return False
    return True


def _result(status: int, body: bytes | None) -> Any:
    """The result in the body of an answer. The HTTP status counts only if the body is not Zalo's."""
    answer = _json(body)
    match answer:
        case {"ok": True}:
            return answer.get("result")
        case {"ok": False}:
            raise refusal(_code(answer, status), str(answer.get("description", "")))
    if status >= 300:
        raise refusal(status, "HTTP without an answer of Zalo's")
    raise AnswerLost(status, "an answer that cannot be read")


def _json(body: bytes | None) -> Any:
    try:
        return json.loads(body or b"")
    except (ValueError, RecursionError):
        return None


def _code(answer: Mapping[str, Any], status: int) -> int:
    """The error code in the body, else the HTTP status if that is an error, else 0."""
    code = answer.get("error_code")
    if isinstance(code, int | str) and str(code).isascii() and str(code).isdigit():
        return int(code)
    return status if status >= 400 else 0


def _fields(result: Any) -> Mapping[str, Any]:
    return result if isinstance(result, dict) else {}


def _sent(result: Any) -> SentMessage:
    """The message that was sent. Missing fields are accepted: an answer that says yes was delivered."""
    found = _fields(result)
    date = found.get("date")
    return SentMessage(str(found.get("message_id", "")), date if isinstance(date, int) else 0)
