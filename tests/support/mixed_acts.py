"""Random acts of a few people, as taps, webhooks, jobs and house-keeping do them, and what holds after."""

import random
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence, Set
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from domain.chats import Channel
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.messaging.notices import CHOOSABLE
from domain.people import Actor, Role
from domain.recipients import RecipientMode
from domain.transfers import Provider
from services.activation.access import SettleAccess
from services.activation.activating import ActivateLicence
from services.catalogue.customers import EVERYONE
from services.housekeeping import DropOldDrafts, DropOldIntakes
from services.messaging.pushes import DeliverPush
from services.money.transfers import MatchTransfer, TakeTransfers
from services.operations import Operations
from services.ports import RetryLater
from storage.database import Database
from tests.support.banks import reported
from tests.support.builders import (
    CHANNELS,
    FISCAL_YEAR,
    chat,
    drop_draft,
    enterprise,
    enterprise_tax_code,
    person,
)
from tests.support.clock import FixedClock
from tests.support.vendor import ScriptedVendor
from tests.support.working import KeptChannel

CUSTOMERS = 40
Act = Callable[["Mixed", Actor], Awaitable[object]]


class Mixed:
    def __init__(
        self, database: Database, operations: Operations, clock: FixedClock, chance: random.Random
    ) -> None:
        self.database, self.operations, self.clock, self.chance = database, operations, clock, chance
        self.vendor = ScriptedVendor()
        sent: list[Any] = []
        senders = {one: KeptChannel(one, clock, sent, sent) for one in (*CHANNELS, Channel.TELEGRAM)}
        self.deliver = DeliverPush(database, clock, senders)

    async def go(self, count: int, people: Sequence[Actor], wanted: Set[str]) -> dict[str, Any]:
        """Do so many acts, and more until each that is wanted was done once, at most ten times as many."""
        done: Counter[str] = Counter()
        unforeseen: list[str] = []
        for number in range(10 * count):
            if number >= count and wanted <= done.keys():
                break
            actor = self.chance.choice(people)
            acts = BACK_OFFICE if actor.role is Role.BACK_OFFICE else ACCOUNTANT
            act = self.chance.choice(acts)
            try:
                await act(self, actor)
                done[act.__name__] += 1
            except (DomainError, RetryLater):
                done["refused"] += 1
            except Exception:
                unforeseen.append(f"{act.__name__}: {traceback.format_exc(limit=-6)}")
        return {"done": done, "unforeseen": unforeseen}

    async def one_of(self, sql: str) -> Any:
        """A value of the rows that the statement finds; a refusal if there is none."""
        async with self.database.reading() as connection:
            found = (await connection.execute(text(sql))).scalars().all()
        if not found:
            raise DomainError("nothing_there")
        return self.chance.choice(found)


async def add_customer(self: Mixed, actor: Actor) -> None:
    await self.operations.add_customer(actor, enterprise(self.chance.randrange(CUSTOMERS)))


def _line(self: Mixed) -> str:
    one = enterprise(self.chance.randrange(CUSTOMERS))
    return "\t".join((one.tax_code, one.name, one.address, one.representative, one.email, one.phone))


async def list_customers(self: Mixed, actor: Actor) -> None:
    lines = "\n".join(_line(self) for _ in range(3))
    intake = await self.operations.intakes.receive_text(actor, lines)
    await self.operations.intakes.take_intake(actor, intake.id, lacking=True)


async def order_list(self: Mixed, actor: Actor) -> None:
    intake = await self.operations.intakes.receive_text(actor, _line(self))
    draft = await self.operations.find_draft(actor)
    await self.operations.order_intake(actor, intake.id, lacking=True, replaces=draft.id if draft else None)


async def _customer(self: Mixed, actor: Actor, further: str = "") -> int:
    which = "AND merged_into IS NULL AND NOT erased" if self.chance.random() < 0.9 else ""
    return int(
        await self.one_of(f"SELECT id FROM customers WHERE firm_id = {actor.firm_id} {which} {further}")
    )


