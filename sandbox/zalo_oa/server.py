"""The Official Account's servers over HTTP: `/zalo-oa/oauth/…` and `/zalo-oa/api/…`."""

import json
import mimetypes
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from sandbox.requests import cut
from sandbox.zalo.faults import DROP
from sandbox.zalo.state import Zalo
from sandbox.zalo.view import world_view
from sandbox.zalo_oa.account import (
    APP_ID,
    APP_SECRET,
    FIRST_REFRESH,
    NAME,
    OA_ID,
    OA_SECRET,
    OfficialAccount,
    oa_user_id,
)
from sandbox.zalo_oa.errors import OaError
from sandbox.zalo_oa.events import echo_of, received_by, row_of
from sandbox.zalo_oa.messages import content_of
from sandbox.zalo_oa.templates import IDS, Templates

PATH = "/zalo-oa"
OAUTH, API, BUSINESS = f"{PATH}/oauth", f"{PATH}/api", f"{PATH}/business"
MAX_FILE = 5 * 1024 * 1024
MOST_LISTED = 10
_DOCUMENTS = ("pdf", "doc", "docx")
_GONE = ("/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion", "/v2.0/oa/message")

Answer = Callable[[web.Request], Awaitable[Any]]


def environment(url: str) -> dict[str, str]:
    """The settings of the account in this world."""
    return {
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET": OA_SECRET,
        "ZALO_OA_REFRESH_TOKEN": FIRST_REFRESH,
        "ZALO_OA_API_URL": url + API,
        "ZALO_OA_OAUTH_URL": url + OAUTH,
        "ZALO_OA_BUSINESS_URL": url + BUSINESS,
        "ZALO_OA_CALLS_A_MINUTE": "10000",  # A script taps faster than people do.
    }


def template_environment() -> dict[str, str]:
    """The settings of its template messages, which the vendor may have or not."""
    return {f"ZALO_TEMPLATE_{name.upper()}": template_id for name, template_id in IDS.items()}


def _asked(request: web.Request) -> dict[str, Any]:
    """The query of a GET, an object. Raises OaError."""
    try:
        found = json.loads(request.query["data"])
    except (ValueError, KeyError):
        found = None
    if not isinstance(found, dict):
        raise OaError(-201, "data is invalid")
    return found


