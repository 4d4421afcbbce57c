"""Pushes: stored once by key, with their subject and outcome."""

from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from sqlalchemy import update

from domain.chats import Channel
from domain.messaging.kinds import KINDS, PushSubject
from domain.messaging.pushes import (
    ActivationResult,
    ChatLinked,
    DailyDigest,
    DeliveryFailed,
    OrderPlacedNotice,
    PaymentInstruction,
    Push,
    PushState,
    RollCall,
    StaffJoined,
    TrialReminder,
)
from domain.people import Role
from domain.transfers import Provider
from services.ports import Notice, OfAnotherRelease, UnitOfWork
from storage.database import Database
from storage.tables.messaging import pushes
from tests.storage.conftest import LATER, Office, open_office
from tests.storage.test_payments import request
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.support.rows import rows_of

MAIL = "a@b.vn"


def one_of_kind(kind: Callable[..., PushSubject]) -> PushSubject:
    return kind(1)


def notice(office: Office, key: str, subject: PushSubject | None = None) -> Push:
    return Push(key, Channel.CHAT, subject or StaffJoined(1), office.owner.id)


def mail(office: Office, key: str, subject: PushSubject | None = None) -> Push:
    return replace(notice(office, key, subject), channel=Channel.EMAIL, address=MAIL)


async def colleague_of(office: Office) -> Office:
    """The same firm, with a colleague as its accountant."""
    async with office.database.write() as uow:
        staff = await uow.people.add_accountant(office.firm.id, Role.STAFF, "B", "+84914444444", "", NOW)
    return replace(office, owner=staff)


async def keys(uow: UnitOfWork, office: Office, unread: bool = False) -> list[str]:
    """The notices' keys, newest first."""
    found, count = await uow.pushes.notices(office.owner.id, 0, 100)
    assert count == len(found)
    return [notice.push.key for notice in found if not (unread and notice.read)]


@pytest.mark.parametrize("subject", KINDS.values(), ids=lambda subject: subject.__name__)
async def test_a_push_comes_back_with_its_subject(office: Office, subject: type) -> None:
    samples: dict[object, object] = {int: 12, str: "2026-06-15T05:00:00+00:00", Channel: Channel.ZALO}
    samples[Provider] = Provider.CASSO
    about = samples[fields(subject)[0].type]
    push = mail(office, "key", subject(about))
    async with office.database.write() as uow:
        await uow.pushes.add_many([push], NOW)
        assert await uow.pushes.get("key") == push
        assert await uow.pushes.get("other") is None


async def test_what_only_another_release_can_word_is_left_to_it(either: Database) -> None:
    office = await open_office(either)
    many = [notice(office, "told"), notice(office, "held"), mail(office, "failed")]
    async with either.write() as uow:
        await uow.pushes.add_many([*many, *(replace(one, key=f"{one.key} too") for one in many)], NOW)
        for key in ("held", "held too"):
            await uow.pushes.mark_held(key, NOW)
        for key in ("failed", "failed too"):
            await uow.pushes.mark_undeliverable(key, "no", NOW)
    async with either.writing() as connection:
        strange = update(pushes).where(pushes.c.key.in_([one.key for one in many]))
        await connection.execute(strange.values(kind="of_another_release"))
    async with either.write() as uow:
        for one in many:
            with pytest.raises(OfAnotherRelease):
                await uow.pushes.get(one.key)
        assert await keys(uow, office) == ["held too", "told too"]
        held, failed = (
            await uow.pushes.held_of(office.owner.id, 9),
            await uow.pushes.failures_untold(office.owner.id, 9),
        )
        assert [(push.key, count) for (push,), count in (held, failed)] == [
            ("held too", 1),
            ("failed too", 1),
        ]
        await uow.pushes.release_held(await uow.pushes.ids_of_held(office.owner.id), None, NOW)
        await uow.pushes.mark_failures_told(await uow.pushes.ids_of_untold(office.owner.id))
    rows = {row["key"]: row for row in await rows_of(either, "pushes")}
    assert rows["held"]["state"] == PushState.HELD
    assert not rows["failed"]["failure_told"]


async def test_a_known_key_is_ignored(either: Database) -> None:
    office = await open_office(either)
    push = notice(office, "key", OrderPlacedNotice(1))
    again = replace(push, subject=OrderPlacedNotice(2))
    new = replace(push, key="new")
    async with either.write() as uow:
        await uow.pushes.add_many([push], NOW)
        await uow.pushes.mark_sent("key", Channel.TELEGRAM, "4711", NOW)
        await uow.pushes.add_many([again, new, replace(new, subject=StaffJoined(1))], LATER)
        assert await uow.pushes.get("key") == replace(
            push, state=PushState.SENT, message_ref="4711", sent_on=Channel.TELEGRAM
        )
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


