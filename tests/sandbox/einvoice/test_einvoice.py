"""SePay keeps its contract, numbers without a gap, and fails as it is told to."""

import asyncio
import base64
import copy
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from jsonschema import Draft202012Validator

from gateways.sepay_document import body_of, replacement_of
from sandbox.app import SandboxServer
from sandbox.einvoice.invoices import ACCOUNT
from sandbox.einvoice.server import CLIENT_ID, CLIENT_SECRET, PATH, environment
from sandbox.einvoice.trouble import ERRORS
from tests.gateways.einvoices import SERIES, TODAY, document
from tests.sandbox.client import Client

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[3] / "docs" / "api" / "sepay-einvoice.yaml").read_text("utf-8")
)
NEW: dict[str, Any] = {
    "template_code": "1",
    "invoice_series": SERIES,
    "issued_date": f"{TODAY} 00:00:00",
    "currency": "VND",
    "provider_account_id": ACCOUNT,
    "reference_code": "r1",
    "payment_method": "CK",
    "is_draft": False,
    "buyer": {
        "type": "company",
        "name": "Công ty A",
        "legal_name": "CÔNG TY A",
        "tax_code": "0101243150",
        "address": "Hà Nội",
    },
    "items": [
        {
            "line_number": 1,
            "line_type": 1,
            "item_name": "Phần mềm",
            "quantity": 1,
            "unit_price": 1_000_000,
            "tax_rate": 8,
        },
        {"line_number": 2, "line_type": 4, "item_name": "Đơn hàng KTC2DFFF2"},
    ],
}


class Sepay:
    """Calls SePay and checks every answer against the contract."""

    def __init__(self, http: aiohttp.ClientSession, server: SandboxServer) -> None:
        self.http = http
        self.url = f"{server.url}{PATH}"
        self.token = ""

    async def log_in(self, secret: str = CLIENT_SECRET) -> int:
        login = base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()
        status, body = await self.call("POST", "/v1/token", "Basic " + login)
        self.token = body["data"]["access_token"] if status == 200 else ""
        return status

    async def call(self, method: str, path: str, login: str = "", **more: Any) -> tuple[int, Any]:
        headers = {"Authorization": login or f"Bearer {self.token}"}
        async with self.http.request(method, self.url + path, headers=headers, **more) as answer:
            body = await answer.json()
            _hold(method, path, answer.status, body)
            assert ("Retry-After" in answer.headers) == (answer.status == 429)
            return answer.status, body

    async def create(self, reference: str = "r1", **changes: Any) -> tuple[int, Any]:
        body = NEW | {"reference_code": reference} | changes
        return await self.call("POST", "/v1/invoices/create", json=body)

    async def tracking(self, reference: str = "r1", **changes: Any) -> str:
        status, body = await self.create(reference, **changes)
        assert status == 200, body
        return str(body["data"]["tracking_code"])

    async def refusal(self, reference: str = "r1", **changes: Any) -> tuple[int, str]:
        status, body = await self.create(reference, **changes)
        return status, body["error"]["code"]

    async def check(self, tracking: str) -> Any:
        return (await self.call("GET", f"/v1/invoices/create/check/{tracking}"))[1]["data"]

    async def settle(self, tracking: str) -> Any:
        while (data := await self.check(tracking))["status"] == "Pending":
            pass
        return data


def _hold(method: str, path: str, status: int, body: Any) -> None:
    """Assert that the contract has this answer for this call."""
    path = path.partition("?")[0]
    pattern = next(
        pattern
        for pattern in CONTRACT["paths"]
        if len(pattern.split("/")) == len(path.split("/"))
        and all(a == b or a == "{name}" for a, b in zip(pattern.split("/"), path.split("/"), strict=True))
    )
    responses = CONTRACT["paths"][pattern][method.lower()]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"] if status == 200 else None
    validator("Error" if schema is None else schema["$ref"].rpartition("/")[2]).validate(body)


def validator(name: str) -> Draft202012Validator:
    whole = {"$ref": f"#/components/schemas/{name}", "components": CONTRACT["components"]}
    return Draft202012Validator(whole)


