"""Whether the program lives and is ready, to strangers and to who may know more; and what it measures."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from bot.web import serve
from bot.wiring import Program
from domain.alarms import AlarmKind
from services.operations import build_operations
from services.ports import Lane, NewJob
from tests.support.builders import CHANNELS, PAYEE, add_customers, placed_order, register_owner
from tests.support.clock import FixedClock
from tests.support.watched import still_program
from tests.support.workbooks import JsonWorkbooks
from tests.support.working import Working

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-twenty-one"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
STRANGERS = [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Authorization": "Bearer é"}]


@pytest.fixture
async def program(tmp_path: Path, database_url: str) -> AsyncIterator[Program]:
    async with still_program(tmp_path, database_url, metrics_token=TOKEN, health_details=False) as built:
        yield built


class Asked:
    """The program's web, asked over a real connection."""

    def __init__(self, port: int, http: aiohttp.ClientSession) -> None:
        self._url, self._http = f"http://127.0.0.1:{port}", http

    async def get(self, path: str, headers: Mapping[str, str] = KNOWN) -> tuple[int, str]:
        async with self._http.get(self._url + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def json(self, path: str, headers: Mapping[str, str] = KNOWN) -> tuple[int, Any]:
        status, text = await self.get(path, headers)
        return status, json.loads(text)


@pytest.fixture
async def web(program: Program) -> AsyncIterator[Asked]:
    async with serve(program) as port, aiohttp.ClientSession() as http:
        yield Asked(port, http)


@pytest.mark.parametrize("headers", STRANGERS)
async def test_strangers_learn_up_or_down_alone(web: Asked, headers: dict[str, str]) -> None:
    for path in ("/livez", "/readyz", "/healthz"):
        assert await web.json(path, headers) == (200, {"status": "ok"})
    assert await web.get("/metrics", headers) == (403, "")


async def test_a_part_that_is_away_is_named_and_no_red_light(program: Program, web: Asked) -> None:
    assert (await web.json("/readyz"))[1]["parts"]["zalo"] == "ok"
    for _ in range(3):
        program.presences["zalo"].lost("out of reach")
    status, told = await web.json("/readyz")
    assert (status, told["status"]) == (200, "ok")
    assert {name for name, how in told["parts"].items() if how == "away"} == {"zalo"}
    assert (await web.json("/healthz"))[1]["away"] == ["zalo"]
    assert await web.json("/readyz", {}) == (200, {"status": "ok"})


async def test_without_its_database_it_lives_and_is_not_ready(
    program: Program, web: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    await away(program, monkeypatch)
    assert await web.json("/livez") == (200, {"status": "ok"})
    assert await web.json("/readyz", {}) == (503, {"status": "away"})
    status, told = await web.json("/readyz")
    assert (status, told["status"], told["parts"]["database"]) == (503, "away", "away")
    assert await web.json("/healthz") == (503, {"status": "away", "away": ["database"]})
    status, text = await web.get("/metrics")
    assert status == 200
    assert "ktdv_database_up 0.0" in text
    assert 'ktdv_part_away{part="database"} 1.0' in text


async def away(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no transaction begin, as where the file or the server is gone."""

    def reading() -> Any:
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr(program.database, "reading", reading)


async def samples(web: Asked) -> dict[str, list[tuple[dict[str, str], float]]]:
    _, text = await web.get("/metrics")
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found.setdefault(one.name, []).append((one.labels, one.value))
        found.setdefault(family.name, [])
        if family.type == "counter":
            found.setdefault(f"{family.name}_total", [])
        if family.type == "histogram":
            found.setdefault(f"{family.name}_bucket", [])
    return found


async def test_work_at_hand_is_measured(program: Program, web: Asked) -> None:
    async with program.database.write() as uow:
        later = program.clock.now().replace(year=2100)
        jobs = [NewJob("push", "one", {}, lane=Lane.CHAT), NewJob("push", "two", {}, later, lane=Lane.CHAT)]
        await uow.jobs.enqueue(jobs, program.clock.now())
    found = await samples(web)
    assert ({"lane": "chat"}, 1.0) in found["ktdv_jobs_due"]
    assert found["ktdv_transfers_waiting"] == [({}, 0.0)]
    assert found["ktdv_month_messages_limit"] == [({"app": "zalo"}, 3000.0)]
    ((_, size),) = found["ktdv_database_bytes"]
    assert size > 100_000
    assert found["ktdv_database_up"] == [({}, 1.0)]
    assert {labels["part"] for labels, _ in found["ktdv_part_away"]} >= {
        "database",
        "smtp",
        "telegram",
        "zalo",
    }


async def test_pushes_and_jobs_count_and_no_label_is_about_a_person(program: Program, web: Asked) -> None:
    database, clock = program.database, program.clock
    # Who registers here proves nothing.
    operations = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks())
    owner = await register_owner(operations, name="Trần Thị Riêng Tư")
    customers = await add_customers(operations, owner, 2)
    order = await placed_order(operations, owner, customers)
    await Working(database, FixedClock(program.clock.now())).work()
    found = await samples(web)
    assert any(
        labels == {"kind": "payment_instruction", "channel": "email", "outcome": "sent"} and value >= 2
        for labels, value in found["ktdv_pushes_total"]
    )
    assert any(
        labels["lane"] == "main" and labels["outcome"] == "done" for labels, _ in found["ktdv_jobs_total"]
    )
    personal = re.compile(rf"Riêng|{order.code}|@|\+?84\d|\d{{7}}|owner-1")
    assert not [
        (name, labels)
        for name, them in found.items()
        for labels, _ in them
        if any(personal.search(value) for value in labels.values())
    ]


def labels_of(name: str, found: Mapping[str, list[tuple[dict[str, str], float]]]) -> set[str]:
    """The labels of a figure, also where nothing was counted yet."""
    shown = {label for labels, _ in found[name] for label in labels}
    return shown | set(getattr(REGISTRY._names_to_collectors.get(name), "_labelnames", ()))


def expressions() -> list[tuple[str, str]]:
    """Every question to Prometheus in the files for operators."""
    dashboard = json.loads((ROOT / "deploy/grafana/ktdv-bot.json").read_text("utf-8"))
    panels = [(one["title"], target["expr"]) for one in dashboard["panels"] for target in one["targets"]]
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))["groups"]
    return panels + [(rule["alert"], rule["expr"]) for group in rules for rule in group["rules"]]


async def test_dashboard_and_alerts_ask_for_what_is_measured(program: Program, web: Asked) -> None:
    # So that each label has a value.
    program.presences["zalo"].lost("out of reach")
    now = program.clock.now()
    async with program.database.write() as uow:
        alarm = await uow.alarms.begin(AlarmKind.DISK, "disk", now)
        await uow.alarms.mark_told(alarm.id, now)
        await uow.jobs.enqueue([NewJob("push", "one", {}, lane=Lane.CHAT)], now)
    found = await samples(web)
    for title, expression in expressions():
        names = re.findall(r"\bktdv_\w+", expression)
        assert names or "up{" in expression or "process_" in expression, title
        assert [name for name in names if name not in found] == [], title
        labels = {label for name in names for label in labels_of(name, found)}
        asked = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", expression)
        for listed in re.findall(r"\bby \(([^)]*)\)", expression):
            asked += re.split(r",\s*", listed)
        assert set(asked) <= labels | {"job", "instance", "le"}, title
        assert expression.count("(") == expression.count(")"), title


def test_the_files_for_operators_are_whole() -> None:
    dashboard = json.loads((ROOT / "deploy/grafana/ktdv-bot.json").read_text("utf-8"))
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids) > 15
    assert {"title", "uid", "schemaVersion", "templating"} <= dashboard.keys()
    page = (ROOT / "docs/operating/troubles.md").read_text("utf-8")
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", line[3:].lower()).replace(" ", "-")
        for line in page.splitlines()
        if line[:3] == "## "
    }
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
            assert rule["labels"]["severity"] in ("page", "ticket")
            path, _, anchor = rule["annotations"]["page"].partition("#")
            assert path == "docs/operating/troubles.md"
            assert anchor in anchors, rule["alert"]
    scraped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    assert scraped["rule_files"] == ["alerts.yml"]
