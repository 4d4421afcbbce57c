"""Reading requests of the World API, and its errors."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.errors import NotPossible


class Body(BaseModel):
    """A JSON body. Unknown fields are refused, so that a typing mistake in a test is seen."""

    model_config = ConfigDict(extra="forbid")


_LOCAL = ("127.0.0.1", "localhost", "::1")
B = TypeVar("B", bound=Body)
T = TypeVar("T")


async def read(request: web.Request, kind: type[B]) -> B:
    """The body as `kind`. Raises NotPossible that says what is wrong."""
    try:
        return kind.model_validate_json(await request.read() or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise NotPossible(f"{place}: {first['msg']}" if place else first["msg"]) from error


def latest(request: web.Request, rows: Sequence[T]) -> Sequence[T]:
    """The last rows, as many as `last` in the query says; all without it."""
    return rows[-whole_number(request, "last") :]


def whole_number(request: web.Request, name: str) -> int:
    """A whole number in the query; 0 without it."""
    given = request.query.get(name, "0")
    if not given.isdigit():
        raise NotPossible(f"{name} must be a whole number")
    return int(given)


def number(request: web.Request, name: str, default: float) -> float:
    """A number in the query."""
    try:
        return float(request.query.get(name, default))
    except ValueError:
        raise NotPossible(f"{name} must be a number") from None


def done() -> web.Response:
    """The answer to a request that has no result."""
    return web.json_response({"ok": True})


def cut(request: web.Request) -> None:
    """Close the connection without an answer, as if the answer to a call that was carried out got lost."""
    transport = request.transport
    if isinstance(transport, asyncio.Transport):
        transport.abort()


def is_hook(url: str) -> bool:
    """Whether a webhook may have this address. The apps ask for HTTPS; plain HTTP on this machine will do."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    )


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal under /world/ is `{"error": why}`."""
    try:
        return await handler(request)
    except NotPossible as error:
        return web.json_response({"error": str(error)}, status=error.status)
    except web.HTTPException as error:
        if error.status < 400 or not request.path.startswith("/world"):
            raise
        return web.json_response({"error": error.reason}, status=error.status)