@pytest.fixture
async def sepay(http: aiohttp.ClientSession, server: SandboxServer) -> Sepay:
    sepay = Sepay(http, server)
    assert await sepay.log_in() == 200
    return sepay


def _changed(path: str, value: Any) -> dict[str, Any]:
    """A copy of NEW with one value changed, or left out if it is None."""
    body = copy.deepcopy(NEW)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = body
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return body


async def test_a_document_is_accepted_then_issued_with_all_that_belongs_to_it(
    sepay: Sepay, world: Client
) -> None:
    tracking = await sepay.tracking()
    assert (await sepay.check(tracking))["status"] == "Pending"
    data = await sepay.check(tracking)
    assert data["status"] == "Success"
    shown = data["invoice"]
    assert (shown["invoice_number"], shown["status"], shown["issued_date"]) == ("1", "issued", str(TODAY))
    assert (shown["total_before_tax"], shown["tax_amount"], shown["total_amount"]) == (
        1_000_000,
        80_000,
        1_080_000,
    )
    assert (await sepay.call("GET", "/v1/invoices/r1"))[1]["data"] == shown
    (seen,) = await world.get("einvoice/invoices")
    assert (seen["series"], seen["number"], seen["buyer"], seen["state"]) == (
        f"1{SERIES}",
        1,
        "CÔNG TY A",
        "issued",
    )
    for kind in ("pdf", "xml"):
        status, body = await sepay.call("GET", f"/v1/invoices/{tracking}/download?type={kind}")
        content = base64.b64decode(body["data"]["content"])
        assert (status, body["data"]["file_name"]) == (200, f"HD_{SERIES}_1.{kind}")
        if kind == "xml":
            assert f'<MCCQT Id="MCCQT">{shown["tax_authority_code"]}</MCCQT>'.encode() in content
        else:
            assert content.startswith(b"%PDF-")
            assert f"Hóa đơn GTGT 1{SERIES} số 1".encode("utf-16-be") in content
            assert await world.download(seen["pdf"]) == content


async def test_what_the_bot_sends_is_in_the_contract(server: SandboxServer) -> None:
    told = document()
    validator("NewInvoice").validate(body_of(told, ACCOUNT))
    replacing = replace(told, original=told.invoice)
    validator("Replacement").validate(replacement_of(replacing, ACCOUNT))
    assert set(environment(server.url)) == {
        "INVOICE_MODE",
        "INVOICE_SERIES",
        "SEPAY_EINVOICE_URL",
        "SEPAY_EINVOICE_CLIENT_ID",
        "SEPAY_EINVOICE_CLIENT_SECRET",
        "SEPAY_EINVOICE_ACCOUNT",
    }


async def test_numbers_run_unbroken_in_the_order_of_work(sepay: Sepay, world: Client) -> None:
    await world.post("einvoice/load", polls=0)
    await world.post("einvoice/faults", error="failed", tax_code="0100109106")
    first, second = await sepay.tracking("r1"), await sepay.tracking("r2")
    failing = await sepay.tracking("r3", buyer=NEW["buyer"] | {"tax_code": "0100109106"})
    numbers = [(await sepay.settle(one)).get("invoice") for one in (second, failing, first)]
    assert [shown and shown["invoice_number"] for shown in numbers] == ["1", None, "2"]
    assert (await sepay.call("GET", "/v1/invoices/r3"))[0] == 404
    again = await sepay.tracking("r3")
    assert (await sepay.settle(again))["invoice"]["invoice_number"] == "3"


async def test_a_reference_is_issued_once(sepay: Sepay, world: Client) -> None:
    tracking = await sepay.tracking()
    assert await sepay.refusal() == (409, "EINVOICE_DOCUMENT_EXISTED")
    await sepay.settle(tracking)
    assert await sepay.refusal() == (409, "EINVOICE_DOCUMENT_EXISTED")
    together = await asyncio.gather(*(sepay.create("r2") for _ in range(5)))
    assert sorted(status for status, _ in together) == [200, 409, 409, 409, 409]
    assert len(await world.get("einvoice/invoices")) == 2


