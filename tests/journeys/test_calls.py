"""How many calls of the Bot API a journey takes. Each is paid for in the limits of Telegram and in CPU."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.telegram.errors import ApiError
from sandbox.telegram.state import Telegram
from services.intakes import reading
from tests.support.steps import order_for, register, upload
from tests.support.world import SAMPLES, World

COMPANIES = (SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """The calls to chats by method. None of them may fail, as one that changes nothing does."""
    counted: Counter[str] = Counter()
    failed: list[str] = []
    call = Telegram.call

    async def count(self: Telegram, name: str, params: Any) -> Any:
        if params.text("chat_id") or name == "answercallbackquery":
            counted[name] += 1
        try:
            return await call(self, name, params)
        except ApiError as error:
            failed.append(f"{name}: {error.body()}")
            raise

    monkeypatch.setattr(Telegram, "call", count)
    # A busy machine reads a file for longer, and then its progress is drawn.
    monkeypatch.setattr(reading, "DRAW_EVERY", timedelta(days=1))
    yield counted
    assert failed == []


async def test_the_main_journey(world: World, calls: Counter[str]) -> None:
    chat = world.chat("newcomer")
    await register(chat)
    await upload(chat, COMPANIES, 30)
    shown = Counter(calls)
    assert shown["answercallbackquery"] == chat.taps
    # Each thing that is typed or sent gets a window below it, and the one above loses its buttons. The number
    # is asked for by a key of the chat, which goes with its message.
    above = shown["editmessagereplymarkup"] + shown["deletemessage"]
    assert (above, shown["deletemessage"]) == (chat.typed, 1)
    # A tap changes the window it is in, and so does the job that has read the file.
    assert shown["editmessagetext"] == chat.taps + 1
    # The chat says that the file is being read.
    assert shown["sendchataction"] == 1
    assert shown.total() == 27

    calls.clear()
    chat.taps = 0
    await order_for(chat, "Kế toán dịch vụ", "Chọn cả 30")
    # One push, the payment instruction: the window itself is the notice.
    assert calls == {
        "answercallbackquery": chat.taps,
        "editmessagetext": chat.taps,
        "sendphoto": 1,
    }
