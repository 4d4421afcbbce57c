"""Counts and logs each update and each job, under the name of what it goes back to."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.exceptions import TelegramForbiddenError
from aiogram_dialog.api.exceptions import UnknownState

from bot.measures import JOBS, UPDATE_SECONDS, UPDATES
from bot.sources import Source
from bot.tracing import span
from services.causes import CAUSE, caused_by
from services.ports import Clock, Job, JobHandler, Lane, OfAnotherRelease, RetryLater
from storage.inbox import AlreadySettled, WaitingUpdate

log = logging.getLogger(__name__)


@contextmanager
def update_step(source: Source, one: WaitingUpdate, clock: Clock) -> Iterator[None]:
    """Around the handling of an update. What the task does afterwards goes back to it, too."""
    app = source.name.lower()
    CAUSE.set(f"{app}-{one.id}")
    begun, outcome = time.perf_counter(), "answered"
    try:
        with span(f"update {app}"):
            yield
    except AlreadySettled:
        outcome = "answered_elsewhere"
        raise
    except UnknownState:
        outcome = "of_another_release"
        raise
    except TelegramForbiddenError:
        outcome = "blocked"
        raise
    except BaseException as error:
        is_away = isinstance(error, Exception) and source.is_away(error)
        outcome = "app_away" if is_away else "failed" if isinstance(error, Exception) else "cut_off"
        raise
    finally:
        UPDATES.labels(app, outcome).inc()
        if outcome == "answered":
            UPDATE_SECONDS.labels(app).observe(max(0.0, (clock.now() - one.received_at).total_seconds()))
        log.info("update of %s: %s, %.3f s", source.name, outcome, time.perf_counter() - begun)


def cause_of(job: Job) -> str:
    return job.cause or f"job-{job.id}"


async def do_job(lane: Lane, job: Job, handler: JobHandler) -> None:
    """Do a job; raises what it raises."""
    begun, outcome = time.perf_counter(), "failed"
    try:
        with caused_by(cause_of(job)), span(f"job {job.name}"):
            await handler(job)
        outcome = "done"
    except RetryLater:
        outcome = "later"
        raise
    except OfAnotherRelease:
        outcome = "of_another_release"
        raise
    finally:
        JOBS.labels(lane, job.name, outcome).inc()
        log.debug("job %s %s: %s, %.3f s", job.name, job.id, outcome, time.perf_counter() - begun)