async def test_a_second_invoice_of_a_reference_is_made_when_told_so(sepay: Sepay, world: Client) -> None:
    await world.post("einvoice/faults", error="two", times=1)
    first = await sepay.tracking()
    second = await sepay.tracking()
    for tracking in (first, second):
        await sepay.settle(tracking)
    rows = await world.get("einvoice/invoices")
    assert [(row["reference"], row["number"]) for row in rows] == [("r1", 1), ("r1", 2)]
    assert (await sepay.call("GET", "/v1/invoices/r1"))[1]["data"]["invoice_number"] == "1"


@pytest.mark.parametrize(
    "path, value, code",
    [
        ("template_code", None, "TEMPLATE_CODE"),
        ("invoice_series", "1C26TAA", "INVOICE_SERIES"),
        ("issued_date", "29/11/2026", "ISSUED_DATE"),
        ("issued_date", str(TODAY), "ISSUED_DATE"),
        ("currency", "EUR", "CURRENCY"),
        ("reference_code", None, "REFERENCE_CODE"),
        ("payment_method", "VISA", "PAYMENT_METHOD"),
        ("is_draft", True, "IS_DRAFT"),
        ("total_amount", 1.5, "TOTAL_AMOUNT"),
        ("buyer", None, "BUYER"),
        ("buyer.type", "enterprise", "BUYER_TYPE"),
        ("buyer.tax_code", None, "BUYER_TAX_CODE"),
        ("buyer.tax_code", "010124315", "BUYER_TAX_CODE"),
        ("buyer.tax_code", 101243150, "BUYER_TAX_CODE"),
        ("buyer.legal_name", " ", "BUYER_LEGAL_NAME"),
        ("buyer.address", "", "BUYER_ADDRESS"),
        ("buyer.address", "A" * 1201, "BUYER_ADDRESS"),
        ("buyer.email", "a@", "BUYER_EMAIL"),
        ("buyer.phone", "+84912345678", "BUYER_PHONE"),
        ("buyer.national_id", "12345", "BUYER_NATIONAL_ID"),
        ("buyer.budget_code", "1234567", "BUYER_BUDGET_CODE"),
        ("items", [], "ITEM"),
        ("items.0.tax_rate", None, "ITEM_TAX_RATE"),
        ("items.0.tax_rate", 7, "ITEM_TAX_RATE"),
        ("items.0.quantity", 0, "ITEM_QUANTITY"),
        ("items.0.quantity", 0.125, "ITEM_QUANTITY"),
        ("items.0.unit_price", -1, "ITEM_UNIT_PRICE"),
        ("items.0.unit_price", 0, "ITEM_UNIT_PRICE"),
        ("items.0.item_name", "A" * 501, "ITEM_ITEM_NAME"),
        ("items.0.line_type", 2, "ITEM_LINE_TYPE"),
        ("items.1.line_number", 3, "ITEM_LINE_NUMBER"),
        ("items.1.tax_rate", 0, "ITEM_LINE_TYPE"),
        ("original_invoice_reference_code", "r0", "ORIGINAL_INVOICE_REFERENCE_CODE"),
    ],
)
async def test_what_is_not_well_formed(sepay: Sepay, world: Client, path: str, value: Any, code: str) -> None:
    status, body = await sepay.call("POST", "/v1/invoices/create", json=_changed(path, value))
    assert (status, body["error"]["code"]) == (400, f"EINVOICE_{code}_INVALID")
    assert await world.get("einvoice/invoices") == []
    assert (await sepay.create())[0] == 200


@pytest.mark.parametrize("sent", [{"data": b"{"}, {"data": b"{}"}, {"json": []}, {"json": None}])
async def test_what_is_no_request(sepay: Sepay, sent: dict[str, Any]) -> None:
    status, body = await sepay.call("POST", "/v1/invoices/create", **sent)
    assert (status, body["error"]["code"]) == (400, "EINVOICE_BODY_INVALID")


