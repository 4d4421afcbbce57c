"""The clocks of others, and the program as it is reached from outside."""

import asyncio
import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from domain.calendar import VIETNAM
from domain.checkups import Fault, Good

OFF = 30.0
"""Seconds by which the clock may be wrong. The banks' signatures allow 300."""

LEFT = 1 / 5
"""What part of its life a certificate may have left: who renews by itself does so at a third."""

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
    """Whether this program answers at `url`, below which PUBLIC_URL has it, and its certificate lasts."""
    status, body = await asked("GET", url + "/healthz", url)
    if not (body.startswith(b'{"status": "') and status in (200, 503)):
        raise Fault("address_other", url=url, status=status)
    if urlsplit(url).scheme != "https":
        return Good("address", {"url": url})
    begins, ends = await _certificate(url)
    params = {"url": url, "until": f"{datetime.fromtimestamp(ends, UTC).astimezone(VIETNAM):%H:%M %d/%m/%Y}"}
    if ends - time.time() < (ends - begins) * LEFT:
        raise Fault("address_certificate_ends", **params)
    return Good("address_tls", params)


def trusted() -> ssl.SSLContext:
    """What this machine trusts, read anew: certificates are added while the program runs."""
    return ssl.create_default_context()


async def _certificate(url: str) -> tuple[float, float]:
    """From when until when the certificate at `url` is valid. Raises `Fault`."""
    at = urlsplit(url)
    try:
        _, writer = await asyncio.open_connection(at.hostname, at.port or 443, ssl=trusted())
    except OSError as fault:
        raise Fault("address_away", url=url, error=type(fault).__name__) from None
    certificate = writer.get_extra_info("peercert")
    writer.close()
    begins, ends = (ssl.cert_time_to_seconds(certificate[name]) for name in ("notBefore", "notAfter"))
    return begins, ends


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
            session.request(method, url, json=json, allow_redirects=False, ssl=trusted()) as response,
        ):
            return response.status, await response.content.read(_ABOUT_OURS)
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError) as fault:
        raise Fault("address_certificate", url=base, error=type(fault).__name__) from None
    except (aiohttp.ClientError, OSError) as fault:
        raise Fault("address_away", url=base, error=type(fault).__name__) from None