async def edit_customer(self: Mixed, actor: Actor) -> None:
    field, value = CustomerField.PHONE, f"09{self.chance.randrange(10**8):08d}"
    if self.chance.random() < 0.7:
        field, value = CustomerField.REPRESENTATIVE, "Nguyễn Văn An"
    await self.operations.edit_customer(actor, await _customer(self, actor), field, value)


async def archive(self: Mixed, actor: Actor) -> None:
    await self.operations.archive_customer(actor, await _customer(self, actor), self.chance.random() < 0.1)


async def merge(self: Mixed, actor: Actor) -> None:
    if self.chance.random() < 0.3:
        one, other = await _customer(self, actor), await _customer(self, actor)
        await self.operations.merge_customers(actor, one, other)


async def undo_merge(self: Mixed, actor: Actor) -> None:
    await self.operations.undo_merge(actor, await _customer(self, actor))


async def erase(self: Mixed, actor: Actor) -> None:
    if self.chance.random() < 0.1:
        await self.operations.erase_person(actor, await _customer(self, actor))


async def label(self: Mixed, actor: Actor) -> None:
    await self.operations.label_matching(actor, EVERYONE, self.chance.choice(["Quý 1", "quy 1", "VIP"]))


async def assign(self: Mixed, actor: Actor) -> None:
    await self.operations.assign_matching(actor, EVERYONE, actor.accountant_id)


async def order(self: Mixed, actor: Actor) -> None:
    """A whole order, by steps between which others may do anything."""
    ops = self.operations
    if self.chance.random() < 0.3:
        await drop_draft(ops, actor)
    await ops.open_draft(actor)
    sold = (await ops.offer_packages(actor)).packages
    await ops.choose_package(actor, next(one for one in sold if one.code == "STARTER").id, drop_picked=True)
    await ops.choose_fiscal_year(actor, FISCAL_YEAR)
    modes = (RecipientMode.CUSTOMER, RecipientMode.ACCOUNTANT)
    await ops.choose_recipient(actor, self.chance.choice(modes))
    for _ in range(3):
        await ops.pick_customer(actor, await _customer(self, actor, "AND missing = ''"), True)
    await ops.finish_picking(actor)
    await ops.set_common_accounting(actor, await ops.offer_accounting(actor))
    await ops.drop_already_ordered(actor)
    await place(self, actor)


async def place(self: Mixed, actor: Actor) -> None:
    await self.operations.confirm_draft(actor, True)
    view = await self.operations.view_draft(actor)
    await self.operations.place_order(actor, view.draft.id, view.total)


async def pick_all(self: Mixed, actor: Actor) -> None:
    await self.operations.pick_matching(actor, EVERYONE, self.chance.random() < 0.7)


async def discard(self: Mixed, actor: Actor) -> None:
    draft = await self.operations.find_draft(actor)
    if draft is not None and self.chance.random() < 0.3:
        await self.operations.discard_draft(actor, draft.id)


async def _order(self: Mixed, actor: Actor) -> int:
    return int(await self.one_of(f"SELECT id FROM orders WHERE firm_id = {actor.firm_id}"))


async def cancel(self: Mixed, actor: Actor) -> None:
    await self.operations.cancel_order(actor, await _order(self, actor))


async def buy_again(self: Mixed, actor: Actor) -> None:
    await self.operations.buy_again(actor, await _order(self, actor))


async def activate(self: Mixed, actor: Actor) -> None:
    run = await self.operations.open_activation(actor, await _order(self, actor))
    await self.operations.start_run(actor, run.id)


async def stop(self: Mixed, actor: Actor) -> None:
    run_id = await self.one_of("SELECT id FROM activation_runs WHERE state = 'running'")
    if self.chance.random() < 0.2:
        await self.operations.stop_run(actor, run_id)


async def roll_call(self: Mixed, actor: Actor) -> None:
    await self.operations.ask_roll_call(actor, await _order(self, actor))


async def claim(self: Mixed, actor: Actor) -> None:
    code = await self.one_of(
        f"SELECT r.code FROM payment_requests r JOIN orders o ON o.id = order_id"
        f" WHERE firm_id = {actor.firm_id}"
    )
    await self.operations.claim_transfer(actor, code, f"file-{self.chance.randrange(99)}")


