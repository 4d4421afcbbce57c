"""What is told to OpenTelemetry and Sentry, by receivers on this machine: no text of an error, no value."""

import gzip
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bot.settings import SettingsError
from bot.told_outside import told_outside
from bot.tracing import span
from services.causes import caused_by
from tests.support.settings import settings_of

REQUIRED = {
    "telegram_token": "123456789:AAEhBP0av28FrnMQuxw",
    "mail_from": "don@vendor.vn",
    "bank_bin": "970436",
    "bank_account": "0011001234567",
    "bank_holder": "CONG TY",
}
SECRET = "Nguyễn Thị Bí Mật"


class Receiver(BaseHTTPRequestHandler):
    """Takes whatever is posted."""

    got: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        packed = self.headers.get("Content-Encoding") == "gzip"
        self.got.append((self.path, gzip.decompress(body) if packed else body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.got.clear()
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def failing() -> Iterator[None]:
    with suppress(ValueError), caused_by("telegram-7"), span("update telegram"):
        yield
        raise ValueError(SECRET)


def test_a_span_has_its_name_and_cause_and_of_an_error_the_type(receiver: str) -> None:
    settings = settings_of({**REQUIRED, "otel_exporter_otlp_endpoint": f"http://{receiver}"})
    with told_outside(settings), failing():
        """It is sent when the program ends, at the latest."""
    with failing():
        """Nothing is sent any more."""
    ((path, body),) = Receiver.got
    (sent,) = ExportTraceServiceRequest.FromString(body).resource_spans
    (told,) = sent.scope_spans[0].spans
    assert (path, told.name, told.status.message) == ("/v1/traces", "update telegram", "ValueError")
    assert {one.key: one.value.string_value for one in told.attributes} == {"cause": "telegram-7"}
    assert SECRET.encode() not in body


def test_an_error_of_the_log_comes_without_what_it_is_about(receiver: str) -> None:
    log = logging.getLogger("bot")
    with told_outside(settings_of({**REQUIRED, "sentry_dsn": f"http://key@{receiver}/1"})):
        with caused_by("zalo-9"):
            try:
                raise ValueError(SECRET)
            except ValueError:
                secret = SECRET
                log.exception("the order of %s failed", secret)
        log.warning("a warning stays here")
    log.error("nothing is sent any more")
    ((path, body),) = Receiver.got
    event = json.loads(body.splitlines()[-1])
    (error,) = event["exception"]["values"]
    assert path == "/api/1/envelope/"
    assert (error["type"], error["value"]) == ("ValueError", "")
    assert event["logentry"] == {"message": "the order of %s failed"}
    assert event["tags"] == {"cause": "zalo-9"}
    assert SECRET not in json.dumps(event, ensure_ascii=False)


def test_without_their_packages_the_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentry_sdk", None)
    settings = settings_of({**REQUIRED, "sentry_dsn": "http://key@127.0.0.1/1"})
    with pytest.raises(SettingsError, match=r"requirements/watch\.txt"), told_outside(settings):
        pass


def test_both_are_off_by_default(receiver: str) -> None:
    with told_outside(settings_of(REQUIRED)), failing():
        assert span("one") is span("other")
    assert not Receiver.got
