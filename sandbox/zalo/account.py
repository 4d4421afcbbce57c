"""Methods about the bot itself and about how it receives events."""

from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from sandbox.requests import is_hook
from sandbox.zalo.errors import ApiError
from sandbox.zalo.params import Params, given
from sandbox.zalo.state import Zalo, method

_DEFAULT_PATIENCE = 30  # Seconds a poll waits unless told.
_LONGEST_PATIENCE = 60
_TRY = ClientTimeout(total=2)


@method("getMe")
def get_me(zalo: Zalo, params: Params) -> dict[str, Any]:
    return zalo.me()


@method("setWebhook")
async def set_webhook(zalo: Zalo, params: Params) -> dict[str, Any]:
    url, secret = given(params, "url"), given(params, "secret_token")
    if not is_hook(url):
        raise ApiError(400, "the url must begin with https://")
    if not 8 <= len(secret) <= 256:
        raise ApiError(400, "secret_token must have 8 to 256 characters")
    told = zalo.set_webhook({"url": url, "secret_token": secret})
    return told | {"verification": await _verification(url)}


async def _verification(url: str) -> dict[str, Any]:
    """What a try of the address says, which is an empty body. The webhook stays set, whatever it is. An
    address outside of this machine is not tried."""
    if URL(url).host not in ("127.0.0.1", "localhost"):
        return {"ok": True, "outcome": "not_tried"}
    try:
        async with ClientSession(timeout=_TRY) as http, http.post(url, data=b"") as answer:
            return {"ok": answer.status == 200, "outcome": f"http_{answer.status}"}
    except (ClientError, OSError, TimeoutError):
        return {"ok": False, "outcome": "unreachable"}


@method("deleteWebhook")
def delete_webhook(zalo: Zalo, params: Params) -> dict[str, Any]:
    return zalo.set_webhook({})


@method("getWebhookInfo")
def get_webhook_info(zalo: Zalo, params: Params) -> dict[str, Any]:
    return zalo.webhook_info()


@method("getUpdates")
async def get_updates(zalo: Zalo, params: Params) -> dict[str, Any]:
    """One event, not a list of them. There is no offset: what people do between two polls is lost."""
    if zalo.webhook.get("url"):
        raise ApiError(400, "a webhook is set")
    try:
        patience = int(params.get("timeout", _DEFAULT_PATIENCE))
    except (TypeError, ValueError, OverflowError):
        raise ApiError(400, "timeout must be a number of seconds") from None
    event = await zalo.events.poll(min(max(patience, 0), _LONGEST_PATIENCE))
    if event is None:
        raise ApiError(408)
    return event
