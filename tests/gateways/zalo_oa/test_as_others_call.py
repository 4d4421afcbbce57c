"""What our client sends is what zalo-sdk, written by others, sends for the same act."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import requests
from aiohttp import web
from aiohttp.test_utils import TestServer
from zalo_sdk.oa import Client
from zalo_sdk.oa.ZaloMessage import ZaloAttachment, ZaloMessageBody, ZaloRecipient
from zalo_sdk.zns import Client as TemplatesOfOthers

from gateways.zalo_oa.client import OaClient
from gateways.zalo_oa.oauth import OAUTH_URL, OaOauth
from gateways.zalo_oa.templates import TemplateClient
from gateways.zalo_oa.tokens import OaTokens

APP, SECRET, ACCESS, REFRESH, USER = "4123456789", "app-secret", "access-1", "refresh-1", "71234567890"
PDF, PICTURE = b"%PDF-1.4 x", "https://bot.example/files/qr.png"
SENT_BY_BOTH = ("access_token", "secret_key")
PAIR = {"access_token": ACCESS, "refresh_token": REFRESH, "expires_in": "90000"}


@dataclass
class Recorder:
    """Takes every call, and keeps it without what differs between any two programs."""

    calls: list[Any] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        kind, body = request.content_type, cast(Any, None)
        if kind == "application/json":
            body = await request.json()
        elif kind == "multipart/form-data":
            part = cast(Any, await (await request.multipart()).next())
            body = (part.name, part.filename, await part.read())
        else:
            body = dict(await request.post())
        headers = {name: request.headers[name] for name in SENT_BY_BOTH if name in request.headers}
        self.calls.append((request.method, request.path, kind, headers, body))
        data = {"message_id": "m1", "token": "file-token"}
        return web.json_response({"error": 0, "message": "Success", "data": data, **PAIR})


class Tokens:
    async def access_token(self) -> str:
        return ACCESS


@pytest.fixture
async def zalo(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Recorder]:
    recorder, app = Recorder(), web.Application()
    app.router.add_route("*", "/{path:.*}", recorder.handle)
    async with TestServer(app) as server:
        recorder.url = str(server.make_url("")).rstrip("/")
        post = requests.post

        def to_recorder(url: str, **given: Any) -> requests.Response:
            # The library writes this address into its code.
            return post(url.replace(OAUTH_URL, recorder.url), timeout=10, **given)

        monkeypatch.setattr(requests, "post", to_recorder)
        yield recorder


def says(client: Client, text: str | None = None, attachment: ZaloAttachment | None = None) -> None:
    client.send_message(ZaloRecipient(user_id=USER), ZaloMessageBody(text, attachment))


def file_of(client: Client) -> None:
    token = client.upload_file(PDF, "file", "hoa-don.pdf", "application/pdf")["data"]["token"]
    says(client, attachment=ZaloAttachment("file", {"token": token}))


def picture_of(client: Client) -> None:
    element = {"media_type": "image", "url": PICTURE}
    says(client, "Quét mã", ZaloAttachment("template", {"template_type": "media", "elements": [element]}))


Ours = Callable[[OaClient, OaOauth], Awaitable[object]]
ACTS: dict[str, tuple[Callable[[Client], object], Ours]] = {
    "a text": (lambda its: says(its, "Chào chị"), lambda ours, _: ours.send_message(USER, "Chào chị")),
    "a picture": (picture_of, lambda ours, _: ours.send_photo(USER, PICTURE, "Quét mã")),
    "a file": (file_of, lambda ours, _: ours.send_file(USER, "hoa-don.pdf", PDF)),
    "new tokens": (lambda its: its.refresh_acccess_token(), lambda _, oauth: oauth.refresh(REFRESH)),
    "a consent": (
        lambda its: its.get_access_token_from_authorization_code("code-1", "verifier-1"),
        lambda _, oauth: oauth.exchange("code-1"),
    ),
}


async def test_a_template_message_is_the_same_call(zalo: Recorder) -> None:
    theirs = TemplatesOfOthers(APP, SECRET, ACCESS, REFRESH, endpoint_prefix=zalo.url)
    message = ("84901234567", "256123", {"order_code": "KTA1B2C3D"}, "ref-1")
    await asyncio.to_thread(lambda: theirs.send_zns_message(*message))
    async with TemplateClient(APP, SECRET, cast(OaTokens, Tokens()), zalo.url) as client:
        await client.send(f"+{message[0]}", *message[1:])
    by_them, by_us = zalo.calls
    assert by_us == by_them


@pytest.mark.parametrize("act", ACTS)
async def test_the_same_act_is_the_same_call(zalo: Recorder, act: str) -> None:
    theirs, ours = ACTS[act]
    library = Client(APP, SECRET, ACCESS, REFRESH, endpoint_prefix=zalo.url)
    await asyncio.to_thread(theirs, library)
    by_them = zalo.calls.copy()
    zalo.calls.clear()
    client = OaClient(APP, SECRET, cast(OaTokens, Tokens()), zalo.url)
    async with client, OaOauth(APP, SECRET, zalo.url, "verifier-1") as oauth:
        await ours(client, oauth)
    assert zalo.calls == by_them
    assert zalo.calls
