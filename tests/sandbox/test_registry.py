"""The registry of taxpayers keeps its contract, and fails as it is told to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from jsonschema import Draft202012Validator

from gateways.registry import HttpRegistry, RegistrySettings
from sandbox.app import SandboxServer
from sandbox.registry import ODD, PATH, TOKEN
from services.ports import Registered, RegistryAway
from tests.sandbox.client import Client

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "docs" / "api" / "registry.yaml").read_text("utf-8")
)
SAMPLE, INVENTED = "9937460933", "0101243150"


@pytest.fixture
async def registry(server: SandboxServer) -> AsyncIterator[HttpRegistry]:
    async with HttpRegistry(RegistrySettings(server.url + PATH, TOKEN, timeout=3)) as opened:
        yield opened


async def ask(http: aiohttp.ClientSession, server: SandboxServer, code: str, token: str = TOKEN) -> int:
    """Ask the registry. Returns the status of an answer that keeps the contract."""
    url = f"{server.url}{PATH}/v2/business/{code}"
    async with http.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
        kind = "Found" if answer.status == 200 else "Nothing"
        Draft202012Validator(CONTRACT["components"]["schemas"][kind]).validate(await answer.json())
        assert str(answer.status) in CONTRACT["paths"]["/v2/business/{taxCode}"]["get"]["responses"]
        assert ("Retry-After" in answer.headers) == (answer.status == 429)
        return answer.status


async def test_customers_of_the_samples_and_invented_ones_are_known(registry: HttpRegistry) -> None:
    name, address = "Công ty CP Nông sản Ý Tưởng Xanh 01", "Số 294 đường Ý Tưởng Xanh, Nghệ An"
    assert await registry.find(SAMPLE) == Registered(SAMPLE, name, address)
    found = await registry.find(INVENTED)
    assert found is not None
    assert found.name.endswith("3150")
    assert found == await registry.find(INVENTED)


@pytest.mark.parametrize("code", ["0101243151", "001085012345", "abc", "0101243150-000"])
async def test_nobody_else_is(
    http: aiohttp.ClientSession, server: SandboxServer, registry: HttpRegistry, code: str
) -> None:
    assert await ask(http, server, code) == 404
    assert await registry.find(code) is None


async def test_each_answer_keeps_the_contract(
    http: aiohttp.ClientSession, server: SandboxServer, world: Client
) -> None:
    assert await ask(http, server, INVENTED) == 200
    assert await ask(http, server, INVENTED, "another token") == 401
    for error, status in (("unauthorized", 401), ("unknown", 404), ("too_many", 429), ("unavailable", 503)):
        await world.post("registry/faults", error=error)
        assert await ask(http, server, INVENTED) == status
    assert await ask(http, server, INVENTED) == 200


@pytest.mark.long
@pytest.mark.parametrize("error", [*ODD, "500"])
async def test_it_fails_as_it_is_told(registry: HttpRegistry, world: Client, error: str) -> None:
    await world.post("registry/faults", error=error, tax_code=SAMPLE)
    assert await registry.find(INVENTED)
    with pytest.raises(RegistryAway):
        await registry.find(SAMPLE)
    assert await registry.find(SAMPLE)


async def test_it_is_switched_off_and_on(registry: HttpRegistry, world: Client) -> None:
    await world.post("registry", on=False)
    with pytest.raises(RegistryAway):
        await registry.find(INVENTED)
    assert await world.get("registry") == {"on": False, "asked": 1}
    await world.post("registry", on=True)
    assert await registry.find(INVENTED)


async def test_faults_are_listed_and_taken_back(registry: HttpRegistry, world: Client) -> None:
    await world.post("registry/faults", 400, error="nonsense")
    await world.post("registry/faults", error="hang", times=3)
    assert [(fault["error"], fault["times"]) for fault in await world.get("registry/faults")] == [("hang", 3)]
    async with world.http.delete(f"{world.server.url}/world/registry/faults") as answer:
        assert answer.status == 200
    assert await world.get("registry/faults") == []
