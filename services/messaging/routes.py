"""The routes to a person: first the chats, in the order that messages try them, then the mailbox."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.chats import Channel
from domain.messaging.pushes import (
    AnswerRefused,
    AnswerWaits,
    ChatLinked,
    PaymentCard,
    PaymentInstruction,
    PaymentReceipt,
    Push,
    RecoveryCodeMade,
)
from domain.people import Accountant, Role
from services.ports import Chat, UnitOfWork

NUMBER_WAIT = timedelta(minutes=1)
"""How long an instruction waits for the account number of its request; then it goes without."""

SHARE = 6
"""How often a failing route is tried, about five minutes in all, before the next one."""


@dataclass(frozen=True, slots=True)
class Route:
    """A channel and an address on it. With a `template_id`, a template message of Zalo goes to a phone.
    `cost` is what a message costs there, in VND, as far as that was asked."""

    channel: Channel
    address: str
    template_id: str = ""
    cost: int = field(default=0, compare=False)


async def chats_in_order(uow: UnitOfWork, accountant_id: int) -> Sequence[Chat]:
    """All chats of this person: first the chosen one, if any; the others by last use."""
    chosen = (await uow.preferences.get(accountant_id)).channel
    chats = await uow.chats.of_accountant(accountant_id)
    return sorted(chats, key=lambda chat: chat.channel is not chosen)


async def goes_to(uow: UnitOfWork, accountant_id: int, channel: Channel) -> bool:
    """Whether messages to this person go to their chat in this app."""
    return any(chat.channel is channel for chat in (await chats_in_order(uow, accountant_id))[:1])


async def routes_of(
    uow: UnitOfWork, push: Push, channels: Container[Channel], by_mail: bool
) -> Sequence[Route]:
    """The routes of a push over the open `channels`, first choice first; empty where it can go nowhere.

    With `by_mail`, a push to a person's chat ends at the person's mailbox. `ChatLinked`, `AnswerWaits`
    and `AnswerRefused` never go to the app that they tell of, and `RecoveryCodeMade` to the
    mailbox first: the chat was lost. A push to staff who were removed goes to the owner of the firm.
    """
    if push.address:
        return [Route(push.channel, push.address)]
    person = await _receiver(uow, push.accountant_id)
    if person is None:
        return []
    of_an_app = isinstance(push.subject, ChatLinked | AnswerWaits | AnswerRefused)
    told_of = push.subject.about if of_an_app else None
    routes = [
        Route(chat.channel, chat.external_id)
        for chat in await chats_in_order(uow, person.id)
        if chat.channel in channels and chat.channel is not told_of
    ]
    if by_mail and person.email:
        routes.append(Route(Channel.EMAIL, person.email))
    return routes[::-1] if isinstance(push.subject, RecoveryCodeMade) else routes


def in_turn(routes: Sequence[Route], attempts: int) -> Sequence[Route]:
    """The routes, beginning with the one for this try: each gets `SHARE` tries, the last one all that
    remain."""
    start = min((attempts - 1) // SHARE, len(routes) - 1) if routes else 0
    return [*routes[start:], *routes[:start]]


async def _receiver(uow: UnitOfWork, accountant_id: int) -> Accountant | None:
    person = await uow.people.accountant(accountant_id)
    if person.active:
        return person
    staff = await uow.people.staff_of(person.firm_id)
    return next((one for one in staff if one.role is Role.OWNER), None)


async def waits_for_number(uow: UnitOfWork, push: Push, now: datetime) -> bool:
    """Whether the push says how to pay, and the request's own account number may come yet."""
    match push.subject:
        case PaymentInstruction(code) | PaymentCard(code):
            return await uow.payments.waits_for_number(code, now - NUMBER_WAIT)
    return False


async def next_channel(uow: UnitOfWork, push: Push, channels: Container[Channel]) -> Push | None:
    """For a receipt whose mail has failed, a push of it by SMS; else `None`."""
    if not isinstance(push.subject, PaymentReceipt) or push.channel is not Channel.EMAIL:
        return None
    share = await uow.transfers.share(push.subject.share_id)
    payment = await uow.payments.get(share.share.code) if share else None
    if payment is None or not payment.notice.sms or Channel.SMS not in channels:
        return None
    key = push.key.removesuffix(Channel.EMAIL) + Channel.SMS
    return Push(key, Channel.SMS, push.subject, push.accountant_id, payment.notice.sms)
