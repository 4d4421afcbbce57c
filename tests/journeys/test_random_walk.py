"""People who tap, type and send whatever comes to mind, on the real dispatcher over a real database.

Whatever they do: no unhandled error, every tap answered, no order that was not confirmed, one order a draft,
every total the sum of its lines, always a window to go on from, and nothing of another firm's.
"""

import asyncio
import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiogram_dialog.setup import collect_dialogs
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from domain.customers import Customer, CustomerField
from domain.licences import ActivationFailure, FailureReason
from domain.people import Actor, Role
from domain.pushes import Channel
from domain.recipients import RecipientMode
from sandbox.telegram.phone import NotPossible
from sandbox.telegram.state import Tap
from sandbox.world import Message
from services.customers import PAGE_SIZE
from storage.tables import orders
from tests.support import builders, rows
from tests.support.banks import Bank, add_back_office
from tests.support.databases import Databases
from tests.support.direct import DirectWorld, buttons_of
from tests.support.working import Working
from tests.support.world import SAMPLES

WALKS = int(os.environ.get("WALKS", "8"))
"""How many walks; many more are worth their time after a change of the dialogs."""

PEOPLE = ("owner", "newcomer", "backoffice")
BUYERS = (Role.OWNER, Role.STAFF)
MARK = "Sao Bắc Đẩu"
"""Stands in the name of every customer of the owner, and nowhere else."""

WAY_ON = ("▶", "✅", "🛒", "⬜️", "☑️", "⚠️", "•", "⚡", "💳", "🔁", "📌", "🧾")
"""Signs of buttons that lead towards an order, and on from it."""


class Errors(logging.Handler):
    """Collects what is logged as an error."""

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


class Stage(DirectWorld):
    """The world of a walk, and what has to be true of it after every step."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.errors = Errors()
        self.open_taps: list[Tap] = []
        self.buttons: dict[str, dict[tuple[int, str], None]] = {person: {} for person in PEOPLE}
        self.before: dict[int, Placeable] = {}
        self.placing = False
        self.placed = 0

    async def open(self) -> None:
        logging.getLogger().addHandler(self.errors)
        await super().open()

    async def close(self) -> None:
        logging.getLogger().removeHandler(self.errors)
        await super().close()

    def tap(self, person: str, message: int, data: str) -> None:
        self.placing |= data.endswith("\x1dplace")
        self.open_taps.append(self.phone(person).tap(message, data))

    def widgets(self, state: str) -> list[str]:
        """The names of all widgets of a window, of those hidden just now too."""
        found: list[str] = []
        for dialog in collect_dialogs(self.dispatcher):
            waiting = [window.keyboard for known, window in dialog.windows.items() if known.state == state]
            while waiting:
                widget = waiting.pop()
                waiting += getattr(widget, "buttons", ())
                found += [widget.widget_id] if widget.widget_id else []
        return found

    def invitations(self) -> list[str]:
        texts = [message.content.get("text", "") for message in self.messages("owner")]
        return [text.partition("?start=")[2].split()[0] for text in texts if "?start=" in text]

    # What has to be true
    async def check(self) -> None:
        assert not self.errors.seen, "\n".join(self.errors.seen)
        assert all(tap.answered.is_set() for tap in self.open_taps), "a tap without an answer"
        self.open_taps.clear()
        for person in PEOPLE:
            if messages := self.messages(person):
                await self._check_window(person, messages)
        actors = {person: await self.actor(person) for person in PEOPLE}
        self._check_secrecy(actors)
        await self._check_orders()
        await self._check_drafts([actor for actor in actors.values() if actor and actor.role in BUYERS])
        self.placing = False

    async def _check_window(self, person: str, messages: Sequence[Message]) -> None:
        stack = await self.stack(person)
        live = [message for message in messages if message.id == stack.get("last_message_id")]
        assert live, f"{person} has no window to go on from: {stack}"
        keyboard = self.phone(person).keyboard().get("keyboard")
        assert buttons_of(live[0]) or keyboard, f"{person} has no button to go on with: {live[0].content}"
        with_buttons = set()
        for message in messages:
            for data in filter(None, (button.get("callback_data") for button in buttons_of(message))):
                self.buttons[person].setdefault((message.id, data))
                if "\x1d" in data:
                    with_buttons.add(message.id)
        assert with_buttons <= {live[0].id}, f"{person} has old windows with buttons: {with_buttons}"

    def _check_secrecy(self, actors: Mapping[str, Actor | None]) -> None:
        owner, newcomer = actors["owner"], actors["newcomer"]
        if owner is None or (newcomer is not None and newcomer.firm_id == owner.firm_id):
            return
        for message in self.messages("newcomer"):
            assert MARK not in json.dumps([message.content, message.markup], ensure_ascii=False)

    async def _check_orders(self) -> None:
        async with self.database.reading() as connection:
            placed = (await connection.execute(select(func.count()).select_from(orders))).scalar_one()
        if placed == self.placed:
            return
        assert self.placing, "an order without a tap on its button"
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
                assert view.package is not None
                assert review.total == view.sums.lines
                assert all(line.line.customer.kind is view.package.kind for line in review.lines)
                amounts += [view.package.amount for _ in review.lines]
            assert view.total == sum(amounts)
            self.before[view.draft.id] = Placeable(view.ready and view.draft.confirmed, view.total)


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
    "tax_id": ["1234567", builders.enterprise_tax_code(503)],
}
"""What fits a question, by the last part of its window's name."""

