"""The program's own web endpoints: health, files behind links, the banks' webhooks, those of the chat apps.

`docs/api/public.yaml` describes them.
"""

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.desk.page import add_desk_routes
from bot.files import add_file_routes
from bot.genuine import add_check_routes
from bot.health import add_health_routes
from bot.mail_page import add_mail_routes
from bot.webhooks import add_bank_webhooks
from bot.wiring import Program
from services.causes import caused_by, new_cause
from services.messaging.mail_stops import OpenMailLink, WishOfMails
from services.money.genuine import CheckInstruction, ReportInstruction
from services.money.transfers import TakeTransfers
from storage.files_on_disk import has_free_space


def build_app(program: Program) -> web.Application:
    """A process that only works serves nothing but its health."""
    app = web.Application(client_max_size=2**20, middlewares=[_with_cause])
    app.on_response_prepare.append(_without_versions)
    add_health_routes(app, program)
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
        add_desk_routes(app, program.operations, program.desk_seats, program.attachments)
    for one in program.apps.values():
        one.add_routes(app)
    return app


@web.middleware
async def _with_cause(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What a post brings about goes back to it."""
    with caused_by(new_cause("web")):
        return await handler(request)


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
