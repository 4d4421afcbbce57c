"""The program's own web endpoints: health, files behind links, the banks' webhooks, those of the chat apps.

`docs/api/public.yaml` describes them.
"""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.desk.page import add_desk_routes
from bot.files import add_file_routes
from bot.genuine import add_check_routes
from bot.mail_page import add_mail_routes
from bot.webhooks import add_bank_webhooks
from bot.wiring import DATABASE, Program
from services.messaging.mail_stops import OpenMailLink, WishOfMails
from services.money.genuine import CheckInstruction, ReportInstruction
from services.money.transfers import TakeTransfers
from storage.database import AWAY
from storage.files_on_disk import has_free_space

SOON = timedelta(seconds=5)
"""A job due within this time is only waiting for its turn; one due later is waiting after a failure."""


def build_app(program: Program) -> web.Application:
    """`GET /healthz` says whether the program is up. With HEALTH_DETAILS it also counts the work at hand and
    names what is away. A process that only works serves nothing else."""
    details = program.settings.health_details

    async def health(_: web.Request) -> web.Response:
        try:
            told = {**await work(), "away": program.away()} if details else await alive()
            return web.json_response({"status": "ok", **told})
        except AWAY:
            told = {"away": sorted({*program.away(), DATABASE})} if details else {}
            status = web.HTTPServiceUnavailable.status_code
            return web.json_response({"status": "away", **told}, status=status)

    async def alive() -> dict[str, Any]:
        await program.database.check()
        return {}

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
    app.on_response_prepare.append(_without_versions)
    app.router.add_get("/healthz", health)
    if not program.settings.role.serves:
        return app
    take_transfers = TakeTransfers(program.database, program.clock)
    add_bank_webhooks(app, program.settings, program.clock, take_transfers)
    least = program.settings.min_free_mb * 2**20
    has_room = partial(has_free_space, program.settings.database_url, least)
    add_file_routes(app, program.shared_files, program.uploads, has_room)
    add_check_routes(
        app,
        urlsplit(program.settings.address("")).path if program.settings.public_url else "",
        program.settings.support_contact,
        CheckInstruction(program.database, program.clock),
        ReportInstruction(program.database, program.clock),
    )
    given = program.database, program.clock
    add_mail_routes(app, program.settings.support_contact, OpenMailLink(*given), WishOfMails(*given))
    if program.desk_seats is not None:
        add_desk_routes(app, program.operations, program.desk_seats)
    for one in program.apps.values():
        one.add_routes(app)
    return app


async def _without_versions(_: web.Request, response: web.StreamResponse) -> None:
    """Do not tell strangers of which versions the server is."""
    response.headers.pop("Server", None)


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
