"""zalo-sdk, written by others, runs unchanged against the Official Account."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import requests
import zalo_sdk
from zalo_sdk.oa import Client
from zalo_sdk.oa.ZaloMessage import ZaloAttachment, ZaloMessageBody, ZaloRecipient

from gateways.zalo_oa.oauth import OAUTH_URL
from sandbox.app import SandboxServer
from sandbox.zalo_oa.account import APP_ID, APP_SECRET, FIRST_REFRESH, oa_user_id
from sandbox.zalo_oa.phone import OaPhone
from sandbox.zalo_oa.server import API, OAUTH

OWNER = oa_user_id("owner")
DAY = 86400


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world", zalo_oa=True) as running:
        post = requests.post

        def to_sandbox(url: str, **given: Any) -> requests.Response:
            # The library writes this address into its code.
            return post(url.replace(OAUTH_URL, running.url + OAUTH), timeout=10, **given)

        monkeypatch.setattr(requests, "post", to_sandbox)
        yield running


@pytest.fixture
async def library(server: SandboxServer) -> Client:
    client = Client(APP_ID, APP_SECRET, refresh_token=FIRST_REFRESH, endpoint_prefix=server.url + API)
    await asyncio.to_thread(client.refresh_acccess_token)
    return client


def phone(server: SandboxServer) -> OaPhone:
    person = server.world.person("owner")
    assert person is not None
    return OaPhone(server.account, server.zalo, person, mute=True)


async def says(client: Client, text: str = "Chào chị", attachment: dict[str, Any] | None = None) -> Any:
    under = ZaloAttachment("template", attachment) if attachment else None
    body = ZaloMessageBody(text=text, attachment=under)
    return await asyncio.to_thread(client.send_message, ZaloRecipient(user_id=OWNER), body)


async def refused(client: Client, **given: Any) -> int:
    with pytest.raises(zalo_sdk.ZaloOAException) as caught:
        await says(client, **given)
    return int(caught.value._code)


async def test_its_tokens_are_renewed_each_once(server: SandboxServer, library: Client) -> None:
    first, used = library.access_token, library.refresh_token
    await asyncio.to_thread(library.refresh_acccess_token)
    assert library.access_token != first
    library.refresh_token = used
    with pytest.raises(zalo_sdk.ZaloOAException):
        await asyncio.to_thread(library.refresh_acccess_token)


async def test_a_consent_is_exchanged(server: SandboxServer, library: Client) -> None:
    code = server.account.consent()
    await asyncio.to_thread(library.get_access_token_from_authorization_code, code, "")
    server.account.check(library.access_token, None)


async def test_it_writes_within_the_time_for_it(server: SandboxServer, library: Client) -> None:
    assert await refused(library) == -232
    phone(server).text("alo")
    sent = await says(library)
    (shown,) = [one for one in server.world.zalo.history("owner") if one.bot]
    assert (shown.message_id, shown.text) == (sent["data"]["message_id"], "Chào chị")
    quota = await asyncio.to_thread(library.get_zalo_user_quotas, OWNER)
    assert quota["data"]["cs_reply"] == {"remain": 7, "total": 8}


async def test_it_sends_a_picture_by_its_address_and_a_file_by_its_token(
    server: SandboxServer, library: Client
) -> None:
    phone(server).text("alo")
    uploaded = await asyncio.to_thread(
        library.upload_file, b"%PDF-1.4 x", "file", "hoa-don.pdf", "application/pdf"
    )
    body = ZaloMessageBody(attachment=ZaloAttachment("file", {"token": uploaded["data"]["token"]}))
    await asyncio.to_thread(library.send_message, ZaloRecipient(user_id=OWNER), body)
    (shown,) = [one for one in server.world.zalo.history("owner") if one.bot]
    assert shown.kind == "file"
    lost = await asyncio.to_thread(library.upload_file, b"x", "file", "hoa-don", "application/pdf")
    assert lost["data"] == {}


async def test_it_is_refused_as_by_zalo(server: SandboxServer, library: Client) -> None:
    phone(server).text("alo")
    assert await refused(library, text="x" * 2001) == -210
    assert await refused(library, attachment={"buttons": [{"title": "1"}] * 6}) == -201
    for category in ("transaction", "media"):
        with pytest.raises(zalo_sdk.ZaloOAException):
            await asyncio.to_thread(
                library.send_message, ZaloRecipient(user_id=OWNER), ZaloMessageBody("x"), None, category
            )
    server.account.change("calls_a_minute", 1)
    assert await refused(library) == -32
    server.account.change("calls_a_minute", 100)
    server.account.expire()
    with pytest.raises(zalo_sdk.ZaloException):
        await says(library)


async def test_it_reads_who_somebody_is(server: SandboxServer, library: Client) -> None:
    found = await asyncio.to_thread(library.get_user_detail, OWNER)
    assert found["data"]["user_id"] == OWNER
    assert not found["data"]["user_is_follower"]
