"""The vendor's API as the bot calls it, against a strict little vendor that keeps the contract."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.accounting import AccountingData
from domain.customers import CustomerField, CustomerKind
from domain.invoices import BuyerKind
from domain.licences import FailureReason
from domain.orders import Order, OrderLine, OrderState
from domain.recipients import InvoiceRecipient, NoticeRecipient, RecipientMode
from gateways.vendor import ManualVendor, VendorApi, VendorSettings, VendorTrouble
from services.ports import DoneByHand, GrantedLicence, LicenceRequest, RetryLater, VendorRefused

CONTRACT = Path(__file__).parents[2] / "docs" / "api" / "vendor.yaml"
TOKEN = "token-of-the-vendor"
EMAIL = "giamdoc@hoasen.vn"
LINE = OrderLine(
    position=1,
    customer_id=1,
    kind=CustomerKind.ENTERPRISE,
    tax_code="0101243150",
    name="Công ty TNHH Hoa Sen",
    address="1 Lê Lợi",
    representative="Nguyễn Văn A",
    email=EMAIL,
    phone="+84912345678",
    accounting=AccountingData("TT99", "KHAU_TRU", first_month=4),
    price=1_500_000,
    vat_rate=None,
    amount=1_500_000,
    notice=NoticeRecipient("A", EMAIL, "+84912345678"),
    invoice=InvoiceRecipient("A", "0101243150", "1 Lê Lợi", EMAIL, BuyerKind.COMPANY),
    payment_code="KT1234567",
)
ORDER = Order(
    id=1,
    code="DH1234567",
    firm_id=1,
    accountant_id=1,
    draft_id=1,
    package_name="Gói",
    package_code="DN-CB",
    kind=CustomerKind.ENTERPRISE,
    fiscal_year=2026,
    recipient=RecipientMode.CUSTOMER,
    line_count=1,
    total=1_500_000,
    state=OrderState.PLACED,
    placed_at=datetime(2026, 6, 15, tzinfo=UTC),
)
REQUEST = LicenceRequest(ORDER, "DN-CB", LINE)
Twist = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
Call = Callable[[VendorApi], Awaitable[object]]


class LittleVendor:
    """Keeps `docs/api/vendor.yaml`. `twist` may replace its answer, before the work is done or `after`."""

    def __init__(self) -> None:
        self.done: dict[str, tuple[object, dict[str, str]]] = {}
        self.states: dict[str, str] = {}
        self.orders: list[str] = []
        """The order that each call to suspend or restore was for."""
        self.twist: Twist | None = None
        self.after = False
        self.parallel = self.most_parallel = 0
        app = web.Application(middlewares=[self._around])
        app.router.add_post("/api/v1/licences", self._create)
        app.router.add_get("/api/v1/licences", self._find)
        app.router.add_post("/api/v1/licences/{id}/reactivate", self._reactivate)
        app.router.add_post("/api/v1/licences/{id}/{verb}", self._change)
        self.server = TestServer(app)

    @web.middleware
    async def _around(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refusal(401, "unauthorized")
        self.parallel += 1
        self.most_parallel = max(self.most_parallel, self.parallel)
        try:
            answer = None if self.after else await self._twisted(request)
            answer = answer or await handler(request)
            return (self.after and await self._twisted(request)) or answer
        finally:
            self.parallel -= 1

    async def _twisted(self, request: web.Request) -> web.StreamResponse | None:
        return await self.twist(request) if self.twist else None

    async def _create(self, request: web.Request) -> web.Response:
        key, body = request.headers["Idempotency-Key"], await request.json()
        if key not in self.done:
            licence_id = f"L/{len(self.done) + 1}"
            self.states[licence_id] = "active"
            login = body["representative"]["email"]
            self.done[key] = body, {"id": licence_id, "state": "active", "login": login}
        known, licence = self.done[key]
        return refusal(409, "key_reused") if known != body else web.json_response(licence, status=201)

    async def _reactivate(self, request: web.Request) -> web.Response:
        key, licence_id, body = (
            request.headers["Idempotency-Key"],
            request.match_info["id"],
            await request.json(),
        )
        if key not in self.done:
            self.states[licence_id] = "active"
            login = body["representative"]["email"]
            self.done[key] = (licence_id, body), {"id": licence_id, "state": "active", "login": login}
        known, licence = self.done[key]
        return refusal(409, "key_reused") if known != (licence_id, body) else web.json_response(licence)

    async def _find(self, request: web.Request) -> web.Response:
        if request.query["key"] not in self.done:
            return refusal(404, "unknown")
        return web.json_response(self.done[request.query["key"]][1])

    async def _change(self, request: web.Request) -> web.Response:
        assert request.headers["Idempotency-Key"]
        licence_id, verb = request.match_info["id"], request.match_info["verb"]
        if licence_id not in self.states:
            return refusal(404, "unknown")
        self.orders.append(request.query["order_code"])
        self.states[licence_id] = {"suspend": "suspended", "restore": "active"}[verb]
        return web.json_response({"id": licence_id, "state": self.states[licence_id], "login": EMAIL})

    def answers(self, response: Callable[[], web.StreamResponse]) -> None:
        async def twist(_: web.Request) -> web.StreamResponse:
            return response()

        self.twist = twist


def refusal(
    status: int, kind: str, field: str | None = None, licence: str | None = None, **headers: str
) -> web.Response:
    more = {"field": field, "licence": licence}
    error = {"kind": kind, "message": f"about {EMAIL}"} | {name: text for name, text in more.items() if text}
    return web.json_response({"error": error}, status=status, headers=headers)


@pytest.fixture
async def vendor() -> AsyncIterator[LittleVendor]:
    vendor = LittleVendor()
    await vendor.server.start_server()
    yield vendor
    await vendor.server.close()


def settings(vendor: LittleVendor, **changes: Any) -> VendorSettings:
    return replace(VendorSettings(str(vendor.server.make_url("/api")), TOKEN, timeout=20), **changes)


@pytest.fixture
async def api(vendor: LittleVendor) -> AsyncIterator[VendorApi]:
    async with VendorApi(settings(vendor)) as api:
        yield api


async def test_a_licence_is_created_found_suspended_and_restored(
    vendor: LittleVendor, api: VendorApi
) -> None:
    assert await api.find("licence-1-0") is None
    granted = await api.create(REQUEST, "licence-1-0")

    assert granted == GrantedLicence("L/1", EMAIL)
    assert await api.find("licence-1-0") == granted
    await api.suspend(granted.vendor_id, "DH1", "suspend-1")
    assert vendor.states == {"L/1": "suspended"}
    assert vendor.orders == ["DH1"]
    await api.restore(granted.vendor_id, "DH1", "restore-1")
    assert vendor.states == {"L/1": "active"}


async def test_what_is_asked_for_is_what_the_contract_says(vendor: LittleVendor, api: VendorApi) -> None:
    await api.create(REQUEST, "key")

    assert vendor.done["key"][0] == {
        "order_code": "DH1234567",
        "package": "DN-CB",
        "fiscal_year": 2026,
        "customer": {
            "kind": "enterprise",
            "tax_code": "0101243150",
            "name": "Công ty TNHH Hoa Sen",
            "address": "1 Lê Lợi",
        },
        "representative": {"name": "Nguyễn Văn A", "email": EMAIL, "phone": "+84912345678"},
        "accounting": {
            "regime": "TT99",
            "vat_method": "KHAU_TRU",
            "data_start": date(2026, 4, 1).isoformat(),
            "first_month": 4,
            "currency": "VND",
            "costing": "average_period_end",
        },
    }
    schemas = yaml.safe_load(CONTRACT.read_text("utf-8"))["components"]["schemas"]
    jsonschema.validate(vendor.done["key"][0], schemas["NewLicence"])


async def test_how_income_tax_is_worked_out_is_told_where_the_books_depend_on_it(
    vendor: LittleVendor, api: VendorApi
) -> None:
    household = AccountingData("TT152", "TT_DOANH_THU")
    for key, accounting, method in (
        ("usual", household, "PIT_RATE"),
        ("said", replace(household, income_method="PIT_INCOME"), "PIT_INCOME"),
    ):
        await api.create(replace(REQUEST, line=replace(LINE, accounting=accounting)), key)
        asked: Any = vendor.done[key][0]
        assert asked["accounting"]["income_method"] == method
        schemas = yaml.safe_load(CONTRACT.read_text("utf-8"))["components"]["schemas"]
        jsonschema.validate(asked, schemas["NewLicence"])


async def test_a_repeat_gives_the_same_licence_also_once_the_data_was_mended(
    vendor: LittleVendor, api: VendorApi
) -> None:
    granted = await api.create(REQUEST, "key")
    mended = replace(REQUEST, line=replace(LINE, email="khac@hoasen.vn"))

    assert await api.create(REQUEST, "key") == granted
    assert await api.create(mended, "key") == granted
    assert len(vendor.states) == 1


async def test_the_licence_of_a_cancelled_order_is_named_and_reactivated(
    vendor: LittleVendor, api: VendorApi
) -> None:
    vendor.answers(lambda: refusal(409, "already_licensed", licence="L/1"))
    with pytest.raises(VendorRefused) as refused:
        await api.create(REQUEST, "key")
    assert (refused.value.failure.reason, refused.value.vendor_id) == (
        FailureReason.ALREADY_LICENSED,
        "L/1",
    )

    vendor.twist = None
    granted = await api.reactivate("L/1", REQUEST, "key")
    assert granted == GrantedLicence("L/1", EMAIL)
    assert await api.reactivate("L/1", REQUEST, "key") == await api.find("key") == granted
    # The answer was lost, and the whole activation begins again, with data that was mended meanwhile.
    mended = replace(REQUEST, line=replace(LINE, email="khac@hoasen.vn"))
    assert await api.create(REQUEST, "key") == await api.reactivate("L/1", mended, "key") == granted
    assert vendor.states == {"L/1": "active"}


async def test_a_vendor_of_version_1_names_no_licence(vendor: LittleVendor, api: VendorApi) -> None:
    vendor.answers(lambda: refusal(409, "already_licensed"))
    with pytest.raises(VendorRefused) as refused:
        await api.create(REQUEST, "key")
    assert refused.value.vendor_id == ""


@pytest.mark.parametrize(
    ("status", "kind", "field", "reason", "wrong"),
    [
        (422, "invalid", "email", FailureReason.INVALID, CustomerField.EMAIL),
        (422, "invalid", "accounting", FailureReason.INVALID, None),
        (409, "login_taken", "phone", FailureReason.LOGIN_TAKEN, CustomerField.PHONE),
        (422, "tax_code_refused", "tax_code", FailureReason.TAX_CODE_REFUSED, CustomerField.TAX_CODE),
        (409, "already_licensed", None, FailureReason.ALREADY_LICENSED, None),
        (422, "package_unknown", None, FailureReason.PACKAGE_UNKNOWN, None),
        (409, "key_reused", None, FailureReason.OTHER, None),
        (422, "a kind of tomorrow", "a field of tomorrow", FailureReason.OTHER, None),
    ],
)
async def test_a_refusal_names_its_reason_and_field(
    vendor: LittleVendor,
    api: VendorApi,
    status: int,
    kind: str,
    field: str | None,
    reason: FailureReason,
    wrong: CustomerField | None,
) -> None:
    async def twist(request: web.Request) -> web.Response | None:
        return refusal(status, kind, field) if request.method == "POST" else None

    vendor.twist = twist
    with pytest.raises(VendorRefused) as refused:
        await api.create(REQUEST, "key")
    assert (refused.value.failure.reason, refused.value.failure.field) == (reason, wrong)
    assert EMAIL not in str(refused.value)


@pytest.mark.parametrize("verb", ["suspend", "restore"])
async def test_a_licence_unknown_to_the_vendor_is_refused(api: VendorApi, verb: str) -> None:
    with pytest.raises(VendorRefused):
        await getattr(api, verb)("L/404", "DH1", "key")


CALLS: dict[str, Call] = {
    "create": lambda api: api.create(REQUEST, "key"),
    "reactivate": lambda api: api.reactivate("L/1", REQUEST, "key"),
    "find": lambda api: api.find("key"),
    "suspend": lambda api: api.suspend("L/1", "DH1", "key"),
    "restore": lambda api: api.restore("L/1", "DH1", "key"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("answer", "seconds", "counts"),
    [
        (lambda: refusal(403, "unauthorized"), 900, True),
        (lambda: refusal(429, "too_many", **{"Retry-After": "7"}), 7, False),
        (lambda: refusal(429, "too_many", **{"Retry-After": "0"}), 0, False),
        (lambda: refusal(429, "too_many", **{"Retry-After": "9" * 30}), 3600, False),
        (lambda: refusal(429, "too_many", **{"Retry-After": "soon"}), 10, False),
        (lambda: web.Response(status=429), 10, False),
        (lambda: refusal(503, "unavailable"), 0, True),
        (lambda: web.Response(status=503, text="<h1>busy</h1>", headers={"Retry-After": "20"}), 20, True),
    ],
)
async def test_where_nothing_was_done_it_is_tried_later(
    vendor: LittleVendor,
    api: VendorApi,
    call: Call,
    answer: Callable[[], web.Response],
    seconds: int,
    counts: bool,
) -> None:
    vendor.answers(answer)

    with pytest.raises(RetryLater) as later:
        await call(api)
    assert (later.value.seconds, later.value.counts) == (seconds, counts)


async def test_a_wrong_token_is_told_to_a_person_without_the_token(
    vendor: LittleVendor, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = settings(vendor, token="wrong-token-of-nobody")
    async with VendorApi(wrong) as api:
        with pytest.raises(RetryLater) as later:
            await api.create(REQUEST, "key")

    assert later.value.seconds == 900
    assert "401" in caplog.text
    assert "wrong-token" not in caplog.text + str(later.value) + repr(wrong)


async def test_a_vendor_out_of_reach_is_tried_later(vendor: LittleVendor, unused_tcp_port: int) -> None:
    async with VendorApi(settings(vendor, api_url=f"http://127.0.0.1:{unused_tcp_port}")) as api:
        with pytest.raises(RetryLater) as later:
            await api.create(REQUEST, "key")
    assert later.value.seconds == 30


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=201, text='{"id": "L/1", "state": "acti'),
        lambda: web.Response(status=201, body=b"\xff\xfe"),
        lambda: web.json_response(["L/1"], status=200),
        lambda: web.json_response({"id": "L/1", "login": EMAIL}, status=201),
        lambda: web.json_response({"id": 1, "state": "active", "login": EMAIL}, status=200),
        lambda: web.json_response({"id": "L/1", "state": "active", "login": EMAIL}, status=202),
        lambda: web.Response(status=404, text="no such page"),
        lambda: web.Response(status=409, text="conflict"),
        lambda: web.json_response({"error": EMAIL}, status=422),
        lambda: web.Response(status=500, text=EMAIL),
        lambda: web.Response(status=504),
        lambda: web.Response(status=302, headers={"Location": "/api/v1/licences"}),
    ],
)
async def test_an_answer_outside_of_the_contract_leaves_the_outcome_unknown(
    vendor: LittleVendor, api: VendorApi, call: Call, answer: Callable[[], web.Response]
) -> None:
    vendor.answers(answer)

    with pytest.raises(VendorTrouble) as trouble:
        await call(api)
    assert EMAIL not in str(trouble.value)


@pytest.mark.long
async def test_a_time_out_after_success_is_found_out_by_the_key(vendor: LittleVendor) -> None:
    released = asyncio.Event()

    async def linger(_: web.Request) -> None:
        await released.wait()

    vendor.twist, vendor.after = linger, True
    async with VendorApi(settings(vendor, timeout=1)) as api:
        with pytest.raises(TimeoutError):
            await api.create(REQUEST, "key")
        released.set()
        vendor.twist = None
        assert await api.find("key") == await api.create(REQUEST, "key") == GrantedLicence("L/1", EMAIL)
    assert len(vendor.states) == 1


async def test_a_lost_answer_leaves_the_outcome_unknown(vendor: LittleVendor, api: VendorApi) -> None:
    async def cut(request: web.Request) -> None:
        assert request.transport is not None
        request.transport.close()

    vendor.twist, vendor.after = cut, True
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await api.create(REQUEST, "key")
    assert list(vendor.done) == ["key"]


async def test_no_more_calls_are_under_way_than_allowed(vendor: LittleVendor) -> None:
    together = asyncio.Barrier(3)

    async def meet(_: web.Request) -> None:
        await together.wait()

    vendor.twist = meet
    async with VendorApi(settings(vendor, parallel=3)) as api:
        granted = await asyncio.gather(*(api.create(REQUEST, f"key-{number}") for number in range(9)))
    assert len(set(granted)) == 9
    assert vendor.most_parallel == 3


async def test_a_vendor_without_an_api_leaves_it_to_back_office() -> None:
    vendor = ManualVendor()
    assert await vendor.find("key") is None
    for call in (
        vendor.create(REQUEST, "key"),
        vendor.reactivate("L/1", REQUEST, "key"),
        vendor.suspend("L/1", "DH1", "key"),
        vendor.restore("L/1", "DH1", "key"),
    ):
        with pytest.raises(DoneByHand):
            await call
