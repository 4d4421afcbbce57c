"""Every public endpoint keeps to `docs/api/public.yaml` for any request, with and without the right proof."""

import asyncio
import copy
import gzip
import json
import re
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

import pytest
import requests
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core import NotSet
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.app_settings import UpdateMode, secret_of_app
from bot.bodies import WEBHOOK_LIMIT
from bot.uploads import FORM_LIMIT
from bot.web import build_app, serve
from bot.wiring import build_program
from domain.chats import Channel
from sandbox.app import SandboxServer
from storage.migrate import upgrade
from storage.shared_files import SqlSharedFiles
from tests.support import bank_deliveries as deliveries
from tests.support.bank_deliveries import SECRET
from tests.support.databases import Databases, wanted
from tests.support.settings import settings_of
from tests.support.sharing import CHAT, record

CONTRACT = Path(__file__).parents[2] / "docs" / "api" / "public.yaml"
TELEGRAM, ZALO = "/telegram/webhook", "/zalo/webhook"
pytestmark = pytest.mark.long

SECRETS = {TELEGRAM: "X-Telegram-Bot-Api-Secret-Token", ZALO: "X-Bot-Api-Secret-Token"}
NEWCOMER = 5100000004
CHECK, REPORT, MAIL = "/kiem-tra", "/kiem-tra/bao", "/thu/{link}"
FILE, UPLOAD = "/files/{token}/{name}", "/upload/{token}"
HOUR, OVER = timedelta(hours=1), timedelta(0)
SIGN: dict[str, Callable[[Any, datetime], deliveries.Delivery]] = {
    "/webhooks/sepay": deliveries.sepay,
    "/webhooks/payos": deliveries.payos,
    "/webhooks/casso": deliveries.casso,
    "/webhooks/gpmpay": deliveries.gpmpay,
}
Case = schemathesis.Case[Any]
whole = schemathesis.openapi.from_path(CONTRACT)
OF_ACCOUNT = r"^/zalo(/oa|_verifier)"
"""What an Official Account has, whose people do not write to a bot (`zalo_oa/test_oa_contract.py`)."""
schema = whole.exclude(path_regex=OF_ACCOUNT)
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
T = TypeVar("T")
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


