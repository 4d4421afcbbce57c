"""The endpoints of an Official Account keep to `docs/api/public.yaml`, with and without the right proof."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from bot.bodies import WEBHOOK_LIMIT
from bot.zalo_oa.consent import PATH as CALLBACK
from bot.zalo_oa.webhook import PATH as WEBHOOK
from sandbox.zalo_oa.account import APP_ID, OA_SECRET
from tests.bot.test_public_api import (
    OF_ACCOUNT,
    Case,
    Running,
    as_documented,
    asked,
    junk,
    program_with,
    quickly,
    spoilt,
    unnamed,
    whole,
)
from tests.support.databases import Databases

pytestmark = pytest.mark.long
CODE = "Ab12_c"
schema = whole.include(path_regex=OF_ACCOUNT)


@pytest.fixture(scope="module")
def running(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("account")
    with program_with(databases, folder, zalo_oa=True, zalo_oa_verification=CODE) as it:
        yield it


@schema.parametrize()
@quickly
def test_answers_are_as_documented(case: Case, running: Running) -> None:
    # What is no object is dropped, since Zalo must not be refused for long.
    is_event = case.path == WEBHOOK and isinstance(case.body, dict) and bool(case.body)
    case.call_and_validate(base_url=running.url, checks=None if is_event else as_documented)


def test_every_path_is_documented(running: Running) -> None:
    paths = {path.replace(CODE, "{}") for path in running.paths}
    assert {path for path in paths if path.startswith("/zalo")} == {
        unnamed(path) for path in whole if re.match(OF_ACCOUNT, path)
    }
    assert paths <= {*map(unnamed, whole)}


def signed(body: object) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(body).encode()
    moment = str(body.get("timestamp", "")) if isinstance(body, dict) else ""
    mac = hashlib.sha256(APP_ID.encode() + raw + moment.encode() + OA_SECRET.encode()).hexdigest()
    return raw, {"X-ZEvent-Signature": f"mac={mac}"}


def test_signed_events_and_junk_are_taken(running: Running) -> None:
    def post(case: Case, body: object) -> int:
        raw, headers = signed(body)
        response = requests.post(running.url + WEBHOOK, data=raw, headers=headers, timeout=60)
        case.validate_response(response, checks=as_documented)
        return response.status_code

    @quickly
    @given(schema[WEBHOOK]["POST"].as_strategy(), st.integers(0, 99), junk)
    def send(case: Case, place: int, value: object) -> None:
        for body in (case.body, spoilt(case.body, place, value), value):
            assert post(case, body) == 200

    send()


def test_bytes_of_any_kind_and_length_are_answered(running: Running) -> None:
    def post(raw: bytes, mac: str = "") -> int:
        headers = {"X-ZEvent-Signature": mac}
        return requests.post(running.url + WEBHOOK, data=raw, headers=headers, timeout=60).status_code

    for raw, status in (
        (b"", 200),
        (b"\xff\xfe", 200),
        (b"[" * 30_000, 200),
        (b'{"event_name": "follow"}', 403),
        (b" " * (WEBHOOK_LIMIT + 1), 413),
    ):
        assert post(raw) == post(raw, "\xff\xe1") == status


def test_only_a_link_of_back_office_connects_an_account(running: Running) -> None:
    @quickly
    @given(schema[CALLBACK]["GET"].as_strategy())
    def come(case: Case) -> None:
        query: dict[str, Any] = {**(case.query or {})}
        assert asked(case, running.url, params=query) == 403

    come()


def test_the_domain_is_proved_by_its_code_alone(running: Running) -> None:
    for code, status in ((CODE, 200), (CODE.lower(), 404), ("x", 404)):
        found = requests.get(f"{running.url}/zalo_verifier{code}.html", timeout=60)
        assert (found.status_code, CODE in found.text) == (status, status == 200)
