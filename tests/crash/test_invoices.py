"""The tax invoices of 200 customers until each is mailed, with all troubles of SePay and more than 100 kills.

Each life dies at the first event (a commit or an outside call, before or after it) that no life has died at:
the first, third, ninth, 27th, … of its kind in that life. So every kind of point is met, and as each life
gets further than the one before, the kills are spread over all documents.
"""

import asyncio
import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.clock import ShiftedClock
from domain.calendar import VIETNAM, day_of, start_of
from domain.invoices import InvoiceState
from domain.invoicing import Invoiced, rate_on, vat_of_part
from domain.orders import Order
from domain.packages import sample_price_list
from domain.people import Actor
from sandbox.app import SandboxServer
from services.catalogue.customers import EVERYONE
from services.invoices.closing import CLOSE_JOB, CLOSES_AFTER, InvoiceRules
from services.invoices.following import FOLLOW_JOB
from services.invoices.releasing import ISSUE_JOB
from services.operations import Operations
from services.ports import Turn
from storage.database import Database
from tests.crash.aftermath import AT_REST, check_handed_over, check_pushes, rows_of, said
from tests.crash.life import CALM
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.support import builders
from tests.support.rows import Row, first_jobs

ISSUED_BY_SEPAY = 200
LINES = ISSUED_BY_SEPAY + 1
"""One of them SePay refuses for a reason that no buyer can mend: back office issues it."""

TROUBLES = ("refused", "failed", "failed_issued", "unseen", "no_number", "no_code", "no_files")
"""What becomes of the documents of the first customers."""
TWICE = {"error": "two", "times": 1_000}
"""SePay issues again what comes again under a key that it knows, where it otherwise refuses it."""
REFUSED, FAILED = (builders.enterprise_tax_code(1 + TROUBLES.index(one)) for one in ("refused", "failed"))
ONCE = ("too_many", "unauthorized", "general", "html", "lost")
LOAD = {"error_rate": 0.05, "lost_rate": 0.02, "fail_issued_rate": 0.02, "seed": 14}

CODES_AT_ONCE = 20
"""How many customers one transfer pays for."""
STRIDE = timedelta(minutes=3)
"""How far the clock is moved at a time, at most: further than a document waits that others stand behind."""
PATIENCE = 900
JOBS = (CLOSE_JOB, ISSUE_JOB, FOLLOW_JOB)
RULES = InvoiceRules(by_hand=False)
RATE = 8

POINTS = {
    ("commit", "CloseInvoices._make"),
    ("commit", "CloseInvoices._release"),
    ("commit", "IssueInvoice._send"),
    ("commit", "IssueInvoice._refuse"),
    ("commit", "FollowInvoice._look"),
    ("commit", "FollowInvoice._fetch"),
    ("mail", "data"),
    ("einvoice", "token"),
    ("einvoice", "provider-accounts"),
    ("einvoice", "usage"),
    ("einvoice", "create"),
    ("einvoice", "check"),
    ("einvoice", "invoices"),
    ("einvoice", "download"),
}
"""Where a life must have died, both before and after it."""


@dataclass
class Stage:
    lives: Lives
    server: SandboxServer
    database: Database

    async def work_off(self) -> None:
        """Let all be done about invoices; whenever nothing is due, the clock moves on."""
        clock = ShiftedClock(self.server.world.clock.path)
        async with asyncio.timeout(PATIENCE):
            while True:
                self.lives.check()
                firsts, now = await first_jobs(self.database), clock.now()
                if not any(job["leased_by"] or job["due_at"] <= now for job in firsts):
                    waits = [job["due_at"] - now for job in firsts if job["name"] in JOBS]
                    if not waits:
                        return
                    seconds = math.ceil(min(max(waits), STRIDE).total_seconds())
                    self.server.world.clock.advance(timedelta(seconds=seconds))
                await asyncio.sleep(0.05)


async def _place(operations: Operations, owner: Actor, database: Database) -> Order:
    """An order of all customers, who receive for themselves."""
    clock = operations.view_draft.clock
    async with database.write(Turn.of_firm(owner.firm_id)) as uow:
        many = [builders.enterprise(number) for number in range(1, LINES + 1)]
        await uow.customers.add_many(owner.firm_id, many, clock.now())
    await builders.start_draft(operations, owner, fiscal_year=clock.today().year)
    await operations.pick_matching(owner, EVERYONE, picked=True)
    await operations.finish_picking(owner)
    await operations.set_common_accounting(owner, await operations.offer_accounting(owner))
    await operations.confirm_draft(owner, True)
    return await builders.place(operations, owner, await operations.view_draft(owner))


def _to(moment: datetime, server: SandboxServer) -> None:
    now = datetime.fromtimestamp(server.world.clock.now(), VIETNAM)
    server.world.clock.advance(moment - now)


