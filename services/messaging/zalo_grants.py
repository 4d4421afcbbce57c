"""Keeps the grant of a Zalo Official Account, and tells back office when it is lost or its plan ends."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar import day_of
from domain.messaging.limit_pushes import ZaloGrantLost, ZaloMoneyOut, ZaloPlanEnds, ZaloSilent
from services.messaging.push_queue import tell_back_office, tell_back_office_once
from services.operation import Operation
from services.ports.zalo_grants import ZaloGrant

TOLD_BEFORE = (timedelta(days=30), timedelta(days=14), timedelta(days=3))
"""How long before the plan of the account ends back office is told."""

PLAIN_FOR = timedelta(days=1)
"""How long texts leave without buttons after Zalo refused some: a day costs one call more."""


@dataclass(frozen=True, slots=True)
class KeepGrant(Operation):
    """Each method commits before it returns."""

    async def read(self) -> ZaloGrant | None:
        async with self.units.read() as uow:
            return await uow.zalo_grants.read()

    async def begin(self, grant: ZaloGrant) -> None:
        async with self.units.write() as uow:
            await uow.zalo_grants.put(grant)

    async def lock(self, version: int, now: datetime, until: datetime) -> bool:
        async with self.units.write() as uow:
            return await uow.zalo_grants.lock(version, now, until)

    async def renew(self, version: int, grant: ZaloGrant) -> bool:
        async with self.units.write() as uow:
            return await uow.zalo_grants.renew(version, grant)

    async def unlock(self, version: int) -> None:
        async with self.units.write() as uow:
            await uow.zalo_grants.unlock(version)

    async def takes_buttons(self) -> bool:
        """Whether buttons may be tried: none were refused in the last `PLAIN_FOR`."""
        async with self.units.read() as uow:
            since = await uow.zalo_grants.plain_since()
        return since is None or self.clock.now() - since > PLAIN_FOR

    async def refuse_buttons(self) -> None:
        async with self.units.write() as uow:
            await uow.zalo_grants.refuse_buttons(self.clock.now())

    async def lose(self, version: int) -> None:
        """Note that it is lost, and tell back office, once for each grant."""
        now = self.clock.now()
        async with self.units.write() as uow:
            if await uow.zalo_grants.lose(version, now):
                await tell_back_office(uow, f"zalo_grant:{version}", ZaloGrantLost(str(version)), now)


@dataclass(frozen=True, slots=True)
class WarnOfPlan(Operation):
    """Tell back office in time that the account's plan ends: once for each of `TOLD_BEFORE`."""

    async def __call__(self, ends: date | None) -> None:
        now = self.clock.now()
        if ends is None:
            return
        left = ends - day_of(now)
        passed = [before for before in TOLD_BEFORE if left <= before]
        if not passed:
            return
        subject = ZaloPlanEnds(f"{ends.isoformat()}:{min(passed).days}")
        await tell_back_office_once(self.units, f"zalo_plan:{subject.what}", subject, now)


class TellOfSilence(Operation):
    """Tell back office that Zalo brings nothing of what people write: once a day."""

    async def __call__(self) -> None:
        subject = ZaloSilent(self.clock.today().isoformat())
        now = self.clock.now()
        await tell_back_office_once(self.units, f"zalo_silent:{subject.day}", subject, now)


class TellOfMoney(Operation):
    """Tell back office that the account that pays for messages has no money left: once a day."""

    async def __call__(self) -> None:
        subject = ZaloMoneyOut(self.clock.today().isoformat())
        now = self.clock.now()
        await tell_back_office_once(self.units, f"zalo_money_out:{subject.day}", subject, now)
