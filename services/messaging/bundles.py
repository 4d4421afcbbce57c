"""Which pushes may leave together, and how a channel sends them so."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import takewhile

from domain.messaging.pushes import PaymentCard, Push
from services.ports import AlbumSender, BundleSender, PushSender, UnitOfWork

MOST_TOGETHER = 5
"""How many messages become one at most."""

ALBUM = 10
"""How many cards one album has at most."""

Together = Callable[..., Awaitable[str | None]]
"""`BundleSender.send_together`, or `AlbumSender.send_album`."""


async def waiting_with(uow: UnitOfWork, push: Push, sender: PushSender | None) -> Sequence[Push]:
    """What waits behind `push` for the same chat and may leave with it. Their jobs come after the one of
    `push`, so none of them is under way."""
    if push.address or not push.subject.kind.bundled:
        return ()
    if isinstance(sender, BundleSender):
        return await uow.pushes.waiting_behind(push, MOST_TOGETHER - 1)
    if isinstance(sender, AlbumSender) and isinstance(push.subject, PaymentCard):
        waiting = await uow.pushes.waiting_behind(push, ALBUM - 1)
        return list(takewhile(lambda one: isinstance(one.subject, PaymentCard), waiting))
    return ()


def way_together(sender: PushSender) -> Together | None:
    """How `sender` sends several at once, if it does."""
    if isinstance(sender, BundleSender):
        return sender.send_together
    return sender.send_album if isinstance(sender, AlbumSender) else None