async def test_what_a_live_message_shows_is_kept(office: Office) -> None:
    async with office.database.write() as uow:
        await uow.pushes.add_many([notice(office, "key"), notice(office, "other")], NOW)
        assert await uow.pushes.shown("key") == ""
        await uow.pushes.mark_shown("key", "digest")
        assert await uow.pushes.shown("key") == "digest"
        assert await uow.pushes.shown("other") == await uow.pushes.shown("none") == ""


async def test_the_latest_push_about_something_is_this_persons(office: Office) -> None:
    colleague = await colleague_of(office)
    async with office.database.write() as uow:
        many = [
            notice(office, "old", RollCall(1)),
            notice(office, "new", RollCall(1)),
            notice(office, "another order", RollCall(2)),
            notice(office, "another kind", OrderPlacedNotice(1)),
            notice(colleague, "theirs", RollCall(1)),
            mail(office, "to a payer", RollCall(1)),
        ]
        await uow.pushes.add_many(many, NOW)
        assert await uow.pushes.latest_about(RollCall(1), office.owner.id) == many[1]
        assert await uow.pushes.latest_about(RollCall(1), colleague.owner.id) == many[4]
        assert await uow.pushes.latest_about(RollCall(12), office.owner.id) is None
        assert await uow.pushes.count_about(RollCall(1)) == 4
        assert await uow.pushes.count_about(RollCall(12)) == 0


async def test_failures_are_told_once(either: Database) -> None:
    office = await open_office(either)
    colleague = await colleague_of(office)
    async with either.write() as uow:
        failed = [mail(office, f"failed-{number}") for number in range(3)]
        late, blocked = mail(office, "late"), notice(office, "blocked chat")
        theirs = mail(colleague, "theirs")
        await uow.pushes.add_many([*failed, late, blocked, theirs, mail(office, "on its way")], NOW)
        for push in (*failed, blocked, theirs):
            await uow.pushes.mark_undeliverable(push.key, "gone", NOW)
        gone = [replace(push, state=PushState.UNDELIVERABLE, error="gone") for push in (*failed, late)]
        assert await uow.pushes.failures_untold(office.owner.id, 2) == (gone[:2], 3)
        told = await uow.pushes.ids_of_untold(office.owner.id)
        # It failed at the same moment, by a clock that is behind perhaps, but was not told of.
        assert await uow.pushes.mark_undeliverable("late", "gone", NOW)
        await uow.pushes.mark_failures_told(told)
        assert await uow.pushes.failures_untold(office.owner.id, 2) == (gone[3:], 1)
        await uow.pushes.mark_failures_told(await uow.pushes.ids_of_untold(office.owner.id))
        assert await uow.pushes.failures_untold(office.owner.id, 2) == ([], 0)
        assert (await uow.pushes.failures_untold(colleague.owner.id, 2))[1] == 1


async def test_a_push_is_settled_once(either: Database) -> None:
    """Two processes may have sent it: a stopped one goes on where it was."""
    office = await open_office(either)
    async with either.write() as uow:
        await uow.pushes.add_many([mail(office, "a")], NOW)
        await uow.pushes.mark_sent("a", Channel.EMAIL, "7", NOW)
        assert not await uow.pushes.mark_undeliverable("a", "gone", LATER)
        await uow.pushes.mark_dropped("a", LATER)
        await uow.pushes.mark_held("a", LATER)
        sent = await uow.pushes.get("a")
    assert sent is not None
    assert (sent.state, sent.error, sent.message_ref) == (PushState.SENT, "", "7")


async def test_what_is_held_waits_for_the_digest(office: Office) -> None:
    colleague = await colleague_of(office)
    async with office.database.write() as uow:
        early = [notice(office, f"early-{number}") for number in range(3)]
        late, theirs = notice(office, "late"), notice(colleague, "theirs")
        await uow.pushes.add_many([*early, late, theirs, notice(office, "comes at once")], NOW)
        for push in (*early, theirs):
            await uow.pushes.mark_held(push.key, NOW)
        told = await uow.pushes.ids_of_held(office.owner.id)
        await uow.pushes.mark_held(late.key, NOW)
        held = [replace(push, state=PushState.HELD) for push in (*early, late)]
        assert await uow.pushes.held_of(office.owner.id, 2) == (held[:2], 4)
        await uow.pushes.release_held(told, Channel.ZALO, LATER)
        assert await uow.pushes.get(early[0].key) == replace(
            early[0], state=PushState.SENT, sent_on=Channel.ZALO
        )
        assert await uow.pushes.held_of(office.owner.id, 2) == (held[3:], 1)
        assert await uow.pushes.held_of(colleague.owner.id, 2) == ([replace(theirs, state=PushState.HELD)], 1)


