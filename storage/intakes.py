"""Lists of customers that accountants gave, with their entries."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.files import UPLOADED, FileRef
from domain.intakes.entries import (
    Entry,
    EntryField,
    Intake,
    IntakeState,
    OrderWish,
    Standing,
)
from services.ports import EntryCount
from storage.entry_rows import (
    COLUMNS,
    READ,
    entry_before,
    entry_of,
    entry_row,
    error_of,
    error_parts,
    sheet_of,
    to_json,
)
from storage.prepared import Prepared
from storage.purging import delete_some
from storage.rows import chunks, insert_many
from storage.shared_files import drop_upload
from storage.tables.intakes import intake_entries, intakes

_NAMES = tuple(column.name for column in intakes.c)
_BY_ID = Prepared(
    select(intakes).where(intakes.c.id == bindparam("of"), intakes.c.firm_id == bindparam("firm"))
)
_CHANGED = tuple(name for name in _NAMES if name not in ("id", "firm_id", "accountant_id"))
_SAVE = Prepared(update(intakes).where(intakes.c.id == bindparam("of")), assigned=_CHANGED)
_ANY_ENTRY = Prepared(
    select(intake_entries.c.position).where(intake_entries.c.intake_id == bindparam("of")).limit(1)
)
_REMEMBERED = 10
"""In how many of the newest lists answers are looked for."""

_OPEN = (Standing.READY, Standing.LACKING, Standing.WRONG)
# An entry that is saved unchanged keeps the state before its last change, for undoing.
_KEEPING_BEFORE = """
ON CONFLICT (intake_id, position) DO UPDATE SET
  standing = excluded.standing, known = excluded.known, kind = excluded.kind,
  tax_code = excluded.tax_code, body = excluded.body,
  "before" = intake_entries.standing || ' ' || intake_entries.known || ' ' || intake_entries.body
WHERE (intake_entries.standing, intake_entries.known, intake_entries.body)
  != (excluded.standing, excluded.known, excluded.body)
