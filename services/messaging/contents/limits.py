"""Pushes about limits that were reached."""

from datetime import date

from domain.chats import Channel
from domain.messaging.budgets import Bound
from domain.messaging.limit_contents import (
    AnswerRefusedContent,
    AnswerWaitsContent,
    BudgetReachedContent,
    InstructionsHeldContent,
    InstructionsReleasedContent,
    LinkCodeSeenContent,
    MessagesWaitContent,
    ZaloGrantLostContent,
    ZaloMoneyOutContent,
    ZaloPeopleContent,
    ZaloPlanEndsContent,
    ZaloQuotaContent,
    ZaloSilentContent,
)
from domain.messaging.limit_pushes import (
    AnswerRefused,
    AnswerWaits,
    BudgetReached,
    InstructionsHeld,
    InstructionsReleased,
    LinkCodeSeen,
    MessagesWait,
    ZaloGrantLost,
    ZaloMoneyOut,
    ZaloPeopleMet,
    ZaloPlanEnds,
    ZaloQuotaUsed,
    ZaloSilent,
)
from domain.messaging.pushes import Push
from domain.tallies import Counted, Tally
from services.messaging.contents.reading import Readers, Reading
from services.ports import UnitOfWork


async def _quota(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloQuotaContent:
    assert isinstance(push.subject, ZaloQuotaUsed)
    month, _, mark = push.subject.what.partition(":")
    return ZaloQuotaContent(month, int(mark), await uow.sent_messages.in_month(month))


async def _people(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloPeopleContent:
    assert isinstance(push.subject, ZaloPeopleMet)
    limit = int(push.subject.what.partition(":")[0])
    return ZaloPeopleContent(limit, await uow.sent_messages.people())


async def _money_out(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloMoneyOutContent:
    return ZaloMoneyOutContent()


async def _grant(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloGrantLostContent | None:
    grant = await uow.zalo_grants.read()
    return ZaloGrantLostContent() if grant is not None and grant.is_lost else None


async def _plan(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloPlanEndsContent:
    assert isinstance(push.subject, ZaloPlanEnds)
    return ZaloPlanEndsContent(date.fromisoformat(push.subject.what.partition(":")[0]))


async def _answer_waits(uow: UnitOfWork, push: Push, reading: Reading) -> AnswerWaitsContent:
    assert isinstance(push.subject, AnswerWaits)
    return AnswerWaitsContent(push.subject.channel)


async def _answer_refused(uow: UnitOfWork, push: Push, reading: Reading) -> AnswerRefusedContent:
    assert isinstance(push.subject, AnswerRefused)
    return AnswerRefusedContent(push.subject.channel)


async def _silent(uow: UnitOfWork, push: Push, reading: Reading) -> ZaloSilentContent:
    return ZaloSilentContent()


async def _seen(uow: UnitOfWork, push: Push, reading: Reading) -> LinkCodeSeenContent:
    return LinkCodeSeenContent()


async def _held(uow: UnitOfWork, push: Push, reading: Reading) -> InstructionsHeldContent | None:
    assert isinstance(push.subject, InstructionsHeld)
    held = await uow.held.firm(push.subject.firm_id)
    return InstructionsHeldContent(held.firm, held.count) if held and held.count else None


async def _released(uow: UnitOfWork, push: Push, reading: Reading) -> InstructionsReleasedContent:
    assert isinstance(push.subject, InstructionsReleased)
    return InstructionsReleasedContent(int(push.subject.what.partition(":")[0]))


async def _wait(uow: UnitOfWork, push: Push, reading: Reading) -> MessagesWaitContent | None:
    assert isinstance(push.subject, MessagesWait)
    bound, channel, _ = push.subject.what.split(":")
    waiting = (push.accountant_id, Channel(channel), Bound(bound))
    count = await uow.held.count_waiting(*waiting)
    return MessagesWaitContent(waiting[2], waiting[1], count) if count else None


async def _reached(uow: UnitOfWork, push: Push, reading: Reading) -> BudgetReachedContent:
    assert isinstance(push.subject, BudgetReached)
    name, kind, period, number = push.subject.what.split(":")
    bound, channel = Bound(name), Channel(kind)
    if bound is Bound.MONEY:
        tally = Tally.of_period(Counted.SPENT, "", period)
        spent = (await uow.tallies.of([tally]))[tally]
        return BudgetReachedContent(bound, channel, None, spent, period, int(number))
    if bound in (Bound.MONTH, Bound.CODES):
        counted = Counted.SENT_IN_ALL if bound is Bound.MONTH else Counted.PROOFS_SENT
        tally = Tally.of_period(counted, channel, period)
        sent = (await uow.tallies.of([tally]))[tally]
        return BudgetReachedContent(bound, channel, None, sent, period, int(number))
    return BudgetReachedContent(bound, channel, await uow.people.firm(int(number)))


READERS: Readers = {
    ZaloQuotaUsed: _quota,
    ZaloPeopleMet: _people,
    ZaloMoneyOut: _money_out,
    ZaloGrantLost: _grant,
    ZaloPlanEnds: _plan,
    AnswerWaits: _answer_waits,
    AnswerRefused: _answer_refused,
    ZaloSilent: _silent,
    LinkCodeSeen: _seen,
    MessagesWait: _wait,
    BudgetReached: _reached,
    InstructionsHeld: _held,
    InstructionsReleased: _released,
}
