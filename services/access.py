"""What the vendor has been made to grant follows what each licence's facts ask: suspend or restore."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.events import Event, Verb
from domain.licences import Licence
from services.operation import Operation
from services.ports import DoneByHand, Lane, NewJob, RetryLater, UnitOfWork, Vendor
from services.pushes import backoff

ACCESS_JOB = "access"


def vendor_order_key(licence_id: int) -> str:
    """Calls to the vendor about one licence are made one after the other."""
    return f"licence:{licence_id}"


async def queue_access(
    uow: UnitOfWork, licence_ids: Sequence[int], why: str, now: datetime, run_at: datetime | None = None
) -> None:
    """Look at these licences again, now or at `run_at`. `why` tells this occasion from all others of the
    same licence (`deadline`, `transfer:7`)."""
    await uow.jobs.enqueue(
        [
            NewJob(
                ACCESS_JOB,
                f"access:{licence_id}:{why}",
                {"licence_id": licence_id},
                run_at=run_at,
                # What is due later must not hold back what is asked now.
                order_key=None if run_at else vendor_order_key(licence_id),
                lane=Lane.VENDOR,
            )
            for licence_id in licence_ids
        ],
        now,
    )


@dataclass(frozen=True, slots=True)
class SettleAccess(Operation):
    """Suspend or restore one licence, if that is due now. `key` is the occasion's idempotency key.

    Where the vendor has no API the licence waits for back office.
    """

    vendor: Vendor

    async def __call__(self, licence_id: int, key: str, attempts: int) -> None:
        now = self.clock.now()
        async with self.units.read() as uow:
            found = await uow.licences.get(licence_id)
        if found is None or not found.licence.access_due(now):
            return
        licence = found.licence
        restore = licence.suspended
        try:
            call = self.vendor.restore if restore else self.vendor.suspend
            await call(licence.vendor_id, key)
        except DoneByHand:
            await self._wait_for_a_hand(licence_id)
            return
        except RetryLater as later:
            patience = (
                max(later.seconds, backoff(attempts).total_seconds()) if later.counts else later.seconds
            )
            raise RetryLater(patience, str(later), later.counts) from later
        async with self.units.write() as uow:
            await settle_access(uow, licence_id, suspended=not restore, now=self.clock.now())

    async def _wait_for_a_hand(self, licence_id: int) -> None:
        async with self.units.write() as uow:
            found = await uow.licences.get(licence_id)
            if found is not None and found.licence.access_due(self.clock.now()):
                await uow.licences.save(replace(found.licence, by_hand=True))


async def settle_access(
    uow: UnitOfWork, licence_id: int, suspended: bool, now: datetime, by: int | None = None
) -> Licence:
    """Write down what the vendor grants now; if the facts have changed meanwhile, it is looked at again."""
    found = await uow.licences.get(licence_id)
    assert found is not None
    licence = replace(found.licence, suspended=suspended, by_hand=False)
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
