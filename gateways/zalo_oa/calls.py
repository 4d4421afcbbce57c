"""One HTTP call to Zalo's servers, whose answers are JSON with an `error` of 0."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from yarl import URL

from gateways.http.bodies import read_at_most
from gateways.zalo.errors import AnswerLost, OutOfReach, ZaloError
from gateways.zalo_oa.errors import error_code, refused, refused_by_status

SECONDS = 20.0
"""How long a call may take in all."""

Refuse = Callable[[int, str], ZaloError]

_CONNECT_SECONDS = 5.0
_LARGEST_ANSWER = 1024 * 1024
_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


async def ask(
    session: aiohttp.ClientSession, method: str, url: str | URL, refuse: Refuse = refused, **request: Any
) -> Mapping[str, Any]:
    """The answer as an object. An answer without `error` is given back as it is; `refuse` makes the error of
    a code.

    Raises the errors of `gateways.zalo.errors`; none of them shows what was sent.
    """
    timeout = aiohttp.ClientTimeout(total=SECONDS, sock_connect=_CONNECT_SECONDS)
    try:
        async with session.request(
            method, url, timeout=timeout, allow_redirects=False, **request
        ) as response:
            status, body = response.status, await read_at_most(response, _LARGEST_ANSWER)
    except _NEVER_LEFT as error:
        raise OutOfReach(0, type(error).__name__) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise AnswerLost(0, type(error).__name__) from None
    return _read(status, body, refuse)


def _read(status: int, body: bytes | None, refuse: Refuse) -> Mapping[str, Any]:
    try:
        answer = json.loads(body or b"")
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        if status >= 300:
            raise refused_by_status(status)
        raise AnswerLost(status, "an answer that cannot be read")
    code = error_code(answer)
    if code:
        raise refuse(code, str(answer.get("message") or answer.get("error_name") or ""))
    if code is None and status >= 300:
        raise refused_by_status(status)
    return answer