async def test_dates_follow_each_other_in_their_series(sepay: Sepay, server: SandboxServer) -> None:
    day = date(TODAY.year + 1, 6, 15)
    server.world.clock.advance(day - TODAY)
    await sepay.log_in()

    def of(when: date) -> dict[str, str]:
        return {"issued_date": f"{when} 00:00:00", "invoice_series": f"C{day:%y}TAA"}

    wrong = (422, "EINVOICE_ISSUED_DATE_INVALID")
    assert await sepay.refusal(**of(day + timedelta(days=1))) == wrong
    last_year = day.replace(year=day.year - 1)
    assert await sepay.refusal(**of(last_year)) == (422, "EINVOICE_INVOICE_SERIES_INVALID")
    assert (await sepay.create("r1", **of(day - timedelta(days=1))))[0] == 200
    assert await sepay.refusal("r2", **of(day - timedelta(days=2))) == wrong
    assert (await sepay.create("r2", **of(day)))[0] == 200


async def test_a_series_is_of_its_year(sepay: Sepay, server: SandboxServer, world: Client) -> None:
    new_year = f"C{TODAY.year + 1 - 2000}TAA"
    server.world.clock.advance(timedelta(days=366))
    assert await sepay.log_in() == 200
    later = {"invoice_series": new_year, "issued_date": f"{TODAY.year + 1}-01-01 00:00:00"}
    await world.post("einvoice/account", without=[new_year])
    assert await sepay.refusal("r1", **later) == (422, "EINVOICE_INVOICE_SERIES_NOT_FOUND")
    await world.post("einvoice/account")
    assert (await sepay.settle(await sepay.tracking("r1", **later)))["invoice"]["invoice_number"] == "1"


async def test_an_invoice_is_replaced_once(sepay: Sepay, world: Client) -> None:
    async def put(reference: str, original: str) -> tuple[int, str]:
        body = NEW | {"reference_code": reference, "original_invoice_reference_code": original}
        status, answer = await sepay.call("POST", "/v1/invoices/replace", json=body)
        return status, answer["data"]["tracking_code"] if status == 200 else answer["error"]["code"]

    assert await put("r2", "r1") == (404, "EINVOICE_ORIGINAL_DOCUMENT_NOT_FOUND")
    first = await sepay.tracking()
    assert (await put("r2", "r1"))[0] == 404
    await sepay.settle(first)
    status, second = await put("r2", "r1")
    assert status == 200
    assert await put("r3", "r1") == (409, "EINVOICE_ORIGINAL_DOCUMENT_REPLACED")
    await sepay.settle(second)
    assert (await put("r3", "r2"))[0] == 200
    rows = await world.get("einvoice/invoices")
    assert [(row["replaces"], row["replaced"]) for row in rows] == [(None, True), ("r1", True), ("r2", False)]


async def test_accounts_and_what_is_left(sepay: Sepay, world: Client) -> None:
    _, listed = await sepay.call("GET", "/v1/provider-accounts")
    assert [item["id"] for item in listed["data"]["items"]] == [ACCOUNT]
    _, account = await sepay.call("GET", f"/v1/provider-accounts/{ACCOUNT}")
    assert account["data"]["templates"][0]["invoice_series"] == SERIES
    assert (await sepay.call("GET", "/v1/provider-accounts/other"))[0] == 404
    await world.post("einvoice/account", quota=1)
    assert (await sepay.create("r1"))[0] == 200
    assert (await sepay.call("GET", "/v1/usage"))[1]["data"] == {"quota_remaining": 0}
    assert await sepay.refusal("r2") == (403, "QUOTA_EXCEEDED")
    await world.post("einvoice/account", active=False)
    assert await sepay.refusal("r2") == (422, "EINVOICE_PROVIDER_ACCOUNT_INACTIVE")
    assert await sepay.refusal("r2", provider_account_id="other") == (
        404,
        "EINVOICE_PROVIDER_ACCOUNT_NOT_FOUND",
    )
    assert await world.get("einvoice/account") == {"active": False, "quota": 100_000, "without": []}


async def test_only_a_token_that_lives_opens(sepay: Sepay, server: SandboxServer) -> None:
    assert await sepay.log_in("other") == 401
    assert (await sepay.call("GET", "/v1/usage"))[0] == 401
    assert await sepay.log_in() == 200
    assert (await sepay.call("GET", "/v1/usage"))[0] == 200
    server.world.clock.advance(timedelta(days=1))
    assert (await sepay.call("GET", "/v1/usage"))[0] == 401


