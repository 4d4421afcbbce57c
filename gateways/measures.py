"""Counts the calls to the outside, and how long they take. Each process counts its own (`/metrics`).

The labels name no person: of an address only words of lower-case letters are left.
"""

import contextlib
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import aiosmtplib
from prometheus_client import Counter, Histogram
from telegram.request import HTTPXRequest

CALLS = Counter(
    "ktdv_api_calls", "Calls to the outside, by HTTP status or `lost`.", ["app", "method", "status"]
)
CALL_SECONDS = Histogram("ktdv_api_call_seconds", "How long calls to the outside take.", ["app"])

LOST = "lost"
"""The status of a call that brought no answer."""

_MOST_METHODS = 40
"""Names of one app that are told apart; further ones are `other`."""

_WORD = re.compile(r"v\d|[a-z][a-z_-]{2,30}")
_methods: dict[str, set[str]] = defaultdict(set)


def method_of_bot_api(path: str) -> str:
    """The method of a bot API, the last part of its path."""
    name = path.partition("?")[0].rpartition("/")[2]
    return name if name.isalpha() and len(name) < 40 and "/file/" not in path else "file"


def method_of_path(path: str) -> str:
    """A path without the ids in it."""
    return "/".join(part if _WORD.fullmatch(part) else "*" for part in path.strip("/").split("/"))


def count_call(app: str, method: str, status: int | str, seconds: float) -> None:
    known = _methods[app]
    if len(known) < _MOST_METHODS:
        known.add(method)
    CALLS.labels(app, method if method in known else "other", status).inc()
    CALL_SECONDS.labels(app).observe(seconds)


def measured(app: str, name_of: Callable[[str], str] = method_of_bot_api) -> aiohttp.TraceConfig:
    """What has a session of aiohttp count its calls, under the name of each path."""
    trace = aiohttp.TraceConfig()

    async def begun(_: object, call: SimpleNamespace, about: aiohttp.TraceRequestStartParams) -> None:
        call.begun = time.perf_counter()

    async def answered(_: object, call: SimpleNamespace, about: aiohttp.TraceRequestEndParams) -> None:
        passed = time.perf_counter() - call.begun
        count_call(app, name_of(about.url.path), about.response.status, passed)

    async def lost(_: object, call: SimpleNamespace, about: aiohttp.TraceRequestExceptionParams) -> None:
        count_call(app, name_of(about.url.path), LOST, time.perf_counter() - call.begun)

    trace.on_request_start.append(begun)
    trace.on_request_end.append(answered)
    trace.on_request_exception.append(lost)
    trace.freeze()
    return trace


@contextlib.contextmanager
def counted_mail() -> Iterator[None]:
    """Count the mail that is handed over inside, by the code of the server's reply."""
    begun, status = time.perf_counter(), LOST
    try:
        yield
        status = "250"
    except Exception as error:
        reply = error.__cause__
        if isinstance(reply, aiosmtplib.SMTPResponseException):
            status = str(reply.code)
        raise
    finally:
        count_call("smtp", "mail", status, time.perf_counter() - begun)


class MeasuredRequest(HTTPXRequest):
    """The requests of python-telegram-bot, counted."""

    async def do_request(self, url: str, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        begun, status = time.perf_counter(), LOST
        try:
            code, body = await super().do_request(url, *arguments, **named)
            status = str(code)
            return code, body
        finally:
            count_call("telegram", method_of_bot_api(url), status, time.perf_counter() - begun)
