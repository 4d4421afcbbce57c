"""Pushes about alarms."""

from domain.messaging.alarm_contents import AlarmContent
from domain.messaging.alarm_pushes import AlarmBegan, AlarmOver
from domain.messaging.pushes import Push
from services.messaging.contents.reading import Readers, Reading
from services.ports import UnitOfWork


async def _began(uow: UnitOfWork, push: Push, reading: Reading) -> AlarmContent | None:
    """Nothing where it is over by now: the other message says from when until when it lasted."""
    assert isinstance(push.subject, AlarmBegan)
    alarm = await uow.alarms.get(push.subject.alarm_id)
    return AlarmContent(alarm) if alarm and alarm.over_at is None else None


async def _over(uow: UnitOfWork, push: Push, reading: Reading) -> AlarmContent | None:
    assert isinstance(push.subject, AlarmOver)
    alarm = await uow.alarms.get(push.subject.alarm_id)
    return AlarmContent(alarm) if alarm else None


READERS: Readers = {AlarmBegan: _began, AlarmOver: _over}