async def read_all(self: Mixed, actor: Actor) -> None:
    await self.operations.mark_all_read(actor)


async def topic(self: Mixed, actor: Actor) -> None:
    wanted = self.chance.choice(CHOOSABLE[actor.role])
    await self.operations.set_topic(actor, wanted, self.chance.random() < 0.5)


async def link_code(self: Mixed, actor: Actor) -> None:
    code = await self.operations.make_link_code(actor)
    await self.operations.link_chat(replace(chat("zalo"), channel=Channel.ZALO), code)


async def register(self: Mixed, actor: Actor) -> None:
    number = self.chance.randrange(20)
    who = chat(f"new-{self.chance.randrange(20)}")
    await self.operations.register_firm(
        who, person("Mới", number), "Mới", enterprise_tax_code(60_000 + number)
    )


async def bank_tells(self: Mixed, actor: Actor) -> None:
    """A transfer for one or two orders of any firms; perhaps two providers tell of one movement."""
    named = [await self.one_of("SELECT code FROM payment_requests") for _ in range(2)]
    amount, reference = self.chance.choice([500_000, 1_080_000, 3_000_000]), f"R{self.chance.randrange(40)}"
    some = [
        reported(" ".join(named), amount, provider=one, reference=reference, event_id=f"{one}-{reference}")
        for one in (Provider.SEPAY, Provider.CASSO)
    ]
    self.chance.shuffle(some)
    await TakeTransfers(self.database, self.clock)(some[: self.chance.randint(1, 2)])


async def match(self: Mixed, actor: Actor) -> None:
    transfer_id = await self.one_of("SELECT id FROM transfers WHERE state = 'received'")
    await MatchTransfer(self.database, self.clock, CHANNELS)(transfer_id)


async def vendor_answers(self: Mixed, actor: Actor) -> None:
    licence_id = await self.one_of("SELECT licence_id FROM activation_items WHERE outcome IS NULL")
    run_id = await self.one_of(
        f"SELECT run_id FROM activation_items WHERE outcome IS NULL AND licence_id = {licence_id}"
    )
    await ActivateLicence(self.database, self.clock, self.vendor)(run_id, licence_id, 1, False)


async def access(self: Mixed, actor: Actor) -> None:
    licence_id = await self.one_of("SELECT id FROM licences WHERE step = 'done'")
    await SettleAccess(self.database, self.clock, self.vendor)(licence_id, "key", 1, True)


async def deliver(self: Mixed, actor: Actor) -> None:
    await self.deliver(await self.one_of("SELECT key FROM pushes WHERE state = 'queued'"), 1)


async def sweep(self: Mixed, actor: Actor) -> None:
    later = FixedClock(self.clock.now() + timedelta(days=400))
    if self.chance.random() < 0.05:
        await DropOldDrafts(self.database, later)()
        await DropOldIntakes(self.database, later)()


async def assign_transfer(self: Mixed, actor: Actor) -> None:
    transfer_id = await self.one_of("SELECT id FROM transfers WHERE attention IS NOT NULL")
    code = await self.one_of("SELECT code FROM payment_requests")
    await self.operations.desk.assign_transfer(actor, transfer_id, code)


async def return_transfer(self: Mixed, actor: Actor) -> None:
    transfer_id = await self.one_of("SELECT id FROM transfers WHERE attention IS NOT NULL")
    await self.operations.desk.return_transfer(actor, transfer_id, "FT-BACK")


async def settle_claim(self: Mixed, actor: Actor) -> None:
    claim_id = await self.one_of("SELECT id FROM transfer_claims WHERE state = 'open'")
    note = f"R{self.chance.randrange(40)}"
    await self.operations.settle_claim(actor, claim_id, self.chance.random() < 0.7, note)


async def enter_payment(self: Mixed, actor: Actor) -> None:
    code = await self.one_of("SELECT code FROM payment_requests")
    note = f"R{self.chance.randrange(40)}"
    await self.operations.desk.enter_payment(actor, code, 1_080_000, note)


