"""The SMS gateway checks and answers as eSMS does."""

from typing import Any

import pytest

from sandbox import sms
from tests.sandbox.client import Client

GOOD = {
    "ApiKey": sms.API_KEY,
    "SecretKey": sms.SECRET_KEY,
    "Phone": "0912345678",
    "Content": "Ma don hang DH1, so tien 1.500.000d",
    "Brandname": sms.BRANDNAME,
    "SmsType": "2",
    "IsUnicode": "0",
    "Sandbox": "0",
    "RequestId": "DH1-1",
}


async def send(world: Client, **changes: Any) -> Any:
    async with world.http.post(world.server.url + sms.PATH, json=GOOD | changes) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_a_message_arrives_once(world: Client) -> None:
    answer = await send(world)
    assert answer["CodeResult"] == "100"
    assert answer["SMSID"]
    assert (await send(world))["CodeResult"] == "124"
    assert (await send(world, RequestId="DH1-2", Phone="84987654321"))["CodeResult"] == "100"
    (got,) = await world.get("sms", to="+84912345678")
    assert (got["to"], got["text"]) == ("0912345678", GOOD["Content"])
    assert len(await world.get("sms")) == 2


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"ApiKey": "x"}, "101"),
        ({"SecretKey": None}, "101"),
        ({"Phone": "12"}, "99"),
        ({"Content": " "}, "99"),
        ({"Content": "Mã đơn hàng"}, "99"),
        ({"Brandname": "KHAC"}, "104"),
        ({"SmsType": "3"}, "118"),
    ],
)
async def test_wrong_requests(world: Client, changes: dict[str, Any], code: str) -> None:
    answer = await send(world, **changes)
    assert answer["CodeResult"] == code
    assert answer["ErrorMessage"]
    assert await world.get("sms") == []


async def test_diacritics_pass_as_unicode(world: Client) -> None:
    assert (await send(world, Content="Mã đơn hàng", IsUnicode="1"))["CodeResult"] == "100"


async def test_ordered_faults(world: Client) -> None:
    await world.post("sms/faults", code_result="103")
    await world.post("sms/faults", status=500)
    assert (await send(world))["CodeResult"] == "103"
    async with world.http.post(world.server.url + sms.PATH, json=GOOD) as answer:
        assert answer.status == 500
    assert (await send(world))["CodeResult"] == "100"
