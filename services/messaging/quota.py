"""Tells back office how much is left of the messages that an app carries in a month."""

from dataclasses import dataclass

from domain.calendar import month_of
from domain.messaging.limit_pushes import ZaloQuotaUsed
from domain.messaging.quota import REFUSED, MonthlyQuota
from services.messaging.push_queue import tell_back_office
from services.operation import Operation


@dataclass(frozen=True, slots=True)
class WarnOfQuota(Operation):
    """Tell back office of the highest mark of `MARKS` that was reached this month, or that Zalo refuses
    messages: each once a month."""

    quota: MonthlyQuota

    async def __call__(self) -> None:
        now = self.clock.now()
        month = month_of(now)
        async with self.units.read() as uow:
            marks = self.quota.marks_passed(await uow.sent_messages.in_month(month))
            is_closed = await uow.sent_messages.is_closed(now)
        mark = REFUSED if is_closed else max(marks, default=0)
        if not mark:
            return
        subject = ZaloQuotaUsed(f"{month}:{mark}")
        async with self.units.read() as uow:
            if await uow.pushes.count_about(subject):
                return
        async with self.units.write() as uow:
            await tell_back_office(uow, f"zalo_quota:{subject.what}", subject, now)
