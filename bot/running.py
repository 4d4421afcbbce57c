"""One run of the program: migrate, connect, serve, listen."""

import asyncio
import contextlib
import gc
import logging
from functools import partial

from bot import __version__
from bot.backing_up import back_up_nightly, keep_before
from bot.housekeeping import keep_house
from bot.leading import lead
from bot.settings import Settings
from bot.watching import keep_watch
from bot.web import serve
from bot.wiring import Program, build_program, run_workers, system_clock
from storage.migrate import upgrade
from storage.one_process import PATIENCE, alone

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Serve until cancelled. Jobs and updates under way are finished first; a kill leaves them to the next
    start."""
    url = settings.database_url
    async with alone(url, PATIENCE), contextlib.AsyncExitStack() as stack:
        before = partial(keep_before, settings, system_clock(settings).now())
        await upgrade(url, release=__version__, before=before)
        program = await stack.enter_async_context(build_program(settings))
        port = await stack.enter_async_context(serve(program))
        log.info("ready for %s, web on %s:%s", settings.role, settings.web_host, port)
        # A full collection would walk everything loaded by now, and everyone would wait for it.
        gc.freeze()
        working = asyncio.create_task(_work(program)) if settings.role.works else None
        bots = [app.bot for app in program.apps.values()]
        try:
            # All bots start together, because starting the same dispatcher twice is an error.
            await program.dispatcher.emit_startup(bots=bots, bot=bots[-1])
            async with asyncio.TaskGroup() as running:
                for app in program.apps.values():
                    running.create_task(app.run(settings.role.works))
                if working is not None:
                    running.create_task(_unless_it_dies(working))
        finally:
            if working is not None:
                working.cancel()
                await working


async def _unless_it_dies(working: asyncio.Task[None]) -> None:
    """Raise what ends the work. It goes on when this is cancelled."""
    await asyncio.shield(working)


async def _work(program: Program) -> None:
    """Run jobs, and sweep and back up if no other process does, until cancelled; jobs under way are finished
    first."""
    led = {"housekeeping": keep_house, "watching": keep_watch}
    if program.settings.backup_folder is not None:
        led["backups"] = back_up_nightly
    async with asyncio.TaskGroup() as running:
        tasks = [
            running.create_task(lead(program.holds, name, partial(act, program))) for name, act in led.items()
        ]
        try:
            await run_workers(program)
        finally:
            for task in tasks:
                task.cancel()
