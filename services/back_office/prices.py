"""The price list: what is on sale, and a new one from a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import DomainError
from domain.events import Verb
from domain.packages import Package
from domain.people import Actor, Right
from domain.price_list import PriceChanges, PriceRow, check_prices, compare, mark_of
from services.audit import record
from services.operation import Operation
from services.ports import Turn, WorkbookReader


@dataclass(frozen=True, slots=True)
class CheckedPrices:
    """What a workbook would change. A workbook with `bad` rows cannot be put on sale. `seen` identifies the
    price list that it was compared with."""

    changes: PriceChanges
    bad: tuple[PriceRow, ...]
    unknown_headings: tuple[str, ...]
    seen: str


class ListPackages(Operation):
    """The packages on sale, in the order of the price list."""

    async def __call__(self, actor: Actor) -> Sequence[Package]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await uow.packages.on_sale()


@dataclass(frozen=True, slots=True)
class CheckPrices(Operation):
    """Read and check a price list without changing anything. Raises `DomainError`: `workbook_…`,
    `price_list_headings` (missing), `price_list_empty`."""

    workbooks: WorkbookReader

    async def __call__(self, actor: Actor, content: bytes, file_name: str) -> CheckedPrices:
        actor.require(Right.RUN_BACK_OFFICE)
        rows, unknown = await _read(self.workbooks, content, file_name)
        async with self.units.read() as uow:
            on_sale = await uow.packages.on_sale()
        good, bad = _parted(rows)
        return CheckedPrices(compare(on_sale, good), tuple(bad), unknown, mark_of(on_sale))


@dataclass(frozen=True, slots=True)
class ReplacePrices(Operation):
    """Put a checked price list on sale; placed orders keep their prices. A repeat changes nothing.

    `seen` comes from the check. Raises `DomainError`: those of the check, `price_list_bad` for a workbook
    with bad rows, `price_list_changed` when somebody else was faster.
    """

    workbooks: WorkbookReader

    async def __call__(self, actor: Actor, content: bytes, file_name: str, seen: str) -> PriceChanges:
        actor.require(Right.RUN_BACK_OFFICE)
        rows, _ = await _read(self.workbooks, content, file_name)
        good, bad = _parted(rows)
        if bad:
            raise DomainError("price_list_bad", count=len(bad))
        now = self.clock.now()
        async with self.units.write(Turn.prices()) as uow:
            on_sale = await uow.packages.on_sale()
            changes = compare(on_sale, good)
            if not changes:
                return changes
            if mark_of(on_sale) != seen:
                raise DomainError("price_list_changed")
            await uow.packages.replace_all(good, now)
            await record(
                uow,
                Verb.PRICE_LIST_REPLACED,
                now,
                by=actor,
                new=len(changes.new),
                changed=len(changes.changed),
                gone=len(changes.gone),
            )
            return changes


async def _read(
    workbooks: WorkbookReader, content: bytes, file_name: str
) -> tuple[list[PriceRow], tuple[str, ...]]:
    sheet = await workbooks.read(content, file_name)
    rows = check_prices((row.number, row.cells) for row in sheet.rows)
    if not rows:
        raise DomainError("price_list_empty")
    return rows, sheet.unknown_headings


def _parted(rows: Sequence[PriceRow]) -> tuple[list[Package], list[PriceRow]]:
    good = [row.package for row in rows if row.package is not None]
    return good, [row for row in rows if row.package is None]
