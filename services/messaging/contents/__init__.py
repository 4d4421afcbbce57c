"""What each push says, read from the database at the moment it leaves."""

from domain.messaging.contents import PushContent
from domain.messaging.pushes import Push
from services.messaging.contents import (
    activations,
    claims,
    digests,
    orders,
    payments,
    people,
    reminders,
    transfers,
)
from services.messaging.contents.reading import Readers, Reading
from services.ports import UnitOfWork


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
