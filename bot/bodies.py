"""Bodies of requests to the program's web, read up to a limit."""

import asyncio
from typing import ClassVar

from aiohttp import web

WEBHOOK_LIMIT = 64 * 1024
"""Bytes of a webhook's body; a real one has one or two thousand."""

WEBHOOK_SECONDS = 10.0
"""How long a webhook's body may take."""


class BodyRefused(Exception):
    """The body is not read to its end. `status` is the HTTP answer; the text holds nothing of the body."""

    status: ClassVar[int]


class TooLong(BodyRefused):
    """More bytes than are read."""

    status = web.HTTPRequestEntityTooLarge.status_code

    def __init__(self) -> None:
        super().__init__("too long")


class BrokenOff(BodyRefused):
    """The sender ended or fell silent before the end of the body."""

    status = web.HTTPBadRequest.status_code

    def __init__(self) -> None:
        super().__init__("broken off")


async def read_webhook(request: web.Request, limit: int = WEBHOOK_LIMIT) -> bytes:
    """The body of a webhook. Raises as `read_body`, also when it takes longer than `WEBHOOK_SECONDS`."""
    try:
        async with asyncio.timeout(WEBHOOK_SECONDS):
            return bytes(await read_body(request, limit))
    except TimeoutError:
        raise BrokenOff from None


async def read_body(request: web.Request, limit: int, idle_seconds: float | None = None) -> bytearray:
    """The bytes as they came, at most `limit`.

    Raises `TooLong`, and `BrokenOff` when the body is not whole or nothing comes for `idle_seconds`.
    """
    if (request.content_length or 0) > limit:
        raise TooLong
    body = bytearray()
    try:
        while True:
            async with asyncio.timeout(idle_seconds):
                chunk = await request.content.readany()
            if not chunk:
                return body
            body += chunk
            if len(body) > limit:
                raise TooLong
    except (web.RequestPayloadError, ConnectionError, TimeoutError):
        raise BrokenOff from None
