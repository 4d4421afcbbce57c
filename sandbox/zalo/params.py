"""The parameters of one call, however they were sent."""

from typing import Any

from aiohttp import web

from sandbox.zalo.errors import ApiError

MAX_TEXT = 2000
Params = dict[str, Any]


async def read_params(request: web.Request) -> Params:
    """Read query and JSON, form or multipart. Raises ApiError."""
    values: Params = dict(request.query)
    try:
        if request.content_type == "application/json":
            body = await request.json() if await request.read() else {}
            if not isinstance(body, dict):
                raise ApiError(400, "an object is expected")
            return values | body
        return values | dict(await request.post())
    except (ValueError, web.HTTPRequestEntityTooLarge):
        raise ApiError(400, "the body can't be read") from None


def given(params: Params, name: str) -> str:
    """A text that must be there and say something. Raises ApiError."""
    value = params.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ApiError(400, f"{name} is missing or empty")
    return value


def length(text: str) -> int:
    """Characters as Zalo counts them: units of UTF-16, as in its text styles."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def checked(name: str, text: str) -> str:
    """The text. Raises ApiError if it is too long."""
    if length(text) > MAX_TEXT:
        raise ApiError(400, f"{name} has more than {MAX_TEXT} characters")
    return text
