"""What is told of the program's own well-being: figures to whoever measures, alarms to back office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.alarms import LANE_STANDS, Alarm, AlarmKind, Sign
from domain.calendar import month_of
from domain.messaging.pushes import AlarmBegan, AlarmOver
from services.messaging.push_queue import tell_back_office
from services.operation import Operation
from services.ports import Lane, Turn, UnitOfWork
from services.ports.watching import LaneFigures


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database says at `now`."""

    now: datetime
    lanes: Mapping[Lane, LaneFigures]
    transfers_waiting: int
    """Transfers that a person has to settle."""
    zalo_sent: int
    """Messages to Zalo this month."""
    zalo_is_closed: bool
    """Whether Zalo refuses further messages of this month."""
    database_bytes: int
    alarms: Sequence[Alarm]

    def signs(self) -> list[Sign]:
        """What they say about the lanes and the month."""
        moment = self.now - LANE_STANDS
        lanes = [
            Sign(AlarmKind.LANE, lane, figures.since is not None and figures.since <= moment)
            for lane, figures in self.lanes.items()
        ]
        return [*lanes, Sign(AlarmKind.MONTH, "", self.zalo_is_closed)]


class ReadFigures(Operation):
    """The program itself asks, for `/metrics` and for its alarms; no figure is about a person."""

    async def __call__(self) -> Figures:
        now = self.clock.now()
        month = month_of(now)
        async with self.units.read() as uow:
            return Figures(
                now=now,
                lanes={lane: await uow.figures.lane(lane, now) for lane in Lane},
                transfers_waiting=(await uow.transfers.open(0, 0))[1],
                zalo_sent=await uow.sent_messages.in_month(month),
                zalo_is_closed=await uow.figures.month_is_closed(month),
                database_bytes=await uow.figures.database_bytes(),
                alarms=await uow.alarms.open(),
            )


class WatchOver(Operation):
    """Alarm back office once when something has been bad for long enough, and tell them once when it is over.
    What was never told ends silently. Given are the signs of all that is watched; an alarm about anything
    else is over. The program itself calls this; all its processes share the alarms."""

    async def __call__(self, signs: Sequence[Sign]) -> None:
        async with self.units.read() as uow:
            if not any(sign.bad for sign in signs) and not await uow.alarms.open():
                return
        async with self.units.write(Turn.back_office()) as uow:
            now = self.clock.now()
            open_ones = {(one.kind, one.about): one for one in await uow.alarms.open()}
            for sign in signs:
                alarm = open_ones.pop((sign.kind, sign.about), None)
                if sign.bad:
                    alarm = alarm or await uow.alarms.begin(sign.kind, sign.about, now)
                    if alarm.is_to_be_told(now):
                        await uow.alarms.mark_told(alarm.id, now)
                        await tell_back_office(uow, f"alarm:{alarm.id}", AlarmBegan(alarm.id), now)
                elif alarm is not None and sign.bad is not None:
                    await _end(uow, alarm, now)
            for alarm in open_ones.values():
                await _end(uow, alarm, now)


async def _end(uow: UnitOfWork, alarm: Alarm, now: datetime) -> None:
    await uow.alarms.end(alarm.id, now)
    if alarm.told_at is not None:
        await tell_back_office(uow, f"alarm_over:{alarm.id}", AlarmOver(alarm.id), now)
