"""Zalo: the bot's token, and where its events go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from domain.checkups import Fault, Good
from gateways.zalo.client import ZaloClient
from gateways.zalo.errors import TokenRefused, ZaloError


@asynccontextmanager
async def _client(token: str, api_url: str) -> AsyncIterator[ZaloClient]:
    try:
        async with ZaloClient(token, api_url) as client:
            yield client
    except TokenRefused:
        raise Fault("zalo_token") from None
    except ZaloError as error:
        raise Fault("zalo_away", error=str(error)) from None


async def look_at_bot(token: str, api_url: str) -> Good:
    async with _client(token, api_url) as client:
        return Good("zalo", {"name": (await client.get_me()).name})


async def look_at_events(token: str, api_url: str, expected: str) -> Good:
    """`expected` is the address to which events should be posted, empty where the program asks for them."""
    async with _client(token, api_url) as client:
        found = await client.call("getWebhookInfo")
    url = str(found.get("url") or "") if isinstance(found, dict) else ""
    if url != expected:
        if not expected:
            raise Fault("zalo_webhook_left")
        if not url:
            raise Fault("zalo_webhook_none")
        raise Fault("zalo_webhook_other", host=urlsplit(url).hostname or "", expected=expected)
    return Good("zalo_webhook" if expected else "zalo_polling", {"url": expected})


async def set_events(token: str, api_url: str, address: str, secret: str) -> None:
    """Have events posted to `address`, or keep none where it is empty. Zalo tries the address at once."""
    async with _client(token, api_url) as client:
        if address:
            await client.set_webhook(address, secret)
        else:
            await client.delete_webhook()
