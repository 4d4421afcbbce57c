"""The grant of a Zalo Official Account: what lets the program write to people."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ZaloGrant:
    """Tokens as they are kept, sealed. `version` grows with each refresh. `is_lost` says that the refresh
    token is used up; `seed` is a digest of the token in the settings that it began with, or replaced."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    version: int = 0
    is_lost: bool = False
    seed: str = ""


class ZaloGrants(Protocol):
    """There is at most one."""

    async def read(self) -> ZaloGrant | None: ...
    async def put(self, grant: ZaloGrant) -> None:
        """Keep this grant instead of any other, under the next version; nobody has the refresh."""

    async def lock(self, version: int, now: datetime, until: datetime) -> bool:
        """Take the refresh of this version until then; false where another process has it, or had it, or
        the grant is lost."""

    async def renew(self, version: int, grant: ZaloGrant) -> bool:
        """Keep what the refresh of this version has brought, and give the refresh back; false where the
        grant is of another version by now."""

    async def unlock(self, version: int) -> None: ...
    async def plain_since(self) -> datetime | None:
        """When Zalo refused buttons last; a new consent forgets it."""

    async def refuse_buttons(self, now: datetime) -> None: ...
    async def lose(self, version: int, now: datetime) -> bool:
        """Note that this version cannot be refreshed any more; false where that was known or is past."""
