"""Sweeping: old data is dropped, soon after the start and a few times a day."""

import asyncio
import logging
from datetime import timedelta

from bot.wiring import Program
from domain.retention import KEPT, Kept
from services.housekeeping import DropOldAnswers, DropOldDrafts, DropOldIntakes
from storage.codes import purge_codes
from storage.proofs import purge_proofs
from storage.tallies import purge_tallies

SOON = timedelta(minutes=5)
"""After the start, when people have been answered who waited for it, and after a sweep that failed."""

INTERVAL = timedelta(hours=6)
SETTLED_JOBS_KEPT = KEPT[Kept.JOBS]
CODES_KEPT = KEPT[Kept.CODES]
"""Longer than an order takes to be placed."""

IDLE_DIALOGS_KEPT = KEPT[Kept.DIALOGS]
"""A window that nobody used for longer opens at the menu. Drafts are not lost: they have their own tables."""

log = logging.getLogger(__name__)


async def keep_house(program: Program) -> None:
    """Sweep until cancelled; a sweep that fails is tried again soon."""
    wait = SOON
    while True:
        await asyncio.sleep(wait.total_seconds())
        try:
            await sweep(program)
            wait = INTERVAL
        except Exception:
            log.exception("housekeeping failed")
            wait = SOON


async def sweep(program: Program) -> None:
    """Drop old drafts, lists and answers of the registry, settled jobs, abandoned dialogs, codes put aside,
    counts of limits, proofs, files whose links have expired, sessions of the desk's page, and what the apps
    have kept for too long."""
    now = program.clock.now()
    drafts = await DropOldDrafts(program.database, program.clock)()
    intakes = await DropOldIntakes(program.database, program.clock)()
    answers = await DropOldAnswers(program.database, program.clock)()
    jobs = await program.jobs.purge(SETTLED_JOBS_KEPT)
    dialogs = await program.dialogs.purge(now - IDLE_DIALOGS_KEPT)
    codes = await purge_codes(program.database, now - CODES_KEPT)
    await purge_tallies(program.database, now)
    await purge_proofs(program.database, now)
    files = await program.shared_files.purge(now)
    await program.desk_sessions.purge(now)
    of_apps = [await app.purge(now) for app in program.apps.values()]
    log.info(
        "dropped %s drafts, %s lists, %s answers, %s jobs, %s dialogs, %s codes, %s files; of the apps: %s",
        *(drafts, intakes, answers, jobs, dialogs, codes, files, of_apps),
    )