"""


class SqlIntakes:
    """`Intakes`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, intake: Intake, now: datetime) -> Intake:
        statement = insert(intakes).values(
            firm_id=intake.firm_id, accountant_id=intake.accountant_id, **_stored(intake), updated_at=now
        )
        return _intake((await self._connection.execute(statement.returning(intakes))).one())

    async def drop_upload(self, file: FileRef) -> None:
        if file.file_id.startswith(UPLOADED):
            await drop_upload(self._connection, file.file_id.removeprefix(UPLOADED))

    async def get(self, firm_id: int, intake_id: int) -> Intake | None:
        row = await _BY_ID.first(self._connection, of=intake_id, firm=firm_id)
        return _intake(SimpleNamespace(**dict(zip(_NAMES, row, strict=True)))) if row else None

    async def save(self, intake: Intake, now: datetime) -> None:
        await _SAVE.rows(self._connection, **_stored(intake), updated_at=now, of=intake.id)

    async def progress(self, intake_id: int, read: int, total: int) -> bool:
        statement = update(intakes).where(intakes.c.id == intake_id, intakes.c.state == IntakeState.READING)
        changed = await self._connection.execute(statement.values(read=read, total=total))
        return changed.rowcount > 0

    async def of_message(self, accountant_id: int, message: str) -> Intake | None:
        said = (intakes.c.accountant_id == accountant_id, intakes.c.message == message)
        row = (await self._connection.execute(select(intakes).where(*said).limit(1))).one_or_none()
        return _intake(row) if row else None

    async def latest_of(self, accountant_id: int) -> Intake | None:
        is_open = exists().where(
            intake_entries.c.intake_id == intakes.c.id, intake_entries.c.standing.in_(_OPEN)
        )
        statement = (
            select(intakes)
            .where(intakes.c.accountant_id == accountant_id, is_open)
            .order_by(intakes.c.id.desc())
            .limit(1)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return _intake(row) if row else None

    async def replace_entries(self, intake_id: int, entries: Sequence[Entry]) -> None:
        if await _ANY_ENTRY.first(self._connection, of=intake_id):
            await self._connection.execute(delete(intake_entries).where(_of(intake_id)))
        await self._put(intake_id, entries, "")

    async def save_entries(self, intake_id: int, entries: Sequence[Entry]) -> None:
        await self._put(intake_id, entries, _KEEPING_BEFORE)

    async def counts(self, intake_id: int) -> Sequence[EntryCount]:
        alike = (intake_entries.c.standing, intake_entries.c.known, intake_entries.c.kind)
        statement = select(*alike, func.count()).where(_of(intake_id)).group_by(*alike)
        return [EntryCount(*row) for row in await self._connection.execute(statement)]

    async def entries(
        self,
        intake_id: int,
        standings: Collection[Standing] = (),
        offset: int = 0,
        limit: int | None = None,
        after: int = 0,
    ) -> Sequence[Entry]:
        place: ColumnElement[int] = intake_entries.c.position
        wanted = select(place).where(_of(intake_id), place > after)
        if standings:
            wanted = wanted.where(intake_entries.c.standing.in_(standings))
            # A sum has no index. Without the sum SQLite would walk the whole table by position, to save
            # sorting.
            place = place + 0
        # Positions are found in an index first, so that only the bodies of one page are read.
        wanted = wanted.order_by(place).offset(offset or None).limit(limit)
        statement = select(*READ).where(_of(intake_id), intake_entries.c.position.in_(wanted))
        rows = await self._connection.execute(statement.order_by(intake_entries.c.position))
        return [entry_of(row) for row in rows]

    async def holding(self, intake_id: int, tax_code: str) -> Sequence[Entry]:
        statement = select(*READ).where(_of(intake_id), intake_entries.c.tax_code == tax_code)
        rows = await self._connection.execute(statement.order_by(intake_entries.c.position))
        return [entry_of(row) for row in rows]

    async def entry(self, intake_id: int, position: int) -> Entry | None:
        statement = select(*READ).where(_of(intake_id), intake_entries.c.position == position)
        row = (await self._connection.execute(statement)).one_or_none()
        return entry_of(row) if row else None

    async def undo(self, intake_id: int, position: int) -> Entry | None:
        statement = select(intake_entries.c.before).where(
            _of(intake_id), intake_entries.c.position == position
        )
        before = (await self._connection.execute(statement)).scalar_one_or_none()
        if before is None:
            return None
        entry = entry_before(position, before)
        values = dict(zip(COLUMNS, entry_row(intake_id, entry), strict=True))
        await self._connection.execute(
            update(intake_entries).where(_of(intake_id), intake_entries.c.position == position).values(values)
        )
        return entry

    async def undo_all(self, intake_id: int, positions: Sequence[int]) -> int:
        undone = 0
        for some in chunks(positions):
            theirs = _of(intake_id) & intake_entries.c.position.in_(some)
            place, before = intake_entries.c.position, intake_entries.c.before
            rows = await self._connection.execute(select(place, before).where(theirs, before.is_not(None)))
            earlier = [entry_before(*row) for row in rows]
            await self.save_entries(intake_id, earlier)
            await self._connection.execute(update(intake_entries).where(theirs).values(before=None))
            undone += len(earlier)
        return undone

    async def answers_of(self, accountant_id: int) -> Mapping[str, str]:
        newest = select(intakes.c.sheets).where(intakes.c.accountant_id == accountant_id)
        found: dict[str, str] = {}
        for sheets in await self._connection.scalars(newest.order_by(intakes.c.id.desc()).limit(_REMEMBERED)):
            found = {**_sheets_of(sheets)["answers"], **found}
        return found

    async def mark_taken(self, intake_id: int, positions: Sequence[int]) -> None:
        for some in chunks(positions):
            statement = update(intake_entries).where(_of(intake_id), intake_entries.c.position.in_(some))
            await self._connection.execute(statement.values(standing=Standing.TAKEN, before=None))

    async def forget_person(self, firm_id: int, tax_code: str, addresses: Sequence[str]) -> None:
        of_firm = select(intakes.c.id).where(intakes.c.firm_id == firm_id)
        named = [intake_entries.c.body.contains(one, autoescape=True) for one in addresses]
        named += [intake_entries.c.tax_code == tax_code] if tax_code else []
        if not named:
            return
        theirs = or_(*named) & intake_entries.c.intake_id.in_(of_firm)
        holding = intakes.c.id.in_(select(intake_entries.c.intake_id).where(theirs))
        for row in (await self._connection.execute(select(intakes).where(holding))).all():
            list_ = _without_samples(_intake(row))
            if list_.file is not None:
                await self.drop_upload(list_.file)
            statement = update(intakes).where(intakes.c.id == list_.id)
            await self._connection.execute(statement.values(sheets=_stored(list_)["sheets"]))
        await self._connection.execute(delete(intake_entries).where(theirs))

    async def firms_with_older_than(self, moment: datetime) -> Sequence[int]:
        firms = select(intakes.c.firm_id).where(intakes.c.updated_at < moment).distinct()
        return (await self._connection.scalars(firms)).all()

    async def purge(self, firm_id: int, older_than: datetime, most: int) -> int:
        theirs = (intakes.c.firm_id == firm_id) & (intakes.c.updated_at < older_than)
        return await delete_some(self._connection, intakes, theirs, most)

    async def _put(self, intake_id: int, entries: Iterable[Entry], ending: str) -> None:
        rows = (entry_row(intake_id, entry) for entry in entries)
        await insert_many(self._connection, intake_entries, COLUMNS, rows, ending)


def _of(intake_id: int) -> ColumnElement[bool]:
    return intake_entries.c.intake_id == intake_id


def _stored(intake: Intake) -> dict[str, Any]:
    sheets = [
        (
            sheet.name,
            sheet.heading_row,
            [tuple(asdict(column).values()) for column in sheet.columns],
            *(sheet.left, sheet.left_total, sheet.hidden, sheet.with_hidden),
        )
        for sheet in intake.sheets
    ]
    return {
        "state": intake.state,
        "in_order": intake.in_order,
        **asdict(intake.wish),
        "file": to_json(asdict(intake.file)) if intake.file else None,
        "screen": to_json(dict(intake.screen)),
        "message": intake.message,
        "sheets": to_json({"sheets": sheets, "answers": intake.answers, "filled": intake.filled}),
        "skipped_sheets": to_json(intake.skipped_sheets),
        "error": to_json(error_parts(intake.error)) if intake.error else None,
        "read": intake.read,
        "total": intake.total,
        "looked_up": intake.looked_up,
    }


def _sheets_of(text: str) -> dict[str, Any]:
    said = json.loads(text)
    kept = said if isinstance(said, dict) else {"sheets": said}  # as earlier versions wrote them
    return {
        "sheets": tuple(map(sheet_of, kept["sheets"])),
        "answers": kept.get("answers", {}),
        "filled": tuple(map(EntryField, kept.get("filled", ()))),
    }


def _intake(row: Any) -> Intake:
    return Intake(
        id=row.id,
        firm_id=row.firm_id,
        accountant_id=row.accountant_id,
        state=row.state,
        in_order=row.in_order,
        wish=OrderWish(row.package_code, row.fiscal_year),
        file=FileRef(**json.loads(row.file)) if row.file else None,
        screen=json.loads(row.screen),
        message=row.message,
        **_sheets_of(row.sheets),
        skipped_sheets=tuple(json.loads(row.skipped_sheets)),
        error=error_of(json.loads(row.error)) if row.error else None,
        read=row.read,
        total=row.total,
        looked_up=row.looked_up,
    )


def _without_samples(intake: Intake) -> Intake:
    sheets = (
        replace(sheet, columns=tuple(replace(column, samples=()) for column in sheet.columns), left=())
        for sheet in intake.sheets
    )
    return replace(intake, sheets=tuple(sheets))
