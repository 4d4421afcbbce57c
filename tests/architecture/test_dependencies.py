"""What the bot runs on: named in the lock, licensed, and audited where advisories can be had."""

import ast
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import packages_distributions
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from requirements.audit import AWAY, audit
from requirements.licences import licences, table
from requirements.locks import pins

ROOT = Path(__file__).parents[2]
BOT = ("domain", "services", "texts", "storage", "gateways", "dialogs", "bot")


def imported(room: str) -> set[str]:
    """First names of all modules that this room imports."""
    found = set()
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found - {*sys.stdlib_module_names, *BOT, "sandbox"}


OPTIONAL = {"sentry_sdk": "sentry-sdk", "opentelemetry": "opentelemetry-exporter-otlp-proto-http"}
"""What `bot/tracing.py` imports where a setting asks for it, and the package of the extra `watch` for it."""


def test_what_is_optional_is_in_a_lock_of_its_own() -> None:
    watch, run = pins("watch"), pins("run")
    assert imported("bot") & set(OPTIONAL) == set(OPTIONAL)
    assert run.items() < watch.items()
    assert set(OPTIONAL.values()) <= watch.keys() - run.keys() - pins("sandbox").keys()


@pytest.mark.parametrize(("rooms", "lock"), [(BOT, "run"), (("sandbox",), "sandbox")])
def test_a_lock_has_what_its_program_imports(rooms: tuple[str, ...], lock: str) -> None:
    distributions = packages_distributions()
    pinned = set(pins(lock))
    modules = set().union(*map(imported, rooms)) - set(OPTIONAL)
    assert len(modules) > 3
    lacking = {
        module
        for module in modules
        if not pinned & {name.lower().replace("_", "-") for name in distributions[module]}
    }
    assert lacking == set()


def test_the_bot_brings_nothing_that_only_the_sandbox_or_the_tests_need() -> None:
    run, sandbox, dev = pins("run"), pins("sandbox"), pins("dev")
    assert run.items() < sandbox.items() < dev.items()
    assert {"aiosmtpd", "jsonschema", "pyyaml"} <= sandbox.keys() - run.keys()
    assert {"requests", "urllib3", "napas-qr-python", "pytest"} <= dev.keys() - sandbox.keys()


def test_the_licences_are_those_of_the_lock() -> None:
    assert (ROOT / "docs/licences.md").read_text("utf-8") == table(), "run `make licences`"


def test_no_licence_asks_for_the_bot_s_own_code() -> None:
    strict = {name: said for name, said in licences().items() if "GPL" in said.replace("LGPL", "")}
    assert strict == {}


class Advisories(BaseHTTPRequestHandler):
    """As osv.dev answers. It knows one of `planted` 1.0."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        known = [each["package"]["name"] == "planted" and each["version"] == "1.0" for each in asked]
        self._answer(
            {"results": [{"vulns": [{"id": "OSV-1", "modified": MOMENT}]} if it else {} for it in known]}
        )

    def do_GET(self) -> None:
        self._answer({"id": "OSV-1", "modified": MOMENT, "summary": "Planted", "affected": []})

    def _answer(self, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


MOMENT = "2026-01-01T00:00:00Z"


@pytest.fixture
def advisories() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Advisories) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index with two packages and nothing else."""
    for name in ("planted", "clean"):
        with zipfile.ZipFile(tmp_path / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            info = f"{name}-1.0.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
    for name in [each for each in os.environ if each.startswith("UV_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.usefixtures("packages")
def test_a_known_advisory_is_told(advisories: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert audit({"planted": "1.0", "clean": "1.0"}, ["--service-url", advisories]) == 1
    told = capfd.readouterr().out
    assert "planted 1.0" in told
    assert "OSV-1: Planted" in told


@pytest.mark.usefixtures("packages")
def test_what_nobody_warns_of_passes(advisories: str) -> None:
    assert audit({"clean": "1.0"}, ["--service-url", advisories]) == 0


@pytest.mark.usefixtures("packages")
def test_advisories_that_cannot_be_had_are_no_pass(capfd: pytest.CaptureFixture[str]) -> None:
    assert audit({"clean": "1.0"}, ["--service-url", "http://127.0.0.1:1/"]) == AWAY
    assert "NOT audited" in capfd.readouterr().err
