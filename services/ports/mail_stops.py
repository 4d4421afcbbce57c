"""Links of mails, and who wants no more of them."""

from datetime import datetime
from typing import Protocol

from domain.messaging.pushes import Push


class MailStops(Protocol):
    async def linked(self, link: str) -> Push | None:
        """The mail whose link ends so, if its address was not erased."""

    async def stop(self, firm_id: int, address: str, everything: bool, now: datetime) -> bool:
        """Note that the address wants no reminders, or nothing that asks for something, which the firm
        causes; returns whether that is new."""

    async def allow(self, firm_id: int, address: str) -> bool:
        """Forget what the address did not want; returns whether there was something."""

    async def wish(self, firm_id: int, address: str) -> bool | None:
        """Whether the address wants nothing that asks for something, or only no reminders; `None` if it wants
        all."""
