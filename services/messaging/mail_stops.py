"""Whoever got a mail reports it or wants no more; they need no account, the link in the mail is enough."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import day_of
from domain.chats import Channel
from domain.errors import DomainError
from domain.messaging.mail_stops import WRONG_LINKS_A_DAY, MailWish, is_silent, is_stopped
from domain.messaging.pushes import DeliveryFailed, MailReported, MailStopped, MonthlyStatementMail, Push
from domain.tallies import Counted, Tally
from services.messaging.push_queue import queue_pushes, tell_back_office
from services.operation import Operation
from services.ports import UnitOfWork

_LINK = re.compile(r"[\w-]{22}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MailLink:
    """The mail behind a link: the firm that caused it, and what its receiver wants so far (`MailStops`)."""

    firm: str
    wish: bool | None


class OpenMailLink(Operation):
    """Who caused the mail with this link; `None` for a link that is none. Raises
    `DomainError("checks_pause")` for a `caller`, an address of the network, that tried too many of those."""

    async def __call__(self, link: str, caller: str) -> MailLink | None:
        async with self.units.write() as uow:
            found = await _linked(uow, link, caller, self.clock.now())
            if found is None:
                return None
            firm = await uow.people.firm(found[1])
            return MailLink(firm.name, await uow.mail_stops.wish(firm.id, found[0].address))


class WishOfMails(Operation):
    """Do as the receiver of the mail with this link wants. The accountant hears it, and back office what is
    reported, each wish once a day. A repeat changes nothing. Returns and raises as
    `OpenMailLink`."""

    async def __call__(self, link: str, wish: MailWish, caller: str) -> MailLink | None:
        now = self.clock.now()
        async with self.units.write() as uow:
            found = await _linked(uow, link, caller, now)
            if found is None:
                return None
            push, firm_id = found
            if wish is MailWish.AGAIN:
                new = await uow.mail_stops.allow(firm_id, push.address)
            else:
                new = await uow.mail_stops.stop(firm_id, push.address, wish.reason is not None, now)
            if new:
                if wish is not MailWish.AGAIN and isinstance(push.subject, MonthlyStatementMail):
                    await uow.monthly_statements.delete(push.subject.statement_id)
                told = MailStopped(f"{link}:{wish}")
                key = f"mail_stopped:{push.accountant_id}:{told.what}:{day_of(now)}"
                await queue_pushes(uow, [Push(key, Channel.CHAT, told, push.accountant_id)], now)
            if wish.reason is not None:
                reported = MailReported(f"{link}:{wish.reason}")
                await tell_back_office(uow, f"mail_reported:{reported.what}:{day_of(now)}", reported, now)
            firm = await uow.people.firm(firm_id)
            return MailLink(firm.name, await uow.mail_stops.wish(firm_id, push.address))


async def is_unwanted(uow: UnitOfWork, push: Push, now: datetime) -> bool:
    """Whether the receiver of a mail does not want it. It is settled then, and the accountant told of what
    they have to tell the receiver themselves."""
    if push.channel is not Channel.EMAIL or not push.address:
        return False
    firm_id = (await uow.people.accountant(push.accountant_id)).firm_id
    if not is_stopped(push.subject, await uow.mail_stops.wish(firm_id, push.address)):
        return False
    if is_silent(push.subject):
        await uow.pushes.mark_dropped(push.key, now)
    elif await uow.pushes.mark_undeliverable(push.key, "unwanted", now):
        failed = DeliveryFailed(push.key)
        told = Push(f"failed:{push.key}", Channel.CHAT, failed, push.accountant_id)
        await queue_pushes(uow, [told], now)
    return True


async def _linked(uow: UnitOfWork, link: str, caller: str, now: datetime) -> tuple[Push, int] | None:
    """The mail with this link, and its firm. Counts the caller's links that are none."""
    push = await uow.mail_stops.linked(link) if _LINK.fullmatch(link) else None
    if push is not None:
        return push, (await uow.people.accountant(push.accountant_id)).firm_id
    wrong = Tally.of_day(Counted.WRONG_MAIL_LINK, caller, now)
    if await uow.tallies.add(wrong, now) > WRONG_LINKS_A_DAY:
        raise DomainError("checks_pause")
    return None
