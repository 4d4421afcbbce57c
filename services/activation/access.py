"""Keeps the vendor in step with each licence: suspends or restores it as its facts require."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.events import Event, Verb
from domain.licences import ActivationStep, Licence
from domain.messaging.pushes import AccessByHand
from services.messaging.push_queue import tell_back_office
from services.operation import Operation
from services.patience import A_DAY
from services.ports import DoneByHand, Lane, NewJob, RetryLater, Turn, UnitOfWork, Vendor, VendorRefused

ACCESS_JOB = "access"

log = logging.getLogger(__name__)


def vendor_order_key(licence_id: int) -> str:
    """The order key of a licence: calls to the vendor about one licence are made one after the other."""
    return f"licence:{licence_id}"


async def queue_access(uow: UnitOfWork, licence_ids: Sequence[int], why: str, now: datetime) -> None:
    """Have these licences looked at again. `why` names the occasion (`transfer:7`), unique for a licence."""
    await uow.jobs.enqueue([access_job(licence_id, why) for licence_id in licence_ids], now)


def access_job(licence_id: int, why: str, run_at: datetime | None = None) -> NewJob:
    """The job that looks at one licence, at once or at `run_at`; `why` as in `queue_access`."""
    return NewJob(
        ACCESS_JOB,
        f"access:{licence_id}:{why}",
        {"licence_id": licence_id},
        run_at=run_at,
        # A job that is due later must not hold back one that is asked for now.
        order_key=None if run_at else vendor_order_key(licence_id),
        lane=Lane.VENDOR,
    )


@dataclass(frozen=True, slots=True)
class SettleAccess(Operation):
    """Suspend or restore one licence, if that is due now. `key` names the occasion.

    `again` means that an earlier try may have reached the vendor without our knowing. The vendor is then told
    the right state, whatever our records say. The licence waits for back office where the vendor has no API,
    refuses, or never answers.
    """

    vendor: Vendor

    async def __call__(self, licence_id: int, key: str, attempts: int, again: bool) -> None:
        now = self.clock.now()
        async with self.units.read() as uow:
            found = await uow.licences.get(licence_id)
            order = await uow.orders.get(found.licence.order_id) if found else None
        if found is None or order is None:
            return
        turn = Turn.of_firm(order.firm_id)
        if found.licence.may_exist and found.licence.cancelled:
            await self._look_for(found.licence, turn, attempts)
            return
        if found.licence.step is not ActivationStep.DONE:
            return
        licence = found.licence
        if not again and not licence.access_due(now):
            if licence.by_hand:
                await self._wait_for_a_hand(licence_id, turn, key)
            return
        restore = licence.usable_at(now)
        try:
            if restore:
                await self.vendor.restore(licence.vendor_id, order.code, f"{key}:restore")
            else:
                await self.vendor.suspend(licence.vendor_id, order.code, f"{key}:suspend")
        except (DoneByHand, VendorRefused):
            await self._wait_for_a_hand(licence_id, turn, key)
            return
        except RetryLater as later:
            raise A_DAY.later(later, attempts) from later
        except Exception as error:
            if attempts < A_DAY.attempts:
                raise
            log.warning("access of licence %s is left to back office: %s", licence_id, type(error).__name__)
            await self._wait_for_a_hand(licence_id, turn, key)
            return
        async with self.units.write(turn) as uow:
            await settle_access(uow, licence_id, suspended=not restore, now=self.clock.now())

    async def _look_for(self, licence: Licence, turn: Turn, attempts: int) -> None:
        """Look whether the vendor created a licence after all. Its activation was given up without an answer
        and its order is cancelled, so it has to be suspended then."""
        try:
            granted = await self.vendor.find(licence.key)
        except RetryLater as later:
            raise A_DAY.later(later, attempts) from later
        if granted is None:
            return
        now = self.clock.now()
        async with self.units.write(turn) as uow:
            found = await uow.licences.get(licence.id)
            assert found is not None
            if found.licence.may_exist and found.licence.cancelled:
                await uow.licences.save(found.licence.activated(granted.vendor_id, granted.login, now))
                await queue_access(uow, [licence.id], "found", now)

    async def _wait_for_a_hand(self, licence_id: int, turn: Turn, occasion: str) -> None:
        """Leave it to back office, unless nothing is left to do (the licence was paid meanwhile). Back office
        is told once an hour for each order and occasion, however many licences wait."""
        now = self.clock.now()
        async with self.units.write(turn) as uow:
            found = await uow.licences.get(licence_id)
            assert found is not None
            due = found.licence.access_due(now)
            await uow.licences.save(replace(found.licence, by_hand=due))
            if due and not found.licence.by_hand:
                order_id = found.licence.order_id
                # The key has the occasion, so that a suspension does not hide a restoration in the same hour.
                why = occasion.removeprefix(access_job(licence_id, "").key)
                key = f"access_by_hand:{order_id}:{why}:{now:%Y-%m-%dT%H}"
                await tell_back_office(uow, key, AccessByHand(order_id), now)


async def settle_access(
    uow: UnitOfWork, licence_id: int, suspended: bool, now: datetime, by: int | None = None
) -> Licence:
    """Record what the vendor grants now. If the facts changed meanwhile, the licence is looked at again."""
    found = await uow.licences.get(licence_id)
    assert found is not None
    licence = found.licence.granting(suspended, now)
    if licence == found.licence:
        return licence
    await uow.licences.save(licence)
    order = await uow.orders.get(licence.order_id)
    assert order is not None
    verb = Verb.LICENCE_SUSPENDED if suspended else Verb.LICENCE_RESTORED
    await uow.events.add(Event(verb, now, by, order.firm_id, order.id, {"position": licence.position}))
    if licence.access_due(now):
        await queue_access(uow, [licence_id], f"again:{now.isoformat()}", now)
    return licence
