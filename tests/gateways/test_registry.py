"""The registry of taxpayers as the bot asks it, against a server that answers as each test wants."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import jsonschema
import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.customers import ADDRESS_LIMIT, NAME_LIMIT
from gateways.registry import FAILURES, PAUSE, HttpRegistry, RegistrySettings
from services.ports import Registered, RegistryAway

CONTRACT = yaml.safe_load((Path(__file__).parents[2] / "docs" / "api" / "registry.yaml").read_text("utf-8"))
SCHEMAS = CONTRACT["components"]["schemas"]
TOKEN = "token-of-the-registry"
CODE = "0101243150"
NAME, ADDRESS = "CÔNG TY CỔ PHẦN HOA SEN", "Số 1, phố Lê Lợi, Hà Nội"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def taxpayer(tax_code: str = CODE, name: object = NAME, address: object = ADDRESS) -> dict[str, object]:
    data = {"id": tax_code, "name": name, "internationalName": None, "shortName": "HS", "address": address}
    return {"code": "00", "desc": "Success - Thành công", "data": data}


NOTHING = {"code": "51", "desc": "Không có mã số thuế này", "data": None}


class LittleRegistry:
    """Answers by `answer`. `asked` lists the tax codes; `most` is the highest number of calls at once."""

    def __init__(self) -> None:
        self.answer: Answer = self.found
        self.asked: list[str] = []
        self.under_way = self.most = 0
        app = web.Application()
        app.router.add_get("/api/v2/business/{code}", self._serve)
        self.server = TestServer(app)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        self.asked.append(request.match_info["code"])
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            return await self.answer(request)
        finally:
            self.under_way -= 1

    async def found(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(taxpayer(request.match_info["code"]))

    def answers(self, body: object, status: int = 200, **headers: str) -> None:
        """Answer with this from now on, as JSON, or unchanged if it is bytes."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=content, headers=named)

        self.answer = answer


