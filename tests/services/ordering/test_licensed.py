"""Whether customers have a licence already is asked of a real vendor's server, within limits."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.customers import Customer
from domain.people import Actor
from domain.recipients import RecipientMode
from gateways.vendor import VendorApi, VendorSettings
from services.operations import Operations, build_operations
from services.ordering import licensed
from services.ordering.licensed import REST, AskVendor
from services.ordering.overlooking import Licensed
from services.ports import Turn
from storage.database import Database
from tests.support.banks import Bank
from tests.support.builders import CHANNELS, PAYEE, add_customers, drop_draft, place, ready_draft
from tests.support.clock import FixedClock
from tests.support.workbooks import JsonWorkbooks
from texts.ordering.facts import fact_lines

A_DAY = 4
TOKEN = "token-of-the-vendor"


class Records:
    """The vendor's answer, and the questions that came."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.has: dict[str, str] = {}
        self.answer: Any = None
        app = web.Application()
        app.router.add_post("/v1/licences/known", self._known)
        self.server = TestServer(app)

    async def _known(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        question = await request.json()
        self.asked.append(question)
        if self.answer is not None:
            answer: web.StreamResponse = await self.answer()
            return answer
        known = [{"tax_code": code, "package": self.has[code]} for code in self.has]
        return web.json_response({"licensed": known})


@pytest.fixture
async def records() -> AsyncIterator[Records]:
    records = Records()
    await records.server.start_server()
    yield records
    await records.server.close()


@pytest.fixture
async def operations(database: Database, clock: FixedClock, records: Records) -> AsyncIterator[Operations]:
    settings = VendorSettings(str(records.server.make_url("/")), TOKEN)
    async with VendorApi(settings) as api:
        ask = AskVendor(database, clock, api, A_DAY)
        yield build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), ask_vendor=ask)


@pytest.fixture
async def customers(operations: Operations, owner: Actor) -> list[Customer]:
    return await add_customers(operations, owner, 3)


async def _approve(database: Database, owner: Actor) -> None:
    async with database.write(Turn.of_firm(owner.firm_id)) as uow:
        await uow.held.clear(owner.firm_id)


async def _licensed(operations: Operations, owner: Actor) -> Licensed:
    return (await operations.overlook_draft(owner)).licensed


async def test_a_firm_that_was_approved_reads_who_has_one_and_is_asked_about_once(
    operations: Operations, owner: Actor, database: Database, records: Records, customers: list[Customer]
) -> None:
    records.has = {customers[1].tax_code: "STANDARD", "0100109106": "STANDARD"}
    await ready_draft(operations, owner, customers)
    assert await _licensed(operations, owner) == Licensed()
    assert records.asked == []
    await _approve(database, owner)
    for _ in range(2):
        assert await _licensed(operations, owner) == Licensed(1, (customers[1].name,), "Standard")
    codes = [one.tax_code for one in customers]
    assert records.asked == [{"fiscal_year": 2026, "tax_codes": codes}]
    said = "\n".join(fact_lines(await operations.overlook_draft(owner)))
    assert f"⚠️ Nhà cung cấp báo đã có Standard 2026: {customers[1].name}" in said


async def test_a_firm_that_has_paid_is_told_of_what_it_did_not_order_itself(
    operations: Operations, owner: Actor, bank: Bank, records: Records, customers: list[Customer]
) -> None:
    view = await ready_draft(operations, owner, customers[:1], RecipientMode.ACCOUNTANT)
    order = await place(operations, owner, view)
    await bank.tells(order.code, order.total)
    records.has = {customers[0].tax_code: "STARTER", customers[2].tax_code: "GONE"}
    await ready_draft(operations, owner, customers, package_code="STANDARD")
    assert await _licensed(operations, owner) == Licensed(1, (customers[2].name,), "")
    said = "\n".join(fact_lines(await operations.overlook_draft(owner)))
    assert f"{customers[0].name} đã có Starter 2026 ({order.code})" in said
    assert f"⚠️ Nhà cung cấp báo đã có phần mềm 2026: {customers[2].name}" in said


async def test_no_more_codes_than_its_limit_are_asked_in_a_day(
    operations: Operations,
    owner: Actor,
    database: Database,
    clock: FixedClock,
    records: Records,
    customers: list[Customer],
) -> None:
    """Nobody learns who is a client by typing codes."""
    await _approve(database, owner)
    more = await add_customers(operations, owner, 3, first=11)
    await ready_draft(operations, owner, [*customers, *more])
    records.has = {more[2].tax_code: "STANDARD"}
    assert (await _licensed(operations, owner)).count == 0
    await drop_draft(operations, owner)
    await ready_draft(operations, owner, more)
    assert (await _licensed(operations, owner)).count == 0
    assert [len(one["tax_codes"]) for one in records.asked] == [A_DAY]
    clock.forward(days=1)
    assert (await _licensed(operations, owner)).count == 1


@pytest.mark.parametrize("trouble", ["404", "500", "nonsense", "hangs"])
async def test_a_vendor_that_is_away_shows_nothing_and_holds_nobody_up(
    operations: Operations,
    owner: Actor,
    database: Database,
    clock: FixedClock,
    records: Records,
    customers: list[Customer],
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    # Only where the answer never comes does the time decide.
    monkeypatch.setattr(licensed, "SECONDS", 0.3 if trouble == "hangs" else 60.0)
    released = asyncio.Event()

    async def answer() -> web.StreamResponse:
        # No transaction of the asking one is open: another one of the same firm goes through.
        async with database.write(Turn.of_firm(owner.firm_id)) as uow:
            await uow.held.count_told(owner.firm_id, 0)
        match trouble:
            case "hangs":
                await released.wait()
            case "nonsense":
                return web.json_response({"licensed": [{"tax_code": 7}]})
        return web.json_response({"error": {"kind": "unknown", "message": ""}}, status=int(trouble))

    records.answer = answer
    await _approve(database, owner)
    await ready_draft(operations, owner, customers)
    for _ in range(2):
        assert await _licensed(operations, owner) == Licensed()
    assert len(records.asked) == 1
    released.set()
    # It is asked again after a rest, and the question without an answer does not count.
    records.answer, records.has = None, {customers[0].tax_code: "STANDARD"}
    monkeypatch.setattr(licensed, "SECONDS", 60.0)
    clock.forward(seconds=REST.total_seconds())
    assert (await _licensed(operations, owner)).count == 1
