"""Payment instructions that wait until back office lets their firm write to anybody."""

from dataclasses import dataclass

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.payments import PaymentRequest
from domain.people import Accountant, Actor, Right
from services.audit import record
from services.messaging.contents.reading import owner_of
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
    """Firms with instructions that are held, oldest firm first."""

    async def __call__(self, actor: Actor, page: int = 0) -> HeldPage:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            items, total = await uow.held.firms(page * PAGE_SIZE, PAGE_SIZE)
            return HeldPage(tuple(items), total)


class ViewHeld(Operation):
    """What is held of one firm. Raises `DomainError("nothing_held")` where nothing is."""

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
            if await uow.held.firm(firm_id) is None:
                raise DomainError("nothing_held")
            await uow.held.clear(firm_id)
            await record(uow, Verb.FIRM_CLEARED, now, by=actor, firm_id=firm_id)
            return await release(uow, firm_id, self.channels, now)
