"""The parameters of one Bot API call, however they were sent."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.telegram.errors import ApiError

MAX_UPLOAD = 50 * 1024 * 1024  # What a bot may send.
_TRUE = ("true", "1", "yes", "y", "t")

Upload = web.FileField


class Params:
    """Typed access to parameters: JSON gives values, forms give their text."""

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload]) -> None:
        self._values = values
        self._files = files

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        return None if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self._values.get(name) or default)
        except (TypeError, ValueError):
            raise ApiError(f"wrong parameter {name} in request") from None

    def flag(self, name: str) -> bool:
        return str(self._values.get(name, "")).lower() in _TRUE

    def data(self, name: str) -> Any:
        """A JSON value, or None if it was not given."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value.strip() else None
        except ValueError:
            what = "reply keyboard markup JSON object" if name == "reply_markup" else f"{name} JSON object"
            raise ApiError(f"can't parse {what}") from None

    def upload(self, name: str) -> Upload | None:
        """A file sent in the field itself."""
        return self._files.get(name)

    def overlaid_all(self, values: Mapping[str, Any]) -> "Params":
        """The same call with these parameters changed."""
        return Params({**self._values, **values}, self._files)

    def overlaid(self, name: str, value: Any) -> "Params":
        """The same call with one parameter changed."""
        return Params({**self._values, name: value}, self._files)


async def read_params(request: web.Request) -> Params:
    """Read query, JSON, form or multipart. Raises 413 if the body is larger than a bot may send."""
    values: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            body = await request.json() if await request.read() else {}
            if not isinstance(body, dict):
                raise ApiError("can't parse JSON object")
            values |= body
        else:
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    files[name] = value
                else:
                    values[name] = value
    except web.HTTPRequestEntityTooLarge:
        raise ApiError("Request Entity Too Large", 413) from None
    except ValueError:
        raise ApiError("can't parse request body") from None
    return Params(values, files)
