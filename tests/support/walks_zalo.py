"""The world of people who do whatever comes to mind on Zalo, and its invariants."""

import contextlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from dialogs.numbered.showing import plain_label
from domain.choices import BACK_KEY as BACK
from domain.choices import WINDOW, Choice, ChoiceMenu
from domain.text import fold
from gateways.zalo.client import TEXT_LIMIT
from sandbox.errors import NotPossible
from sandbox.telegram.state import Tap
from sandbox.zalo_chats import ZaloMessage
from storage.tables.inbox import inbox
from tests.support.direct import LiveButton, buttons_of
from tests.support.direct_zalo import DirectZalo, lines_of
from tests.support.walks import MARK, PEOPLE, WalkedWorld
from texts.plain import utf16_length

ENTRANCES = ("Menu:home", "Desk:home", "Registration:welcome")
"""Windows from which nothing leads back."""

_BOXES = {"⬜️": "☐", "☑️": "☑"}
_IS_WINDOW = re.compile(r"^(?:👉|0\. )", re.MULTILINE)


class WalkedZalo(WalkedWorld, DirectZalo):
    """The world of a walk on Zalo. Each answer is checked as it comes, the rest by `check`."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.open_taps: list[Tap] = []
        self.lines: dict[str, dict[str, str]] = {person: {} for person in PEOPLE}
        """The answers to each line of the window that somebody saw last."""
        self.phrases: dict[str, set[str]] = {person: set() for person in PEOPLE}
        """Phrases that place an order, or placed one."""

    def write(self, person: str, text: str) -> None:
        self.placing |= _glued(text) in self.phrases[person]
        # What follows sooner on a text that was not understood gets no second answer.
        self.world.clock.advance(timedelta(seconds=3))
        # A text without visible characters is not sent.
        with contextlib.suppress(NotPossible):
            super().write(person, text)

    async def menus(self, person: str) -> Mapping[str, ChoiceMenu]:
        return await self.chats.menus(self.chat_of(person))

    async def choices(self, person: str) -> Sequence[Choice]:
        menu = (await self.menus(person)).get(WINDOW)
        return menu.choices if menu else ()

    async def key(self, person: str, label: str) -> str | None:
        """The answer for the first line that contains `label`, or None."""
        label = _BOXES.get(label, label)
        return next((key for key, line in self.lines[person].items() if label in line), None)

    def telegram_live(self, person: str) -> list[LiveButton]:
        for message in reversed(self.messages(person)):
            data = [one for one in buttons_of(message) if "\x1d" in one.get("callback_data", "")]
            if data:
                return [LiveButton(message.id, one["callback_data"], one["text"]) for one in data]
        return []

    def tap(self, person: str, button: LiveButton) -> None:
        self.placing |= button.data.endswith("\x1dplace")
        self.open_taps.append(self.phone(person).tap(button.message, button.data))

    # What has to be true
    async def handle(self) -> None:
        answered: set[str] = set()
        while chats := await self._with_due_events():
            said = {person: len(self.said(person)) for person in PEOPLE}
            menus = {person: (await self.menus(person)).get(WINDOW) for person in PEOPLE}
            assert await self.zalo_reader.run_due() == len(chats)
            for person in PEOPLE:
                answer = self.said(person)[said[person] :]
                if self.chat_of(person) in chats and (answer or person not in answered):
                    await self._check_answer(person, answer, menus[person])
                    answered.add(person)
                else:
                    assert not answer, f"{person} was told something: {_text(answer)}"

    async def _with_due_events(self) -> set[int]:
        waits = inbox.c.settled_at.is_(None)
        async with self.database.reading() as connection:
            found = await connection.scalars(select(inbox.c.chat_id).where(waits).distinct())
            return set(found)

    async def _check_answer(
        self, person: str, answer: Sequence[ZaloMessage], before: ChoiceMenu | None
    ) -> None:
        if not answer:
            # A list is shown once it is read, an activation once it has begun or is over.
            state = await self.state(person)
            assert state in ("Intake:list", "Activation:begun"), f"{person} got no answer in {state}"
            return
        text = _text(answer)
        pictures = sum(message.kind == "image" for message in answer)
        assert len(answer) - pictures <= 1 or utf16_length(text) > TEXT_LIMIT, f"several messages: {text}"
        menu = (await self.menus(person)).get(WINDOW)
        # Which of several is meant is asked by their numbers alone.
        is_question = "chỉ nhận một lựa chọn" in text
        if menu == before and (is_question or not _IS_WINDOW.search(text)):
            return
        assert menu is not None, f"a window that was not remembered: {text}"
        self.lines[person] = shown = lines_of(text)
        for choice in menu.choices:
            line = shown.get(choice.key, shown.get(f"#{choice.key}"))
            assert line is not None, f"{choice.key} is not in {text}"
            assert not choice.label[:1].isalnum() or fold(plain_label(line)).startswith(fold(choice.label))
        self.phrases[person] |= {_glued(one.key) for one in menu.choices if one.data.endswith("\x1dplace")}

    async def check(self) -> None:
        assert all(tap.answered.is_set() for tap in self.open_taps), "a tap without an answer"
        self.open_taps.clear()
        for person in PEOPLE:
            menu, stack = (await self.menus(person)).get(WINDOW), await self.stack(person)
            assert menu is not None, f"{person} has nothing to choose from"
            if stack["last_message_id"] is None and await self.state(person) == "Activation:begun":
                continue  # The message of the activation takes the window's place.
            assert menu.message_id == stack["last_message_id"], f"{person} sees another window"
            if BACK not in self.lines[person]:
                assert await self.state(person) in ENTRANCES, f"no way out of {await self.state(person)}"
        owner, newcomer = await self.actor("owner"), await self.actor("newcomer")
        assert owner is not None
        if newcomer is None or newcomer.firm_id != owner.firm_id:
            assert all(MARK not in message.text for message in self.said("newcomer"))
        await super().check()


def _text(answer: Sequence[ZaloMessage]) -> str:
    return "\n".join(message.text for message in answer)


def _glued(text: str) -> str:
    return fold(text).replace(" ", "")
