"""Pushes: stored once by key, with what they are about and what became of them."""

from dataclasses import replace

import pytest

from domain.pushes import (
    Channel,
    DeliveryFailed,
    OrderPlacedNotice,
    PaymentInstruction,
    Push,
    PushState,
    PushSubject,
    StaffJoined,
)
from storage.database import Database
from tests.storage.conftest import LATER, NOW, Office, open_office
from tests.storage.test_payments import request


@pytest.mark.parametrize(
    "subject",
    [OrderPlacedNotice(12), PaymentInstruction("KTAAAAAA"), DeliveryFailed("payment:KT:sms"), StaffJoined(3)],
)
async def test_a_push_comes_back_with_its_subject(office: Office, subject: PushSubject) -> None:
    push = Push("key", Channel.EMAIL, subject, office.owner.id, "a@b.vn")
    async with office.database.write() as uow:
        await uow.pushes.add_many([push], NOW)
        assert await uow.pushes.get("key") == push
        assert await uow.pushes.get("other") is None


async def test_a_known_key_is_ignored(either: Database) -> None:
    office = await open_office(either)
    push = Push("key", Channel.TELEGRAM, OrderPlacedNotice(1), office.owner.id)
    again = replace(push, subject=OrderPlacedNotice(2))
    new = replace(push, key="new")
    async with either.write() as uow:
        await uow.pushes.add_many([push], NOW)
        await uow.pushes.mark_sent("key", NOW)
        await uow.pushes.add_many([again, new, replace(new, subject=StaffJoined(1))], LATER)
        assert await uow.pushes.get("key") == replace(push, state=PushState.SENT)
        assert await uow.pushes.get("new") == new


async def test_the_way_of_a_push(office: Office) -> None:
    push = Push("key", Channel.SMS, StaffJoined(1), office.owner.id, "+84911111111")
    other = replace(push, key="other")
    async with office.database.write() as uow:
        await uow.pushes.add_many([push, other], NOW)
        await uow.pushes.mark_attempted("key")
        assert await uow.pushes.get("key") == replace(push, attempted=True)
        await uow.pushes.mark_not_delivered("key")
        assert await uow.pushes.get("key") == push
        await uow.pushes.mark_attempted("key")
        await uow.pushes.mark_undeliverable("key", "no such number", LATER)
        gone = replace(push, attempted=True, state=PushState.UNDELIVERABLE, error="no such number")
        assert await uow.pushes.get("key") == gone
        assert await uow.pushes.get("other") == other


async def test_messages_to_others_are_counted_by_order(office: Office) -> None:
    first = await office.order(await office.draft(), "KTAAAAAA")
    second = await office.order(await office.draft(), "KTBBBBBB")
    codes = ("KTCCCCCC", "KTDDDDDD")
    pushes = [Push("placed", Channel.TELEGRAM, OrderPlacedNotice(first.id), office.owner.id)]
    for code in codes:
        subject = PaymentInstruction(code)
        pushes.append(Push(f"{code}:e", Channel.EMAIL, subject, office.owner.id, "a@b.vn"))
        pushes.append(Push(f"{code}:s", Channel.SMS, subject, office.owner.id, "+84911111111"))
    to_accountant = PaymentInstruction("KTEEEEEE")
    pushes.append(Push("t", Channel.TELEGRAM, to_accountant, office.owner.id))
    async with office.database.write() as uow:
        await uow.payments.add_many([request(first, code) for code in codes])
        await uow.payments.add_many([request(second, "KTEEEEEE")])
        await uow.pushes.add_many(pushes, NOW)
        assert await uow.pushes.count_to_recipients(first.id) == 4
        assert await uow.pushes.count_to_recipients(second.id) == 0
