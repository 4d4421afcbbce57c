"""Tax invoices by SePay, against the sandbox's SePay over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from domain.invoices import Buyer, BuyerKind, InvoiceKind
from gateways.sepay_answers import SepayTrouble
from gateways.sepay_document import body_of
from gateways.sepay_einvoice import NotReady, SepayEinvoices
from sandbox.app import SandboxServer
from sandbox.einvoice.server import PATH
from services.ports import RetryLater
from services.ports.invoices import Found, InvoiceDocument, IssuerRefused, IssuerStopped
from tests.gateways.einvoices import (
    ADDRESS,
    BUYER,
    LINE,
    NAME,
    SERIES,
    TAX_CODE,
    TAXED,
    TODAY,
    document,
    invoice,
    issued,
    settings,
    settled,
)
from tests.gateways.support import Clock
from tests.sandbox.client import Client


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
async def world(server: SandboxServer) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, server)


@pytest.fixture
async def api(server: SandboxServer) -> AsyncIterator[SepayEinvoices]:
    async with SepayEinvoices(settings(server.url + PATH)) as opened:
        yield opened


# Issuing


async def test_a_document_is_accepted_worked_on_and_issued(api: SepayEinvoices, world: Client) -> None:
    await api.ready(SERIES)
    assert await api.find(invoice()) is Found.MISSING
    tracking = await api.issue(document())
    sent = invoice(tracking=tracking)
    assert await api.find(sent) is Found.WORKING
    found = issued(await api.find(sent))

    number = found.number
    assert (number.form, number.series, number.number, number.date) == ("1", SERIES, "1", TODAY)
    assert len(number.authority_code) == 34
    assert number.lookup_code
    assert found.amount == 1_500_000
    assert await api.find(invoice()) == found
    files = await api.files(sent)
    assert files.pdf.startswith(b"%PDF-")
    assert number.authority_code.encode() in files.xml
    assert not api.presence.is_lost
    (shown,) = await world.get("einvoice/invoices")
    assert (shown["reference"], shown["buyer"], shown["tax_id"]) == ("key-1", NAME, TAX_CODE)


def test_a_document_is_worded_as_sepay_wants_it() -> None:
    body = body_of(
        document(lines=(LINE, TAXED, replace(LINE, order_code="KTC2DFFF3", vat_rate=0))), "account"
    )

    items = body.pop("items")
    assert body == {
        "template_code": "1",
        "invoice_series": SERIES,
        "issued_date": f"{TODAY} 00:00:00",
        "currency": "VND",
        "provider_account_id": "account",
        "reference_code": "key-1",
        "payment_method": "CK",
        "is_draft": False,
        "buyer": {
            "type": "company",
            "name": NAME,
            "legal_name": NAME,
            "tax_code": TAX_CODE,
            "address": ADDRESS,
        },
    }
    assert items[0] == {
        "line_number": 1,
        "line_type": 1,
        "item_code": "DN-CB",
        "item_name": f"Phần mềm kế toán năm 2026 cho Công ty TNHH Hoa Sen (MST {TAX_CODE})",
        "unit": "gói",
        "quantity": 1,
        "unit_price": 1_500_000,
        "tax_rate": -2,
    }
    assert [(item["unit_price"], item["tax_rate"]) for item in items[1:3]] == [(1_000_000, 8), (1_500_000, 0)]
    assert items[3:] == [{"line_number": 4, "line_type": 4, "item_name": "Đơn hàng KTC2DFFF2, KTC2DFFF3"}]


@pytest.mark.parametrize(
    ("kind", "number", "expected"),
    [
        (
            BuyerKind.HOUSEHOLD,
            "001085012345",
            {"type": "company", "legal_name": NAME, "tax_code": "001085012345"},
        ),
        (BuyerKind.PERSON, "001085012345", {"type": "personal", "national_id": "001085012345"}),
        (BuyerKind.PERSON, "", {"type": "personal"}),
    ],
)
async def test_each_kind_of_buyer_is_told_apart(
    api: SepayEinvoices, kind: BuyerKind, number: str, expected: dict[str, str]
) -> None:
    told = document(buyer=Buyer(kind, NAME, number, ADDRESS))

    assert body_of(told, "account")["buyer"] == expected | {"name": NAME, "address": ADDRESS}
    assert await api.issue(told)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (document(buyer=replace(BUYER, kind=BuyerKind.BUDGET_UNIT, tax_id="1234567")), "budget_unit"),
        (document(lines=(replace(LINE, amount=-1),)), "negative_line"),
        (document(lines=(LINE, replace(LINE, amount=0))), "negative_line"),
        (document(lines=(replace(LINE, vat_rate=7),)), "tax_rate"),
        (replace(document(), invoice=replace(invoice(), kind=InvoiceKind.ADJUSTMENT)), "adjustment"),
    ],
)
async def test_what_sepay_has_no_words_for_is_refused_unsent(
    api: SepayEinvoices, world: Client, told: InvoiceDocument, code: str
) -> None:
    with pytest.raises(IssuerRefused) as refused:
        await api.issue(told)
    assert (refused.value.code, refused.value.field) == (code, "")
    assert await world.get("einvoice/invoices") == []


async def test_sums_are_those_of_the_lines(api: SepayEinvoices, world: Client) -> None:
    tracking = await api.issue(document(lines=(LINE, TAXED)))
    assert issued(await settled(api, invoice(tracking=tracking))).amount == 2_580_000
    (shown,) = await world.get("einvoice/invoices")
    assert (shown["net"], shown["tax"], shown["total"]) == (2_500_000, 80_000, 2_580_000)


async def test_what_sepay_adds_up_is_told_as_it_is(api: SepayEinvoices) -> None:
    """8 % of 931,481 is 74,518.48, where 1,006,000 with VAT has 74,519: no net price would fit."""
    odd = replace(LINE, amount=1_006_000, vat=74_519, vat_rate=8)
    tracking = await api.issue(document(lines=(odd,)))
    assert issued(await settled(api, invoice(tracking=tracking))).amount == 1_005_999


async def test_an_invoice_is_replaced_once_and_says_so(api: SepayEinvoices, world: Client) -> None:
    first = invoice(tracking=await api.issue(document()))
    number = issued(await settled(api, first)).number
    told = replace(
        document("key-2", lines=(TAXED,)), original=replace(first, number=number), agreement="BB 01/2026"
    )

    second = invoice("key-2", tracking=await api.replace(told))

    assert issued(await settled(api, second)).number.number == "2"
    original, replacement = await world.get("einvoice/invoices")
    assert (original["replaced"], replacement["replaces"]) == (True, "key-1")
    assert (
        f"Thay thế cho hóa đơn Mẫu số 1 ký hiệu {SERIES} số 1 ngày {TODAY:%d/%m/%Y}" in replacement["items"]
    )
    with pytest.raises(IssuerRefused) as refused:
        await api.replace(replace(told, invoice=invoice("key-3")))
    assert refused.value.code == "EINVOICE_ORIGINAL_DOCUMENT_REPLACED"


# The account


@pytest.mark.parametrize(
    ("account", "code"),
    [({"active": False}, "inactive"), ({"without": [SERIES]}, "series"), ({"quota": 0}, "quota")],
)
async def test_an_account_that_cannot_issue_stops_the_queue(
    api: SepayEinvoices, world: Client, account: dict[str, Any], code: str
) -> None:
    await world.post("einvoice/account", **account)

    with pytest.raises(IssuerStopped) as stopped:
        await api.ready(SERIES)
    assert stopped.value.code == code
    with pytest.raises(IssuerStopped) as stopped:
        await api.issue(document())
    assert stopped.value.code == code
    await world.post("einvoice/account")
    await api.ready(SERIES)


@pytest.mark.parametrize(
    ("changes", "code"), [({"account": "another"}, "inactive"), ({"form": "2"}, "series")]
)
async def test_an_account_or_form_that_is_not_there(
    server: SandboxServer, changes: dict[str, str], code: str
) -> None:
    async with SepayEinvoices(settings(server.url + PATH, **changes)) as api:
        with pytest.raises(IssuerStopped) as stopped:
            await api.ready(SERIES)
    assert stopped.value.code == code


# Tokens


async def test_a_token_is_kept_until_it_is_about_to_end(server: SandboxServer, world: Client) -> None:
    clock = Clock()
    async with SepayEinvoices(settings(server.url + PATH), clock) as api:
        await world.post("einvoice/faults", error="500", operation="token", times=1)
        with pytest.raises(RetryLater):
            await api.ready(SERIES)
        await api.ready(SERIES)
        await world.post("einvoice/faults", error="500", operation="token")
        clock.now += 86_400 - 301
        await api.ready(SERIES)
        clock.now += 1
        with pytest.raises(RetryLater):
            await api.ready(SERIES)
        await api.ready(SERIES)


@pytest.mark.parametrize("call", ["ready", "issue", "find"])
async def test_an_ended_token_is_renewed_within_the_call(
    api: SepayEinvoices, server: SandboxServer, call: str
) -> None:
    await api.ready(SERIES)
    server.world.clock.advance(timedelta(days=1))
    if call == "issue":
        assert await api.issue(document())
    elif call == "find":
        assert await api.find(invoice()) is Found.MISSING
    else:
        await api.ready(SERIES)


async def test_a_token_that_ends_by_http_500_is_renewed_by_the_next_call(
    api: SepayEinvoices, world: Client
) -> None:
    await world.post("einvoice/faults", error="general")
    with pytest.raises(SepayTrouble):
        await api.issue(document())
    assert await api.find(invoice()) is Found.MISSING
    assert await api.issue(document())


async def test_tokens_that_are_always_refused_stop_the_queue(api: SepayEinvoices, world: Client) -> None:
    await world.post("einvoice/faults", error="unauthorized", times=2)
    with pytest.raises(IssuerStopped) as stopped:
        await api.issue(document())
    assert stopped.value.code == "login"
    assert await api.issue(document())


async def test_a_wrong_login_stops_the_queue_and_stays_secret(
    server: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = settings(server.url + PATH, client_secret="secret-of-nobody")
    async with SepayEinvoices(wrong) as api:
        with pytest.raises(IssuerStopped) as stopped:
            await api.issue(document())
    assert stopped.value.code == "login"
    assert "secret-of-nobody" not in caplog.text + str(stopped.value) + repr(wrong)


# Refusals and troubles of issuing


@pytest.mark.parametrize(
    ("named", "field"),
    [("TAX_CODE", "tax_id"), ("NATIONAL_ID", "tax_id"), ("ADDRESS", "address"), ("LEGAL_NAME", "name")],
)
async def test_a_refusal_names_its_code_and_the_buyers_field(
    api: SepayEinvoices, world: Client, named: str, field: str
) -> None:
    await world.post("einvoice/faults", error="refused", field=named, tax_code=TAX_CODE)
    with pytest.raises(IssuerRefused) as refused:
        await api.issue(document())
    assert (refused.value.code, refused.value.field) == (f"EINVOICE_BUYER_{named}_INVALID", field)
    assert await api.issue(document())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(BUYER, tax_id="12345"), "tax_id"),
        (replace(BUYER, address=""), "address"),
        (replace(BUYER, name=""), "name"),
        (replace(BUYER, kind=BuyerKind.PERSON, tax_id="1"), "tax_id"),
        (replace(BUYER, kind=BuyerKind.PERSON, tax_id="", name=""), "name"),
        (replace(BUYER, name="A" * 801), "name"),
    ],
)
async def test_a_buyer_that_is_wrong_is_refused(api: SepayEinvoices, wrong: Buyer, field: str) -> None:
    with pytest.raises(IssuerRefused) as refused:
        await api.issue(document(buyer=wrong))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("error", "code"),
    [("quota", "quota"), ("series", "series"), ("inactive", "inactive")],
)
async def test_what_no_document_gets_through_stops_the_queue(
    api: SepayEinvoices, world: Client, error: str, code: str
) -> None:
    await world.post("einvoice/faults", error=error)
    with pytest.raises(IssuerStopped) as stopped:
        await api.issue(document())
    assert stopped.value.code == code


async def test_a_call_too_many_is_made_later(api: SepayEinvoices, world: Client) -> None:
    for call, operation in ((api.issue(document()), "create"), (api.find(invoice()), "show")):
        await world.post("einvoice/faults", error="too_many", operation=operation, retry_after=7)
        with pytest.raises(RetryLater) as later:
            await call
        assert (later.value.seconds, later.value.counts) == (7, False)


@pytest.mark.parametrize("error", ["500", "html", "general", "lost"])
async def test_a_trouble_of_issuing_leaves_the_outcome_unknown(
    api: SepayEinvoices, world: Client, error: str
) -> None:
    await world.post("einvoice/faults", error=error)
    with pytest.raises((SepayTrouble, aiohttp.ClientError)) as trouble:
        await api.issue(document())
    assert NAME not in str(trouble.value)

    found = await settled(api, invoice())
    if error == "lost":
        assert issued(found).number.number == "1"
        assert (await api.files(invoice())).pdf
    else:
        assert found is Found.MISSING
        assert await api.issue(document())
    assert len(await world.get("einvoice/invoices")) == 1


@pytest.mark.long
async def test_a_call_without_an_answer_is_given_up_and_found(server: SandboxServer, world: Client) -> None:
    await world.post("einvoice/faults", error="hang")
    async with SepayEinvoices(settings(server.url + PATH, timeout=1)) as api:
        with pytest.raises(TimeoutError):
            await api.issue(document())
        assert issued(await settled(api, invoice())).number.number == "1"


@pytest.mark.parametrize("error", ["500", "html", "general", "lost"])
@pytest.mark.parametrize("operation", ["check", "show", "account", "usage", "download", "token"])
async def test_a_trouble_of_asking_is_asked_again_later(
    server: SandboxServer, api: SepayEinvoices, world: Client, operation: str, error: str
) -> None:
    sent = invoice(tracking=await api.issue(document()))
    await settled(api, sent)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "check": lambda: api.find(sent),
        "show": lambda: api.find(invoice()),
        "account": lambda: api.ready(SERIES),
        "usage": lambda: api.ready(SERIES),
        "download": lambda: api.files(sent),
        "token": lambda: api.find(sent),
    }
    if operation == "token":
        server.world.clock.advance(timedelta(days=1))
    # aiohttp itself repeats a GET whose connection was kept and then cut.
    times = 2 if error == "lost" and operation != "token" else 1
    await world.post("einvoice/faults", error=error, operation=operation, times=times)

    with pytest.raises(RetryLater):
        await calls[operation]()
    await calls[operation]()


async def test_nobody_listens(unused_tcp_port: int) -> None:
    async with SepayEinvoices(settings(f"http://127.0.0.1:{unused_tcp_port}")) as api:
        for call in (api.issue(document()), api.find(invoice()), api.ready(SERIES), api.files(invoice())):
            with pytest.raises(RetryLater) as later:
                await call
            assert later.value.seconds == 30
        assert api.presence.is_lost


# What becomes of a document


async def test_a_document_that_sepay_had_before_is_accepted_and_issued_once(
    api: SepayEinvoices, world: Client
) -> None:
    assert await api.issue(document())
    assert await api.issue(document()) == ""
    assert issued(await settled(api, invoice())).number.number == "1"
    assert await api.issue(document()) == ""
    assert len(await world.get("einvoice/invoices")) == 1


async def test_two_calls_with_one_key_at_one_moment_make_one_invoice(
    api: SepayEinvoices, world: Client
) -> None:
    answers = await asyncio.gather(api.issue(document()), api.issue(document()))
    assert sorted(map(bool, answers)) == [False, True]
    assert len(await world.get("einvoice/invoices")) == 1


async def test_a_document_that_is_not_seen_yet_is_sent_again_under_its_key(
    api: SepayEinvoices, world: Client
) -> None:
    await world.post("einvoice/load", polls=3)
    await world.post("einvoice/faults", error="unseen")
    await api.issue(document())
    assert await api.find(invoice()) is Found.MISSING
    assert await api.issue(document()) == ""
    while await api.find(invoice()) is Found.MISSING:
        pass
    assert issued(await settled(api, invoice())).number.number == "1"
    assert len(await world.get("einvoice/invoices")) == 1


async def test_a_failure_is_believed_only_when_nothing_was_issued(api: SepayEinvoices, world: Client) -> None:
    await world.post("einvoice/faults", error="failed")
    failed = invoice(tracking=await api.issue(document()))
    with pytest.raises(IssuerRefused) as refused:
        await settled(api, failed)
    assert (refused.value.code, refused.value.field) == ("EINVOICE_PROVIDER_FAILED", "")
    assert await api.find(invoice()) is Found.MISSING
    again = invoice(tracking=await api.issue(document()))
    assert issued(await settled(api, again)).number.number == "1"


async def test_an_invoice_that_is_said_to_have_failed_is_found(api: SepayEinvoices, world: Client) -> None:
    await world.post("einvoice/faults", error="failed_issued")
    sent = invoice(tracking=await api.issue(document()))
    assert issued(await settled(api, sent)).number.number == "1"


async def test_an_invoice_that_is_said_to_have_failed_may_be_found_later(
    api: SepayEinvoices, world: Client
) -> None:
    await world.post("einvoice/faults", error="failed_later", late=5)
    sent = invoice(tracking=await api.issue(document()))
    for _ in range(2):
        with pytest.raises(IssuerRefused) as refused:
            await api.find(sent)
        assert (refused.value.code, refused.value.field) == ("EINVOICE_PROVIDER_TIMEOUT", "")
        assert await world.get("einvoice/invoices")
    assert issued(await settled(api, sent)).number.number == "1"


async def test_a_code_that_the_authority_refuses(api: SepayEinvoices, world: Client) -> None:
    await world.post("einvoice/faults", error="code_refused")
    sent = invoice(tracking=await api.issue(document()))
    with pytest.raises(IssuerRefused) as refused:
        await settled(api, sent)
    assert refused.value.code == "EINVOICE_TAX_AUTHORITY_REJECTED"


async def test_a_number_that_comes_late_is_waited_for(api: SepayEinvoices, world: Client) -> None:
    await world.post("einvoice/faults", error="no_number", late=2)
    sent = invoice(tracking=await api.issue(document()))
    assert [await api.find(sent) for _ in range(3)] == [Found.WORKING] * 3
    assert issued(await api.find(sent)).number.number == "1"


async def test_a_code_that_comes_late_is_empty_until_then(api: SepayEinvoices, world: Client) -> None:
    await world.post("einvoice/faults", error="no_code", late=3)
    sent = invoice(tracking=await api.issue(document()))
    first = issued(await settled(api, sent))
    assert (first.number.number, first.number.authority_code) == ("1", "")
    for _ in range(3):
        found = issued(await api.find(sent))
    assert found.number.authority_code


async def test_files_that_are_not_ready_are_fetched_later(api: SepayEinvoices, world: Client) -> None:
    await world.post("einvoice/faults", error="no_files", late=4)
    sent = invoice(tracking=await api.issue(document()))
    await settled(api, sent)
    for _ in range(4):
        with pytest.raises(NotReady):
            await api.files(sent)
    assert not api.presence.is_lost
    assert (await api.files(sent)).xml


async def test_answers_without_series_and_code_take_the_code_from_the_xml(
    api: SepayEinvoices, world: Client
) -> None:
    await world.post("einvoice/load", bare=True)
    sent = invoice(tracking=await api.issue(document()))
    number = issued(await settled(api, sent)).number
    assert (number.form, number.series, number.number, number.lookup_code) == ("", "", "1", "")
    assert len(number.authority_code) == 34


async def test_whatever_goes_wrong_each_document_is_issued_once(api: SepayEinvoices, world: Client) -> None:
    """Forty documents one after the other, each looked for before it is sent again."""
    await world.post(
        "einvoice/load", error_rate=0.2, lost_rate=0.2, fail_rate=0.2, fail_issued_rate=0.2, seed=7
    )

    async def issue(key: str) -> int:
        tries, tracking = 0, ""
        while True:
            tries += 1
            try:
                tracking = await api.issue(document(key))
            except (SepayTrouble, aiohttp.ClientError):
                tracking = ""
            try:
                if await settled(api, invoice(key, tracking=tracking)) is not Found.MISSING:
                    return tries
            except IssuerRefused:
                continue

    tries = [await issue(f"key-{number}") for number in range(40)]

    rows = [row for row in await world.get("einvoice/invoices") if row["state"] == "issued"]
    assert [row["reference"] for row in rows] == [f"key-{number}" for number in range(40)]
    assert [row["number"] for row in rows] == list(range(1, 41))
    assert max(tries) > 2
