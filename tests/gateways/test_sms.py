import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateways.sms import SMS_LIMIT, EsmsSettings, SmsSender
from services.ports import RetryLater, Undeliverable
from tests.gateways.support import CONTENT, FixedRenderer

KEY, SECRET, BRAND = "esms-api-key", "esms-secret-key", "KETOAN"
PHONE = "+84912345678"


class Esms:
    """A strict little eSMS: accepts only what its documentation allows, and remembers every RequestId."""

    def __init__(self) -> None:
        self.accepted: list[dict[str, str]] = []
        self.answer: web.Response | dict[str, object] | None = None
        self.cut = False
        app = web.Application()
        app.router.add_post("/MainService.svc/json/SendMultipleMessage_V4_post_json/", self._handle)
        self.server = TestServer(app)

    async def _handle(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/json"
        body = await request.json()
        if self.cut:
            assert request.transport is not None
            request.transport.close()
        if isinstance(self.answer, web.Response):
            return self.answer
        return web.json_response(self.answer or self._result(body))

    def _result(self, body: dict[str, str]) -> dict[str, str]:
        assert set(map(type, body.values())) == {str}
        if (body["ApiKey"], body["SecretKey"]) != (KEY, SECRET):
            return {"CodeResult": "101", "ErrorMessage": "Authorize Failed"}
        if body["Brandname"] != BRAND or body["SmsType"] != "2":
            return {"CodeResult": "104"}
        if not re.fullmatch(r"0\d{9}", body["Phone"]):
            return {"CodeResult": "108"}
        assert (body["IsUnicode"], body["Sandbox"]) == ("0", "0")
        if body["RequestId"] in {other["RequestId"] for other in self.accepted}:
            return {"CodeResult": "124", "ErrorMessage": "Request exist 1"}
        self.accepted.append(body)
        return {"CodeResult": "100", "SMSID": "1"}


@pytest.fixture
async def esms() -> AsyncIterator[Esms]:
    esms = Esms()
    await esms.server.start_server()
    yield esms
    await esms.server.close()


def settings(esms: Esms, **changes: str) -> EsmsSettings:
    given: dict[str, Any] = {
        "api_url": str(esms.server.make_url("/")),
        "api_key": KEY,
        "secret_key": SECRET,
        "brandname": BRAND,
    }
    return EsmsSettings(**given | changes)


@pytest.fixture
async def renderer() -> FixedRenderer:
    return FixedRenderer(text="KETOAN: Chuyen 1.500.000d, noi dung KT0001234")


@pytest.fixture
async def sender(esms: Esms, renderer: FixedRenderer) -> AsyncIterator[SmsSender]:
    async with SmsSender(settings(esms), renderer) as sender:
        yield sender


async def test_a_message_is_accepted_with_the_national_number(esms: Esms, sender: SmsSender) -> None:
    assert await sender.send(PHONE, CONTENT, "payment:KT0001234:sms", False) == ""

    [body] = esms.accepted
    assert body["Phone"] == "0912345678"
    assert body["Content"] == "KETOAN: Chuyen 1.500.000d, noi dung KT0001234"
    assert re.fullmatch("[0-9a-f]{32}", body["RequestId"])


async def test_a_repeat_of_a_key_counts_as_delivered_and_another_key_is_another_message(
    esms: Esms, sender: SmsSender
) -> None:
    for key in ("one", "one", "two"):
        await sender.send(PHONE, CONTENT, key, maybe_repeated=True)

    assert len(esms.accepted) == 2


@pytest.mark.parametrize("code", ["108", "177"])
async def test_a_number_that_cannot_get_it_is_final(esms: Esms, sender: SmsSender, code: str) -> None:
    esms.answer = {"CodeResult": code, "ErrorMessage": PHONE}

    with pytest.raises(Undeliverable, match=f"eSMS {code}") as refusal:
        await sender.send(PHONE, CONTENT, "key", False)
    assert PHONE not in str(refusal.value)


@pytest.mark.parametrize("address", ["0912345678", "+8491234567", "+12025550123", "hoa@example.com", ""])
async def test_an_address_of_another_kind_is_final_and_nothing_is_sent(
    esms: Esms, sender: SmsSender, address: str
) -> None:
    with pytest.raises(Undeliverable):
        await sender.send(address, CONTENT, "key", False)
    assert esms.accepted == []


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ({"CodeResult": "99"}, 60),
        ({"error": "Invalid request"}, 60),
        ({"CodeResult": "103"}, 900),
        ({"CodeResult": 146}, 900),
        (web.Response(status=503), 60),
    ],
)
async def test_other_results_are_tried_again(
    esms: Esms, sender: SmsSender, answer: web.Response | dict[str, object], seconds: int
) -> None:
    esms.answer = answer

    with pytest.raises(RetryLater) as later:
        await sender.send(PHONE, CONTENT, "key", False)
    assert later.value.seconds == seconds


async def test_wrong_keys_are_reported_without_the_keys(
    esms: Esms, renderer: FixedRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    async with SmsSender(settings(esms, secret_key="wrong-secret"), renderer) as sender:
        with pytest.raises(RetryLater) as later:
            await sender.send(PHONE, CONTENT, "key", False)

    assert "code 101" in caplog.text
    for hidden in (KEY, "wrong-secret", "912345678"):
        assert hidden not in caplog.text + str(later.value) + repr(settings(esms, secret_key="wrong-secret"))


async def test_a_server_out_of_reach_is_tried_again(
    esms: Esms, renderer: FixedRenderer, unused_tcp_port: int
) -> None:
    there = settings(esms, api_url=f"http://127.0.0.1:{unused_tcp_port}")
    async with SmsSender(there, renderer) as sender:
        with pytest.raises(RetryLater) as later:
            await sender.send(PHONE, CONTENT, "key", False)
    assert later.value.seconds == 30


async def test_a_lost_answer_leaves_the_outcome_unknown(esms: Esms, sender: SmsSender) -> None:
    esms.cut = True

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await sender.send(PHONE, CONTENT, "key", False)


@pytest.mark.parametrize("text", ["Chuyển tiền", "x" * (SMS_LIMIT + 1), "", "a`b", "a[b", "a\tb", "500₫"])
async def test_a_text_that_would_cost_or_look_wrong_is_never_sent(
    esms: Esms, sender: SmsSender, renderer: FixedRenderer, text: str
) -> None:
    renderer.text = text

    with pytest.raises(ValueError):
        await sender.send(PHONE, CONTENT, "key", False)
    assert esms.accepted == []


async def test_the_longest_text_is_sent(esms: Esms, sender: SmsSender, renderer: FixedRenderer) -> None:
    renderer.text = "x" * SMS_LIMIT

    await sender.send(PHONE, CONTENT, "key", False)

    assert esms.accepted[0]["Content"] == "x" * SMS_LIMIT