async def test_each_of_200_customers_gets_one_invoice(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    clock = ShiftedClock(server.world.clock.path)
    _to(start_of(clock.today() + timedelta(days=1)) + timedelta(hours=9), server)
    day = clock.today()
    chat, office = world.chat("newcomer"), world.chat("backoffice")
    for one in (chat, office):
        await world.post(f"{one.path}/text", text="/start")
    database = Database(database_url)
    stage = Stage(lives, server, database)
    prices = [replace(one, vat_rate=RATE) for one in sample_price_list()]
    async with operations_over(database_url, clock=clock, prices=prices, invoice_rules=RULES) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        order = await _place(operations, owner, database)
        lives.begin(at_points=True, spread=3, BACK_OFFICE=server.environment(0)["BACK_OFFICE"])
        await world.idle()
        codes = [row["code"] for row in (await rows_of(database_url))["payment_requests"]]
        for start in range(0, LINES, CODES_AT_ONCE):
            some = codes[start : start + CODES_AT_ONCE]
            amount = order.total // LINES * len(some)
            await world.post("bank/transfers", content=" ".join(some), amount=amount)
        await world.idle()
        await _trouble(world)
        lives.enter("the day ends")
        _to(start_of(day + timedelta(days=1)) + CLOSES_AFTER, server)
        await stage.work_off()
        _check_refused(await rows_of(database_url))
        lives.enter("the morning comes")  # Nobody is told of refusals at night.
        _to(start_of(day + timedelta(days=1)) + timedelta(hours=8), server)
        await stage.work_off()

        await world.delete("einvoice/faults")
        await world.post("einvoice/faults", **TWICE)
        lives.enter("mend")
        (refused,) = [
            row["id"] for row in (await rows_of(database_url))["invoices"] if row["state"] == "refused"
        ]
        async with database.read() as uow:
            invoice = await uow.invoices.get(refused)
        assert invoice is not None
        right = replace(invoice.buyer, tax_id=builders.enterprise_tax_code(LINES + 1))
        await operations.mend_invoice(owner, refused, right, invoice.email)
        await stage.work_off()
        lives.enter(CALM)
        await world.idle()
    print(lives.summary())
    await database.close()

    rows = await rows_of(database_url)
    _check_documents(rows, await world.get("einvoice/invoices"), day)
    mails = [mail for mail in await world.mails() if mail["subject"].startswith("Hóa đơn")]
    assert sorted(mail["to"] for mail in mails) == sorted(
        row["email"] for row in rows["invoices"] if not row["by_hand"]
    )
    assert {len(mail["attachments"]) for mail in mails} == {2}
    mended = next(row for row in rows["invoices"] if row["id"] == refused)
    assert mended["buyer_tax_id"] == right.tax_id
    check_pushes(lives, await said(chat), "Hóa đơn chưa xuất được: mã số của người mua cần sửa")
    check_pushes(lives, await said(office), "nơi xuất báo mã EINVOICE_PROVIDER_FAILED")
    assert lives.errors() == []
    points = {(point.moment, point.kind, point.what) for point in lives.points()}
    missed = {(moment, *one) for moment in ("before", "after") for one in POINTS} - points
    assert missed == set()


async def _trouble(world: DyingWorld) -> None:
    """Order all kinds of trouble."""
    for number, error in enumerate(TROUBLES, 1):
        tax_code = builders.enterprise_tax_code(number)
        await world.post("einvoice/faults", error=error, tax_code=tax_code, times=1_000, late=2)
    for error in ONCE:
        await world.post("einvoice/faults", error=error)
    await world.post("einvoice/faults", **TWICE)
    await world.post("einvoice/load", **LOAD)


def _check_refused(rows: dict[str, list[Row]]) -> None:
    """One is refused with the reason, one is left to back office, and all others are issued."""
    names = ("state", "by_hand", "refusal", "refused_field")
    left = {
        row["buyer_tax_id"]: tuple(row[name] for name in names)
        for row in rows["invoices"]
        if row["state"] not in AT_REST
    }
    assert left == {
        REFUSED: (InvoiceState.REFUSED, False, "EINVOICE_BUYER_TAX_CODE_INVALID", "tax_id"),
        FAILED: (InvoiceState.QUEUED, True, "EINVOICE_PROVIDER_FAILED", ""),
    }


def _check_documents(rows: dict[str, list[Row]], at_sepay: list[dict[str, Any]], day: date) -> None:
    """Each order line stands whole on one document, and each of ours is one at SePay, which says the same."""
    price = {(line["order_id"], line["position"]): line["amount"] for line in rows["order_lines"]}
    rate = rate_on(RATE, day)
    assert {(line["order_id"], line["position"]): line["amount"] for line in rows["invoice_lines"]} == price
    assert len(rows["invoice_lines"]) == len(rows["invoices"]) == LINES
    for line in rows["invoice_lines"]:
        assert (line["vat_rate"], line["vat"]) == (rate, vat_of_part(Invoiced(), line["amount"], rate))
    ours = {row["key"]: row for row in rows["invoices"] if not row["by_hand"]}
    assert len(ours) == ISSUED_BY_SEPAY
    assert {row["state"] for row in ours.values()} <= AT_REST
    issued = [one for one in at_sepay if one["state"] == "issued"]
    assert sorted(one["reference"] for one in issued) == sorted(ours)
    assert sorted(one["number"] for one in issued) == [*range(1, ISSUED_BY_SEPAY + 1)]
    assert {one["tax_id"] for one in at_sepay if one["state"] != "issued"} == {FAILED}
    for one in issued:
        row = ours[one["reference"]]
        assert (one["series"], str(one["number"])) == (row["form"] + row["series"], row["number"])
        assert (one["date"], one["tax_id"]) == (row["issued_on"].isoformat(), row["buyer_tax_id"])
        assert abs(one["total"] - row["amount"]) <= 2
        assert row["day"] == day
    assert len(rows["invoice_files"]) == ISSUED_BY_SEPAY
    check_handed_over(rows)
    assert day_of(min(row["sent_at"] for row in ours.values())) == day + timedelta(days=1)
