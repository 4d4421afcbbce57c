"""A long run of bulk activation by the worker, against a vendor that is slow, fails, and loses answers."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import aiohttp

from bot.settings import Settings
from bot.wiring import Program, build_program, run_workers
from domain.activations import RunState
from domain.people import Actor
from domain.proofs import NO_PROOFS
from domain.recipients import RecipientMode
from services.catalogue.customers import EVERYONE
from storage.migrate import upgrade
from tests.bench.bot_api import bot_api
from tests.bench.catalogue import customers
from tests.bench.measuring import Figure
from tests.support import builders
from tests.support.settings import settings_of
from tests.support.world import World

LATENCY = 200  # Milliseconds of each answer.
ERRORS, LOST = 0.05, 0.02
_LOOK = 0.1  # Seconds between two looks at whether the run is over.


async def figures(folder: Path, licences: int = 1_000, latency: int = LATENCY) -> Sequence[Figure]:
    """The time of a run, because the vendor is another process.

    The vendor loses an answer by closing the connection, so that no call waits for `VENDOR_TIMEOUT`.
    """
    async with contextlib.AsyncExitStack() as stack:
        environment, (chat,), _ = await stack.enter_async_context(bot_api(folder / "world", 1))
        lowered = {name.lower(): value for name, value in environment.items()}
        settings = settings_of(lowered)
        await upgrade(settings.database_url)
        program = await stack.enter_async_context(build_program(settings))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        world = World(http, environment["TELEGRAM_API_URL"])
        actor = await _accountant(program, chat, licences)
        order_id = await _order(program, actor)
        parallel = settings.vendor_parallel
        # A little less than these parallel calls reach, so that now and then one is refused with 429.
        limit = max(1, round(0.98 * parallel * 1000 / latency))
        await world.post("vendor/load", latency_ms=latency)
        one_call = await _one_call(http, settings)
        await world.post(
            "vendor/load", latency_ms=latency, error_rate=ERRORS, lost_rate=LOST, limit_per_second=limit
        )
        workers = asyncio.create_task(run_workers(program))
        try:
            seconds = await _activate(program, actor, order_id)
        finally:
            workers.cancel()
            await workers
        await _check(program, world, order_id, licences)
    return [
        Figure(
            f"activating {licences:,} licences, {parallel} calls at a time, {ERRORS:.0%} refused with 503,"
            f" {LOST:.0%} of the answers lost, 429 above {limit} a second: to so many calls that all succeed",
            seconds,
            licences * one_call / parallel,
            "s",
            goal=1.25,
        )
    ]


async def _accountant(program: Program, chat: int, count: int) -> Actor:
    """An accountant with `count` customers in the catalogue."""
    details = builders.person("Nguyễn Thị Lan")
    identity = builders.chat(str(chat))
    tax_code = builders.enterprise_tax_code(80_000)
    register = replace(program.operations.register_firm, rules=NO_PROOFS)
    actor = builders.actor_of(await register(identity, details, "An", tax_code, builders.FIRM_ADDRESS))
    async with program.database.write() as uow:
        await uow.customers.add_many(actor.firm_id, customers(count), program.clock.now())
    return actor


async def _order(program: Program, actor: Actor) -> int:
    """One order for all customers of the catalogue; its id."""
    ops = program.operations
    await builders.start_draft(ops, actor, RecipientMode.ACCOUNTANT, fiscal_year=program.clock.today().year)
    await ops.pick_matching(actor, EVERYONE, picked=True)
    await ops.finish_picking(actor)
    await ops.set_common_accounting(actor, await ops.offer_accounting(actor))
    await ops.confirm_draft(actor, True)
    return (await builders.place(ops, actor, await ops.view_draft(actor))).id


async def _one_call(http: aiohttp.ClientSession, settings: Settings, calls: int = 10) -> float:
    """The seconds that an undisturbed call to the vendor takes."""
    assert settings.vendor_api_token is not None
    url = f"{settings.vendor_api_url}/v1/licences"
    headers = {"Authorization": f"Bearer {settings.vendor_api_token.get_secret_value()}"}
    started = time.monotonic()
    for _ in range(calls):
        async with http.get(url, params={"key": "none"}, headers=headers) as answer:
            assert answer.status == 404
    return (time.monotonic() - started) / calls


async def _activate(program: Program, actor: Actor, order_id: int) -> float:
    """The seconds from the tap until the run is over."""
    run = await program.operations.open_activation(actor, order_id)
    started = time.monotonic()
    await program.operations.start_run(actor, run.id)
    while run.state is not RunState.FINISHED:
        await asyncio.sleep(_LOOK)
        async with program.database.read() as uow:
            found = await uow.activations.get(run.id)
        assert found is not None
        run = found
    return time.monotonic() - started


async def _check(program: Program, world: World, order_id: int, licences: int) -> None:
    """Each licence is active, and the vendor was asked for it under one key."""
    async with program.database.read() as uow:
        found = [one.licence for one in await uow.licences.of_order(order_id)]
    at_vendor = await world.get("vendor/licences")
    assert len(found) == len(at_vendor) == licences
    assert {one.vendor_id for one in found} == {one["id"] for one in at_vendor}
    assert {one["creations"] for one in at_vendor} == {1}