class OaServer:
    """The routes. `zalo` has the chats, which people read on the same phone."""

    def __init__(self, account: OfficialAccount, zalo: Zalo) -> None:
        self._account, self._zalo = account, zalo
        self._templates = Templates(account, zalo)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{OAUTH}/v4/oa/permission", self._consent),
            web.post(f"{OAUTH}/v4/oa/access_token", self._tokens),
            web.post(f"{API}/v3.0/oa/message/cs", self._called(self._send, "cs")),
            web.post(f"{API}/v2.0/oa/upload/file", self._called(self._upload, "upload")),
            web.get(f"{API}/v2.0/oa/getoa", self._called(self._getoa, "getoa")),
            web.post(f"{BUSINESS}/message/template", self._called(self._templates.send, "template")),
            web.get(f"{BUSINESS}/template/info/v2", self._called(self._templates.info, "template_info")),
            web.get(f"{BUSINESS}/message/status", self._called(self._templates.status, "template_status")),
            web.get(f"{BUSINESS}/message/quota", self._called(self._templates.quota, "template_quota")),
            web.get(f"{API}/v2.0/oa/listrecentchat", self._called(self._recent, "listrecentchat")),
            web.get(f"{API}/v2.0/oa/conversation", self._called(self._recent, "conversation")),
            web.get(f"{API}/v3.0/oa/user/detail", self._called(self._detail, "detail")),
            web.post(f"{API}/v3.0/oa/quota/message", self._called(self._quota, "quota")),
            *(web.post(API + path, self._called(self._gone, "gone")) for path in _GONE),
        ]

    # Tokens
    async def _consent(self, request: web.Request) -> web.StreamResponse:
        """An administrator consents at once."""
        asked = request.query
        if asked.get("app_id") != APP_ID or asked.get("redirect_uri") != self._account.callback:
            return web.json_response(OaError(-14003, "Invalid redirect uri").body())
        back = {"code": self._account.consent(), "oa_id": OA_ID, "state": asked.get("state", "")}
        raise web.HTTPFound(f"{self._account.callback}?{urlencode(back)}")

    async def _tokens(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        fault = self._zalo.faults.take(lambda fault: fault.method == "access_token")
        if fault and fault.status != DROP:
            return web.Response(status=fault.status, text="Sorry")
        try:
            if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
                raise OaError(-14002, "Invalid app")
            if form.get("grant_type") == "authorization_code":
                pair = self._account.exchange(str(form.get("code", "")))
            else:
                pair = self._account.refresh(str(form.get("refresh_token", "")))
        except OaError as error:
            body = {"error": error.code, "error_name": error.message, "error_reason": error.message}
            return web.json_response(body)
        if fault:
            cut(request)
        return web.json_response(pair)

    # Calls
    def _called(self, answer: Answer, name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            zalo = self._zalo
            fault = zalo.faults.take(lambda fault: fault.method in (None, name))
            if fault and fault.status >= 500:
                return web.Response(status=fault.status, text="<html>Sorry</html>")
            zalo.running += 1
            try:
                if "access_token" in request.query or "Authorization" in request.headers:
                    raise OaError(-216, "Access token is invalid")
                proof = request.headers.get("appsecret_proof")
                self._account.check(request.headers.get("access_token", ""), proof)
                # Template messages do not count against the account's calls.
                left = 0 if name.startswith("template") else self._account.count_call()
                if fault and fault.status:
                    raise OaError(-fault.status, "ordered by a test")
                data = await answer(request)
            except OaError as error:
                return web.json_response(error.body())
            finally:
                zalo.running -= 1
                zalo.calls += 1
            if fault:
                cut(request)
            most = str(self._account.setting("calls_a_minute"))
            headers = {"X-RateLimit-Limit": most, "X-RateLimit-Remain": str(left)}
            return web.json_response({"error": 0, "message": "Success", "data": data}, headers=headers)

        return handle

    async def _getoa(self, request: web.Request) -> dict[str, Any]:
        return {
            "oa_id": OA_ID,
            "name": NAME,
            "is_verified": True,
            "package_name": "Tăng trưởng",
            "package_valid_through_date": self._account.setting("package_ends"),
            "num_follower": 0,
        }

    async def _recent(self, request: web.Request) -> list[dict[str, Any]]:
        """Messages of all chats, or of one, the newest first."""
        asked = _asked(request)
        offset, count, user = asked.get("offset", 0), asked.get("count", 5), asked.get("user_id")
        if not isinstance(count, int) or not 1 <= count <= MOST_LISTED:
            raise OaError(-201, "count is invalid")
        if not isinstance(offset, int) or offset < 0:
            raise OaError(-201, "offset is invalid")
        world = self._zalo.world
        of = [one for one in world.zalo.messages if user in (None, oa_user_id(one.person))]
        return [row_of(world, self._zalo.url, one) for one in of[::-1][offset : offset + count]]

    async def _detail(self, request: web.Request) -> dict[str, Any]:
        person = self._account.person(str(_asked(request).get("user_id")))
        follows = bool(self._account.world.setting(f"oa_follows_{person.id}", False))
        return {
            "user_id": oa_user_id(person.id),
            "user_id_by_app": oa_user_id(person.id)[::-1],
            "display_name": person.name,
            "user_is_follower": follows,
        }

    async def _quota(self, request: web.Request) -> Any:
        """What is left to a person, or to the account."""
        body = await request.json()
        if "user_id" in body:
            return self._account.left(self._account.person(str(body["user_id"])).id)
        if body.get("quota_owner") != "OA":
            raise OaError(-201, "quota_owner is invalid")
        return []

    async def _gone(self, request: web.Request) -> dict[str, Any]:
        raise OaError(-240, "This API version is no longer supported")

    async def _send(self, request: web.Request) -> dict[str, Any]:
        try:
            body = await request.json()
            user = body["recipient"]["user_id"]
        except (ValueError, KeyError, TypeError):
            raise OaError(-201, "the body is invalid") from None
        person = self._account.person(user if isinstance(user, str) else "")
        if self._zalo.world.zalo.chat(person.id).blocked:
            raise OaError(-217, "User has blocked the OA")
        kind, content = await content_of(self._account, body.get("message"))
        content["cost"] = self._account.price(person.id)
        world = self._zalo.world
        message = world.zalo.add(person.id, True, kind, content)
        view = world_view(world, message)
        world.events.publish("message", channel="zalo", person=person.id, message=view)
        if self._account.setting("receipts"):
            for event in (received_by(message), echo_of(message)):
                # In a queue of their own: they come late, in no order with what the person does.
                self._zalo.events.push(f"receipts of {person.id}", event, self._zalo.hooked)
        return {"message_id": message.message_id, "user_id": user, "sent_time": str(message.date)}

    async def _upload(self, request: web.Request) -> dict[str, Any]:
        form = await request.post()
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise OaError(-201, "file is invalid")
        content, ending = file.file.read(), file.filename.rpartition(".")[2].lower()
        if "." not in file.filename:
            return {}  # Taken without an error, and lost.
        allowed = (*_DOCUMENTS, "xlsx") if self._account.setting("xlsx") else _DOCUMENTS
        if ending not in allowed or not content:
            raise OaError(-201, "file is invalid")
        if len(content) > MAX_FILE:
            raise OaError(-210, "the file is over the limit of 5 MB")
        mime = mimetypes.guess_type(file.filename)[0] or "application/octet-stream"
        kept = self._zalo.world.files.save("zalo", file.filename, mime, content)
        return {"token": self._account.keep_upload(kept.id)}
