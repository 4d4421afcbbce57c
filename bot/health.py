"""Whether the program lives and is ready, and what it measures.

Strangers learn up or down alone. With HEALTH_DETAILS, or with METRICS_TOKEN as bearer token, the answers name
what is away and count the work at hand.
"""

import math
import secrets
from datetime import timedelta
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest

from bot import __version__
from bot.watching import parts_of
from bot.wiring import DATABASE, Program
from services.watching import Figures, ReadFigures
from storage.database import AWAY
from storage.files_on_disk import free_bytes

SOON = timedelta(seconds=5)
"""A job due within this time is only waiting for its turn; one due later is waiting after a failure."""

_AWAY, _FORBIDDEN = web.HTTPServiceUnavailable.status_code, web.HTTPForbidden.status_code


def add_health_routes(app: web.Application, program: Program) -> None:
    """`GET /livez`: this process answers. `/readyz`: it can serve, for which it needs the database alone.
    `/healthz`: the same, with the work at hand. `/metrics`, with METRICS_TOKEN alone: for Prometheus."""
    settings = program.settings
    token = settings.metrics_token.get_secret_value().encode() if settings.metrics_token else b""

    def is_known(request: web.Request) -> bool:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        return bool(token) and secrets.compare_digest(given, b"Bearer " + token)

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(request: web.Request) -> web.Response:
        status = "ok"
        try:
            await program.database.check()
        except AWAY:
            status = "away"
        told: dict[str, Any] = {"status": status}
        if settings.health_details or is_known(request):
            lost = {*program.away(), *([DATABASE] if status == "away" else [])}
            told["parts"] = {name: "away" if name in lost else "ok" for name in sorted(parts_of(program))}
        return web.json_response(told, status=200 if status == "ok" else _AWAY)

    async def health(request: web.Request) -> web.Response:
        if not (settings.health_details or is_known(request)):
            return await ready(request)
        try:
            told = {**await _work(program), "away": program.away()}
            return web.json_response({"status": "ok", **told})
        except AWAY:
            away = sorted({*program.away(), DATABASE})
            return web.json_response({"status": "away", "away": away}, status=_AWAY)

    async def metrics(request: web.Request) -> web.Response:
        if not is_known(request):
            return web.Response(status=_FORBIDDEN)
        body = generate_latest(REGISTRY) + generate_latest(await _measured(program))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/livez", live)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/healthz", health)
    if token:
        app.router.add_get("/metrics", metrics)


async def _work(program: Program) -> dict[str, int]:
    now = program.clock.now()
    # Counted first: an update that is settled has enqueued its jobs before.
    events_due = sum([await one.events_due() for one in program.apps.values()])
    updates = program.updates_running()
    (due, soon), running = await program.jobs.counts(now, now + SOON)
    return {
        "jobs_due": due,
        "jobs_soon_due": soon,
        "jobs_running": running,
        "updates_running": max(updates, program.updates_running()),
        "events_due": events_due,
    }


async def _measured(program: Program) -> CollectorRegistry:
    """What is true now. What the database says is the same whichever process is asked."""
    made = CollectorRegistry()

    def gauge(name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"ktdv_{name}", about, labels, registry=made)

    gauge("info", "The release and the role of this process.", "version", "role").labels(
        __version__, program.settings.role
    ).set(1)
    away, lost = gauge("part_away", "Whether a part of the outside is away.", "part"), set(program.away())
    up = gauge("database_up", "Whether the database can be read.")
    try:
        figures = await ReadFigures(program.database, program.clock)()
        waiting = {app.channel: await app.events_due() for app in program.apps.values()}
    except AWAY:
        lost.add(DATABASE)
    else:
        up.set(1)
        _add_figures(gauge, figures, program)
        updates = gauge("updates_waiting", "Taps and texts that are not answered yet.", "app")
        for channel, count in waiting.items():
            updates.labels(channel).set(count)
    for name in parts_of(program):
        away.labels(name).set(name in lost)
    return made


def _add_figures(gauge: Any, figures: Figures, program: Program) -> None:
    due = gauge("jobs_due", "Jobs that could begin now.", "lane")
    oldest = gauge("job_oldest_seconds", "For how long the next job of a lane waits.", "lane")
    for lane, of_lane in figures.lanes.items():
        due.labels(lane).set(of_lane.due)
        waits = (figures.now - of_lane.since).total_seconds() if of_lane.since else 0.0
        oldest.labels(lane).set(max(0.0, waits))
    gauge("transfers_waiting", "Transfers that a person has to settle.").set(figures.transfers_waiting)
    gauge("month_messages", "Messages of this month.", "app").labels("zalo").set(figures.zalo_sent)
    gauge("month_messages_limit", "Messages that a month carries; 0 without limit.", "app").labels(
        "zalo"
    ).set(program.settings.zalo_month_limit)
    gauge("database_bytes", "How large the database is.").set(figures.database_bytes)
    disk = gauge("disk_free_bytes", "What is free on the disk of a SQLite database; NaN for another one.")
    free = free_bytes(program.settings.database_url)
    disk.set(math.nan if free is None else free)
    alarms = gauge("alarm", "Alarms of which back office was told and that are not over.", "kind", "about")
    for alarm in figures.alarms:
        if alarm.told_at is not None:
            alarms.labels(alarm.kind, alarm.about).set(1)
