"""Pictures, which Zalo's servers fetch by their address."""

import aiohttp

from sandbox.files import Files, StoredFile, image_size
from sandbox.zalo.errors import ApiError

MAX_PICTURE = 10 * 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_MIMES = {b"\x89P": "image/png", b"GI": "image/gif", b"\xff\xd8": "image/jpeg"}


async def fetched(files: Files, url: str) -> StoredFile:
    """Fetch a picture now and keep it. Raises ApiError."""
    if not url.startswith(("http://", "https://")):
        raise ApiError(400, "photo must be an address that begins with http:// or https://")
    try:
        content = await _got(url)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        raise ApiError(400, "the photo can't be fetched") from None
    kept = saved(files, content)
    if kept is None:
        raise ApiError(400, "the photo is no PNG, JPEG or GIF")
    return kept


def saved(files: Files, content: bytes) -> StoredFile | None:
    """Keep a picture. Returns None if the bytes are no picture."""
    if image_size(content) is None:
        return None
    file = files.save("zalo", "photo", _MIMES[content[:2]], content)
    files.measure(file)
    return file


async def _got(url: str) -> bytes:
    content = bytearray()
    async with (
        aiohttp.ClientSession(timeout=_TIMEOUT) as session,
        session.get(url) as answer,
    ):
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        async for chunk in answer.content.iter_any():
            content += chunk
            if len(content) > MAX_PICTURE:
                raise ValueError("too large")
    return bytes(content)
