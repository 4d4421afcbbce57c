"""The conversation copes with a Telegram that is busy or broken, and waits for its turns."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.retries import LONGEST_FLOOD, TRIES, OldTapsAreFine, WaitForTurn, WaitWhenAsked
from bot.telegram.session import TelegramSession, is_away
from gateways.chat_pace import MOST_WAITING, TELEGRAM, ChatPace, WorkerTurns
from sandbox.app import SandboxServer
from sandbox.telegram.phone import Phone
from tests.gateways.support import Clock


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as running:
        yield running


@pytest.fixture
async def bot(server: SandboxServer) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    session.middleware(WaitWhenAsked())
    async with Bot(server.token, session=session) as running:
        yield running


async def _fault(server: SandboxServer, **fault: int) -> None:
    async with aiohttp.ClientSession() as http:
        url = f"{server.url}/world/telegram/faults"
        async with http.post(url, json={"method": "getMe", **fault}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"status": 500}, {"status": 502}])
async def test_a_refused_request_is_repeated(server: SandboxServer, bot: Bot, fault: dict[str, int]) -> None:
    await _fault(server, times=1, **fault)
    assert (await bot.me()).is_bot


async def test_a_long_flood_limit_is_an_error(server: SandboxServer, bot: Bot) -> None:
    await _fault(server, times=1, status=429, retry_after=120)
    with pytest.raises(TelegramRetryAfter):
        await bot.me()


async def test_a_server_that_stays_broken_is_an_error(server: SandboxServer, bot: Bot) -> None:
    await _fault(server, times=TRIES, status=500)
    with pytest.raises(TelegramServerError):
        await bot.me()
    assert (await bot.me()).is_bot


@pytest.mark.parametrize(
    ("status", "error"),
    [(502, TelegramServerError), (200, TelegramNetworkError), (404, TelegramNetworkError)],
)
async def test_a_page_that_is_not_telegrams_says_that_telegram_is_away(
    status: int, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>Bad Gateway</html>")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", page)
    async with TestServer(app) as proxy:
        session = TelegramSession(api=TelegramAPIServer.from_base(str(proxy.make_url("")).rstrip("/")))
        async with Bot("123456:a-token-of-a-test-only", session=session) as running:
            with pytest.raises(error) as raised:
                await running.me()
    assert is_away(raised.value)


async def test_a_tap_that_is_too_old_to_be_answered_is_no_error(server: SandboxServer, bot: Bot) -> None:
    bot.session.middleware(OldTapsAreFine())
    assert await bot.answer_callback_query("1") is False
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(999_999, "x")


async def test_what_telegram_limits_waits_for_its_turn_and_nothing_else_does(
    server: SandboxServer, bot: Bot
) -> None:
    turns: list[str] = []

    async def turn(chat: str) -> None:
        turns.append(chat)

    bot.session.middleware(WaitForTurn(turn))
    chat = _chat(server)

    await bot.me()
    await bot.send_chat_action(chat, "typing")
    assert turns == []
    button = InlineKeyboardButton(text="Tiếp tục", callback_data="on")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    message = await bot.send_message(chat, "Xin chào")
    await message.edit_text("Chào anh/chị", reply_markup=keyboard)
    assert turns == [str(chat)] * 2
    await message.edit_reply_markup()
    await message.delete()
    assert len(turns) == 2


async def test_a_request_for_which_too_many_wait_fails_as_under_a_flood_limit(
    server: SandboxServer, bot: Bot
) -> None:
    pace = ChatPace(TELEGRAM, Clock(), lambda _: asyncio.Event().wait())
    bot.session.middleware(WaitForTurn(pace.answer))
    chat, at_once = _chat(server), int(TELEGRAM.burst) - TELEGRAM.pushes_saved
    line = [asyncio.create_task(pace.answer(str(chat))) for _ in range(at_once + MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(chat, "Xin chào")
    # Otherwise the session would wait as long, outside of the line.
    assert refused.value.retry_after > LONGEST_FLOOD
    for one in line:
        one.cancel()
    await asyncio.gather(*line, return_exceptions=True)


async def test_three_hundred_answers_at_once_leave_the_pushes_their_turns(
    server: SandboxServer, bot: Bot
) -> None:
    """The real session sends to a real server; only the seconds pass by the test's clock."""
    clock, moments = Clock(), list[tuple[float, str]]()

    async def sleep(seconds: float) -> None:
        clock.now += seconds + 1e-6
        moments.extend([(clock.now, "push")] * pushes.take(20))

    async def turn(chat: str) -> None:
        await pace.answer(chat)
        moments.append((clock.now, "answer"))

    pace = ChatPace(TELEGRAM, clock, sleep)
    pushes = WorkerTurns(pace)
    bot.session.middleware(WaitForTurn(turn))
    chat, started = _chat(server), clock.now
    sent = await asyncio.gather(*(bot.send_message(chat, f"Câu {number}") for number in range(300)))
    assert len({message.message_id for message in sent}) == 300
    seconds = clock.now - started
    answers, pushed = ([at for at, kind in moments if kind == which] for which in ("answer", "push"))
    assert len(answers) == 300
    assert len(answers) <= 21 * seconds + TELEGRAM.burst
    assert len(pushed) >= 8 * seconds
    together = sorted(at for at, _ in moments)
    for first, beyond in zip(together, together[TELEGRAM.most_in_a_second :], strict=False):
        assert beyond - first >= 1


def _chat(server: SandboxServer) -> int:
    """A chat that the bot may write to."""
    owner = server.world.person("owner")
    assert owner
    Phone(server.telegram, owner).text("/start")
    return owner.telegram_id
