"""The conversation copes with a Telegram that is busy or broken, and waits for its turns."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.retries import ALIKE, LONGEST_FLOOD, TRIES, OldTapsAreFine, WaitForTurn, WaitWhenAsked
from bot.telegram.session import TelegramSession, is_away
from gateways.budget import EDITS_LIMITED
from gateways.chat_pace import MOST_WAITING, TELEGRAM, ChatPace, WorkerTurns
from sandbox.app import SandboxServer
from sandbox.telegram.faults import Fault
from sandbox.telegram.phone import Phone
from tests.gateways.support import Clock

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Tiếp tục", callback_data="on")]])


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


@pytest.mark.long
@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"status": 500}, {"status": 502}])
async def test_a_refused_request_is_repeated(server: SandboxServer, bot: Bot, fault: dict[str, int]) -> None:
    await _fault(server, times=1, **fault)
    assert (await bot.me()).is_bot


async def test_a_long_flood_limit_is_an_error(server: SandboxServer, bot: Bot) -> None:
    await _fault(server, times=1, status=429, retry_after=120)
    with pytest.raises(TelegramRetryAfter):
        await bot.me()


@pytest.mark.long
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


@pytest.mark.parametrize(("seconds", "raised"), [(120, True), (20, False)])
async def test_no_call_of_its_kind_leaves_before_the_time_that_telegram_named(
    server: SandboxServer, seconds: int, raised: bool
) -> None:
    """Under a long limit it fails, under another one it waits; other chats and methods go on."""
    async with timed_bot(server) as (bot, clock, slept):
        chats = _chats(server, 2)
        server.telegram.faults.add(calls := Calls())
        server.telegram.faults.add(Fault(429, 1, "sendMessage", seconds, chats[0]))
        if raised:
            with pytest.raises(TelegramRetryAfter):
                await bot.send_message(chats[0], "Xin chào")
            clock.now += 1.5
            with pytest.raises(TelegramRetryAfter) as early:
                await bot.send_message(chats[0], "Xin chào")
            assert early.value.retry_after == 119
        else:
            await bot.send_message(chats[0], "Xin chào")
            assert slept == [20]
        assert calls.to == [chats[0]] * (1 if raised else 2)
        await bot.send_message(chats[1], "Xin chào")
        await bot.send_chat_action(chats[0], "typing")
        clock.now += 118.6
        await bot.send_message(chats[0], "Xin chào")
        assert len(calls.to) == (3 if raised else 4)


async def test_a_method_refused_in_several_chats_waits_in_all(server: SandboxServer) -> None:
    async with timed_bot(server) as (bot, clock, _):
        chats = _chats(server, ALIKE + 1)
        sent = [await bot.send_message(chat, "Xin chào") for chat in chats]
        server.telegram.faults.add(calls := Calls())
        for number, chat in enumerate(chats):
            server.telegram.faults.add(Fault(429, 1, "sendMessage", 100 + number, chat))
        for chat in chats:
            with pytest.raises(TelegramRetryAfter) as refused:
                await bot.send_message(chat, "Xin chào")
        # The last chat was not asked; all wait for the latest time that was named.
        assert refused.value.retry_after == 100 + ALIKE - 1
        assert calls.to == chats[:ALIKE]
        for message in sent:
            await message.edit_text("Chào anh/chị")
        clock.now += 100 + ALIKE
        await bot.send_message(chats[0], "Xin chào")
        assert calls.to == [*chats[:ALIKE], chats[0]]


class Turns(ChatPace):
    """Notes who takes a turn of all chats."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(TELEGRAM, clock)
        self.taken: list[str] = []

    async def answer(self, chat: str) -> None:
        self.taken.append(chat)


async def test_what_telegram_limits_waits_for_its_turn_and_nothing_else_does(
    server: SandboxServer, bot: Bot
) -> None:
    pace = Turns(Clock())
    bot.session.middleware(WaitForTurn(pace))
    chat = _chat(server)

    await bot.me()
    await bot.send_chat_action(chat, "typing")
    assert pace.taken == []
    message = await bot.send_message(chat, "Xin chào")
    assert pace.taken == [str(chat)]
    await message.edit_text("Chào anh/chị", reply_markup=KEYBOARD)
    await message.edit_reply_markup()
    photo = await bot.send_photo(chat, _picture("red"))
    assert pace.taken == [str(chat)] * 2
    await photo.edit_caption(caption="Chào anh/chị")
    await photo.edit_media(InputMediaPhoto(media=_picture("blue")))
    await message.delete()
    assert len(pace.taken) == 2


