"""A tap in an order's list of customers: on Telegram against a bare window with such a page; on Zalo,
where it is a typed number, against the same window on Telegram."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from aiogram import Dispatcher
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import DisabledEventIsolation, SimpleEventIsolation
from aiogram.types import CallbackQuery
from aiogram_dialog import Dialog, DialogManager, Window, setup_dialogs
from aiogram_dialog.test_tools.memory_storage import JsonMemoryStorage
from aiogram_dialog.widgets.kbd import Button, Column, NextPage, PrevPage, Row, Select, StubScroll
from aiogram_dialog.widgets.text import Format

from bot.dispatcher import build_dispatcher
from bot.zalo.answers import OneAnswer
from dialogs.states import Ordering
from domain.customers import Customer, CustomerKind
from domain.people import Accountant, Actor, Role
from gateways.totals_picture import PillowPainter
from gateways.workbooks.export import OpenpyxlWriter
from services.catalogue.customers import EVERYONE, Criteria
from services.operations import Operations
from services.ordering.draft_lines import PickPage
from services.paging import PAGE_SIZE
from services.people.people import ChatIdentity
from services.ports import CustomerPage
from services.ports.people import Speaker
from storage.dialog_states import DialogStorage, Write
from tests.bench.catalogue import NO_WORKBOOKS, customers, keep, migrated, operations
from tests.bench.chat import CHAT_ID, OpenWindow, StoredWindow
from tests.bench.measuring import Figure, compare
from tests.bench.zalo_chat import OpenZaloWindow
from tests.support.builders import chat, person, start_draft
from tests.support.statements import watched

_MARKS_A_ROUND = 4


class Bare(StatesGroup):
    page = State()


class PickingInMemory:
    """The operations that the window calls, answered at once."""

    def __init__(self, count: int) -> None:
        self._customers = [
            Customer(**{name: getattr(data, name) for name in data.__dataclass_fields__}, id=number)
            for number, data in enumerate(customers(count), 1)
        ]
        self._picked = set(range(1, count + 1, 2))

    @property
    def who_is(self) -> "PickingInMemory":
        return self

    async def speaker(self, chat: ChatIdentity, speaks: bool = True) -> Speaker:
        return Speaker(Accountant(1, 1, Role.OWNER, "An", "+84912345678", "an@dichvu.vn"), came_over=False)

    async def find_to_pick(
        self, actor: Actor, criteria: Criteria = EVERYONE, page: int = 0, first: int = 0
    ) -> PickPage:
        items = tuple(self._customers[page * PAGE_SIZE : (page + 1) * PAGE_SIZE])
        picked = frozenset(customer.id for customer in items) & self._picked
        found = CustomerPage(items, len(self._customers), picked)
        return PickPage(found, CustomerKind.ENTERPRISE, len(self._picked), len(self._picked) * 1_080_000)

    async def pick_customer(self, actor: Actor, customer_id: int, picked: bool) -> None:
        (self._picked.add if picked else self._picked.discard)(customer_id)


class DialogsInMemory(JsonMemoryStorage):
    """`DialogStorage` without a database. `written` collects the further writes handed to `also`."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Write] = []

    def also(self, write: Write) -> None:
        self.written.append(write)

    updating = True

    @asynccontextmanager
    async def update(self) -> AsyncIterator["DialogsInMemory"]:
        yield self

    def forget_changes(self) -> None:
        """Nothing to forget: every change is kept at once."""


