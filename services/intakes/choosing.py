"""What the accountant says about a file: what its columns hold, and whether hidden rows are wanted."""

from dataclasses import replace

from domain.errors import DomainError
from domain.intakes.entries import EntryField, Intake, ListColumn, ListSheet
from domain.people import Actor, Right
from services.intakes.common import own_intake
from services.intakes.receiving import ask_to_read
from services.operation import Operation
from services.ports import Turn


class SetColumn(Operation):
    """Say what a column holds (`None`: nothing of use), and have the file read again.

    Another column of the sheet that was taken for the same field is left alone from then on.
    """

    async def __call__(
        self, actor: Actor, intake_id: int, sheet: int, place: int, field: EntryField | None
    ) -> Intake:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await own_intake(uow, actor, intake_id)
            if not 0 <= sheet < len(intake.sheets):
                raise DomainError("choice_gone")
            changed = _with_column(intake.sheets[sheet], place, field)
            if changed == intake.sheets[sheet]:
                return intake
            sheets = (*intake.sheets[:sheet], changed, *intake.sheets[sheet + 1 :])
            return await ask_to_read(uow, replace(intake, sheets=sheets), self.clock.now())


class TakeHidden(Operation):
    """Say whether the hidden rows of a file are wanted too, and have it read again."""

    async def __call__(self, actor: Actor, intake_id: int, wanted: bool) -> Intake:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            intake = await own_intake(uow, actor, intake_id)
            sheets = tuple(replace(sheet, with_hidden=wanted) for sheet in intake.sheets)
            if intake.file is None or sheets == intake.sheets:
                return intake
            return await ask_to_read(uow, replace(intake, sheets=sheets), self.clock.now())


def _with_column(sheet: ListSheet, place: int, field: EntryField | None) -> ListSheet:
    def chosen(column: ListColumn) -> ListColumn:
        if column.place == place:
            return replace(column, field=field)
        return replace(column, field=None) if field and column.field is field else column

    return replace(sheet, columns=tuple(map(chosen, sheet.columns)))
