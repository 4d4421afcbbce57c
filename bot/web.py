"""The program's own web endpoints: health, and Telegram's webhook where that is chosen."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bot.settings import UpdateMode
from bot.wiring import Program

WEBHOOK_PATH = "/telegram/webhook"

SOON = timedelta(seconds=5)
"""A job due within this time waits for a pace, not for a repair."""


def build_app(program: Program) -> web.Application:
    """`GET /healthz` counts the work at hand; it holds nothing personal."""

    async def health(_: web.Request) -> web.Response:
        now = program.clock.now()
        return web.json_response(
            {
                "status": "ok",
                "jobs_due": await program.count_due(now),
                "jobs_soon_due": await program.count_due(now + SOON),
                "jobs_running": sum(worker.running for worker in program.workers),
                "updates_running": program.updates_running(),
            }
        )

    app = web.Application(client_max_size=2**20)
    app.router.add_get("/healthz", health)
    if program.settings.telegram_mode is UpdateMode.WEBHOOK:
        assert program.settings.webhook_secret is not None
        # Telegram is answered only after the update was handled: a crash before that brings it again.
        SimpleRequestHandler(
            program.dispatcher,
            program.bot,
            handle_in_background=False,
            secret_token=program.settings.webhook_secret.get_secret_value(),
        ).register(app, WEBHOOK_PATH)
    return app


@contextlib.asynccontextmanager
async def serve(program: Program) -> AsyncIterator[int]:
    """Listen while the block runs; gives the port."""
    runner = web.AppRunner(build_app(program), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, program.settings.web_host, program.settings.web_port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
