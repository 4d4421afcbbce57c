"""A firm's share of a day."""

from datetime import datetime

from domain.caps import A_DAY
from domain.errors import DomainError
from domain.tallies import Counted, Tally
from services.ports import UnitOfWork


async def take_share(uow: UnitOfWork, counted: Counted, firm_id: int, now: datetime) -> None:
    """Count one more of what the firm may have so often in a day. Raises `DomainError("enough_today")`
    (reason: what is counted, most), and the transaction counts nothing."""
    if await uow.tallies.add(Tally.of_day(counted, firm_id, now), now) > A_DAY[counted]:
        raise DomainError("enough_today", reason=counted, most=A_DAY[counted])
