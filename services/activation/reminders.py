"""Reminders of unpaid licences: at most one message an hour for each person, written when it is sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.chats import Channel
from domain.licences import Licence
from domain.messaging.contents import TrialReminderContent
from domain.messaging.pushes import Push, TrialReminder
from domain.orders import Order, OrderLine
from domain.recipients import RecipientMode
from domain.reminders import HOURS, slots
from services.messaging.contents import read_content
from services.messaging.contents.reading import Reading
from services.messaging.push_queue import queue_pushes
from services.operation import Operation
from services.ports import NewJob, RetryLater

REMINDER_JOB = "reminder"


def reminder_jobs(order: Order, line: OrderLine, licence: Licence) -> Iterator[NewJob]:
    """One job for each person to remind (the payer and the accountant) at each stage of this licence that is
    still to come when it is activated. Several licences that remind one person in the same hour share a
    job."""
    assert licence.activated_at is not None
    assert licence.deadline is not None
    for _, slot in slots(licence.deadline):
        if slot < licence.activated_at:
            continue
        for channel, address in _people(order, line):
            push = _push(channel, address, order.accountant_id, slot)
            payload: dict[str, Any] = {
                "channel": channel,
                "address": address,
                "accountant_id": order.accountant_id,
                "slot": slot.isoformat(),
            }
            yield NewJob(REMINDER_JOB, push.key, payload, run_at=slot)


def _people(order: Order, line: OrderLine) -> Iterator[tuple[Channel, str]]:
    yield Channel.CHAT, ""
    if order.recipient is not RecipientMode.ACCOUNTANT:
        if line.notice.email:
            yield Channel.EMAIL, line.notice.email
        if line.notice.sms:
            yield Channel.SMS, line.notice.sms


def _push(channel: Channel, address: str, accountant_id: int, slot: datetime) -> Push:
    key = f"reminder:{channel}:{accountant_id}:{address}:{slot.isoformat()}"
    return Push(key, channel, TrialReminder(slot.isoformat()), accountant_id, address)


class Remind(Operation):
    """Queue one person's reminder if it has something to say. Raises `RetryLater` at night."""

    async def __call__(self, channel: Channel, address: str, accountant_id: int, slot: datetime) -> None:
        now = self.clock.now()
        if wait := HOURS.wait(now):
            raise RetryLater(wait.total_seconds(), "outside the hours for reminders", counts=False)
        push = _push(channel, address, accountant_id, slot)
        async with self.units.read() as uow:
            firm_id = (await uow.people.accountant(accountant_id)).firm_id
            if address and await uow.held.holds_address(firm_id, channel, address):
                return  # Nobody has told this payer yet how to pay.
            content = await read_content(uow, push, Reading(now))
        if isinstance(content, TrialReminderContent):
            # What it says is read again when it leaves.
            async with self.units.write() as uow:
                await queue_pushes(uow, [push], now)
