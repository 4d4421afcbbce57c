"""Bodies of answers over HTTP, of a size that is known before."""

import aiohttp

_PORTION = 64 * 1024


async def read_at_most(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """The whole body, or `None` for one of more than `limit` bytes, whatever its headers say."""
    body = bytearray()
    async for some in response.content.iter_chunked(_PORTION):
        body += some
        if len(body) > limit:
            return None
    return bytes(body)
