"""What the workers do: each name of a job and the service that does it, a lane of them a worker."""

from collections.abc import Mapping
from datetime import datetime

from bot.worker import Handler
from domain.calendar import SendingHours
from domain.pushes import Channel
from services.digests import SendDigest
from services.ports import Clock, Lane, LeasedJob, PushSender, Units
from services.push_queue import DIGEST_JOB, PUSH_JOB
from services.pushes import DeliverPush


def build_handlers(
    units: Units, clock: Clock, senders: Mapping[Channel, PushSender], sms_hours: SendingHours
) -> Mapping[Lane, Mapping[str, Handler]]:
    deliver = DeliverPush(units, clock, senders, sms_hours)
    send_digest = SendDigest(units, clock)

    async def push(job: LeasedJob) -> None:
        await deliver(job.payload["push_key"], job.attempts)

    async def digest(job: LeasedJob) -> None:
        await send_digest(job.payload["accountant_id"], datetime.fromisoformat(job.payload["until"]))

    pushes = {PUSH_JOB: push}
    return {
        Lane.MAIN: {**pushes, DIGEST_JOB: digest},
        Lane.VENDOR: {},
        Lane.CHAT: pushes,
        Lane.MAILING: pushes,
    }
