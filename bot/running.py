"""One run of the program: migrate, connect, serve, listen."""

import asyncio
import gc
import logging
from functools import partial

from bot.housekeeping import keep_house
from bot.leading import lead
from bot.settings import Settings
from bot.watching import keep_watch
from bot.web import serve
from bot.wiring import Program, build_program, run_workers
from storage.migrate import upgrade

log = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Serve until cancelled. Jobs and updates under way are finished first; a kill leaves them to the next
    start."""
    await upgrade(settings.database_url)
    async with build_program(settings) as program, serve(program) as port:
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
    """Run jobs, and sweep if no other process does, until cancelled; jobs under way are finished first."""
    async with asyncio.TaskGroup() as both:
        housekeeping = both.create_task(lead(program.holds, "housekeeping", partial(keep_house, program)))
        watching = both.create_task(lead(program.holds, "watching", partial(keep_watch, program)))
        try:
            await run_workers(program)
        finally:
            housekeeping.cancel()
            watching.cancel()
