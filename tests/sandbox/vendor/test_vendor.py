"""The vendor keeps its contract to the letter, and fails as it is told to."""

import asyncio
import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from jsonschema import Draft202012Validator

from domain.customers import CustomerField
from gateways.vendor import VendorApi, VendorSettings
from sandbox.app import SandboxServer
from sandbox.vendor.server import TOKEN
from services.ports import RetryLater, VendorRefused
from tests.gateways.test_vendor import REQUEST
from tests.sandbox.client import Client

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[3] / "docs" / "api" / "vendor.yaml").read_text("utf-8")
)
NEW: dict[str, Any] = {
    "order_code": "KTC2DFFF2",
    "package": "DN-CHUAN",
    "fiscal_year": 2026,
    "customer": {"kind": "enterprise", "tax_code": "0101243150", "name": "Công ty A", "address": "Hà Nội"},
    "representative": {"name": "Nguyễn Văn A", "email": "a@cong-ty.vn", "phone": "+84912345678"},
    "accounting": {
        "regime": "TT99",
        "vat_method": "deduction",
        "data_start": "2026-01-01",
        "first_month": 1,
        "currency": "VND",
        "costing": "fifo",
    },
}
FIELDS = CONTRACT["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["field"]["enum"]


class Vendor:
    """Calls the vendor and checks every answer against the contract."""

    def __init__(self, http: aiohttp.ClientSession, server: SandboxServer) -> None:
        self.http = http
        self.url = f"{server.url}/vendor"

    async def call(
        self, method: str, path: str, key: str | None = None, token: str = TOKEN, **more: Any
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        async with self.http.request(method, self.url + path, headers=headers, **more) as answer:
            body = await answer.json()
            _hold(method, path, answer.status, answer.headers, body)
            return answer.status, body

    async def create(self, key: str = "k1", **changes: Any) -> tuple[int, Any]:
        return await self.call("POST", "/v1/licences", key, json=NEW | changes)

    async def refusal(self, key: str = "k1", **changes: Any) -> tuple[int, str, str | None]:
        status, body = await self.create(key, **changes)
        return status, body["error"]["kind"], body["error"].get("field")


def _hold(method: str, path: str, status: int, headers: Any, body: Any) -> None:
    """Assert that the contract has this answer for this call."""
    pattern = "/v1/licences" + ("/{id}" if path.count("/") > 2 else "")
    pattern += f"/{path.split('/')[-1]}" if path.count("/") > 3 else ""
    pattern = path if path in CONTRACT["paths"] else pattern.partition("?")[0]
    response = CONTRACT["paths"][pattern][method.lower()]["responses"][str(status)]
    if "$ref" in response:
        response = CONTRACT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "headers" in response:
        assert int(headers["Retry-After"]) >= 0
    whole = {**response["content"]["application/json"]["schema"], "components": CONTRACT["components"]}
    Draft202012Validator(whole).validate(body)


@pytest.fixture
def vendor(http: aiohttp.ClientSession, server: SandboxServer) -> Vendor:
    return Vendor(http, server)


def _changed(path: str, value: Any) -> dict[str, Any]:
    """A copy of NEW with one value changed, or left out if it is None."""
    body = copy.deepcopy(NEW)
    *steps, last = path.split(".")
    place = body
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return body


async def test_a_licence_is_created_once_and_mailed(vendor: Vendor, world: Client) -> None:
    status, licence = await vendor.create()
    assert (status, licence["state"], licence["login"]) == (201, "active", "a@cong-ty.vn")
    assert await vendor.create() == (201, licence)
    assert await vendor.call("GET", "/v1/licences?key=k1") == (200, licence)
    assert await vendor.call("GET", f"/v1/licences/{licence['id']}") == (200, licence)
    (mail,) = await world.get("mail", to="a@cong-ty.vn")
    assert "Công ty A" in mail["subject"]
    assert "a@cong-ty.vn" in mail["text"]
    (shown,) = await world.get("vendor/licences")
    assert shown == licence | {
        "order_code": "KTC2DFFF2",
        "tax_code": "0101243150",
        "name": "Công ty A",
        "package": "DN-CHUAN",
        "fiscal_year": 2026,
        "creations": 1,
    }


async def test_a_key_is_one_request(vendor: Vendor) -> None:
    assert await vendor.refusal("") == (422, "invalid", None)
    assert await vendor.refusal("k" * 101) == (422, "invalid", None)
    _, licence = await vendor.create()
    assert await vendor.refusal(fiscal_year=2027) == (409, "key_reused", None)
    status, body = await vendor.call("POST", f"/v1/licences/{licence['id']}/suspend", "k1")
    assert (status, body["error"]["kind"]) == (409, "key_reused")
    status, body = await vendor.call("GET", "/v1/licences?key=k2")
    assert (status, body["error"]["kind"]) == (404, "unknown")


async def test_a_second_key_for_the_same_right_is_refused_and_counted(vendor: Vendor, world: Client) -> None:
    await vendor.create("k1")
    assert await vendor.refusal("k2") == (409, "already_licensed", None)
    assert await vendor.refusal("k2") == (409, "already_licensed", None)
    assert (await vendor.create("k3", fiscal_year=2027))[0] == 201
    assert (await vendor.create("k4", package="DN-CAO"))[0] == 201
    licences = await world.get("vendor/licences")
    assert [licence["creations"] for licence in licences] == [2, 1, 1]
    assert len(await world.get("mail")) == 3


async def test_the_licence_of_a_cancelled_order_goes_to_the_next(vendor: Vendor, world: Client) -> None:
    _, licence = await vendor.create("k1")
    path = f"/v1/licences/{licence['id']}"
    status, body = await vendor.create("k2", order_code="KTNEXT")
    assert (status, body["error"]["kind"], body["error"]["licence"]) == (
        409,
        "already_licensed",
        licence["id"],
    )
    await vendor.call("POST", f"{path}/suspend?order_code=KTC2DFFF2", "s1")

    new = NEW | {"order_code": "KTNEXT"}
    for key, other, kind in (
        ("k2", new | {"fiscal_year": 2027}, "invalid"),
        ("k2", new | {"package": "DN-CAO"}, "invalid"),
        ("k2", {}, "invalid"),
        ("k1", new, "key_reused"),
        ("", new, "invalid"),
    ):
        assert (await vendor.call("POST", f"{path}/reactivate", key, json=other))[1]["error"]["kind"] == kind
    assert (await vendor.call("POST", "/v1/licences/lic_none/reactivate", "k2", json=new))[0] == 404
    assert (await vendor.call("GET", path))[1]["state"] == "suspended"
    active = 200, licence | {"state": "active"}
    for _ in range(2):
        assert await vendor.call("POST", f"{path}/reactivate", "k2", json=new) == active
    assert await vendor.refusal("k2", order_code="KTNEXT") == (409, "key_reused", None)
    # It is found under the key of who has it.
    assert await vendor.call("GET", "/v1/licences?key=k2") == active
    assert (await vendor.call("GET", "/v1/licences?key=k1"))[0] == 404
    # What comes late for the order before changes nothing; the same login is mailed once.
    assert (await vendor.call("POST", f"{path}/suspend?order_code=KTC2DFFF2", "s2"))[1]["state"] == "active"
    assert (await vendor.call("POST", f"{path}/suspend?order_code=KTNEXT", "s3"))[1]["state"] == "suspended"
    assert (await vendor.call("POST", f"{path}/restore?order_code=KTC2DFFF2", "r1"))[1][
        "state"
    ] == "suspended"
    (shown,) = await world.get("vendor/licences")
    assert (shown["order_code"], shown["creations"]) == ("KTNEXT", 1)
    assert len(await world.get("mail")) == 1

    mended = new | {"representative": NEW["representative"] | {"email": "b@cong-ty.vn"}}
    _, again = await vendor.call("POST", f"{path}/reactivate", "k3", json=mended)
    assert again["login"] == "b@cong-ty.vn"
    assert [mail["to"] for mail in await world.get("mail")] == ["a@cong-ty.vn", "b@cong-ty.vn"]


async def test_a_lost_answer_of_a_reactivation_is_found(vendor: Vendor, world: Client) -> None:
    _, licence = await vendor.create("k1")
    path = f"/v1/licences/{licence['id']}"
    await world.post("vendor/faults", operation="reactivate", error="login_taken")
    await world.post("vendor/faults", operation="reactivate", error="lost")
    assert (await vendor.call("POST", f"{path}/reactivate", "k2", json=NEW))[0] == 409
    with pytest.raises(aiohttp.ClientError):
        await vendor.call("POST", f"{path}/reactivate", "k2", json=NEW)
    assert await vendor.call("GET", "/v1/licences?key=k2") == (200, licence)


async def test_version_1_of_the_contract(vendor: Vendor, world: Client) -> None:
    await world.post("vendor/contract", version="1")
    _, licence = await vendor.create("k1")
    _, body = await vendor.create("k2")
    assert body["error"].keys() == {"kind", "message"}
    path = f"/v1/licences/{licence['id']}/reactivate"
    assert (await vendor.call("POST", path, "k2", json=NEW))[0] == 404
    question = {"fiscal_year": 2026, "tax_codes": ["0101243150"]}
    assert (await vendor.call("POST", "/v1/licences/known", json=question))[0] == 404
    await world.post("vendor/contract", version="1.1")
    assert (await vendor.call("POST", path, "k2", json=NEW))[0] == 200


async def test_suspending_and_restoring(vendor: Vendor) -> None:
    _, licence = await vendor.create()
    path = f"/v1/licences/{licence['id']}"
    for operation, key, state in (
        ("suspend", "s1", "suspended"),
        ("suspend", "s2", "suspended"),
        ("restore", "r1", "active"),
        ("restore", "r2", "active"),
    ):
        status, answer = await vendor.call("POST", f"{path}/{operation}", key)
        assert (status, answer["state"]) == (200, state)
        assert (await vendor.call("GET", path))[1]["state"] == state
    # A known key gets its first answer again, and nothing else happens.
    assert (await vendor.call("POST", f"{path}/suspend", "s1"))[1]["state"] == "suspended"
    assert (await vendor.call("GET", path))[1]["state"] == "active"
    assert (await vendor.call("POST", "/v1/licences/lic_none/suspend", "s3"))[0] == 404


@pytest.mark.parametrize(
    "path, value, field",
    [
        ("customer.tax_code", None, "tax_code"),
        ("customer.tax_code", "12345", "tax_code"),
        ("customer.tax_code", 101243150, "tax_code"),
        ("customer.name", " ", "name"),
        ("customer.name", None, "name"),
        ("customer.address", 1, "address"),
        ("customer.kind", "company", None),
        ("customer", None, None),
        ("representative", None, "representative"),
        ("representative.name", None, "representative"),
        ("representative.name", "", "representative"),
        ("representative.email", "a@", "email"),
        ("representative.email", None, "email"),
        ("representative.phone", "0912345678", "phone"),
        ("representative.phone", "+842438251234", "phone"),
        ("accounting.first_month", 13, "accounting"),
        ("accounting.data_start", "01/01/2026", "accounting"),
        ("accounting.costing", None, "accounting"),
        ("accounting", [], "accounting"),
        ("fiscal_year", "2026", None),
        ("fiscal_year", 1999, None),
        ("order_code", None, None),
        ("package", None, None),
    ],
)
async def test_what_the_contract_does_not_allow(
    vendor: Vendor, world: Client, path: str, value: Any, field: str | None
) -> None:
    status, body = await vendor.call("POST", "/v1/licences", "k1", json=_changed(path, value))
    assert (status, body["error"]["kind"], body["error"].get("field")) == (422, "invalid", field)
    assert field is None or field in FIELDS
    assert await world.get("vendor/licences") == []
    assert (await vendor.create())[0] == 201


@pytest.mark.parametrize("sent", [{"data": b"{"}, {"data": b"{}"}, {"json": []}, {"json": None}])
async def test_what_is_no_request(vendor: Vendor, sent: dict[str, Any]) -> None:
    status, body = await vendor.call("POST", "/v1/licences", "k1", **sent)
    assert (status, body["error"]["kind"]) == (422, "invalid")


@pytest.mark.parametrize("token", ["", "other", TOKEN + "x"])
async def test_only_the_token_opens(vendor: Vendor, token: str) -> None:
    for method, path in (("POST", "/v1/licences"), ("GET", "/v1/licences?key=k"), ("GET", "/v1/licences/x")):
        status, body = await vendor.call(method, path, "k", token, json=NEW if method == "POST" else None)
        assert (status, body["error"]["kind"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    "kind, status",
    [
        ("invalid", 422),
        ("login_taken", 409),
        ("tax_code_refused", 422),
        ("already_licensed", 409),
        ("package_unknown", 422),
        ("key_reused", 409),
        ("unauthorized", 401),
        ("too_many", 429),
        ("unavailable", 503),
    ],
)
async def test_ordered_refusals_change_nothing(vendor: Vendor, world: Client, kind: str, status: int) -> None:
    await world.post("vendor/faults", tax_code="0101243150", error=kind, times=2)
    other = NEW["customer"] | {"tax_code": "0100109106"}
    assert (await vendor.create("other", customer=other))[0] == 201
    for _ in range(2):
        assert (await vendor.refusal())[:2] == (status, kind)
    assert len(await world.get("vendor/licences")) == 1
    assert (await vendor.create())[0] == 201


async def test_lost_and_hanging_answers_were_carried_out(
    vendor: Vendor, world: Client, http: aiohttp.ClientSession
) -> None:
    await world.post("vendor/faults", tax_code=None, error="lost", times=1)
    with pytest.raises(aiohttp.ClientError):
        await vendor.create("k1")
    assert (await vendor.call("GET", "/v1/licences?key=k1"))[0] == 200
    await world.post("vendor/faults", error="hang")
    hanging = asyncio.create_task(vendor.create("k2", fiscal_year=2027))
    while len(await world.get("vendor/licences")) < 2:
        assert not hanging.done()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert (await vendor.create("k2", fiscal_year=2027))[0] == 201
    await world.post("vendor/faults", error="500", operation="suspend")
    licences = await world.get("vendor/licences")
    assert [licence["creations"] for licence in licences] == [1, 1]
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": "s"}
    path = f"{vendor.url}/v1/licences/{licences[0]['id']}/suspend"
    async with http.post(path, headers=headers) as answer:
        assert answer.status == 500
    assert (await world.get("vendor/licences"))[0]["state"] == "active"
    assert await world.get("vendor/faults") == []


async def test_faults_of_what_was_carried_out_and_taken_back_faults(vendor: Vendor, world: Client) -> None:
    await vendor.create()
    await world.post("vendor/faults", error="login_taken", times=5)
    assert (await vendor.create())[0] == 201
    (waiting,) = await world.get("vendor/faults")
    assert (waiting["error"], waiting["times"]) == ("login_taken", 5)
    async with world.http.delete(f"{world.server.url}/world/vendor/faults") as answer:
        assert answer.status == 200
    assert await world.get("vendor/faults") == []
    assert (await vendor.create("k2", fiscal_year=2027))[0] == 201
    assert (await world.post("vendor/faults", 400, error="rain"))["error"]


async def test_a_load(vendor: Vendor, world: Client) -> None:
    async def outcome(number: int) -> int | str:
        try:
            return (await vendor.create(f"k{number}", fiscal_year=2000 + number))[0]
        except aiohttp.ClientError:
            return "lost"

    await world.post("vendor/load", error_rate=0.3, lost_rate=0.2, seed=1)
    outcomes = [await outcome(number) for number in range(60)]
    assert set(outcomes) == {201, 503, "lost"}
    assert len(await world.get("vendor/licences")) == 60 - outcomes.count(503)
    await world.post("vendor/load", limit_per_second=5, latency_ms=1)
    together = await asyncio.gather(*(outcome(number) for number in range(60, 72)))
    assert (together.count(201), together.count(429)) == (5, 7)
    await world.post("vendor/load")
    assert [await outcome(number) for number in range(72, 84)] == [201] * 12


async def test_all_of_it_outlives_a_restart(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    answers: list[Any] = []
    calls: list[Callable[[Vendor], Any]] = [
        lambda vendor: vendor.create(),
        lambda vendor: vendor.call("POST", f"/v1/licences/{answers[0][1]['id']}/suspend", "s1"),
    ]
    async with SandboxServer(tmp_path / "other") as first:
        for call in calls:
            answers.append(await call(Vendor(http, first)))
        before = await Client(http, first).get("vendor/licences")
    async with SandboxServer(tmp_path / "other") as second:
        assert [await call(Vendor(http, second)) for call in calls] == answers
        assert await Client(http, second).get("vendor/licences") == before
        assert await Vendor(http, second).refusal("k2") == (409, "already_licensed", None)


async def test_the_bots_own_gateway_runs_against_it(server: SandboxServer, world: Client) -> None:
    environment = server.environment(1)
    settings = VendorSettings(environment["VENDOR_API_URL"], environment["VENDOR_API_TOKEN"], timeout=20)
    async with VendorApi(settings) as api:
        await world.post("vendor/faults", error="lost")
        with pytest.raises(aiohttp.ClientError):
            await api.create(REQUEST, "k1")
        granted = await api.find("k1")
        assert granted is not None
        assert await api.create(REQUEST, "k1") == granted
        await api.suspend(granted.vendor_id, REQUEST.order.code, "s1")
        assert (await world.get("vendor/licences"))[0]["state"] == "suspended"
        await api.restore(granted.vendor_id, REQUEST.order.code, "r1")
        await api.suspend(granted.vendor_id, REQUEST.order.code, "s2")
        again = replace(REQUEST, order=replace(REQUEST.order, code="KTNEXT"))
        with pytest.raises(VendorRefused) as held:
            await api.create(again, "k1-again")
        assert held.value.vendor_id == granted.vendor_id
        assert await api.reactivate(granted.vendor_id, again, "k1-again") == granted
        assert (await api.find("k1"), await api.find("k1-again")) == (None, granted)
        next_year = replace(REQUEST, order=replace(REQUEST.order, fiscal_year=REQUEST.order.fiscal_year + 1))
        await world.post("vendor/faults", error="invalid", field="phone")
        with pytest.raises(VendorRefused) as refused:
            await api.create(next_year, "k2")
        assert refused.value.failure.field is CustomerField.PHONE
        await world.post("vendor/faults", error="too_many", retry_after=7)
        with pytest.raises(RetryLater) as later:
            await api.create(next_year, "k2")
        assert later.value.seconds == 7
    (licence,) = await world.get("vendor/licences")
    assert (licence["state"], licence["creations"]) == ("active", 1)


async def test_known_licences_are_those_of_the_year_whoever_ordered_them(vendor: Vendor) -> None:
    await vendor.create()
    question = {"fiscal_year": 2026, "tax_codes": ["0101243150", "0100109106"]}
    known = [{"tax_code": "0101243150", "package": "DN-CHUAN"}]
    assert await vendor.call("POST", "/v1/licences/known", json=question) == (200, {"licensed": known})
    next_year = question | {"fiscal_year": 2027}
    assert await vendor.call("POST", "/v1/licences/known", json=next_year) == (200, {"licensed": []})
    wrongs: list[dict[str, Any]] = [{"tax_codes": []}, {"tax_codes": ["12"]}, {"names": True}]
    for wrong in wrongs:
        status, _ = await vendor.call("POST", "/v1/licences/known", json=question | wrong)
        assert status == 422
