"""Answers of SePay that the sandbox does not give."""

import logging
from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateways.sepay_answers import SepayTrouble
from gateways.sepay_einvoice import SepayEinvoices
from services.ports import RetryLater
from services.ports.invoices import Found, IssuerRefused, IssuerStopped
from tests.gateways.einvoices import NAME, SERIES, document, invoice, issued, settings


class BareSepay:
    """Gives a token, then answers as each test wants; `asked` lists method and path."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[], web.StreamResponse]] = {}
        self.asked: list[str] = []
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/v1/{rest:.*}", self._serve)
        self.server = TestServer(app)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        rest = request.match_info["rest"]
        if rest == "token":
            return success({"access_token": "t", "token_type": "Bearer", "expires_in": 60})
        assert request.headers["Authorization"] == "Bearer t"
        self.asked.append(f"{request.method} {rest}")
        return next(answer for start, answer in self.answers.items() if rest.startswith(start))()


def success(data: object) -> web.Response:
    return web.json_response({"success": True, "data": data})


def failure(status: int, code: object) -> web.Response:
    error = {"code": code, "message": f"Người mua {NAME} sai"}
    return web.json_response({"success": False, "error": error}, status=status)


DOCUMENT = {
    "reference_code": "key-1",
    "invoice_number": "00000589",
    "issued_date": "2026-11-29",
    "status": "issued",
    "total_amount": 1_500_000.0,
}


@pytest.fixture
async def bare() -> AsyncIterator[BareSepay]:
    bare = BareSepay()
    await bare.server.start_server()
    yield bare
    await bare.server.close()


@pytest.fixture
async def bare_api(bare: BareSepay) -> AsyncIterator[SepayEinvoices]:
    async with SepayEinvoices(settings(str(bare.server.make_url("/")))) as opened:
        yield opened


UNREADABLE: list[Callable[[], web.StreamResponse]] = [
    lambda: web.Response(text="<html>Bảo trì</html>", content_type="text/html"),
    lambda: web.Response(body=b"\xff\xfe"),
    lambda: web.json_response([NAME]),
    lambda: web.json_response({"success": False, "error": {"code": "X", "message": NAME}}),
    lambda: success({"message": NAME}),
    lambda: success(None),
    lambda: web.Response(text=NAME * 20_000),
    lambda: web.Response(status=302, headers={"Location": "/v1/elsewhere"}),
    lambda: web.Response(status=404, text="no such page"),
    lambda: web.json_response({"message": NAME}, status=422),
    lambda: failure(422, f"Tên {NAME}"),
    lambda: failure(400, 7),
    lambda: web.Response(status=403, text="<html>WAF</html>"),
    lambda: web.Response(status=503, headers={"Retry-After": "5"}),
    lambda: web.Response(status=504),
]


@pytest.mark.parametrize("answer", UNREADABLE)
async def test_an_answer_that_is_not_sepays_leaves_issuing_unknown_and_asking_for_later(
    bare: BareSepay,
    bare_api: SepayEinvoices,
    answer: Callable[[], web.StreamResponse],
    caplog: pytest.LogCaptureFixture,
) -> None:
    bare.answers[""] = answer
    with pytest.raises(SepayTrouble) as trouble:
        await bare_api.issue(document())
    assert bare.asked == ["POST invoices/create"]
    for call in (bare_api.find(invoice()), bare_api.ready(SERIES), bare_api.files(invoice())):
        with pytest.raises(RetryLater) as later:
            await call
        assert NAME not in str(later.value)
    with caplog.at_level(logging.DEBUG):
        assert NAME not in str(trouble.value) + caplog.text


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (404, "PROVIDER_ACCOUNT_NOT_FOUND", IssuerStopped("inactive")),
        (400, "INVALID_TEMPLATE_CODE", IssuerStopped("series")),
        (422, "QUOTA_EXCEEDED", IssuerStopped("quota")),
        (403, "IP_NOT_ALLOWED", IssuerStopped("IP_NOT_ALLOWED")),
        (405, "METHOD_NOT_ALLOWED", IssuerStopped("METHOD_NOT_ALLOWED")),
        (400, "buyer_tax_code_invalid", IssuerRefused("buyer_tax_code_invalid", "tax_id")),
        (422, "ITEM_NAME_TOO_LONG", IssuerRefused("ITEM_NAME_TOO_LONG")),
        (409, "DOCUMENT_IN_USE", IssuerRefused("DOCUMENT_IN_USE")),
    ],
)
async def test_only_the_code_says_what_a_refusal_is(
    bare: BareSepay, bare_api: SepayEinvoices, status: int, code: str, expected: IssuerRefused | IssuerStopped
) -> None:
    bare.answers[""] = lambda: failure(status, code)
    with pytest.raises(type(expected)) as raised:
        await bare_api.issue(document())
    assert vars(raised.value) == vars(expected)
    assert NAME not in str(raised.value)


async def test_an_acceptance_may_come_with_http_202(bare: BareSepay, bare_api: SepayEinvoices) -> None:
    bare.answers[""] = lambda: web.json_response(
        {"success": True, "data": {"tracking_code": "T/1"}}, status=202
    )
    assert await bare_api.issue(document()) == "T/1"
    bare.answers = {
        "invoices/create/check/T/1": lambda: success({"status": "Success", "invoice": DOCUMENT}),
        "invoices/T/1/download": lambda: failure(404, "NOT_FOUND"),
    }
    found = issued(await bare_api.find(invoice(tracking="T/1")))
    assert (found.number.number, found.number.date, found.amount) == (
        "00000589",
        date(2026, 11, 29),
        1_500_000,
    )
    assert bare.asked[-2:] == ["GET invoices/create/check/T/1", "GET invoices/T/1/download"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "draft", "invoice_number": "0"}, Found.WORKING),
        ({"status": "draft"}, Found.WORKING),
        ({"invoice_number": None}, Found.WORKING),
        ({"invoice_number": "0000"}, Found.WORKING),
        ({"status": "cancelled"}, IssuerRefused),
        ({"reference_code": "key-2"}, RetryLater),
        ({"issued_date": None}, RetryLater),
        ({"total_amount": None}, RetryLater),
        ({"total_amount": 1.5}, RetryLater),
    ],
)
async def test_only_a_whole_answer_is_an_invoice(
    bare: BareSepay, bare_api: SepayEinvoices, changes: dict[str, object], expected: Found | type[Exception]
) -> None:
    bare.answers["invoices/key-1/download"] = lambda: failure(404, "NOT_FOUND")
    bare.answers["invoices/key-1"] = lambda: success(DOCUMENT | changes)
    if isinstance(expected, Found):
        assert await bare_api.find(invoice()) is expected
    else:
        with pytest.raises(expected):
            await bare_api.find(invoice())


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (lambda: success(DOCUMENT | {"invoice_number": ""}), Found.WORKING),
        (lambda: success(DOCUMENT | {"status": "draft"}), IssuerRefused),
        (lambda: failure(404, "NOT_FOUND"), IssuerRefused),
        (lambda: web.Response(status=500), RetryLater),
    ],
)
async def test_a_failed_check_is_looked_into(
    bare: BareSepay,
    bare_api: SepayEinvoices,
    shown: Callable[[], web.StreamResponse],
    expected: Found | type[Exception],
) -> None:
    bare.answers["invoices/create/check"] = lambda: success({"status": "FAILED", "error_code": NAME})
    bare.answers["invoices/key-1"] = shown
    sent = invoice(tracking="T1")
    if isinstance(expected, Found):
        assert await bare_api.find(sent) is expected
    else:
        with pytest.raises(expected) as raised:
            await bare_api.find(sent)
        assert NAME not in str(raised.value)


async def test_a_check_may_come_with_half_an_invoice(bare: BareSepay, bare_api: SepayEinvoices) -> None:
    bare.answers["invoices/create/check"] = lambda: success({"status": "Pending", "invoice": {}})
    assert await bare_api.find(invoice(tracking="T1")) is Found.WORKING
    bare.answers["invoices/create/check"] = lambda: success({"status": "Success", "invoice": {}})
    bare.answers["invoices/key-1"] = lambda: success(DOCUMENT | {"tax_authority_code": "00BD"})
    assert issued(await bare_api.find(invoice(tracking="T1"))).number.number == "00000589"


@pytest.mark.parametrize("xml", [lambda: failure(422, "XML_NOT_READY"), lambda: web.Response(status=502)])
async def test_a_number_does_not_wait_for_the_xml(
    bare: BareSepay, bare_api: SepayEinvoices, xml: Callable[[], web.StreamResponse]
) -> None:
    bare.answers["invoices/key-1/download"] = xml
    bare.answers["invoices/key-1"] = lambda: success(DOCUMENT)
    number = issued(await bare_api.find(invoice())).number
    assert (number.number, number.authority_code) == ("00000589", "")


async def test_a_tracking_code_that_is_forgotten_is_looked_for_by_the_key(
    bare: BareSepay, bare_api: SepayEinvoices
) -> None:
    bare.answers["invoices/create/check"] = lambda: failure(404, "NOT_FOUND")
    bare.answers["invoices/key-1"] = lambda: success(DOCUMENT | {"tax_authority_code": "00BD"})
    assert issued(await bare_api.find(invoice(tracking="T1"))).number.authority_code == "00BD"


@pytest.mark.parametrize("content", ["", None, "không phải base64", "QQ="])
async def test_a_file_that_is_none_is_fetched_later(
    bare: BareSepay, bare_api: SepayEinvoices, content: str | None
) -> None:
    bare.answers[""] = lambda: success({"file_type": "pdf", "content": content})
    with pytest.raises(RetryLater):
        await bare_api.files(invoice())
