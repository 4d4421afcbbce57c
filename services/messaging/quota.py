"""Tells back office how much is left of what a bot's plan on Zalo carries."""

from dataclasses import dataclass

from domain.calendar import month_of
from domain.messaging.limit_pushes import ZaloPeopleMet, ZaloQuotaUsed
from domain.messaging.quota import MonthlyQuota
from services.messaging.push_queue import tell_back_office_once
from services.operation import Operation


@dataclass(frozen=True, slots=True)
class WarnOfQuota(Operation):
    """Tell back office of the highest mark that was reached: of the month's messages once a month, of the
    people once. When Zalo refuses messages, an alarm tells it (`services.watching`)."""

    quota: MonthlyQuota

    async def __call__(self) -> None:
        now = self.clock.now()
        month = month_of(now)
        async with self.units.read() as uow:
            sent = await uow.sent_messages.in_month(month)
            people = await uow.sent_messages.people() if self.quota.people else 0
        if mark := max(self.quota.marks_passed(sent), default=0):
            used = ZaloQuotaUsed(f"{month}:{mark}")
            await tell_back_office_once(self.units, f"zalo_quota:{used.what}", used, now)
        if mark := max(self.quota.people_marks(people), default=0):
            met = ZaloPeopleMet(f"{self.quota.people}:{mark}")
            await tell_back_office_once(self.units, f"zalo_people:{met.what}", met, now)
