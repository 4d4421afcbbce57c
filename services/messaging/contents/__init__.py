"""What each push says and where its notice leads, read from the database when it is asked for.

Each module holds the kinds of one subject. `READERS` say what a push says; `TARGETS` look up where the notice
leads, for the kinds that do not declare it.
"""

from domain.messaging.contents import PushContent
from domain.messaging.pushes import Push
from domain.messaging.targets import Target
from services.messaging.contents import (
    activations,
    alarms,
    claims,
    digests,
    house,
    invoices,
    limits,
    orders,
    payments,
    people,
    refunds,
    reminders,
    reports,
    sign_offs,
    statements,
    transfers,
)
from services.messaging.contents.reading import Readers, Reading, Targets
from services.ports import UnitOfWork


async def read_content(uow: UnitOfWork, push: Push, reading: Reading) -> PushContent | None:
    """What `push` says; `None` when there is nothing left to say."""
    return await READERS[type(push.subject)](uow, push, reading)


async def target_of(uow: UnitOfWork, push: Push) -> Target:
    """Where the receiver of `push` finds what it is about."""
    target = push.subject.target or await TARGETS[type(push.subject)](uow, push)
    return await target_of(uow, target) if isinstance(target, Push) else target


READERS: Readers = {
    **activations.READERS,
    **alarms.READERS,
    **claims.READERS,
    **digests.readers(read_content),
    **house.READERS,
    **invoices.READERS,
    **limits.READERS,
    **orders.READERS,
    **payments.READERS,
    **people.READERS,
    **refunds.READERS,
    **reminders.READERS,
    **reports.READERS,
    **sign_offs.READERS,
    **statements.READERS,
    **transfers.READERS,
}

TARGETS: Targets = {
    **activations.TARGETS,
    **claims.TARGETS,
    **invoices.TARGETS,
    **orders.TARGETS,
    **payments.TARGETS,
    **refunds.TARGETS,
    **reminders.TARGETS,
    **transfers.TARGETS,
}
