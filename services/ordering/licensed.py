"""Which customers the vendor says have a licence already, whoever bought it."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.tallies import Counted, Tally
from services.ports import Clock, LicenceRecords, Turn, Units

SECONDS = 1.5
"""How long the review waits for the vendor."""
KEEP = timedelta(hours=12)
REST = timedelta(minutes=1)
"""How long the vendor is not asked again once it gave no answer."""
AT_ONCE = 500
"""Tax codes of one question, as the contract says."""
_KEPT_AT_MOST = 50_000

log = logging.getLogger(__name__)


class AskVendor:
    """Asks the vendor which tax codes have a licence of a year, for firms that have paid or were approved: at
    most `a_day` codes a firm and day, so that nobody learns who is a client by trying. Answers are kept for a
    while in memory alone.

    Never raises: what is not known in time counts as no licence. Must not be called inside a transaction.
    Without `records` nobody is asked.
    """

    def __init__(self, units: Units, clock: Clock, records: LicenceRecords | None, a_day: int = 0) -> None:
        self._units, self._clock = units, clock
        self._records, self._a_day = records, a_day
        self._kept: OrderedDict[tuple[int, int, str], tuple[str, datetime]] = OrderedDict()
        self._rests_until: datetime | None = None

    @property
    def on(self) -> bool:
        return self._records is not None and self._a_day > 0

    async def which(self, firm_id: int, fiscal_year: int, tax_codes: Sequence[str]) -> Mapping[str, str]:
        """The code of the package that each of these has, as far as the firm may know."""
        if self._records is None or not self.on:
            return {}
        now = self._clock.now()
        new: Sequence[str] = [
            code for code in tax_codes if self._known(firm_id, fiscal_year, code, now) is None
        ]
        if new and (self._rests_until is None or now >= self._rests_until):
            new = await self._allowed(firm_id, new, now)
            try:
                async with asyncio.timeout(SECONDS):
                    await self._ask(self._records, firm_id, fiscal_year, new, now)
            except Exception as error:
                # Its text may hold tax codes.
                log.warning("the vendor did not say who has a licence: %s", type(error).__name__)
                self._rests_until = now + REST
                await self._count(firm_id, -len(new), now)
        found = {code: self._known(firm_id, fiscal_year, code, now) for code in tax_codes}
        return {code: package for code, package in found.items() if package}

    def _known(self, firm_id: int, fiscal_year: int, code: str, now: datetime) -> str | None:
        """The package; empty for none, `None` for what was not asked of late."""
        package, asked_at = self._kept.get((firm_id, fiscal_year, code), ("", now - KEEP))
        return package if now - asked_at < KEEP else None

    async def _ask(
        self, records: LicenceRecords, firm_id: int, fiscal_year: int, codes: Sequence[str], now: datetime
    ) -> None:
        for start in range(0, len(codes), AT_ONCE):
            some = codes[start : start + AT_ONCE]
            answered = await records.licensed(fiscal_year, some)
            for code in some:
                self._kept[firm_id, fiscal_year, code] = (answered.get(code, ""), now)
                self._kept.move_to_end((firm_id, fiscal_year, code))
        while len(self._kept) > _KEPT_AT_MOST:
            self._kept.popitem(last=False)

    async def _allowed(self, firm_id: int, codes: Sequence[str], now: datetime) -> Sequence[str]:
        """The codes that may be asked about today, counted as asked: no answer takes that back."""
        tally = Tally.of_day(Counted.VENDOR_ASKED, firm_id, now)
        async with self._units.read() as uow:
            asked = (await uow.tallies.of([tally]))[tally]
            if asked >= self._a_day or not await uow.held.is_cleared(firm_id):
                return []
        codes = codes[: self._a_day - asked]
        await self._count(firm_id, len(codes), now)
        return codes

    async def _count(self, firm_id: int, codes: int, now: datetime) -> None:
        async with self._units.write(Turn.of_firm(firm_id)) as uow:
            await uow.tallies.add(Tally.of_day(Counted.VENDOR_ASKED, firm_id, now), now, codes)
