"""Shared by random walks in either app: the world and its invariants, the people at the beginning, and the
texts that people may type."""

import asyncio
import contextlib
import logging
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, run_state_machine_as_test
from sqlalchemy import func, select

from domain.customers import Customer, CustomerField
from domain.licences import ActivationFailure, FailureReason
from domain.people import Actor, Role
from domain.recipients import RecipientMode
from services.paging import PAGE_SIZE
from storage.tables.orders import orders
from tests.support import builders, rows
from tests.support.banks import Bank, add_back_office
from tests.support.databases import Databases
from tests.support.direct import DirectWorld
from tests.support.working import Working

WALKS = int(os.environ.get("WALKS", "8"))
"""How many walks run. After a change of the dialogs, many more are worth their time."""

PEOPLE = ("owner", "newcomer", "backoffice")
BUYERS = (Role.OWNER, Role.STAFF)
MARK = "Sao Bắc Đẩu"
"""A word in the name of every customer of the owner, and nowhere else."""


class Errors(logging.Handler):
    """Collects logged errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(logging.Formatter("%(name)s: %(message)s").format(record))


@dataclass
class Placeable:
    """An open draft as it stood before a step."""

    ready: bool
    total: int


class WalkedWorld(DirectWorld):
    """The world of a walk, with checks of drafts, orders and money."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.errors = Errors()
        self.before: dict[int, Placeable] = {}
        self.placing = False
        """Whether somebody confirmed an order in this step."""
        self.placed = 0

    async def open(self) -> None:
        logging.getLogger().addHandler(self.errors)
        await super().open()

    async def close(self) -> None:
        logging.getLogger().removeHandler(self.errors)
        await super().close()

    async def check(self) -> None:
        """Assert everything that must hold after every step."""
        assert not self.errors.seen, "\n".join(self.errors.seen)
        actors = [await self.actor(person) for person in PEOPLE]
        await self._check_orders()
        await self._check_drafts([actor for actor in actors if actor and actor.role in BUYERS])
        self.placing = False

    async def _check_orders(self) -> None:
        async with self.database.reading() as connection:
            placed = (await connection.execute(select(func.count()).select_from(orders))).scalar_one()
        if placed == self.placed:
            return
        assert self.placing, "an order that nobody confirmed"
        self.placed = placed
        tables = await rows.dump(self.database)
        drafts = {draft["id"]: draft for draft in tables["drafts"]}
        of_drafts = [order["draft_id"] for order in tables["orders"]]
        assert len(of_drafts) == len(set(of_drafts)), "two orders of one draft"
        for order in tables["orders"]:
            lines = [line for line in tables["order_lines"] if line["order_id"] == order["id"]]
            requests = [paid for paid in tables["payment_requests"] if paid["order_id"] == order["id"]]
            assert order["total"] == sum(line["amount"] for line in lines)
            assert order["total"] == sum(paid["amount"] for paid in requests)
            assert order["line_count"] == len(lines) > 0
            assert all(line["email"] and line["phone"] and line["name"] for line in lines)
            assert drafts[order["draft_id"]]["confirmed"]
            before = self.before.pop(order["draft_id"], None)
            if before is not None:
                assert before.ready, "an order of a draft that was not complete and confirmed"
                assert before.total == order["total"]

    async def _check_drafts(self, actors: Sequence[Actor]) -> None:
        self.before.clear()
        for actor in actors:
            if await self.operations.find_draft(actor) is None:
                continue
            view = await self.operations.view_draft(actor)
            amounts: list[int] = []
            for page in range(-(-view.sums.lines // PAGE_SIZE)):
                review = await self.operations.review_lines(actor, page)
                assert review.total == view.sums.lines
                assert all(line.line.customer.kind is view.kind for line in review.lines)
                # A list may be picked before its package is chosen.
                amounts += [view.package.amount if view.package else 0 for _ in review.lines]
            assert view.total == sum(amounts)
            self.before[view.draft.id] = Placeable(view.ready and view.draft.confirmed, view.total)

    async def settle_in(self, mode: RecipientMode, begun: str) -> None:
        """Prepare an owner with customers, an order and perhaps a draft; show everybody a window."""
        operations = self.operations
        await operations.register_firm(
            self.identity("owner"),
            builders.person("Chủ"),
            "Đại lý thuế Ánh Sao",
            builders.enterprise_tax_code(1000),
            builders.FIRM_ADDRESS,
        )
        actor = await self.actor("owner")
        assert actor is not None
        kept = []
        for number in range(1, 13):
            build = builders.household if number % 3 == 0 else builders.enterprise
            data = build(number, name=f"{MARK} {number}")
            added = await operations.add_customer(
                actor, builders.without_login(data) if number == 4 else data
            )
            kept.append(added.customer)
        await self._order_and_activate(actor, [customer for customer in kept if customer.id % 3 == 0][:3])
        if begun != "nothing":
            picked = [customer for customer in kept if customer.id % 3 and customer.id != 4]
            answer = builders.ready_draft if begun == "ticked" else builders.answer_draft
            await answer(operations, actor, picked, mode)
        for person in PEOPLE:
            self.write(person, "/start")
        await self.settle()

    async def _order_and_activate(self, actor: Actor, customers: Sequence[Customer]) -> None:
        """Make an order with one failed licence and one paid in part, and a transfer for back office."""
        await builders.placed_order(self.operations, actor, customers, package_code="HKD_BASIC")
        self.placed = 1
        person = await add_back_office(self.database, self.clock)
        async with self.database.write() as uow:
            chat = self.identity("backoffice")
            await uow.chats.link(chat.channel, chat.external_id, person.accountant_id, self.clock.now())
        working = Working(self.database, self.clock)
        refusal = ActivationFailure(FailureReason.INVALID, CustomerField.EMAIL)
        working.vendor.refuses[customers[0].tax_code] = refusal
        run = await self.operations.open_activation(actor, 1)
        await self.operations.start_run(actor, run.id)
        await working.work()
        codes = [entry.payment.code for entry in (await self.operations.list_payments(actor, 1)).items]
        for content, amount in ((codes[0], 1000), ("tien gi day", 5000)):
            await Bank(self.database, self.clock, working).tells(content, amount)


NUMBER = st.integers(0, 2**16)
WHO = st.sampled_from(("owner", "owner", "owner", "newcomer", "backoffice"))
TEXT = st.one_of(
    st.text(min_size=1, max_size=60),
    st.text("ắễộửđĐ <>&\"'\u202e\u05e9\u05dc\u05d5\u05dd👩\u200d👧🏠\u00ad\u2060", min_size=1, max_size=250),
    st.sampled_from(
        ("Ễ" * 200, "chữ " * 1250, "<b>", "&amp;", "</b>", "{{ 7*7 }}", "{item}", "%s", "\u202egnod\u202c",
         "\u00ad\u2060", "x\u200c\U0001d17a", "0", "-1", "1e9")
    ),
)  # fmt: skip
ANSWERS = {
    "tax_code": [builders.enterprise_tax_code(n) for n in (1, 4, 501, 502)]
    + [builders.household_tax_code(n) for n in (3, 503)],
    "firm_tax_code": [builders.enterprise_tax_code(n) for n in (601, 602, 1000)],
    "phone": ["0912345678", "+84 98 765 4321"],
    "email": ["an@minhan.vn", "an@gmail.con"],
    "invoice_email": ["hoadon@minhan.vn"],
    "mail_to": ["hoadon@minhan.vn"],
    "tax_id": ["1234567", builders.enterprise_tax_code(503), builders.household_tax_code(504)],
}
"""Texts that answer a question, by the last part of its window's name."""

ELSE = ("Nguyễn Thị Lan", "12 Lê Lợi, Quận 1", "sao bac dau 1", "0912345678", "lan@minhan.vn", "không có ai")

BOTH_KINDS = "\n".join(
    [builders.enterprise_tax_code(1), builders.enterprise_tax_code(2), builders.household_tax_code(6)]
)

PATHS = (
    (BOTH_KINDS, "🛒", "🗑️ Bỏ đơn nháp", "🏢", "⬜️", "Tiếp tục", "🛒", "▶️ Sang", "🏪"),
    (BOTH_KINDS, "🛒", "➕ Thêm khách", "⬜️"),
    (f"/mua 2027 starter\n{BOTH_KINDS}", "🗑️ Bỏ đơn nháp", "⬜️", "Tiếp tục", "🛒", "▶️ Sang"),
    ("/mua 2027 hkd_plus 2035 abc", "🗑️ Bỏ đơn nháp"),
    ("/mua", "🗑️", "🗑️", "🗑️"),
    ("/mua", "▶️", "Đổi khách", "🔽", "🔁"),
    ("/mua", "▶️", "🔎", "", "✏️"),
    ("/mua", "▶️", "🔎", "", "📘", "Chế độ"),
    ("/mua", "▶️", "🔎", "", "📮", "➕"),
    ("/mua", "▶️", "🔎", "", "🗑", "↩️"),
    ("/mua", "▶️", "Đổi gói", "HKD"),
    ("/mua", "▶️", "Đổi năm"),
    ("/mua", "▶️", "Đổi người nhận", "Người khác", "Một người"),
    ("/mua", "▶️", "Đổi khách", "➕"),
    ("/mua", "▶️", "Dữ liệu", "Thuế"),
    ("/mua", "▶️", "⬜️", "Tiếp tục"),
    ("/mua", "🗑"),
    ("/khachhang", "➕"),
    ("/khachhang", "📄", "⬇️"),
    ("/khachhang", "🔽", "⚠️", "✖️"),
    ("/khachhang", "🔽", "🏷️", "🏷️"),
    ("/khachhang", "🧰", "🏷️ Gắn", "🏷️"),
    ("/khachhang", "🧰", "📤"),
    ("/khachhang", "🧰", "👯", "", "Giữ", "↩️"),
    ("/khachhang", "🧰", "✏️", "🏷️", "🗑"),
    ("/khachhang", MARK, "🏷️"),
    ("/khachhang", MARK, "⋯", "👯", "", "Giữ"),
    ("/khachhang", MARK, "⋯", "🔐", "📤"),
    ("/khachhang", MARK, "⋯", "🔐", "🗑", "🗑"),
    ("/khachhang", MARK, "✏️"),
    ("/khachhang", MARK, "⋯", "🕓", "👤"),
    (builders.enterprise_tax_code(1), "🛒"),
    (builders.household_tax_code(3), "📦"),
    (builders.enterprise_tax_code(77), "➕"),
    ("/donhang", "khách ·", "👥", "1"),
    ("/donhang", "khách ·", "🕒"),
    ("/donhang", "khách ·", "⋯", "📅", "▶"),
    ("/donhang", "khách ·", "⋯", "🔁"),
    ("/donhang", "khách ·", "⋯", "✖️"),
    ("/donhang", "khách ·", "⋯", "📄"),
    ("/donhang", "khách ·", "💳", "📊"),
    ("/donhang", "khách ·", "💳", "", "🖼"),
    ("/donhang", "khách ·", "💳", "", "🧾"),
    ("/kichhoat", "khách ·", "☑️", "⬜️", ""),
    ("/kichhoat", "khách ·", "⚡"),
    ("/thongbao", "⚙️", "🌙", "22h"),
    ("/thongbao", "✔️"),
    ("/thongbao", ""),
    ("/start", "🏦", "", "📌"),
    ("/start", "🏦", "", "↩️"),
    ("/start", "🏦", "", "🚫"),
    ("/start", "🧾", "✍️"),
    ("/start", "🧾", "", "✅"),
    ("/start", "⚡", ""),
    ("/start", "🏢", "", "✖️"),
    ("/start", "🔎"),
    ("/start", "💲", "⬇️"),
    ("/start", "📊", "‹"),
    ("/start", "📜", "7 ngày"),
    ("/start", "👤", "➕"),
)
"""A command or a tax code, then parts of the labels to tap; an empty part is the first button."""

World = TypeVar("World", bound=WalkedWorld)
Stages = Callable[[], contextlib.AbstractContextManager[World]]


class WalkMachine(RuleBasedStateMachine, Generic[World]):
    """One walk; `make_stage` gives each its own database."""

    def __init__(self, make_stage: Stages[World]) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.exit = contextlib.ExitStack()
        self.exit.callback(self.runner.close)
        self.stage = self.exit.enter_context(make_stage())
        self.run(self.stage.open())

    def run(self, act: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await act

        return self.runner.run(awaited())

    def teardown(self) -> None:
        self.run(self.stage.close())
        self.exit.close()

    @initialize(mode=st.sampled_from(RecipientMode), begun=st.sampled_from(("nothing", "answered", "ticked")))
    def an_owner_with_customers(self, mode: RecipientMode, begun: str) -> None:
        self.run(self.stage.settle_in(mode, begun))

    @invariant()
    def all_is_well(self) -> None:
        self.run(self.stage.check())


def walk(
    machine: Callable[[Stages[World]], WalkMachine[World]],
    world: Callable[[str, Path], World],
    databases: Databases,
    folder: Path,
) -> None:
    """Run `WALKS` walks."""

    @contextlib.contextmanager
    def stage() -> Iterator[World]:
        own = Path(tempfile.mkdtemp(dir=folder))
        with databases.fresh("sqlite", own) as url:
            yield world(url, own)

    run_state_machine_as_test(
        # The library takes a function as well as a class.
        cast(type[RuleBasedStateMachine], lambda: machine(stage)),
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            # A failing walk is short enough to read; making it shorter takes minutes.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
