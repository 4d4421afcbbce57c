"""The program's own web endpoints: health, files behind links, the banks' webhooks, those of the chat apps.

`docs/api/public.yaml` describes them.
"""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from aiohttp import web

from bot.desk.page import add_desk_routes
from bot.files import add_file_routes
from bot.webhooks import add_bank_webhooks
from bot.wiring import DATABASE, Program
from services.money.transfers import TakeTransfers
from storage.database import AWAY

SOON = timedelta(seconds=5)
"""A job due within this time is only waiting for its turn; one due later is waiting after a failure."""


def build_app(program: Program) -> web.Application:
    """`GET /healthz` counts the work at hand and names what is away; it holds nothing personal. A process
    that only works serves nothing else."""

    async def health(_: web.Request) -> web.Response:
        try:
            return web.json_response({"status": "ok", **await work(), "away": program.away()})
        except AWAY:
            away = {"status": "away", "away": sorted({*program.away(), DATABASE})}
            return web.json_response(away, status=web.HTTPServiceUnavailable.status_code)

    async def work() -> dict[str, int]:
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

    app = web.Application(client_max_size=2**20)
    app.router.add_get("/healthz", health)
    if not program.settings.role.serves:
        return app
    take_transfers = TakeTransfers(program.database, program.clock)
    add_bank_webhooks(app, program.settings, program.clock, take_transfers)
    add_file_routes(app, program.shared_files, program.uploads)
    if program.desk_seats is not None:
        add_desk_routes(app, program.operations.desk, program.desk_seats)
    for one in program.apps.values():
        one.add_routes(app)
    return app


@contextlib.asynccontextmanager
async def serve(program: Program) -> AsyncIterator[int]:
    """Listen while the block runs; gives the port."""
    # Bodies are not decompressed: nobody who posts here compresses, and signatures are of the bytes as sent.
    runner = web.AppRunner(build_app(program), access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, program.settings.web_host, program.settings.web_port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
