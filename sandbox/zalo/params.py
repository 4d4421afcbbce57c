"""The parameters of one call, however they were sent."""

import json
import re
from typing import Any

from aiohttp import web

from sandbox.zalo.errors import ApiError

MAX_TEXT = 2000
_STYLE = re.compile(r"[bius]|f_(1[3-9]|20)|c_\w+|lst_[12]|ind_[1-5]")
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


def text_styles(params: Params, text: str) -> list[dict[str, Any]]:
    """The styles of parts of a text: where each starts, its length in UTF-16 units, and which it is. Raises
    ApiError."""
    styles = params.get("text_styles") or []
    if isinstance(styles, str):
        try:
            styles = json.loads(styles)
        except ValueError:
            raise ApiError(400, "text_styles can't be read") from None
    if not isinstance(styles, list) or not all(_is_style(one, length(text)) for one in styles):
        raise ApiError(400, "text_styles are wrong")
    return styles


def _is_style(style: Any, most: int) -> bool:
    match style:
        case {"start": int(start), "len": int(count), "st": str(name)}:
            return start >= 0 and count > 0 and start + count <= most and bool(_STYLE.fullmatch(name))
    return False
