"""What is counted of calls to the outside, and that no label names anybody."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import REGISTRY

from gateways import measures
from gateways.http.client import HttpClient
from gateways.measures import CALLS, MeasuredRequest, count_call, method_of_bot_api, method_of_path

TOKEN = "123456789:AAEhBP0av28FrnMQuxw-AbCdEfGhIj"


class Client(HttpClient):
    app = "somebody"

    def _connect(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    async def ask(self, url: str) -> int:
        async with self._session.get(url) as answer:
            return answer.status


def counted(app: str, method: str, status: str) -> float:
    return (
        REGISTRY.get_sample_value("ktdv_api_calls_total", {"app": app, "method": method, "status": status})
        or 0.0
    )


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": []}, status=int(request.query.get("status", 200)))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_each_call_counts_with_its_method_and_status(url: str) -> None:
    async with Client() as client:
        for _ in range(2):
            await client.ask(f"{url}/v1/licences/LIC-0101243150/suspend")
        await client.ask(f"{url}/v1/licences?status=503")
        with pytest.raises(aiohttp.ClientError):
            await client.ask("http://127.0.0.1:1/v1/licences")
    assert counted("somebody", "v1/licences/*/suspend", "200") == 2
    assert counted("somebody", "v1/licences", "503") == 1
    assert counted("somebody", "v1/licences", "lost") == 1


async def test_pushes_on_telegram_count_by_the_method_without_the_token(url: str) -> None:
    request = MeasuredRequest()
    before = counted("telegram", "sendMessage", "200"), counted("telegram", "sendMessage", "429")
    await request.initialize()
    await request.do_request(f"{url}/bot{TOKEN}/sendMessage", "POST")
    await request.do_request(f"{url}/bot{TOKEN}/sendMessage?status=429", "POST")
    await request.shutdown()
    assert counted("telegram", "sendMessage", "200") == before[0] + 1
    assert counted("telegram", "sendMessage", "429") == before[1] + 1


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/bot{TOKEN}/sendMessage", "sendMessage"),
        (f"/bot{TOKEN}/sendMessage?a=1", "sendMessage"),
        (f"https://api.telegram.org/file/bot{TOKEN}/documents/file_1.xlsx", "file"),
        (f"/file/bot{TOKEN}/photos/nguyenvana", "file"),
        ("/", "file"),
    ],
)
def test_the_methods_of_a_bot_api(path: str, name: str) -> None:
    assert method_of_bot_api(path) == name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v2/business/0101243150", "v2/business/*"),
        ("/v1/licences/6f1c9a52-0c2f-4f6e-9f1d-6a2f7b1c2d3e/reactivate", "v1/licences/*/reactivate"),
        ("/v1/Nguyễn Văn A", "v1/*"),
    ],
)
def test_ids_and_names_are_left_out_of_paths(path: str, name: str) -> None:
    assert method_of_path(path) == name


def test_an_app_has_few_methods_whatever_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "_MOST_METHODS", 2)
    for name in ("one", "two", "three", "four", "one"):
        count_call("crowded", name, 200, 0.1)
    found = {
        (one.labels["method"], one.value)
        for family in CALLS.collect()
        for one in family.samples
        if one.labels["app"] == "crowded" and one.name.endswith("_total")
    }
    assert found == {("one", 2), ("two", 1), ("other", 2)}