class Steady:
    """A clock of seconds that stands still."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def little() -> AsyncIterator[LittleRegistry]:
    little = LittleRegistry()
    async with little.server:
        yield little


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def patience() -> float:
    """Seconds that an answer may take."""
    return 20


@pytest.fixture
async def registry(little: LittleRegistry, steady: Steady, patience: float) -> AsyncIterator[HttpRegistry]:
    settings = RegistrySettings(str(little.server.make_url("/api/")), TOKEN, timeout=patience)
    async with HttpRegistry(settings, steady) as opened:
        yield opened


async def away(registry: HttpRegistry, tax_code: str = CODE) -> str:
    with pytest.raises(RegistryAway) as caught:
        await registry.find(tax_code)
    return str(caught.value)


@pytest.mark.parametrize("code", [CODE, "0101243150-001"])
async def test_a_taxpayer_is_found(registry: HttpRegistry, little: LittleRegistry, code: str) -> None:
    jsonschema.validate(taxpayer(code), SCHEMAS["Found"])
    assert await registry.find(code) == Registered(code, NAME, ADDRESS)
    assert little.asked == [code]


async def test_one_that_nobody_bears_is_no_failure(registry: HttpRegistry, little: LittleRegistry) -> None:
    jsonschema.validate(NOTHING, SCHEMAS["Nothing"])
    little.answers(NOTHING, 404)
    for _ in range(FAILURES + 1):
        assert await registry.find(CODE) is None
    assert len(little.asked) == FAILURES + 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            taxpayer("0101243150001", "  Công\u202e ty\n\tA ", None),
            Registered("0101243150-001", "Công ty A", ""),
        ),
        (taxpayer("0101243150-001", NAME, "x" * (ADDRESS_LIMIT + 1)), Registered("0101243150-001", NAME, "")),
        (taxpayer("0101243150-001", NAME, "\u200b"), Registered("0101243150-001", NAME, "")),
    ],
)
async def test_what_is_found_is_cleaned(
    registry: HttpRegistry, little: LittleRegistry, body: object, expected: Registered
) -> None:
    little.answers(body)
    assert await registry.find("0101243150-001") == expected


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (taxpayer("0312345678"), 200),
        (taxpayer(name=""), 200),
        (taxpayer(name="x" * (NAME_LIMIT + 1)), 200),
        (taxpayer(name=["a"]), 200),
        (NOTHING, 200),
        ({"code": "00", "data": None}, 200),
        ([], 200),
        (b"", 200),
        (b"<html>", 200),
        (b"\xff\xfe\x00", 200),
        (b"[" * 50_000, 200),
        (json.dumps(taxpayer(name="x" * 100_000)).encode(), 200),
        (b"<h1>Not found</h1>", 404),
        (taxpayer(), 500),
        (taxpayer(), 204),
        (taxpayer(), 302),
        (NOTHING, 401),
        (NOTHING, 503),
    ],
)
async def test_whatever_else_comes_is_no_answer(
    registry: HttpRegistry,
    little: LittleRegistry,
    body: object,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    little.answers(body, status)
    for _ in range(FAILURES):
        await away(registry)
    assert len(little.asked) == FAILURES
    ours = "".join(record.getMessage() for record in caplog.records if record.name == "services.presence")
    assert ours
    assert not any(told in ours for told in (CODE, NAME, ADDRESS, TOKEN))


async def test_after_failures_it_is_left_alone_for_a_while(
    registry: HttpRegistry, little: LittleRegistry, steady: Steady
) -> None:
    little.answers(b"", 500)
    for _ in range(FAILURES):
        await away(registry)
    little.answer = little.found
    await away(registry)
    assert len(little.asked) == FAILURES
    steady.seconds += PAUSE
    little.answers(b"", 500)
    await away(registry)  # One failure is enough until the registry has answered.
    await away(registry)
    assert len(little.asked) == FAILURES + 1
    steady.seconds += PAUSE
    little.answer = little.found
    assert await registry.find(CODE)
    little.answers(b"", 500)
    for _ in range(FAILURES):
        await away(registry)
    assert len(little.asked) == 2 * FAILURES + 2


@pytest.mark.parametrize(
    ("asked", "seconds"), [("5", 5), ("999999", 3600), ("soon", PAUSE), ("", PAUSE), ("-1", PAUSE)]
)
async def test_it_is_asked_again_when_it_wants(
    registry: HttpRegistry, little: LittleRegistry, steady: Steady, asked: str, seconds: float
) -> None:
    little.answers(NOTHING, 429, Retry_After=asked)
    await away(registry)
    little.answer = little.found
    steady.seconds += seconds - 0.1
    await away(registry)
    assert len(little.asked) == 1
    steady.seconds += 0.1
    assert await registry.find(CODE)


@pytest.mark.long
@pytest.mark.parametrize("patience", [0.5])
async def test_a_slow_one_is_given_up(registry: HttpRegistry, little: LittleRegistry) -> None:
    async def never(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async def drop_by_drop(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    for answer in (never, drop_by_drop, never):
        little.answer = answer
        assert "Timeout" in await away(registry)
    await away(registry)
    assert len(little.asked) == 3


async def test_whoever_waited_long_enough_counts_it_as_no_answer(
    registry: HttpRegistry, little: LittleRegistry, steady: Steady
) -> None:
    arrived = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    little.answer = never
    for waited in (0.0, 1.5, 1.5, 1.5):
        arrived.clear()
        call = asyncio.create_task(registry.find(CODE))
        await arrived.wait()
        steady.seconds += waited
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    await away(registry)
    assert len(little.asked) == 4


async def test_no_more_than_five_calls_are_under_way(registry: HttpRegistry, little: LittleRegistry) -> None:
    gate = asyncio.Event()

    async def held(request: web.Request) -> web.StreamResponse:
        if little.under_way == 5:
            gate.set()
        await gate.wait()
        return await little.found(request)

    little.answer = held
    codes = [f"{number:010}" for number in range(20)]
    found = await asyncio.gather(*(registry.find(code) for code in codes))
    assert [each.tax_code for each in found if each] == codes
    assert little.most == 5


async def test_a_server_that_is_not_there_is_no_answer(little: LittleRegistry) -> None:
    url = str(little.server.make_url("/api"))
    await little.server.close()
    async with HttpRegistry(RegistrySettings(url, TOKEN)) as registry:
        assert "Connector" in await away(registry)
