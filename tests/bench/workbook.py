"""A messy list from file to summary, against openpyxl only reading its cells; and taps meanwhile."""

import asyncio
import gc
import io
import os
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from openpyxl import Workbook, load_workbook

from domain.customers import CustomerKind
from domain.intakes.entries import Intake, IntakeState
from domain.people import Actor
from gateways.workbooks.workbooks import CalamineReader
from services.catalogue.registry import LookUp
from services.intakes.reading import ReadIntake
from services.ports import Clock
from storage.database import Database
from tests.bench.catalogue import CLOCK, customers, keep, migrated, operations
from tests.bench.measuring import Figure, compare, p95
from tests.bench.pushing import Chatting, open_office
from tests.support.builders import household, register_owner
from tests.support.lists import KeptFiles, KeptScreens

_HEADINGS = [
    "STT",
    "MST",
    "Tên công ty",
    "Đ/c",
    "Giám đốc",
    "SĐT",
    "E-mail",
    "PP tính thuế",
    "Loại",
    "Mã KH",
    "Ghi chú",
]
_PAUSE = 0.05
_WRONG_EVERY = 20
_HOUSEHOLD_EVERY = 4


def messy(rows: int) -> bytes:
    """A list as accountants keep it: titles, headings in their own words, codes after a label, phones without
    their zero, both kinds of customer. One tax code in twenty is mistyped."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("DS KH 2026")
    for above in (["DANH SÁCH KHÁCH HÀNG DỊCH VỤ NĂM 2026"], [], _HEADINGS):
        sheet.append(above)
    for number, data in enumerate(customers(rows), 1):
        if number % _HOUSEHOLD_EVERY == 0:
            data = household(number)
        code, phone = data.tax_code, data.phone
        if number % _WRONG_EVERY == 1:
            code = code[:-1] + str((int(code[-1]) + 1) % 10)
        is_household = data.kind is CustomerKind.HOUSEHOLD
        sheet.append(
            [
                *(number, f"MST: {code}" if number % 3 == 0 else code, f"  {data.name}\xa0", data.address),
                *(
                    data.representative,
                    int(phone[3:]) if number % 2 else f"0{phone[3:6]}.{phone[6:9]}.{phone[9:]}",
                ),
                *(data.email, "Khấu trừ" if not is_household else "Trực tiếp trên doanh thu"),
                *("HKD" if is_household else "DN", data.own_code, "gọi sau" if number % 7 == 0 else None),
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class Reading:
    """The job that reads lists, and a file to read."""

    def __init__(self, database: Database, clock: Clock, reader: CalamineReader, content: bytes) -> None:
        self._database, self._clock, files = database, clock, KeptFiles()
        self._file = files.send(content)
        self._job = ReadIntake(database, clock, reader, files, KeptScreens(), LookUp(database, clock, None))

    async def read(self, actor: Actor) -> int:
        """Read the file as a new list, and return its id."""
        new = Intake(0, actor.firm_id, actor.accountant_id, IntakeState.READING, False, file=self._file)
        async with self._database.write() as uow:
            intake = await uow.intakes.add(new, self._clock.now())
        await self._job(actor.firm_id, intake.id, 1)
        return intake.id


def _read_cells(content: bytes) -> int:
    """Let openpyxl read every cell. Returns the number of rows."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    try:
        return sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))
    finally:
        book.close()


async def figures(folder: Path, rows: int = 10_000, rounds: int = 3) -> Sequence[Figure]:
    content = messy(rows)
    return [
        *await _to_summary(folder, content, rows, rounds),
        *await _taps_meanwhile(folder, content, rows, rounds),
    ]


async def _to_summary(folder: Path, content: bytes, rows: int, rounds: int) -> Sequence[Figure]:
    """With half of the customers known: the time it takes, since two processes share the work, and their CPU,
    which tells more where others use the machine too."""
    database = await migrated(folder / "bot.db")
    cpu: dict[str, list[float]] = {"floor": [], "value": []}
    try:
        async with CalamineReader() as reader:
            ops = operations(database, reader)
            owner = await register_owner(ops)
            await keep(database, owner, customers(rows)[::2])
            reading = Reading(database, CLOCK, reader, content)

            async def by_us() -> float:
                used, started = _cpu(reader), time.perf_counter()
                summary = await ops.intakes.view_intake(owner, await reading.read(owner))
                seconds = time.perf_counter() - started
                cpu["value"].append(_cpu(reader) - used)
                assert summary.counts.wrong == -(-rows // _WRONG_EVERY), summary.counts
                assert summary.counts.ready == rows - summary.counts.wrong, summary.counts
                return seconds

            async def by_openpyxl() -> float:
                used, started = _cpu(reader), time.perf_counter()
                assert _read_cells(content) == rows + 3
                seconds = time.perf_counter() - started
                cpu["floor"].append(_cpu(reader) - used)
                return seconds

            floor, value = await compare(by_openpyxl, by_us, rounds)
    finally:
        await database.close()
    title = f"a messy list of {rows:,} rows from file to summary, to openpyxl reading its cells"
    used, least = (median(cpu[which][1:]) * 1000 for which in ("value", "floor"))
    return [
        Figure(title, value, floor, "ms", goal=0.6),
        Figure(f"{title}: CPU of both processes", used, least, "ms of CPU", goal=0.8),
    ]


def _cpu(reader: CalamineReader) -> float:
    """The seconds of CPU that this process and its readers have used."""
    ticks = 0
    for of in reader.readers.ids:
        # Behind the name: state, and from the twelfth field on, user and system time (proc(5)).
        fields = Path(f"/proc/{of}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


async def _tap(chatting: Chatting) -> float:
    """The seconds of a tap, behind a pause: without one, the pace of the chats would be measured."""
    await asyncio.sleep(_PAUSE)
    return await chatting.tap()


async def _taps_meanwhile(folder: Path, content: bytes, rows: int, rounds: int) -> Sequence[Figure]:
    async with open_office(folder, 2) as office, CalamineReader() as reader:
        program, (reader_id, *_) = office.program, list(office.accountants.values())
        async with program.database.read() as uow:
            accountant = await uow.people.accountant(reader_id)
        actor = Actor(accountant.id, accountant.firm_id, accountant.role)
        reading = Reading(program.database, program.clock, reader, content)
        chatting = Chatting(office)
        await chatting.start()
        await reading.read(actor)
        # As the running bot does.
        gc.freeze()
        idle, taps = [], []
        for _ in range(rounds):
            idle += [await _tap(chatting) for _ in range(20)]
            task = asyncio.create_task(reading.read(actor))
            while not task.done():
                taps.append(await _tap(chatting))
            await task
        gc.unfreeze()
    title = f"a tap of others while a list of {rows:,} rows is read"
    return [
        Figure(f"{title}, to a tap on an idle bot", median(taps) * 1000, median(idle) * 1000, "ms", goal=1.4),
        Figure(f"{title}: p95, to that on an idle bot", p95(taps) * 1000, p95(idle) * 1000, "ms"),
    ]
