"""People tap, type and send whatever comes to mind, on the real dispatcher over a real database.

Whatever they do, there is no unhandled error, every tap is answered, no order is placed unconfirmed, a draft
makes at most one order, every total is the sum of its lines, there is always a window to go on from, and
nobody sees another firm's data.
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiogram.fsm.state import State
from aiogram_dialog import Dialog
from aiogram_dialog.setup import collect_dialogs
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from domain.people import Actor
from sandbox.errors import NotPossible
from sandbox.telegram.state import Tap
from sandbox.world import Message
from tests.support.databases import Databases
from tests.support.direct import buttons_of
from tests.support.walks import (
    ANSWERS,
    ELSE,
    MARK,
    NUMBER,
    PATHS,
    PEOPLE,
    TEXT,
    WHO,
    WalkedWorld,
    WalkMachine,
    walk,
)
from tests.support.world import SAMPLES

WAY_ON = ("▶", "⭐", "💾", "🛒", "⬜️", "☑️", "⚠️", "•", "⚡", "💳", "🔁", "📌", "🧾")
"""Signs of buttons that lead to an order and on from it."""


class Stage(WalkedWorld):
    """The world of a walk on Telegram."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.open_taps: list[Tap] = []
        self.buttons: dict[str, dict[tuple[int, str], None]] = {person: {} for person in PEOPLE}
        self.handed_over: set[tuple[str, int]] = set()

    def tap(self, person: str, message: int, data: str) -> None:
        self.placing |= data.endswith("\x1dplace")
        self.open_taps.append(self.phone(person).tap(message, data))

    def widgets(self, state: str) -> list[str]:
        """The names of all widgets of a window, including hidden ones."""
        found: list[str] = []
        for dialog in collect_dialogs(self.dispatcher):
            assert isinstance(dialog, Dialog)
            windows: Mapping[State, Any] = dialog.windows
            waiting = [window.keyboard for known, window in windows.items() if known.state == state]
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
        assert all(tap.answered.is_set() for tap in self.open_taps), "a tap without an answer"
        self.open_taps.clear()
        for person in PEOPLE:
            if messages := self.messages(person):
                await self._check_window(person, messages)
        self._check_secrecy({person: await self.actor(person) for person in PEOPLE})
        await super().check()

    async def _check_window(self, person: str, messages: Sequence[Message]) -> None:
        stack = await self.stack(person)
        # A window that becomes a message of its own, as an activation does, is left to the job that edits it.
        if left := await self.left(person):
            self.handed_over.add((person, left))
        last = stack.get("last_message_id") or left
        live = [message for message in messages if message.id == last]
        assert live, f"{person} has no window to go on from: {stack}"
        keyboard = self.phone(person).keyboard().get("keyboard")
        assert buttons_of(live[0]) or keyboard, f"{person} has no button to go on with: {live[0].content}"
        with_buttons = set()
        for message in messages:
            for data in filter(None, (button.get("callback_data") for button in buttons_of(message))):
                self.buttons[person].setdefault((message.id, data))
                if "\x1d" in data:
                    with_buttons.add(message.id)
        handed = {message_id for whose, message_id in self.handed_over if whose == person}
        assert with_buttons <= {live[0].id} | handed, f"{person} has old windows with buttons: {with_buttons}"

    def _check_secrecy(self, actors: Mapping[str, Actor | None]) -> None:
        owner, newcomer = actors["owner"], actors["newcomer"]
        if owner is None or (newcomer is not None and newcomer.firm_id == owner.firm_id):
            return
        for message in self.messages("newcomer"):
            assert MARK not in json.dumps([message.content, message.markup], ensure_ascii=False)


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
"""Possible ends of forged callback data, after a widget's name."""

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
    "open:deskinv",
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


class Walk(WalkMachine[Stage]):
    """One walk on Telegram."""

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


@pytest.mark.timeout(900)
def test_a_random_walk_breaks_nothing(databases: Databases, tmp_path: Path) -> None:
    walk(Walk, Stage, databases, tmp_path)
