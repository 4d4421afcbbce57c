"""The clocks of others, and the program as it is reached from outside."""

import ssl
import time
from collections.abc import Sequence
from email.utils import parsedate_to_datetime

import aiohttp

from domain.checkups import Fault, Good

OFF = 30.0
"""Seconds by which the clock may be wrong. The banks' signatures allow 300."""

_ABOUT_OURS = 64 * 1024


async def look_at_clock(addresses: Sequence[str]) -> Good:
    """Compare this machine's clock with the `Date` of the first of these that answers."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        for address in addresses:
            try:
                async with session.get(address, allow_redirects=False) as response:
                    said = parsedate_to_datetime(response.headers.get("Date", ""))
            except (aiohttp.ClientError, OSError, ValueError):
                continue
            ahead = round(time.time() - said.timestamp())
            if abs(ahead) > OFF:
                raise Fault("clock_ahead" if ahead > 0 else "clock_behind", seconds=abs(ahead))
            return Good("clock", {"seconds": abs(ahead)})
    raise Fault("clock_unknown")


async def look_at_address(url: str) -> Good:
    """Whether this program answers at `url`, below which PUBLIC_URL has it."""
    status, body = await asked("GET", url + "/healthz", url)
    if not (body.startswith(b'{"status": "') and status in (200, 503)):
        raise Fault("address_other", url=url, status=status)
    return Good("address", {"url": url})


async def look_at_webhook(base: str, path: str, status: int, error: str) -> None:
    """Whether an empty post to a webhook is refused as this program refuses it."""
    answered, body = await asked("POST", base + path, base, json={})
    if answered != status or error.encode() not in body:
        raise Fault("webhook_other", url=base + path, status=answered)


async def asked(method: str, url: str, base: str, json: object = None) -> tuple[int, bytes]:
    """Status and beginning of an answer. Raises `Fault` where none comes."""
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, json=json, allow_redirects=False) as response,
        ):
            return response.status, await response.content.read(_ABOUT_OURS)
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError) as fault:
        raise Fault("address_certificate", url=base, error=type(fault).__name__) from None
    except (aiohttp.ClientError, OSError) as fault:
        raise Fault("address_away", url=base, error=type(fault).__name__) from None