async def test_notices_are_what_a_person_was_told(either: Database) -> None:
    office = await open_office(either)
    colleague = await colleague_of(office)
    async with either.write() as uow:
        told = [notice(office, f"told-{number}", ActivationResult(number)) for number in range(3)]
        await uow.pushes.add_many([*told, mail(office, "mail"), notice(colleague, "theirs")], NOW)
        live = [
            notice(office, name, one_of_kind(subject))
            for name, subject in KINDS.items()
            if not subject.kind.notice
        ]
        await uow.pushes.add_many([*live, notice(office, "dropped")], NOW)
        await uow.pushes.mark_dropped("dropped", NOW)
        found, count = await uow.pushes.notices(office.owner.id, 1, 1)
        assert count == 3
        assert found == [Notice(found[0].id, told[1], NOW, read=False)]
        assert await uow.pushes.notice(office.owner.id, found[0].id) == found[0]
        assert await uow.pushes.notice(colleague.owner.id, found[0].id) is None
        assert await keys(uow, office) == ["told-2", "told-1", "told-0"]
        assert await uow.pushes.unread(office.owner.id) == 3

        await uow.pushes.mark_read(colleague.owner.id, found[0].id, LATER)
        assert await uow.pushes.unread(office.owner.id) == 3
        await uow.pushes.mark_read(office.owner.id, found[0].id, LATER)
        assert await keys(uow, office, unread=True) == ["told-2", "told-0"]
        assert await uow.pushes.unread(office.owner.id) == 2

        assert await uow.pushes.mark_some_read(office.owner.id, 1, LATER) == 1
        while await uow.pushes.mark_some_read(office.owner.id, 1, LATER):
            pass
        assert await keys(uow, office, unread=True) == []
        assert await uow.pushes.unread(office.owner.id) == 0
        assert len(await keys(uow, office)) == 3
        assert await uow.pushes.unread(colleague.owner.id) == 1


async def test_a_message_is_read_by_its_receiver(office: Office) -> None:
    colleague = await colleague_of(office)
    async with office.database.write() as uow:
        await uow.pushes.add_many([notice(office, "a"), notice(office, "b"), notice(colleague, "c")], NOW)
        for key, message_ref in {"a": "1", "b": "2", "c": "1"}.items():
            await uow.pushes.mark_sent(key, Channel.TELEGRAM, message_ref, NOW)
        await uow.pushes.mark_message_read(office.owner.id, Channel.TELEGRAM, "1", LATER)
        await uow.pushes.mark_message_read(office.owner.id, Channel.TELEGRAM, "77", LATER)
        # The other app numbers its messages separately.
        await uow.pushes.mark_message_read(office.owner.id, Channel.ZALO, "2", LATER)
        assert await keys(uow, office, unread=True) == ["b"]
        assert await keys(uow, colleague, unread=True) == ["c"]


async def test_what_waits_behind_a_message_may_leave_with_it(either: Database) -> None:
    office = await open_office(either)
    colleague = await colleague_of(office)
    about = OrderPlacedNotice(1)
    async with either.write() as uow:
        many = [notice(office, key, about) for key in ("before", "front", "first", "second", "third", "sent")]
        others = [notice(office, "unasked"), notice(colleague, "theirs", about), mail(office, "mail", about)]
        others.append(notice(office, "linked", ChatLinked(Channel.ZALO)))
        others.append(notice(office, "by the clock", DailyDigest("2026")))
        await uow.pushes.add_many([*many, *others], NOW)
        await uow.pushes.mark_sent("sent", Channel.ZALO, "1", NOW)
        await uow.pushes.mark_attempted("first")
        found = await uow.pushes.waiting_behind(many[1], 2)
        assert found == [replace(many[2], attempted=True), many[3]]
        assert [push.key for push in await uow.pushes.waiting_behind(many[1], 9)] == [
            "first",
            "second",
            "third",
        ]


async def test_when_somebody_was_last_sent_what_they_had_not_asked_for(either: Database) -> None:
    office = await open_office(either)
    colleague = await colleague_of(office)
    me, between = office.owner.id, NOW + (LATER - NOW) / 2
    async with either.write() as uow:
        await uow.pushes.add_many([notice(office, key) for key in ("early", "late", "on telegram")], NOW)
        await uow.pushes.add_many(
            [notice(office, "answer", OrderPlacedNotice(1)), notice(colleague, "x")], NOW
        )
        await uow.pushes.mark_sent("early", Channel.ZALO, "1", NOW)
        assert await uow.pushes.last_unasked(me, Channel.ZALO, NOW) == NOW
        assert await uow.pushes.last_unasked(me, Channel.ZALO, between) is None
        await uow.pushes.mark_sent("late", Channel.ZALO, "2", between)
        for key, channel in {
            "on telegram": Channel.TELEGRAM,
            "answer": Channel.ZALO,
            "x": Channel.ZALO,
        }.items():
            await uow.pushes.mark_sent(key, channel, "3", LATER)
        assert await uow.pushes.last_unasked(me, Channel.ZALO, NOW) == between
        assert await uow.pushes.last_unasked(me, Channel.TELEGRAM, NOW) == LATER


