"""The vendor's system, by questions of its contract (`docs/api/vendor.yaml`) that change nothing.

A test holds the questions and the answers that are awaited to the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import aiohttp
from pydantic import BaseModel, Field, ValidationError

from domain.checkups import Fault, Good
from gateways.vendor import VendorSettings

NOBODY = "0000000000"
"""A tax code that nobody has."""

_UNKNOWN_KEY = "doctor"


class _Unknown(BaseModel):
    class Error(BaseModel):
        kind: Literal["unknown"]
        message: str

    error: Error


class _Unauthorized(BaseModel):
    class Error(BaseModel):
        kind: Literal["unauthorized"]
        message: str

    error: Error


class _Known(BaseModel):
    class Owned(BaseModel):
        tax_code: str
        package: str

    licensed: Annotated[list[Owned], Field(max_length=1)]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A call of the operation `operation`; `answers` are the right ones, by status."""

    operation: str
    method: str
    path: str
    answers: Mapping[int, type[BaseModel]]
    params: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    with_token: bool = True


FIND = Question("findLicence", "GET", "/v1/licences", {404: _Unknown}, {"key": _UNKNOWN_KEY})
SHOW = Question("showLicence", "GET", f"/v1/licences/{_UNKNOWN_KEY}", {404: _Unknown})
KNOWN = Question(
    "knownLicences",
    "POST",
    "/v1/licences/known",
    {200: _Known, 404: _Unknown},
    body={"fiscal_year": 2026, "tax_codes": [NOBODY]},
)
OPEN = replace(FIND, answers={401: _Unauthorized}, with_token=False)
QUESTIONS = (FIND, SHOW, KNOWN, OPEN)


async def look_at_vendor(settings: VendorSettings) -> Good:
    async with aiohttp.ClientSession() as session:
        statuses = {question: await _ask(session, settings, question) for question in QUESTIONS}
    return Good("vendor" if statuses[KNOWN] == 200 else "vendor_earlier")


async def _ask(session: aiohttp.ClientSession, settings: VendorSettings, question: Question) -> int:
    headers = {"Authorization": f"Bearer {settings.token}"} if question.with_token else {}
    url = settings.api_url.rstrip("/") + question.path
    try:
        async with session.request(
            question.method,
            url,
            params=question.params,
            json=question.body,
            headers=headers,
            allow_redirects=False,
        ) as response:
            status, body = response.status, await response.read()
    except (aiohttp.ClientError, OSError) as error:
        raise Fault("vendor_away", error=type(error).__name__) from None
    if question.with_token and status in (401, 403):
        raise Fault("vendor_token", status=status)
    if question is OPEN and status != 401:
        raise Fault("vendor_open", status=status)
    try:
        question.answers[status].model_validate_json(body)
    except (KeyError, ValidationError):
        raise Fault("vendor_contract", operation=question.operation, status=status) from None
    return status
