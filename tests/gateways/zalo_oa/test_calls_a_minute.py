"""The calls a minute that Zalo allows are one budget for everything: messages, files, lists, tries again."""

import asyncio

import pytest

from domain.choices import QuickButton
from gateways.chat_pace import ChatPace, of_calls_a_minute
from sandbox.world import World
from services.ports import RetryLater
from tests.gateways.zalo_oa.accounts import Account

CALLS = 100
BUTTONS = (QuickButton("Mua", "#1"),)


class Seconds:
    """A clock that moves only while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 0.001)
        await asyncio.sleep(0)


@pytest.mark.parametrize("buttons", [True, False], ids=["buttons", "buttons refused"])
async def test_no_call_is_refused_and_most_are_used(
    account: Account, monkeypatch: pytest.MonkeyPatch, buttons: bool
) -> None:
    seconds, chat = Seconds(), account.user()
    monkeypatch.setattr(World, "now", lambda _: 1_796_000_000 + int(seconds()))
    account.phone().text("alo")
    for name, value in {"calls_a_minute": CALLS, "buttons": buttons, "free_replies": None}.items():
        account.server.account.change(name, value)
    pace = ChatPace(of_calls_a_minute(CALLS), seconds, seconds.sleep)
    client = await account.client()
    client.count_call = pace.count_call
    began, before = seconds(), account.server.zalo.calls
    for number in range(150):
        # Answers of the conversation wait for their turn, pushes come again; both leave at once here.
        await pace.answer(f"c{number}")
        await client.send_message(chat, f"Chào {number}", BUTTONS)
        try:
            await pace.take_both(f"p{number}")
        except RetryLater:
            pass
        else:
            await client.send_message(chat, f"Tin {number}")
        if number % 5 == 0:
            await pace.answer(f"f{number}")
            await client.send_file(chat, "hoa-don.pdf", b"%PDF-1.4 x")
            await client.get_recent(0)
            await client.get_account()
    calls = account.server.zalo.calls - before
    assert calls / (seconds() - began) * 60 > 0.7 * CALLS
