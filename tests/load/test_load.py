"""The load run finds what it looks for, and prints every figure."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.load import people
from tests.load.people import PUSHES, Accountant, Counts
from tests.load.program import ROOT
from tests.load.world import LoadWorld, Message

PEOPLE = 3
WINDOW = {"inline_keyboard": [[{"text": "Bắt đầu đăng ký", "callback_data": "x\x1dstart"}]]}


async def test_three_people_go_through_it_and_every_figure_is_printed(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.load", "--unpaced"),
        *("--people", str(PEOPLE), "--think", "0", "--seconds", "0"),
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    figures = json.loads(printed)
    assert not [name for name, value in figures.items() if value is None]
    assert [f"{name}  " for name in figures if f"\n{name}  " not in f"\n{said.decode()}"] == []
    none = ("lost", "doubled", "errors in the log", "redelivered")
    assert {name: figures[name] for name in none} == dict.fromkeys(none, 0)
    steps = ("registered", "listed", "ordered", "paid", "activated")
    assert {name: figures[name] for name in steps} == dict.fromkeys(steps, PEOPLE)
    assert figures["acts"] == 24 * PEOPLE
    for name in ("acts a second", "act p50, ms", "act p95, ms", "act p99, ms", "CPU an act, ms"):
        assert figures[name] > 0
    assert os.listdir(tmp_path) == []


class Stubborn(LoadWorld):
    """A world without a bot: each text is answered with these messages."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self._answers = answers

    async def text(self, chat: int, text: str) -> None:
        for answer in self._answers:
            self.answer(
                "sendmessage", {"chat_id": str(chat), "text": answer, "reply_markup": json.dumps(WINDOW)}
            )

    async def tap(self, chat: int, message: Message, data: str) -> None:
        """Nothing comes of it."""


async def _found(world: LoadWorld) -> Counts:
    counts = Counts()
    await Accountant(world, counts, 1, think=0).live(0, None)
    return counts


async def test_a_window_that_comes_twice_is_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "UNANSWERED", 0)
    assert len((await _found(Stubborn("Chào", "Chào"))).doubled) == 1
    assert (await _found(Stubborn("Chào", "Chào anh/chị"))).doubled == []


@pytest.mark.parametrize("heading", PUSHES)
async def test_a_push_that_comes_twice_is_doubled(heading: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "UNANSWERED", 0)
    assert len((await _found(Stubborn(f"{heading} một", f"{heading} hai"))).doubled) == 1


async def test_an_act_that_nothing_answers_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "UNANSWERED", 0)
    counts = await _found(Stubborn())
    assert counts.lost == ["person 1: an answer to '/start' did not come"]
    assert counts.acts == []
