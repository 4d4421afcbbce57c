"""Reads the bodies of HTTP answers up to a limit."""

import aiohttp

_PORTION = 64 * 1024


async def read_at_most(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """The whole body, or `None` if it has more than `limit` bytes, whatever the headers say."""
    body = bytearray()
    async for some in response.content.iter_chunked(_PORTION):
        body += some
        if len(body) > limit:
            return None
    return bytes(body)