async def figures(folder: Path, count: int = 10_000, rounds: int = 100) -> Sequence[Figure]:
    """CPU without storage, CPU and time with SQLite and what they consist of, and CPU on Zalo."""
    bare = await _bare_window(count)
    ours = await _our_window(DialogsInMemory(), PickingInMemory(count))
    floor, value = await compare(_taps(bare), _taps(ours), rounds)
    there, on_zalo = await compare(
        _taps(await _our_window(DialogsInMemory(), PickingInMemory(count))),
        _typed(await _zalo_window(PickingInMemory(count))),
        rounds,
    )
    database = await migrated(folder / "bot.db")
    try:
        operations = await _half_picked(database, count)
        dispatcher = _dispatcher(DialogStorage(database), operations)
        stored = StoredWindow(dispatcher, Ordering.customers, database)
        await stored.open()
        in_memory, in_sqlite = await compare(_taps(ours), _taps(stored), max(1, rounds // 2))
        _, with_sqlite = await compare(
            _taps(bare, time.perf_counter), _taps(stored, time.perf_counter), max(1, rounds // 4)
        )
        with watched() as seen:
            await _taps(stored)()
        syncs = await _syncs_to_answer(stored)
    finally:
        await database.close()
    assert not [sql for sql, _ in seen.statements if "count(" in sql], "a tap counts a list"
    taps = _MARKS_A_ROUND + 1
    title = f"tap on one of {count:,} customers, half of them picked"
    return [
        Figure(f"{title}: CPU without storage, to a bare window", value, floor, "ms", goal=1.5),
        Figure(
            f"{title}: CPU with SQLite and its inbox, to the same without",
            in_sqlite,
            in_memory,
            "ms",
            goal=3.0,
        ),
        Figure(f"{title}: statements of SQLite", len(seen.statements) / taps, 1, "a tap", limit=18),
        Figure(f"{title}: changes of thread", seen.thread_changes / taps, 1, "a tap", limit=3),
        Figure(f"{title}: syncs until the answer", syncs, 1, "a tap", limit=2),
        Figure(f"{title}: time with SQLite, to a bare window without", with_sqlite, floor, "ms"),
        Figure(f"{title}, on Zalo: CPU without storage, to Telegram", on_zalo, there, "ms", goal=2.0),
    ]


def _taps(window: OpenWindow, clock: Callable[[], float] = time.process_time) -> Any:
    async def run() -> float:
        """The mean of some taps: marks on one page, then the arrow to the next page."""
        seconds = 0.0
        for place in range(_MARKS_A_ROUND):
            seconds += await window.tap(place, clock)
        arrow = next(at for at, button in enumerate(window.buttons) if button.text.endswith("›"))
        seconds += await window.tap(arrow, clock)
        return seconds / (_MARKS_A_ROUND + 1)

    return run


async def _syncs_to_answer(window: OpenWindow) -> int:
    """How many commits of changes the mark of a customer waits for until its window is sent."""
    syncs: list[int] = []
    with watched() as seen:
        window.session.on_window = lambda: syncs.append(seen.syncs)
        await window.tap(0, time.process_time)
    return syncs[0]


def _typed(window: OpenZaloWindow) -> Any:
    async def run() -> float:
        """The mean of the same taps, each by the number of its line."""
        seconds = 0.0
        for place in range(_MARKS_A_ROUND):
            seconds += await window.type(str(place + 1), time.process_time)
        seconds += await window.type(window.key("Sau ›"), time.process_time)
        return seconds / (_MARKS_A_ROUND + 1)

    return run


async def _our_window(storage: Any, answers: Any) -> OpenWindow:
    window = OpenWindow(_dispatcher(storage, answers), Ordering.customers)
    await window.open()
    return window


async def _zalo_window(answers: Any) -> OpenZaloWindow:
    storage = DialogsInMemory()
    window = OpenZaloWindow(
        lambda answer: _dispatcher(storage, answers, [answer]), storage, Ordering.customers
    )
    await window.open(time.process_time)
    return window


def _dispatcher(storage: Any, answers: Any, around_updates: Sequence[OneAnswer] = ()) -> Dispatcher:
    return build_dispatcher(
        storage,
        cast(Operations, answers),
        lambda: b"",
        OpenpyxlWriter(),
        PillowPainter(),
        around_updates,
    )


async def _bare_window(count: int) -> OpenWindow:
    labels = [f"{number} Công ty TNHH" for number in range(count)]
    picked = set(range(0, count, 2))

    async def page(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
        scroll: Any = dialog_manager.find("scroll")
        first = await scroll.get_page() * PAGE_SIZE
        shown = range(first, min(first + PAGE_SIZE, count))
        items = [(f"{'☑️' if at in picked else '⬜️'} {labels[at]}", at) for at in shown]
        return {"items": items, "pages": -(-count // PAGE_SIZE), "picked": len(picked), "at": first}

    async def mark(_: CallbackQuery, __: Any, ___: DialogManager, item: str) -> None:
        picked.symmetric_difference_update({int(item)})

    window = Window(
        Format("Picked: {picked}"),
        Column(
            Select(Format("{item[0]}"), id="c", item_id_getter=lambda it: it[1], items="items", on_click=mark)
        ),
        StubScroll(id="scroll", pages="pages"),
        Row(
            PrevPage(scroll="scroll", text=Format("‹")),
            Button(Format("{at}"), id="at"),
            NextPage(scroll="scroll", text=Format("›")),
        ),
        state=Bare.page,
        getter=page,
    )
    dispatcher = Dispatcher(storage=JsonMemoryStorage(), events_isolation=SimpleEventIsolation())
    dispatcher.include_router(Dialog(window))
    setup_dialogs(dispatcher, events_isolation=DisabledEventIsolation())
    opened = OpenWindow(dispatcher, Bare.page)
    await opened.open()
    return opened


async def _half_picked(database: Any, count: int) -> Operations:
    """The operations, with a draft of this chat that holds every second customer."""
    ops = operations(database, NO_WORKBOOKS)
    owner = await ops.register_firm(chat(str(CHAT_ID)), person("An"), "Đại lý thuế An", "0312345673")
    actor = Actor(owner.id, owner.firm_id, owner.role)
    await keep(database, actor, customers(count)[::2])
    await start_draft(ops, actor)
    await ops.pick_matching(actor, EVERYONE, picked=True)
    await keep(database, actor, customers(count)[1::2])
    return ops