@pytest.mark.parametrize("edit", ["editMessageText", "editMessageReplyMarkup"])
async def test_edits_take_turns_for_ten_minutes_after_one_was_refused(
    server: SandboxServer, edit: str
) -> None:
    async with timed_bot(server) as (bot, clock, slept):
        pace = Turns(clock)
        bot.session.middleware(WaitForTurn(pace))
        chat, number = _chat(server), 0

        async def change() -> None:
            nonlocal number
            number += 1
            if edit == "editMessageText":
                await message.edit_text(f"Chào {number}")
            else:
                await message.edit_reply_markup(reply_markup=KEYBOARD if number % 2 else None)

        message = await bot.send_message(chat, "Xin chào")
        server.telegram.faults.add(Fault(429, 1, "sendMessage", 5))
        await bot.send_message(chat, "Xin chào")
        pace.taken.clear()
        # What answers a message says nothing of edits.
        await change()
        assert pace.taken == []
        server.telegram.faults.add(Fault(429, 1, edit, 7))
        await change()
        # The refused try was free, the one that follows is not.
        assert (slept, pace.taken) == ([5, 7], [str(chat)])
        clock.now += EDITS_LIMITED - 7.001
        await change()
        assert len(pace.taken) == 2
        clock.now += 0.001
        await change()
        assert len(pace.taken) == 2


async def test_a_request_for_which_too_many_wait_fails_as_under_a_flood_limit(
    server: SandboxServer, bot: Bot
) -> None:
    pace = ChatPace(TELEGRAM, Clock(), lambda _: asyncio.Event().wait())
    bot.session.middleware(WaitForTurn(pace))
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
    """The real session sends to a real server; only the seconds pass by the test's clock. As many edits take
    none of the turns, and no time."""
    clock, moments = Clock(), list[tuple[float, str]]()

    async def sleep(seconds: float) -> None:
        clock.now += seconds + 1e-6
        moments.extend([(clock.now, "push")] * await pushes.take(20))

    class Noted(ChatPace):
        async def answer(self, chat: str) -> None:
            await super().answer(chat)
            moments.append((clock.now, "answer"))

    pace = Noted(TELEGRAM, clock, sleep)
    pushes = WorkerTurns(pace)
    bot.session.middleware(WaitForTurn(pace))
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
    edited, before = clock.now, len(moments)
    await asyncio.gather(
        *(bot.edit_message_text("Đã sửa", chat_id=chat, message_id=one.message_id) for one in sent)
    )
    assert (clock.now, len(moments)) == (edited, before)


@asynccontextmanager
async def timed_bot(server: SandboxServer) -> AsyncIterator[tuple[Bot, Clock, list[float]]]:
    """A bot that sleeps by moving a clock; with the clock, and how long it slept each time."""
    clock, slept = Clock(), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.now += seconds

    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    session.middleware(WaitWhenAsked(clock, sleep))
    async with Bot(server.token, session=session) as running:
        yield running, clock, slept


class Calls(Fault):
    """No fault: notes the chats of the sendMessage calls that reach the server, refused ones included."""

    def __init__(self) -> None:
        super().__init__(500)
        self.to: list[int | None] = []

    def matches(self, method: str, chat: int | None) -> bool:
        if method == "sendmessage":
            self.to.append(chat)
        return False


def _picture(colour: str) -> BufferedInputFile:
    content = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(content, "PNG")
    return BufferedInputFile(content.getvalue(), "a.png")


def _chats(server: SandboxServer, count: int) -> list[int]:
    """Chats of new people that the bot may write to."""
    people = [server.world.add_person(f"Người {number}") for number in range(count)]
    for person in people:
        Phone(server.telegram, person).text("/start")
    return [person.telegram_id for person in people]


def _chat(server: SandboxServer) -> int:
    """A chat that the bot may write to."""
    owner = server.world.person("owner")
    assert owner
    Phone(server.telegram, owner).text("/start")
    return owner.telegram_id