ELSE = ("Nguyễn Thị Lan", "12 Lê Lợi, Quận 1", "sao bac dau 1", "0912345678", "lan@minhan.vn", "không có ai")

BOTH_KINDS = "\n".join(
    [builders.enterprise_tax_code(1), builders.enterprise_tax_code(2), builders.household_tax_code(6)]
)

PATHS = (
    (BOTH_KINDS, "🛒", "🗑️ Bỏ đơn dở", "🏢", "⬜️", "Tiếp tục", "🛒", "▶️ Sang", "🏪"),
    (BOTH_KINDS, "🛒", "➕ Thêm khách", "⬜️"),
    (f"/mua 2027 starter\n{BOTH_KINDS}", "🗑️ Bỏ đơn dở", "⬜️", "Tiếp tục", "🛒", "▶️ Sang"),
    ("/mua 2027 hkd_plus 2035 abc", "🗑️ Bỏ đơn dở"),
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
    ("/khachhang", "🧰", "👯", "", "✅", "↩️"),
    ("/khachhang", "🧰", "✏️", "🏷️", "🗑"),
    ("/khachhang", MARK, "🏷️"),
    ("/khachhang", MARK, "⋯", "👯", "", "✅"),
    ("/khachhang", MARK, "⋯", "🔐", "📤"),
    ("/khachhang", MARK, "⋯", "🔐", "🗑", "🗑"),
    ("/khachhang", MARK, "✏️"),
    ("/khachhang", MARK, "⋯", "🕓", "👤"),
    (builders.enterprise_tax_code(1), "🛒"),
    (builders.household_tax_code(3), "📦"),
    (builders.enterprise_tax_code(77), "➕"),
    ("/donhang", "KT", "👥", "1"),
    ("/donhang", "KT", "🕒"),
    ("/donhang", "KT", "⋯", "📅", "▶"),
    ("/donhang", "KT", "⋯", "🔁"),
    ("/donhang", "KT", "⋯", "✖️"),
    ("/donhang", "KT", "⋯", "📄"),
    ("/donhang", "KT", "💳", "📊"),
    ("/donhang", "KT", "💳", "", "🖼"),
    ("/donhang", "KT", "💳", "", "🧾"),
    ("/kichhoat", "KT", "☑️", "⬜️", ""),
    ("/kichhoat", "KT", "⚡"),
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
"""A command or a tax code, then parts of the labels to tap; an empty one is the first button."""

CORRECTIONS = (
    "lan@minhan.vn",
    "lan@gmail.con",
    "0987654321",
    "đc 5 Hàng Bài",
    "MST 101243150",
    "tên: Sen",
    "ạ",
)

FORMS = tuple(path for path in PATHS if path[-1] in ("➕", "✏️", "Một người"))

COMMAND = st.sampled_from(
    ("/start", "/mua", "/khachhang", "/donhang", "/kichhoat", "/thongbao", "/huy", "/trogiup", "/xyz",
     "/start moi_x", "/start don_1",
     "/start khach_1", "/start don_99999999999999999999", "/start khach_x", "/mua@mua_hang_loat_bot")
)  # fmt: skip
ITEM = st.one_of(
    st.sampled_from(("", "0", "1", "7", "x", "-1", "99", "p1", "u1", "p99999999999999999999", "kind", "1.5")),
    st.text(max_size=9),
)
"""What may stand behind a widget's name in forged callback data."""

OTHER_DATA = (
    "open:order:1",
    "open:order:2",
    "open:order:x",
    "open:order:",
    "open:orders",
    "open:activation:1",
    "open:failed:1",
    "open:failed:2",
    "open:payments:1",
    "open:payments:99",
    "open:notices",
    "open:transfer:1",
    "open:claim:1",
    "open:byhand",
    "open:firms",
    "stop:run:1",
    "stop:run:x",
    "\x1d",
    "x\x1d",
    "place",
    "x\x1dplace",
)

THINGS = (
    "workbook", "wrong_file", "large_file", "empty_file", "photo", "sticker", "voice", "own_contact",
    "foreign_contact", "location", "forward", "edit", "block",
)  # fmt: skip
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000320000002580806000000")


class Walk(RuleBasedStateMachine):
    """One walk; `make_stage` gives each its own database."""

    def __init__(self, make_stage: Callable[[], contextlib.AbstractContextManager[Stage]]) -> None:
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
        self.run(self._settle_in(mode, begun))

    async def _settle_in(self, mode: RecipientMode, begun: str) -> None:
        stage = self.stage
        operations = stage.operations
        await operations.register_firm(
            stage.identity("owner"),
            builders.person("Chủ"),
            "Đại lý thuế Ánh Sao",
            builders.enterprise_tax_code(1000),
        )
        actor = await stage.actor("owner")
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
            stage.phone(person).text("/start")
        await stage.settle()

    async def _order_and_activate(self, actor: Actor, customers: Sequence[Customer]) -> None:
        """An order with one licence that failed, one paid in part; and a transfer for back office."""
        stage = self.stage
        await builders.placed_order(stage.operations, actor, customers, package_code="HKD_BASIC")
        stage.placed = 1
        person = await add_back_office(stage.database, stage.clock)
        async with stage.database.write() as uow:
            address = stage.identity("backoffice").external_id
            await uow.chats.link(Channel.TELEGRAM, address, person.accountant_id, stage.clock.now())
        working = Working(stage.database, stage.clock)
        refusal = ActivationFailure(FailureReason.INVALID, CustomerField.EMAIL)
        working.vendor.refuses[customers[0].tax_code] = refusal
        run = await stage.operations.open_activation(actor, 1)
        await stage.operations.start_run(actor, run.id)
        await working.work()
        codes = [entry.payment.code for entry in (await stage.operations.list_payments(actor, 1)).items]
        for content, amount in ((codes[0], 1000), ("tien gi day", 5000)):
            await Bank(stage.database, stage.clock, working).tells(content, amount)

    # Taps
    @rule(who=WHO, number=NUMBER)
    def tap(self, who: str, number: int) -> None:
        live = self.run(self.stage.live(who))
        if live:
            message, data, _ = live[number % len(live)]
            self.stage.tap(who, message, data)
            self.run(self.stage.settle())

    @rule(who=WHO, numbers=st.lists(NUMBER, min_size=1, max_size=5))
    def go_on(self, who: str, numbers: list[int]) -> None:
        for number in numbers:
            live = self.run(self.stage.live(who))
            forward = [button for button in live if button[2].startswith(WAY_ON) or "▶" in button[2]] or live
            if forward:
                message, data, _ = forward[number % len(forward)]
                self.stage.tap(who, message, data)
                self.run(self.stage.settle())
                self.run(self.stage.check())

    @rule(who=WHO, numbers=st.tuples(NUMBER, NUMBER), same=st.booleans())
    def tap_twice_at_once(self, who: str, numbers: tuple[int, int], same: bool) -> None:
        live = self.run(self.stage.live(who))
        if live:
            for number in (numbers[0], numbers[0] if same else numbers[1]):
                message, data, _ = live[number % len(live)]
                self.stage.tap(who, message, data)
            self.run(self.stage.settle(at_once=True))

    @rule(who=WHO, number=NUMBER)
    def tap_an_old_button(self, who: str, number: int) -> None:
        known = list(self.stage.buttons[who])
        if known:
            with contextlib.suppress(NotPossible):  # The message was deleted.
                self.stage.tap(who, *known[number % len(known)])
            self.run(self.stage.settle())

    @rule(who=WHO, number=NUMBER, item=st.none() | ITEM)
    def forge_a_button(self, who: str, number: int, item: str | None) -> None:
        """Tap a button of the live window that is hidden, or an item that is not there."""
        hidden = self.stage.widgets(self.run(self.stage.state(who)))
        stack = self.run(self.stage.stack(who))
        if hidden and stack.get("intents"):
            data = f"{stack['intents'][-1]}\x1d{hidden[number % len(hidden)]}"
            self.forged(who, stack["last_message_id"], data if item is None else f"{data}:{item}")

    @rule(who=WHO, number=NUMBER, data=st.sampled_from(OTHER_DATA) | st.text(max_size=12))
    def forge_anything(self, who: str, number: int, data: str) -> None:
        messages = self.stage.messages(who)
        if messages:
            self.forged(who, messages[number % len(messages)].id, data)

    def forged(self, who: str, message: int, data: str) -> None:
        with contextlib.suppress(NotPossible, UnicodeEncodeError):
            self.stage.tap(who, message, data)
        self.run(self.stage.settle())

    # Messages
    def says(self, who: str, text: str) -> None:
        with contextlib.suppress(NotPossible):
            self.stage.phone(who).text(text)
        self.run(self.stage.settle())

    @rule(who=WHO, text=TEXT)
    def say_anything(self, who: str, text: str) -> None:
        self.says(who, text)

    @rule(who=WHO, number=NUMBER, text=st.sampled_from(CORRECTIONS) | TEXT, undo=st.booleans())
    def reply(self, who: str, number: int, text: str, undo: bool) -> None:
        messages = self.stage.messages(who)
        if messages:
            with contextlib.suppress(NotPossible):
                self.stage.phone(who).text(text, reply_to=messages[number % len(messages)].id)
            self.run(self.stage.settle())
        for message, data, label in self.run(self.stage.live(who)):
            if undo and "↩️" in label:
                self.stage.tap(who, message, data)
        self.run(self.stage.settle())

    @rule(who=WHO, numbers=st.lists(NUMBER, min_size=1, max_size=4))
    def answer(self, who: str, numbers: list[int]) -> None:
        for number in numbers:
            asked = self.run(self.stage.state(who)).partition(":")[2]
            fitting = ANSWERS.get(asked, ELSE)
            self.says(who, fitting[number % len(fitting)])
            self.run(self.stage.check())

    @rule(who=WHO, path=st.sampled_from(PATHS))
    def go_to(self, who: str, path: tuple[str, ...]) -> None:
        self.says(who, path[0])
        for label in path[1:]:
            found = [button for button in self.run(self.stage.live(who)) if label in button[2]]
            if found:
                self.stage.tap(who, *found[0][:2])
                self.run(self.stage.settle())
                self.run(self.stage.check())

    @rule(path=st.sampled_from(FORMS), numbers=st.lists(NUMBER, min_size=3, max_size=9))
    def fill_in_a_form(self, path: tuple[str, ...], numbers: list[int]) -> None:
        self.go_to("owner", path)
        self.answer("owner", numbers)

    @rule(who=WHO, command=COMMAND)
    def command(self, who: str, command: str) -> None:
        self.says(who, command)

    @precondition(lambda self: self.stage.invitations())
    @rule(number=NUMBER)
    def follow_an_invitation(self, number: int) -> None:
        links = self.stage.invitations()
        self.says("newcomer", f"/start {links[number % len(links)]}")

    @rule(who=WHO, thing=st.sampled_from(THINGS))
    def send(self, who: str, thing: str) -> None:
        phone = self.stage.phone(who)
        xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        match thing:
            case "workbook":
                phone.text("/khachhang")
                sample = next(SAMPLES.glob("*doanh-nghiep*.xlsx"))
                phone.document(sample.name, xlsx, sample.read_bytes())
            case "wrong_file":
                phone.document("khach.xlsx", xlsx, "không phải Excel".encode())
            case "large_file":
                phone.document("to.xlsx", xlsx, b"PK\x03\x04", declared=30 * 2**20)
            case "empty_file":
                phone.document("", "text/plain", b"")
            case "photo":
                phone.photo("image/png", PIXEL)
            case "sticker":
                phone.sticker()
            case "voice":
                phone.voice(b"OggS")
            case "own_contact":
                phone.contact()
            case "foreign_contact":
                phone.contact("0912345678", own=False)
            case "location":
                phone.location(21.0, 105.8)
            case "forward":
                phone.forward("Chuyển tiếp <b>", "Chị & Hoa")
            case "edit":
                phone.edit(phone.text("sai")[-1].id, "đúng")
            case "block":
                phone.block(True)
                self.run(self.stage.settle())
                phone.block(False)
        self.run(self.stage.settle())

    # The way to the bot
    @rule(who=WHO, restart=st.sampled_from((False, False, True)))
    def deliver_again(self, who: str, restart: bool) -> None:
        if restart:
            self.run(self.stage.restart())
        self.stage.telegram.updates.redeliver(who)
        self.run(self.stage.settle())

    @invariant()
    def all_is_well(self) -> None:
        self.run(self.stage.check())


@pytest.mark.timeout(900)
def test_a_random_walk_breaks_nothing(databases: Databases, tmp_path: Path) -> None:
    @contextlib.contextmanager
    def stage() -> Iterator[Stage]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        with databases.fresh("sqlite", folder) as url:
            yield Stage(url, folder)

    run_state_machine_as_test(
        lambda: Walk(stage),
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