ACCOUNTANT: list[Act] = [
    *(add_customer, list_customers, order_list, edit_customer, archive, merge, undo_merge, erase, label),
    *(assign, order, order, order, place, pick_all, discard, cancel, buy_again, activate, activate, stop),
    *(roll_call, claim, read_all, topic, link_code, register, sweep),
    *(bank_tells, match, match, vendor_answers, vendor_answers, vendor_answers, access, deliver, deliver),
]
BACK_OFFICE: list[Act] = [assign_transfer, return_transfer, settle_claim, enter_payment, match, read_all]

BROKEN = {
    "two open drafts of one person": "SELECT 1 FROM drafts WHERE order_id IS NULL AND follows_id IS NULL"
    " GROUP BY accountant_id HAVING count(*) > 1",
    "a customer ordered twice in a year": "SELECT 1 FROM orders o JOIN order_lines l ON l.order_id = o.id"
    " WHERE state <> 'cancelled' GROUP BY firm_id, fiscal_year, package_code, tax_code HAVING count(*) > 1",
    "an order of no lines": "SELECT 1 FROM orders o WHERE line_count <>"
    " (SELECT count(*) FROM order_lines WHERE order_id = o.id)",
    "a movement booked twice": "SELECT 1 FROM transfers WHERE state = 'matched' GROUP BY reference, amount"
    " HAVING count(*) > 1",
    "money that is not shared out": "SELECT 1 FROM payment_requests r WHERE received <>"
    " (SELECT coalesce(sum(amount), 0) FROM shares WHERE payment_code = r.code)",
    "a transfer that paid more than it was": "SELECT 1 FROM transfers t WHERE amount <"
    " (SELECT coalesce(sum(amount), 0) FROM shares WHERE transfer_id = t.id)",
    "a licence that is not as paid as its request": "SELECT 1 FROM licences c JOIN order_lines l"
    " ON l.order_id = c.order_id AND l.position = c.position JOIN payment_requests r ON r.code = payment_code"
    " WHERE c.paid <> (r.state IN ('paid', 'overpaid')) AND r.state <> 'cancelled'",
    "an order that is not as paid as its requests": "SELECT 1 FROM orders o WHERE (state = 'paid') <> NOT"
    " EXISTS (SELECT 1 FROM payment_requests r WHERE r.order_id = o.id"
    " AND r.state NOT IN ('paid', 'overpaid')) AND state <> 'cancelled'",
    "two open claims of one request": "SELECT 1 FROM transfer_claims WHERE state = 'open'"
    " GROUP BY payment_code HAVING count(*) > 1",
    "a run that never ends": "SELECT 1 FROM activation_runs r WHERE state = 'running' AND NOT EXISTS"
    " (SELECT 1 FROM activation_items WHERE run_id = r.id AND outcome IS NULL)",
    "a licence in two runs": "SELECT 1 FROM activation_items i JOIN activation_runs r ON r.id = run_id"
    " WHERE outcome IS NULL AND state = 'running' GROUP BY licence_id HAVING count(*) > 1",
    "a wrong number of listed customers": "SELECT 1 FROM listed_customers n WHERE number <>"
    " (SELECT count(*) FROM customers c WHERE c.firm_id = n.firm_id AND c.archived = n.archived"
    " AND c.kind = n.kind AND c.in_catalogue)",
    "a wrong number of picked customers": "SELECT 1 FROM drafts d WHERE"
    " (SELECT coalesce(sum(number), 0) FROM picked_customers WHERE draft_id = d.id)"
    " <> (SELECT count(*) FROM draft_lines WHERE draft_id = d.id)",
    "a wrong number of trials": "SELECT 1 FROM (SELECT order_id, sum(number) AS number FROM trial_hours"
    " GROUP BY order_id) n WHERE number <> (SELECT count(*) FROM licences c WHERE c.order_id = n.order_id"
    " AND activated_at IS NOT NULL AND NOT paid AND NOT cancelled)",
    "a person merged into nobody": "SELECT 1 FROM customers WHERE merged_into IS NOT NULL AND in_catalogue",
}
"""What must find nothing, whatever was done."""
