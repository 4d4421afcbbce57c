"""Tells back office how much is left of the messages that an app carries in a month."""

from dataclasses import dataclass

from domain.calendar import month_of
from domain.messaging.limit_pushes import ZaloQuotaUsed
from domain.messaging.quota import MonthlyQuota
from services.messaging.push_queue import tell_back_office
from services.operation import Operation


@dataclass(frozen=True, slots=True)
class WarnOfQuota(Operation):
    """Tell back office of the highest mark of `MARKS` that was reached this month, each once a month. When
    Zalo refuses messages, an alarm tells it (`services.watching`)."""

    quota: MonthlyQuota

    async def __call__(self) -> None:
        now = self.clock.now()
        month = month_of(now)
        async with self.units.read() as uow:
            marks = self.quota.marks_passed(await uow.sent_messages.in_month(month))
        mark = max(marks, default=0)
        if not mark:
            return
        subject = ZaloQuotaUsed(f"{month}:{mark}")
        async with self.units.read() as uow:
            if await uow.pushes.count_about(subject):
                return
        async with self.units.write() as uow:
            await tell_back_office(uow, f"zalo_quota:{subject.what}", subject, now)
