"""Every public endpoint keeps to `docs/api/public.yaml`, whatever comes: with and without the right proof."""

import asyncio
import copy
import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.settings import Settings, UpdateMode
from bot.web import serve
from bot.webhooks import BODY_LIMIT
from bot.wiring import build_program
from sandbox.app import SandboxServer
from storage.migrate import upgrade
from tests.support import bank_deliveries as deliveries
from tests.support.bank_deliveries import SECRET
from tests.support.databases import Databases, wanted

CONTRACT = Path(__file__).parents[2] / "docs" / "api" / "public.yaml"
TELEGRAM = "/telegram/webhook"
NEWCOMER = 5100000004
SIGN = {
    "/webhooks/sepay": deliveries.sepay,
    "/webhooks/payos": deliveries.payos,
    "/webhooks/casso": deliveries.casso,
    "/webhooks/gpmpay": deliveries.gpmpay,
}
schema = schemathesis.openapi.from_path(CONTRACT)
as_documented = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
quickly = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec="utf-8")),
    lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(st.text(max_size=5), deeper, max_size=4),
    max_leaves=8,
)


def spoilt(body: Any, place: int, value: object) -> Any:
    """`body` with `value` in place of one of its fields, at whatever depth."""
    fields = []

    def walk(part: Any) -> None:
        for name in part if isinstance(part, dict) else range(len(part)):
            fields.append((part, name))
            if isinstance(part[name], dict | list):
                walk(part[name])

    if isinstance(body, dict | list):
        walk(body)
    if not fields:
        return value
    part, name = fields[place % len(fields)]
    part[name] = value
    return body


@pytest.fixture(scope="module")
def url(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole program on a port of its own, in a thread: the tests' client waits for its answers."""
    folder = tmp_path_factory.mktemp("public")
    started, port = threading.Event(), 0
    loop: asyncio.AbstractEventLoop | None = None
    stop: asyncio.Event | None = None

    async def run(database_url: str) -> None:
        nonlocal loop, stop, port
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        async with SandboxServer(folder / "world") as server:
            given = {name.lower(): value for name, value in server.environment(0).items()}
            given |= {"database_url": database_url, "webhook_secret": SECRET}
            given |= dict.fromkeys(
                ("sepay_secret", "payos_checksum_key", "casso_secret", "gpmpay_secret"), SECRET
            )
            chosen = Settings(_env_file=None, **given)  # type: ignore[arg-type,call-arg]
            chosen = chosen.model_copy(update={"telegram_mode": UpdateMode.WEBHOOK})
            await upgrade(database_url)
            async with build_program(chosen) as program, serve(program) as port:
                await program.dispatcher.emit_startup(bot=program.bot)
                started.set()
                await stop.wait()

    with databases.fresh(wanted(), folder) as database_url:
        thread = threading.Thread(target=asyncio.run, args=[run(database_url)])
        thread.start()
        assert started.wait(60)
        yield f"http://127.0.0.1:{port}"
        assert loop is not None
        assert stop is not None
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@schema.parametrize()
@quickly
def test_answers_are_as_documented(case: schemathesis.Case, url: str) -> None:
    case.call_and_validate(base_url=url)


def deliver(case: schemathesis.Case, url: str, body: object) -> int:
    """Post `body` with the right proof; the status of an answer as documented."""
    delivery = SIGN[case.path](body, datetime.now(UTC))
    response = requests.post(url + case.path, data=delivery.raw, headers=delivery.headers, timeout=10)
    case.validate_response(response, checks=as_documented)
    return response.status_code


@pytest.mark.parametrize("path", SIGN)
def test_signed_bodies_as_documented_are_taken(path: str, url: str) -> None:
    @quickly
    @given(schema[path]["POST"].as_strategy())
    def post(case: schemathesis.Case) -> None:
        listed = path == "/webhooks/casso" and isinstance(case.body["data"], list)
        # Lists are of version 1, which is not taken where version 2 has its secret.
        assert deliver(case, url, case.body) == (422 if listed else 200)

    post()


@pytest.mark.parametrize("path", SIGN)
def test_signed_junk_is_answered_as_documented(path: str, url: str) -> None:
    @quickly
    @given(schema[path]["POST"].as_strategy(), st.integers(0, 99), junk)
    def post(case: schemathesis.Case, place: int, value: object) -> None:
        assert deliver(case, url, spoilt(case.body, place, value)) in (200, 400, 422)

    post()


def test_updates_with_the_secret_are_answered_as_documented(url: str) -> None:
    person = {"id": NEWCOMER, "first_name": "Bao", "is_bot": False}
    message = {
        "message_id": 1,
        "date": 1_780_000_000,
        "chat": {"id": NEWCOMER, "type": "private", "first_name": "Bao"},
        "from": person,
        "text": "/start",
    }
    button = {"id": "1", "from": person, "chat_instance": "1", "data": "menu", "message": message}

    @quickly
    @given(
        schema[TELEGRAM]["POST"].as_strategy(),
        st.sampled_from([{"message": message}, {"callback_query": button}]),
        st.integers(0, 99),
        junk,
    )
    def post(case: schemathesis.Case, content: dict[str, Any], place: int, value: object) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        for body in (case.body, case.body | spoilt(copy.deepcopy(content), place, value), value):
            response = requests.post(url + TELEGRAM, data=json.dumps(body), headers=headers, timeout=30)
            case.validate_response(response, checks=as_documented)

    post()


@pytest.mark.parametrize("path", [*SIGN, TELEGRAM])
def test_bytes_of_any_kind_and_length_are_refused(path: str, url: str) -> None:
    signed = SIGN[path]({}, datetime.now(UTC)).headers if path in SIGN else {}
    secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    proofs = (signed | secret, {name: "\xff\xe1" for name in signed | secret}, {})
    limit = 2**20 if path == TELEGRAM else BODY_LIMIT
    for headers in proofs:
        for raw, more in (
            (b"\xff\xfe", {}),
            (b"[" * 30_000, {}),
            (b"{}", {"Content-Type": "text/plain; charset=klingon"}),
            (b"no gzip", {"Content-Encoding": "gzip"}),
            (gzip.compress(b" " * 2**24), {"Content-Encoding": "gzip"}),
            (b" " * (limit + 1), {}),
        ):
            response = requests.post(url + path, data=raw, headers=headers | more, timeout=10)
            assert response.status_code in (400, 401, 413, 422)