async def test_ordered_refusals_change_nothing(sepay: Sepay, world: Client) -> None:
    await world.post("einvoice/faults", error="refused", field="ADDRESS", tax_code="0101243150", times=2)
    other = NEW["buyer"] | {"tax_code": "0100109106"}
    assert (await sepay.create("other", buyer=other))[0] == 200
    for _ in range(2):
        assert await sepay.refusal() == (422, "EINVOICE_BUYER_ADDRESS_INVALID")
    for error, status in (("too_many", 429), ("500", 500), ("existed", 409), ("unauthorized", 401)):
        await world.post("einvoice/faults", error=error)
        assert (await sepay.create())[0] == status
    assert (await sepay.call("GET", "/v1/usage"))[0] == 401
    assert await sepay.log_in() == 200
    assert len(await world.get("einvoice/invoices")) == 1
    assert (await sepay.create())[0] == 200
    assert await world.get("einvoice/faults") == []


def test_the_page_offers_every_trouble() -> None:
    page = (Path(__file__).parents[3] / "sandbox" / "page" / "einvoice.js").read_text("utf-8")
    offered = page.partition("const TROUBLES = {")[2].partition("};")[0]
    assert sorted(re.findall(r'^  (\w+): "', offered, re.MULTILINE)) == sorted(ERRORS)


async def test_what_cannot_be_ordered(world: Client) -> None:
    assert set(ERRORS) >= {"lost", "failed", "failed_issued", "no_number", "code_refused", "two", "no_files"}
    await world.post("einvoice/faults", 400, error="rain")
    await world.post("einvoice/faults", 400, error="500", operation="dance")
    await world.post("einvoice/faults", 400, error="failed", operation="check")
    await world.post("einvoice/faults", error="lost", times=3)
    async with world.http.delete(f"{world.server.url}/world/einvoice/faults") as answer:
        assert answer.status == 200
    assert await world.get("einvoice/faults") == []
    await world.get("einvoice/invoices/none/pdf", 404)


async def test_a_load(sepay: Sepay, world: Client) -> None:
    async def outcome(number: int) -> int | str:
        try:
            return (await sepay.create(f"r{number}"))[0]
        except aiohttp.ClientError:
            return "lost"

    await world.post(
        "einvoice/load", error_rate=0.2, lost_rate=0.2, fail_rate=0.2, fail_issued_rate=0.2, polls=0, seed=1
    )
    outcomes = [await outcome(number) for number in range(60)]
    assert set(outcomes) == {200, 500, "lost"}
    rows = await world.get("einvoice/invoices")
    assert len(rows) == 60 - outcomes.count(500)
    answers = [await sepay.check(row["tracking"]) for row in rows]
    rows = await world.get("einvoice/invoices")
    assert {(row["state"], answer["status"]) for row, answer in zip(rows, answers, strict=True)} == {
        ("issued", "Success"),
        ("issued", "Failed"),
        ("failed", "Failed"),
    }
    issued = [row["number"] for row in rows if row["state"] == "issued"]
    assert issued == list(range(1, len(issued) + 1))
    await world.post("einvoice/load")
    assert [await outcome(number) for number in range(60, 70)] == [200] * 10


async def test_all_of_it_outlives_a_restart(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with SandboxServer(tmp_path / "other") as first:
        sepay = Sepay(http, first)
        await sepay.log_in()
        settled, working = await sepay.tracking("r1"), await sepay.tracking("r2")
        await sepay.settle(settled)
        before = await Client(http, first).get("einvoice/invoices")
        await Client(http, first).post("einvoice/account", quota=5)
    async with SandboxServer(tmp_path / "other") as second:
        sepay = Sepay(http, second)
        await sepay.log_in()
        assert await Client(http, second).get("einvoice/invoices") == before
        assert await sepay.refusal("r2") == (409, "EINVOICE_DOCUMENT_EXISTED")
        assert (await sepay.settle(working))["invoice"]["invoice_number"] == "2"
        assert (await Client(http, second).get("einvoice/account"))["quota"] == 5
