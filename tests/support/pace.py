"""Writing to chat apps without waiting for turns, or for an app that is away."""

from collections.abc import Callable

from bot import inbox, wiring
from bot.zalo import app as zalo_app
from gateways.budget import Rates

UNLIMITED = Rates(
    a_second=10_000,
    most_in_a_second=10_000,
    burst=10_000,
    chat_seconds=0,
    group_seconds=0,
    pushes_a_second=5_000,
    pushes_saved=1,
    answers_saved=1,
)


def drop_pace(put: Callable[[object, str, object], None] = setattr) -> None:
    """Let programs write as fast as they can. The pace has its own tests; other tests need not wait a second
    for each push."""
    put(wiring, "TELEGRAM", UNLIMITED)
    put(zalo_app, "ZALO", UNLIMITED)


def ask_soon(put: Callable[[object, str, object], None]) -> None:
    """Have chats ask soon after an app that was away, in the same order as otherwise."""
    put(inbox, "PAUSE", inbox.PAUSE / 10)
    put(inbox, "REST", inbox.REST / 10)
