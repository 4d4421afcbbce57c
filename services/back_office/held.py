"""What is held of firms or waits for another day, until back office lets it go."""

from dataclasses import dataclass

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.payments import PaymentRequest
from domain.people import Accountant, Actor, Right
from services.audit import record
from services.messaging.budgets import for_firm
from services.messaging.contents.reading import owner_of
from services.messaging.push_queue import send_at
from services.money.held import release
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import Turn
from services.ports.held import HeldFirm

SHOWN = 5
"""How many recipients a card names."""


@dataclass(frozen=True, slots=True)
class HeldPage:
    items: tuple[HeldFirm, ...]
    total: int


@dataclass(frozen=True, slots=True)
class HeldView:
    """A firm whose instructions are held: its owner, and the first requests."""

    held: HeldFirm
    owner: Accountant
    first: tuple[PaymentRequest, ...]


class ListHeld(Operation):
    """Firms of which something is held or waits, oldest firm first."""

    async def __call__(self, actor: Actor, page: int = 0) -> HeldPage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            items, total = await uow.held.firms(page * PAGE_SIZE, PAGE_SIZE)
            return HeldPage(tuple(items), total)


class ViewHeld(Operation):
    """What is held of one firm, or waits. Raises `DomainError("nothing_held")` where nothing is."""

    async def __call__(self, actor: Actor, firm_id: int) -> HeldView:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            held = await uow.held.firm(firm_id) if firm_id <= LARGEST_ID else None
            if held is None:
                raise DomainError("nothing_held")
            codes = await uow.held.codes_of(firm_id, SHOWN)
            first = await uow.payments.get_many(codes)
            return HeldView(held, await owner_of(uow, firm_id), tuple(first.values()))


@dataclass(frozen=True, slots=True)
class ReleaseHeld(Operation):
    """Send what is held of a firm, and let it write to anybody from now on. Returns to how many it goes.
    Raises `DomainError("nothing_held")` where nothing is held."""

    channels: tuple[Channel, ...]
    """How customers and other recipients are reached."""

    async def __call__(self, actor: Actor, firm_id: int) -> int:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        if firm_id > LARGEST_ID:
            raise DomainError("nothing_held")
        async with self.units.write(Turn.of_firm(firm_id)) as uow:
            if not await uow.held.codes_of(firm_id, 1):
                raise DomainError("nothing_held")
            await uow.held.clear(firm_id)
            await record(uow, Verb.FIRM_CLEARED, now, by=actor, firm_id=firm_id)
            return await release(uow, firm_id, self.channels, now)


class ReleaseWaiting(Operation):
    """Let the day of a firm begin anew: its messages that wait for tomorrow leave now, but for those of which
    their addresses had enough. Returns how many are tried. Raises `DomainError("nothing_held")` where
    nothing waits."""

    async def __call__(self, actor: Actor, firm_id: int) -> int:
        actor.require(Right.RUN_BACK_OFFICE)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(min(firm_id, LARGEST_ID))) as uow:
            waiting = await uow.held.waiting_of_firm(firm_id) if firm_id <= LARGEST_ID else ()
            if not waiting:
                raise DomainError("nothing_held")
            tallies = [for_firm(channel, firm_id, now) for channel in {push.channel for push in waiting}]
            for tally, used in (await uow.tallies.of(tallies)).items():
                await uow.tallies.add(tally, now, -used)
            for push in waiting:
                await send_at(uow, push, now, now)
            await record(uow, Verb.MESSAGES_RELEASED, now, by=actor, firm_id=firm_id, count=len(waiting))
            return len(waiting)
