"""What each push says, read from the database at the moment it leaves."""

from domain.push_contents import PushContent
from domain.pushes import Push
from services.ports import UnitOfWork
from services.push_contents import (
    activations,
    claims,
    digests,
    orders,
    payments,
    people,
    reminders,
    transfers,
)
from services.push_contents.reading import Readers, Reading


async def read_content(uow: UnitOfWork, push: Push, reading: Reading) -> PushContent | None:
    """What `push` says; `None` when there is nothing left to say."""
    return await READERS[type(push.subject)](uow, push, reading)


READERS: Readers = {
    **activations.READERS,
    **claims.READERS,
    **digests.readers(read_content),
    **orders.READERS,
    **payments.READERS,
    **people.READERS,
    **reminders.READERS,
    **transfers.READERS,
}