async def test_messages_to_others_are_counted_by_order(office: Office) -> None:
    first = await office.order(await office.draft(), "KTAAAAAA")
    second = await office.order(await office.draft(), "KTBBBBBB")
    codes = ("KTCCCCCC", "KTDDDDDD")
    pushes = [Push("placed", Channel.CHAT, OrderPlacedNotice(first.id), office.owner.id)]
    for code in codes:
        subject = PaymentInstruction(code)
        pushes.append(Push(f"{code}:e", Channel.EMAIL, subject, office.owner.id, "a@b.vn"))
        pushes.append(Push(f"{code}:s", Channel.SMS, subject, office.owner.id, "+84911111111"))
    to_accountant = PaymentInstruction("KTEEEEEE")
    pushes.append(Push("t", Channel.CHAT, to_accountant, office.owner.id))
    async with office.database.write() as uow:
        await uow.payments.add_many([request(first, code) for code in codes])
        await uow.payments.add_many([request(second, "KTEEEEEE")])
        await uow.pushes.add_many(pushes, NOW)
        assert await uow.pushes.count_to_recipients(first.id) == 4
        assert await uow.pushes.count_to_recipients(second.id) == 0


async def test_instructions_are_out_that_arrived_or_may_have(either: Database) -> None:
    office = await open_office(either)
    first, second = [await office.order(await office.draft(), code) for code in ("KTAAAAAA", "KTBBBBBB")]
    about = PaymentInstruction("KTCCCCCC")
    to = {key: mail(office, key, about) for key in ("queued", "under way", "sent", "gone", "dropped")}
    to_chat = notice(office, "to the chat", about)
    async with either.write() as uow:
        await uow.payments.add_many([request(first, about.payment_code), request(second, "KTDDDDDD")])
        other = mail(office, "of another order", PaymentInstruction("KTDDDDDD"))
        await uow.pushes.add_many([*to.values(), to_chat, other], NOW)
        for key in ("under way", "gone"):
            await uow.pushes.mark_attempted(key)
        for key in ("sent", to_chat.key, other.key):
            await uow.pushes.mark_sent(key, Channel.EMAIL, "", LATER)
        await uow.pushes.mark_undeliverable("gone", "no such address", LATER)
        await uow.pushes.mark_dropped("dropped", LATER)
        out = await uow.pushes.instructions_out(first.id)
    assert [push.key for push in out] == ["under way", "sent"]


async def test_a_person_is_forgotten_in_messages_sent_and_waiting(either: Database) -> None:
    office = await open_office(either)
    other = await open_office(either, "B", "0300000000")
    reminder = f"reminder:email:{office.owner.id}:{MAIL}:slot"
    failed = f"failed:{reminder}"
    theirs = mail(other, "theirs")
    near = replace(mail(office, f"reminder:email:1:x{MAIL}:slot"), address=f"x{MAIL}")
    async with either.write() as uow:
        told = notice(office, failed, DeliveryFailed(reminder))
        await uow.pushes.add_many(
            [mail(office, reminder, TrialReminder("slot")), told, mail(office, "waiting"), theirs, near], NOW
        )
        await uow.pushes.mark_undeliverable(reminder, f"550 <{MAIL}> unknown", NOW)
        await uow.pushes.mark_sent(failed, Channel.TELEGRAM, "7", NOW)
        await uow.pushes.forget_person(office.firm.id, 17, [MAIL, ""], LATER)
        hidden = reminder.replace(MAIL, "#17.1")
        assert await uow.pushes.get(hidden) == replace(
            mail(office, hidden, TrialReminder("slot")), address="#17.1", state=PushState.UNDELIVERABLE
        )
        kept = await uow.pushes.get(f"failed:{hidden}")
        assert kept is not None
        assert kept.subject == DeliveryFailed(hidden)
        dropped = await uow.pushes.get("waiting")
        assert dropped is not None
        assert (dropped.address, dropped.state) == ("#17.1", PushState.DROPPED)
        assert await uow.pushes.get("theirs") == theirs
        assert await uow.pushes.get(near.key) == near
        assert await uow.pushes.get(reminder) is None
