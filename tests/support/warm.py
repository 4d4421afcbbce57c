"""Uses the program once, so that processes forked from this one need not do what takes long the first time.

Dialogs, models, templates and compiled statements stay in memory."""

import gc
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from bot import wiring
from bot.housekeeping import sweep
from bot.settings import Settings
from bot.web import build_app
from bot.worker import Workers
from storage.migrate import upgrade
from tests.support import builders, once
from tests.support.banks import Bank
from tests.support.direct import DirectWorld
from tests.support.direct_zalo import DirectZalo
from tests.support.working import Working

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PERSON = "newcomer"
PART = 100_000
"""Less than a customer owes, in đồng."""
SAYS = ("/start", "/khachhang", "/donhang", "/kichhoat", "/thongbao", "/huy", "/start")
ORDER = (
    *("Mua hàng loạt", "Standard", "năm sau", "Khách hàng (nên chọn)", "Chọn cả 3", "Dùng thông tin"),
    *("Tôi đã kiểm tra", "Tiếp tục", "Đặt hàng"),
)


async def warm_up(settings: Settings) -> None:
    """Put a program with these settings together, and have people place, activate and pay an order, with a
    database of its own. Nothing outside is called."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bot.db"
        # The second time is as at most starts: there is nothing to do.
        for _ in range(2):
            await upgrade(url)
        async with wiring.build_program(settings.model_copy(update={"database_url": url})) as program:
            await _start(program)
        await _order(DirectWorld(url, Path(folder) / "telegram"), 1)
        await _write_on_zalo(DirectZalo(url, Path(folder) / "zalo"), 2)
    once.take_back()
    once.warm_up()
    gc.collect()
    gc.freeze()


async def _start(program: wiring.Program) -> None:
    """Do what each program does at its start."""
    async with TestClient(TestServer(build_app(program))) as client:
        await client.get("/healthz")
    assert isinstance(program.jobs, Workers)
    for worker in program.jobs.by_lane.values():
        await worker.queue.release()
        await worker.queue.lease(LONG_AGO, 1, 1)
        await worker.queue.next_due()
    await sweep(program)


async def _order(world: DirectWorld, number: int) -> None:
    await _open(world, number)
    for text in SAYS:
        await world.says(PERSON, text)
    for label in ORDER:
        await world.taps(PERSON, label)
    working = Working(world.database, world.clock)
    await working.work()
    actor = await world.actor(PERSON)
    assert actor is not None
    (order,) = (await world.operations.list_to_activate(actor)).items
    run = await world.operations.open_activation(actor, order.id)
    await world.operations.view_activation(actor, run.id)
    await world.operations.start_run(actor, run.id)
    await working.work()
    bank = Bank(world.database, world.clock, working)
    for line in (await world.operations.list_order_lines(actor, order.id)).lines:
        await bank.tells(line.payment.code, PART)
    await bank.tells("no code", PART)
    await working.work_until(world.clock.now() + timedelta(days=2))
    await world.close()


async def _write_on_zalo(world: DirectZalo, number: int) -> None:
    await _open(world, number)
    for text in SAYS:
        await world.says(PERSON, text)
    await world.work()
    await world.close()


async def _open(world: DirectWorld, number: int) -> None:
    """Let the person have a firm with three customers."""
    await world.open()
    code = builders.enterprise_tax_code(80_000 + number)
    accountant = await world.operations.register_firm(
        world.identity(PERSON), builders.person("Trần Khởi Động", number), "Kế toán Khởi Động", code
    )
    await builders.add_customers(world.operations, builders.actor_of(accountant), 3)
