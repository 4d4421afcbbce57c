"""The bank: webhooks signed as documented and repeated while the bot is down; payment instructions."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from domain.codes import find_codes, new_code
from sandbox.app import SandboxServer
from tests.sandbox.client import BotsWeb, Call, Client

SAMPLES = Path(__file__).parents[2] / "gateways" / "webhooks"
FILES = {"casso": "casso_v2"}
CODE = new_code(lambda below: below // 2)


def _hex(secret: str, text: str, digest: Callable[[], Any] = hashlib.sha256) -> str:
    return hmac.new(secret.encode(), text.encode(), digest).hexdigest()


def _fresh(stamp: str) -> bool:
    return abs(int(stamp) - time.time()) < 60


def _signed_by_sepay(call: Call, secrets: dict[str, str]) -> bool:
    stamp = call.headers["X-SePay-Timestamp"]
    expected = "sha256=" + _hex(secrets["SEPAY_SECRET"], f"{stamp}.{call.body.decode()}")
    return _fresh(stamp) and call.headers["X-SePay-Signature"] == expected


def _signed_by_payos(call: Call, secrets: dict[str, str]) -> bool:
    pairs = [f"{k}={'' if v is None else v}" for k, v in sorted(call.json["data"].items())]
    return bool(call.json["signature"] == _hex(secrets["PAYOS_CHECKSUM_KEY"], "&".join(pairs)))


def _signed_by_casso(call: Call, secrets: dict[str, str]) -> bool:
    parts = dict(part.split("=", 1) for part in call.headers["X-Casso-Signature"].split(","))
    whole = json.dumps(call.json, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    expected = _hex(secrets["CASSO_SECRET"], f"{parts['t']}.{whole}", hashlib.sha512)
    return _fresh(parts["t"][:-3]) and parts["v1"] == expected


def _signed_by_gpmpay(call: Call, secrets: dict[str, str]) -> bool:
    parts = dict(part.split("=", 1) for part in call.headers["X-GPMPay-Signature"].split(","))
    expected = _hex(secrets["GPMPAY_SECRET"], f"{parts['t']}.{call.body.decode()}")
    return _fresh(parts["t"]) and parts["v1"] == expected


SIGNED: dict[str, Callable[[Call, dict[str, str]], bool]] = {
    "sepay": _signed_by_sepay,
    "payos": _signed_by_payos,
    "casso": _signed_by_casso,
    "gpmpay": _signed_by_gpmpay,
}


def _shape(body: Any) -> Any:
    """The names in a body, at every depth."""
    return {name: _shape(value) for name, value in body.items()} if isinstance(body, dict) else None


@pytest.mark.parametrize("provider", SIGNED)
async def test_each_provider_signs_as_documented(
    provider: str, world: Client, server: SandboxServer, bot: BotsWeb
) -> None:
    answer = await world.post("bank/transfers", content=f"Đơn {CODE}", amount=2_950_000, provider=provider)
    assert (answer["delivered"], answer["status"]) == (True, 200)
    (call,) = bot.calls
    assert call.path == f"/webhooks/{provider}"
    assert SIGNED[provider](call, server.environment(1))
    sample = json.loads((SAMPLES / f"{FILES.get(provider, provider)}.json").read_text("utf-8"))
    assert _shape(call.json) == _shape(sample)
    told = call.json.get("data", call.json)
    assert told.get("amount", told.get("transferAmount")) == 2_950_000
    content = told.get("content", told.get("description"))
    assert find_codes(content) == [CODE]
    assert content.isascii()
    assert content != CODE


@pytest.mark.parametrize("provider", ["sepay", "casso", "gpmpay"])
async def test_outgoing_transfers(provider: str, world: Client, bot: BotsWeb) -> None:
    await world.post("bank/transfers", content="Phí", amount=11_000, provider=provider, outgoing=True)
    told = bot.calls[0].json.get("data", bot.calls[0].json)
    assert told.get("transferType", "out") == "out"
    assert told.get("amount", -told.get("transferAmount", 0)) == -11_000
    body = {"content": "Phí", "amount": 1, "provider": "payos", "outgoing": True}
    assert (await world.post("bank/transfers", 400, **body))["error"]


async def test_the_same_id_is_the_same_event(world: Client, bot: BotsWeb) -> None:
    body = {"content": CODE, "amount": 1_000, "id": 77, "raw": True, "reference": "FT1"}
    answers = await asyncio.gather(*(world.post("bank/transfers", **body) for _ in range(10)))
    assert answers == [{"id": 77, "delivered": True, "status": 200}] * 10
    assert [(c.json["id"], c.json["content"], c.json["referenceCode"]) for c in bot.calls] == [
        (77, CODE, "FT1")
    ] * 10
    (shown,) = await world.get("bank/transfers")
    assert (shown["id"], shown["content"], shown["deliveries"]) == (77, CODE, 10)
    assert (await world.post("bank/transfers", 409, **body | {"amount": 2_000}))["error"]
    await world.post("bank/transfers", **body | {"provider": "casso"})
    assert len(await world.get("bank/transfers")) == 2
    await world.post("bank/transfers", content=CODE, amount=5, id=92_004)
    new = [await world.post("bank/transfers", content=CODE, amount=5) for _ in range(2)]
    assert len({92_004, *(answer["id"] for answer in new)}) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"content": CODE},
        {"amount": 1},
        {"content": CODE, "amount": 0},
        {"content": CODE, "amount": 1, "x": 1},
    ],
)
async def test_what_is_no_transfer(world: Client, bot: BotsWeb, body: dict[str, Any]) -> None:
    assert (await world.post("bank/transfers", 400, **body))["error"]
    assert not bot.calls


async def test_it_tries_again_while_the_bot_is_down(world: Client, bot: BotsWeb) -> None:
    bot.statuses = [503, 500]
    answer = await world.post("bank/transfers", content=CODE, amount=1_000)
    assert (answer["delivered"], answer["status"]) == (False, 503)
    assert await world.get("idle", quiet=0) == {"idle": True}
    assert len({call.json["id"] for call in bot.calls}) == 1
    (shown,) = await world.get("bank/transfers")
    assert (shown["delivered"], shown["deliveries"]) == (True, 3)
    bot.statuses = [401]
    answer = await world.post("bank/transfers", content=CODE, amount=2_000)
    assert (answer["delivered"], answer["status"]) == (False, 401)
    assert await world.get("idle", quiet=0) == {"idle": True}
    assert len(bot.calls) == 4


async def test_what_was_not_told_is_told_after_a_restart(
    tmp_path: Path, http: aiohttp.ClientSession, server: SandboxServer, bot: BotsWeb
) -> None:
    async with SandboxServer(tmp_path / "other") as first:
        answer = await Client(http, first).post("bank/transfers", content=CODE, amount=1_000)
        assert (answer["delivered"], answer["status"]) == (False, None)
    async with SandboxServer(tmp_path / "other", health_url=server.health_url) as second:
        await asyncio.wait_for(bot.called.wait(), 60)
        assert await Client(http, second).get("idle", quiet=0) == {"idle": True}
    assert bot.calls[0].json["id"] == answer["id"]


@pytest.mark.long
async def test_instructions_are_read_where_people_get_them(
    world: Client, server: SandboxServer, bot: BotsWeb, greeted: int
) -> None:
    def code_at(sevenths: int) -> str:
        return new_code(lambda below: below * sevenths // 7)

    first, second, third = map(code_at, (1, 3, 5))
    chat = (
        f"Hướng dẫn thanh toán đơn {CODE}\n\nSố tiền: 2950000 (2.950.000 ₫)\nNội dung: {first}\n"
        "Quét mã, hoặc chuyển khoản đúng số tiền và nội dung trên."
    )
    await world.bot("sendMessage", chat_id=greeted, text=chat)
    await world.bot("sendMessage", chat_id=greeted, text=f"Đã đặt đơn {CODE}\nTổng tiền: 1.000.000 ₫")
    mail = f"Số tiền:       1.500.000 ₫\nNội dung:      {second}\nHạn:           30/11/2026\n- A: 1.500.000 ₫"
    server.mail.put("a@cong-ty.vn", "x@vendor.example", "Hướng dẫn", mail)
    sms = f"Phan mem 2026: chuyen 500.000d toi Vietcombank 0011001234567 noi dung {third} truoc 30/11/2026"
    url = f"{server.url}/esms/MainService.svc/json/SendMultipleMessage_V4_post_json/"
    environment = server.environment(1)
    keys = {"ApiKey": environment["ESMS_API_KEY"], "SecretKey": environment["ESMS_SECRET_KEY"]}
    more = {"Phone": "0912345678", "Brandname": environment["ESMS_BRANDNAME"], "SmsType": "2"}
    async with world.http.post(url, json=keys | more | {"Content": sms}) as answer:
        assert (await answer.json())["CodeResult"] == "100"
    server.mail.put("b@cong-ty.vn", "x@vendor.example", "Hướng dẫn", mail)
    rows = await world.get("bank/instructions")
    assert [(r["content"], r["amount"], r["to"], r["paid"]) for r in rows] == [
        (first, 2_950_000, ["Nguyễn Thị Thanh Hương"], 0),
        (second, 1_500_000, ["a@cong-ty.vn", "b@cong-ty.vn"], 0),
        (third, 500_000, ["0912345678"], 0),
    ]
    await world.post("bank/transfers", content=f"{first} {second}", amount=3_000_000, reference="FT1")
    await world.post(
        "bank/transfers", content=f"{first} {second}", amount=3_000_000, reference="FT1", provider="casso"
    )
    await world.post("bank/transfers", content=third, amount=100_000)
    await world.post("bank/transfers", content=third, amount=700_000)
    await world.post("bank/transfers", content=third, amount=9, outgoing=True)
    paid = [(r["paid"], r["left"]) for r in await world.get("bank/instructions")]
    assert paid == [(2_950_000, 0), (50_000, 1_450_000), (800_000, 0)]
    # A later message that asks for the rest does not change the amount first asked.
    await world.post("clock", advance="1d")
    await world.bot("sendMessage", chat_id=greeted, text=f"Số tiền: 1450000\nNội dung: {second}")
    row = (await world.get("bank/instructions"))[1]
    assert (row["amount"], row["left"], len(row["to"])) == (1_500_000, 1_450_000, 3)