@dataclass
class Running:
    """The program, its address, what it answers to, and the loop of its thread."""

    url: str
    paths: set[str]
    files: SqlSharedFiles
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event

    def wait_for(self, act: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(60)

    def shared(self, lasts: timedelta, mime: str = "image/png") -> str:
        return self.wait_for(self.files.share(b"\x89PNG\r\n", "a.png", mime, lasts))

    def ticket(self, lasts: timedelta) -> str:
        return self.wait_for(self.files.open_ticket(CHAT, lasts))

    def used_ticket(self) -> str:
        token = self.ticket(HOUR)
        self.wait_for(self.files.use_ticket(token, b"1", "a.csv", "text/csv", record))
        return token


@pytest.fixture(scope="module")
def running(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with program_with(databases, tmp_path_factory.mktemp("public")) as it:
        yield it


@contextmanager
def program_with(databases: Databases, folder: Path, zalo_oa: bool = False, **more: str) -> Iterator[Running]:
    """The whole program on a port of its own, in a thread: the tests' client waits for its answers."""
    started = threading.Event()
    made: list[Running] = []

    async def run(database_url: str) -> None:
        stop = asyncio.Event()
        async with SandboxServer(folder / "world", zalo_oa=zalo_oa) as server:
            given = {name.lower(): value for name, value in server.environment(0).items()}
            given |= {"database_url": database_url, "webhook_secret": SECRET, "metrics_token": SECRET}
            given |= dict.fromkeys(
                ("sepay_secret", "payos_checksum_key", "casso_secret", "gpmpay_secret"), SECRET
            )
            chosen = settings_of(given | more)
            chosen = chosen.model_copy(update={"telegram_mode": UpdateMode.WEBHOOK})
            await upgrade(database_url)
            async with build_program(chosen) as program, serve(program) as port:
                await program.dispatcher.emit_startup(bot=program.apps[Channel.TELEGRAM].bot)
                url, loop = f"http://127.0.0.1:{port}", asyncio.get_running_loop()
                made.append(Running(url, paths_of(build_app(program)), program.shared_files, loop, stop))
                started.set()
                await stop.wait()

    with databases.fresh(wanted(), folder) as database_url:
        thread = threading.Thread(target=asyncio.run, args=[run(database_url)])
        thread.start()
        assert started.wait(600)
        yield made[0]
        made[0].loop.call_soon_threadsafe(made[0].stop.set)
        thread.join()


def paths_of(app: web.Application) -> set[str]:
    """What an app answers to; of parameters only that they are there."""
    return {unnamed(one.canonical) for one in app.router.resources()}


def unnamed(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_every_path_is_documented(running: Running) -> None:
    # The router knows the form of a payment by hand as one of what waits.
    documented = {unnamed(path) for path in whole if not re.match(OF_ACCOUNT, path)}
    assert running.paths | {"/desk/payment"} == documented


@pytest.fixture
def url(running: Running) -> str:
    return running.url


@schema.parametrize()
@quickly
def test_answers_are_as_documented(case: Case, url: str) -> None:
    # Zalo tries the address with an empty body, and perhaps without the secret.
    is_try = case.path == ZALO and isinstance(case.body, NotSet)
    case.call_and_validate(base_url=url, checks=as_documented if is_try else None)


def deliver(case: Case, url: str, body: object) -> int:
    """Post `body` with the right proof. Returns the status of an answer that keeps to the document."""
    delivery = SIGN[case.path](body, datetime.now(UTC))
    response = requests.post(url + case.path, data=delivery.raw, headers=delivery.headers, timeout=60)
    case.validate_response(response, checks=as_documented)
    return response.status_code


@pytest.mark.parametrize("path", SIGN)
def test_signed_bodies_as_documented_are_taken(path: str, url: str) -> None:
    @quickly
    @given(schema[path]["POST"].as_strategy())
    def post(case: Case) -> None:
        body = cast(dict[str, Any], case.body)
        listed = path == "/webhooks/casso" and isinstance(body["data"], list)
        # Lists are version 1, which is refused once version 2 has its secret.
        assert deliver(case, url, case.body) == (422 if listed else 200)

    post()


@pytest.mark.parametrize("path", SIGN)
def test_signed_junk_is_answered_as_documented(path: str, url: str) -> None:
    @quickly
    @given(schema[path]["POST"].as_strategy(), st.integers(0, 99), junk)
    def post(case: Case, place: int, value: object) -> None:
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
    def post(case: Case, content: dict[str, Any], place: int, value: object) -> None:
        headers = {SECRETS[TELEGRAM]: secret_of_app(SECRET, Channel.TELEGRAM)}
        for body in (case.body, case.body | spoilt(copy.deepcopy(content), place, value), value):
            response = requests.post(url + TELEGRAM, data=json.dumps(body), headers=headers, timeout=60)
            case.validate_response(response, checks=as_documented)

    post()


def test_events_of_zalo_with_the_secret_are_answered_as_documented(url: str) -> None:
    def send(case: Case, body: object) -> int:
        headers = {SECRETS[ZALO]: secret_of_app(SECRET, Channel.ZALO)}
        response = requests.post(url + ZALO, data=json.dumps(body), headers=headers, timeout=60)
        case.validate_response(response, checks=as_documented)
        return response.status_code

    @quickly
    @given(schema[ZALO]["POST"].as_strategy(), st.integers(0, 99), junk)
    def post(case: Case, place: int, value: object) -> None:
        assert send(case, case.body) == 200
        assert send(case, spoilt(case.body, place, value)) in (200, 400)
        assert send(case, value) in (200, 400)

    post()


@pytest.mark.parametrize("path", [*SIGN, TELEGRAM, ZALO])
def test_bytes_of_any_kind_and_length_are_refused(path: str, url: str) -> None:
    signed = SIGN[path]({}, datetime.now(UTC)).headers if path in SIGN else {}
    app = Channel.TELEGRAM if path == TELEGRAM else Channel.ZALO
    secret = dict.fromkeys(SECRETS.values(), secret_of_app(SECRET, app))
    proofs: tuple[dict[str, str], ...] = (signed | secret, {name: "\xff\xe1" for name in signed | secret}, {})
    limit = 2**20 if path == TELEGRAM else WEBHOOK_LIMIT
    for headers in proofs:
        for raw, more in (
            (b"\xff\xfe", {}),
            (b"[" * 30_000, {}),
            (b'{"a": 1}', {"Content-Type": "text/plain; charset=klingon"}),
            (b"no gzip", {"Content-Encoding": "gzip"}),
            (gzip.compress(b" " * 2**24), {"Content-Encoding": "gzip"}),
            (b" " * (limit + 1), {}),
        ):
            response = requests.post(url + path, data=raw, headers=headers | more, timeout=60)
            assert response.status_code in (400, 401, 403, 413, 422)


def asked(case: Case, url: str, **sent: Any) -> int:
    """Send a request. Returns the status of an answer that keeps to the document."""
    path = case.path.format(**{name: quote(value, safe="") for name, value in case.path_parameters.items()})
    response = requests.request(case.method, url + path, allow_redirects=False, timeout=60, **sent)
    case.validate_response(response, checks=[*as_documented, response_headers_conformance])
    return response.status_code


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_files_known_and_gone_are_answered_as_documented(method: str, running: Running) -> None:
    mimes = ("image/png", "application/octet-stream", "text/html")
    known, over = [running.shared(HOUR, mime) for mime in mimes], running.shared(OVER)
    ticket = running.ticket(HOUR)

    @quickly
    @given(schema[FILE][method].as_strategy(), st.text(st.characters(codec="utf-8"), min_size=1))
    def ask(case: Case, name: str) -> None:
        case.path_parameters["name"] = f"x{name}"
        for token in (*known, over, ticket, known[0][:-1]):
            case.path_parameters["token"] = token
            assert asked(case, running.url) == (200 if token in known else 404)

    ask()


def test_pages_of_uploads_are_answered_as_documented(running: Running) -> None:
    states = {
        running.ticket(HOUR): (200, 200),
        running.used_ticket(): (410, 200),
        running.ticket(OVER): (410, 410),
        running.shared(HOUR): (404, 404),
    }

    @quickly
    @given(schema[UPLOAD]["GET"].as_strategy())
    def ask(case: Case) -> None:
        for token, (plain, done) in states.items():
            case.path_parameters["token"] = token
            assert asked(case, running.url) == plain
            assert asked(case, running.url, params={"done": "1"}) == done

    ask()


@pytest.mark.parametrize(("path", "method"), [(CHECK, "GET"), (CHECK, "POST"), (REPORT, "POST")])
def test_checks_of_instructions_are_answered_as_documented(running: Running, path: str, method: str) -> None:
    @quickly
    @given(schema[path][method].as_strategy())
    def ask(case: Case) -> None:
        assert asked(case, running.url) in (200, 400, 422, 429)

    ask()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_links_of_mails_that_are_none_are_answered_as_documented(running: Running, method: str) -> None:
    @quickly
    @given(schema[MAIL][method].as_strategy())
    def ask(case: Case) -> None:
        assert asked(case, running.url) in (400, 404, 422, 429)

    ask()


def test_uploads_are_answered_as_documented(running: Running) -> None:
    used, over = running.used_ticket(), running.ticket(OVER)
    names = st.sampled_from(["a.csv", "Khách 😀.XLSX", "a.pdf", ""]) | st.text(st.characters(codec="utf-8"))
    contents = st.sampled_from([b"0101243150", b"", b" \r\n", b"%PDF-1.7", b"PK\3\4"]) | st.binary()

    @quickly
    @given(schema[UPLOAD]["POST"].as_strategy(), names, contents)
    def send(case: Case, name: str, content: bytes) -> None:
        for token, statuses in (
            (running.ticket(HOUR), (303, 400, 422)),
            (used, (410,)),
            (over, (410,)),
            ("unknown", (404,)),
        ):
            case.path_parameters["token"] = token
            assert asked(case, running.url, files={"file": (name, content)}) in statuses

    send()


def test_junk_instead_of_a_form_leaves_the_page_usable(running: Running) -> None:
    token = running.ticket(HOUR)
    case = schema[UPLOAD]["POST"].Case(path_parameters={"token": token})
    form = "multipart/form-data; boundary=b"
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    for content_type, raw, status in (
        (form, b"", 400),
        (form, b"\xff\xfe", 400),
        (form, part, 400),
        (form, part + b"1\r\n" + part + b"1\r\n--b--", 400),
        (form, b"--b\r\n" * 100_000, 400),
        (form, b" " * (FORM_LIMIT + 1), 413),
        ("multipart/form-data", part, 400),
        ("text/plain; charset=klingon", part, 400),
        ("\xff\xe1", part, 400),
    ):
        for more in ({}, {"Content-Encoding": "gzip"}):
            headers = {"Content-Type": content_type, **more}
            assert asked(case, running.url, data=raw, headers=headers) == status
    gone = gzip.compress(part + b"0101243150\r\n--b--\r\n")
    headers = {"Content-Type": form, "Content-Encoding": "gzip"}
    assert asked(case, running.url, data=gone, headers=headers) == 400
    assert asked(case, running.url, files={"file": ("a.csv", b"0101243150")}) == 303
