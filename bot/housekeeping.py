"""Sweeping: old data is dropped, at the start and a few times a day."""

import asyncio
import logging
from datetime import timedelta

from bot.wiring import Program
from services.housekeeping import DropOldAnswers, DropOldDrafts, DropOldIntakes

INTERVAL = timedelta(hours=6)
SETTLED_JOBS_KEPT = timedelta(days=30)
IDLE_DIALOGS_KEPT = timedelta(days=60)
"""A window that nobody used for longer opens at the menu. Drafts are not lost: they have their own tables."""

EVENTS_KEPT = timedelta(days=3)
"""How long a handled event of Zalo is remembered. Zalo does not deliver one again after such a time."""

MENUS_KEPT = timedelta(days=30)
"""How long the codes of a pushed message work, unless a newer message takes their letter."""

log = logging.getLogger(__name__)


async def keep_house(program: Program) -> None:
    """Sweep until cancelled; a sweep that fails is tried again at the next round."""
    while True:
        try:
            await sweep(program)
        except Exception:
            log.exception("housekeeping failed")
        await asyncio.sleep(INTERVAL.total_seconds())


async def sweep(program: Program) -> None:
    """Drop old drafts, lists and answers of the registry, settled jobs, abandoned dialogs, files whose links
    have expired, and old events and menus of Zalo."""
    now = program.clock.now()
    drafts = await DropOldDrafts(program.database, program.clock)()
    intakes = await DropOldIntakes(program.database, program.clock)()
    answers = await DropOldAnswers(program.database, program.clock)()
    jobs = sum([await worker.queue.purge(now - SETTLED_JOBS_KEPT) for worker in program.workers])
    dialogs = await program.dialogs.purge(now - IDLE_DIALOGS_KEPT)
    files = await program.shared_files.purge(now)
    events = menus = 0
    if program.zalo is not None:
        events = await program.zalo.events.purge(now - EVENTS_KEPT)
        menus = await program.zalo.ways.chats.purge(now - MENUS_KEPT)
    log.info(
        "dropped %s drafts, %s lists, %s answers, %s jobs, %s dialog states, %s files, %s events, %s menus",
        *(drafts, intakes, answers, jobs, dialogs, files, events, menus),
    )
