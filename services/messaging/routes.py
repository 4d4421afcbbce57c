"""The ways to a person: their chats, in the order that messages try them, and at last their mail."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from domain.chats import Channel
from domain.messaging.pushes import ChatLinked, Push
from domain.people import Accountant, Role
from services.ports import Chat, UnitOfWork

SHARE = 6
"""Tries of a route that keeps failing, about five minutes of them, before the next one has its turn."""


@dataclass(frozen=True, slots=True)
class Route:
    """A channel, and the address there."""

    channel: Channel
    address: str


async def chats_in_order(uow: UnitOfWork, accountant_id: int) -> Sequence[Chat]:
    """The chat that this person chose, else the one used last, and then their others."""
    chosen = (await uow.preferences.get(accountant_id)).channel
    chats = await uow.chats.of_accountant(accountant_id)
    return sorted(chats, key=lambda chat: chat.channel is not chosen)


async def routes_of(
    uow: UnitOfWork, push: Push, channels: Container[Channel], by_mail: bool
) -> Sequence[Route]:
    """Where a push may go, `channels` being open, the first choice first; empty for nowhere.

    What is told to a person's chat is mailed at last, if `by_mail`. That a chat was linked is told anywhere
    but there. What staff that was removed would be told of their orders is told to the owner.
    """
    if push.address:
        return [Route(push.channel, push.address)]
    person = await _receiver(uow, push.accountant_id)
    if person is None:
        return []
    told_of = push.subject.channel if isinstance(push.subject, ChatLinked) else None
    routes = [
        Route(chat.channel, chat.external_id)
        for chat in await chats_in_order(uow, person.id)
        if chat.channel in channels and chat.channel is not told_of
    ]
    if by_mail and person.email:
        routes.append(Route(Channel.EMAIL, person.email))
    return routes


def in_turn(routes: Sequence[Route], attempts: int) -> Sequence[Route]:
    """The same routes, beginning with the one whose turn it is at this try: each has its share, and all that
    are left are the last one's."""
    start = min((attempts - 1) // SHARE, len(routes) - 1) if routes else 0
    return [*routes[start:], *routes[:start]]


async def _receiver(uow: UnitOfWork, accountant_id: int) -> Accountant | None:
    person = await uow.people.accountant(accountant_id)
    if person.active:
        return person
    staff = await uow.people.staff_of(person.firm_id)
    return next((one for one in staff if one.role is Role.OWNER), None)
