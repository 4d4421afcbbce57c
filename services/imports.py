"""Taking customers from an uploaded workbook: all rows are checked first, the good ones taken at once."""

import asyncio
from dataclasses import dataclass, fields, replace

from domain.customer_fields import CheckedRow, check_rows
from domain.customers import Customer, CustomerData, CustomerKind
from domain.people import Actor, Right
from services.operation import Operation
from services.ports import UnitOfWork, WorkbookReader


@dataclass(frozen=True, slots=True)
class CheckedWorkbook:
    """What a workbook holds: rows not known yet, rows that change a known customer, rows that repeat
    what is known, and rows that cannot be taken."""

    new: tuple[CheckedRow, ...]
    changed: tuple[CheckedRow, ...]
    same: int
    bad: tuple[CheckedRow, ...]
    unknown_headings: tuple[str, ...]

    def count(self, kind: CustomerKind) -> int:
        """How many of the new rows are of this kind."""
        return sum(1 for row in self.new if row.data is not None and row.data.kind is kind)


@dataclass(frozen=True, slots=True)
class Taken:
    added: int
    updated: int


def _merged(known: Customer, row: CheckedRow) -> Customer:
    """The known customer with what the row says; a blank cell leaves the field as it is.

    Accounting data kept from before goes with the kind it was declared for.
    """
    assert row.data is not None
    said = {field.name: getattr(row.data, field.name) for field in fields(CustomerData)}
    said = {name: value for name, value in said.items() if value not in ("", None)}
    kind = row.data.kind if row.says_kind else known.kind
    if kind is not known.kind:
        known = replace(known, regime=None, vat_method=None, first_month=None)
    return replace(known, **{**said, "kind": kind, "archived": False})


@dataclass(frozen=True, slots=True)
class CheckWorkbook(Operation):
    """Read and check a customer list without taking anything. Raises `DomainError("workbook_…")`."""

    reader: WorkbookReader

    async def __call__(self, actor: Actor, content: bytes, file_name: str) -> CheckedWorkbook:
        actor.require(Right.KEEP_CUSTOMERS)
        sheet = await self.reader.read(content, file_name)
        rows = await asyncio.to_thread(check_rows, [(row.number, row.cells) for row in sheet.rows])
        good = [row for row in rows if row.data is not None]
        async with self.units.read() as uow:
            known = await self._known(uow, actor, good)
        new, changed, same = [], [], 0
        for row in good:
            assert row.data is not None
            customer = known.get(row.data.tax_code)
            if customer is None:
                new.append(row)
            elif _merged(customer, row) != customer:
                changed.append(row)
            else:
                same += 1
        bad = tuple(row for row in rows if row.data is None)
        return CheckedWorkbook(tuple(new), tuple(changed), same, bad, sheet.unknown_headings)

    async def _known(self, uow: UnitOfWork, actor: Actor, rows: list[CheckedRow]) -> dict[str, Customer]:
        codes = [row.data.tax_code for row in rows if row.data is not None]
        return dict(await uow.customers.by_tax_codes(actor.firm_id, codes))


class TakeWorkbook(CheckWorkbook):
    """Keep the good rows: new customers are added; known ones change only with `update_known`.

    Taking the same workbook twice adds nothing the second time.
    """

    async def __call__(  # type: ignore[override]
        self, actor: Actor, content: bytes, file_name: str, update_known: bool = False
    ) -> Taken:
        checked = await CheckWorkbook.__call__(self, actor, content, file_name)
        now = self.clock.now()
        async with self.units.write() as uow:
            rows = [*checked.new, *(checked.changed if update_known else ())]
            known = await self._known(uow, actor, rows)
            new = [row.data for row in rows if row.data is not None and row.data.tax_code not in known]
            await uow.customers.add_many(actor.firm_id, new, now)
            updates: list[Customer] = []
            if update_known:
                updates = [
                    _merged(known[row.data.tax_code], row)
                    for row in rows
                    if row.data is not None and row.data.tax_code in known
                ]
                await uow.customers.update_many(updates, now)
                await uow.drafts.withdraw_ticks([customer.id for customer in updates])
                for customer in updates:
                    if customer.kind is not known[customer.tax_code].kind:
                        await uow.drafts.unpick_everywhere(customer.id)
            return Taken(len(new), len(updates))
