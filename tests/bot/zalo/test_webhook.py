"""Zalo's webhook over HTTP: events with the right secret are stored before they are answered, then handled
once and in order."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message

from bot.bodies import WEBHOOK_LIMIT
from bot.wiring import Program
from bot.zalo.app import SECRET_HEADER
from bot.zalo.updates import ZaloUpdate
from storage.inbox import MOST_AT_ONCE
from tests.support.rows import rows_of
from tests.support.zalo_api import (
    SECRET,
    CountingZalo,
    Served,
    by,
    changed,
    counting_zalo,
    served,
    text_event,
    zalo_app,
    zalo_settings,
)

LAN = "6ede9afa66b88fe6d6a9"
EVENT = text_event(1, LAN)


@pytest.fixture
async def zalo() -> AsyncIterator[CountingZalo]:
    async with counting_zalo() as opened:
        yield opened


@pytest.fixture
async def bot(zalo: CountingZalo, database_url: str) -> AsyncIterator[Served]:
    async with served(zalo_settings(zalo, database_url), zalo) as opened:
        yield opened


async def stored(bot: Served) -> list[dict[str, Any]]:
    return await rows_of(bot.program.database, "inbox")


async def settled(bot: Served) -> int:
    return sum(row["settled_at"] is not None for row in await stored(bot))


async def test_an_event_is_stored_answered_and_then_handled(bot: Served) -> None:
    assert await bot.post(EVENT) == 200
    (row,) = await stored(bot)
    assert row["settled_at"] is None
    assert bot.zalo.count == 0
    async with bot.reading():
        await bot.handled()
    (welcome,) = bot.zalo.messages[LAN]
    assert "1. Bắt đầu đăng ký" in welcome
    assert await settled(bot) == 1


async def test_it_may_come_with_and_without_its_wrapper(bot: Served) -> None:
    assert await bot.post({"ok": True, "result": EVENT}) == 200
    assert await bot.post(EVENT) == 200
    assert await bot.post({"ok": True, "result": text_event(2, LAN)}) == 200
    assert len(await stored(bot)) == 2


@pytest.mark.parametrize(
    "given", [None, "", "wrong", SECRET[:-1], f"{SECRET}x", SECRET.upper(), "bí-mật-có-dấu-tiếng-việt"]
)
async def test_without_the_secret_nothing_is_taken(
    bot: Served, given: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {} if given is None else {SECRET_HEADER: given}
    assert await bot.post(EVENT, headers=headers) == 403
    assert await stored(bot) == []
    assert "wrong secret" in caplog.text
    assert SECRET not in caplog.text


MALFORMED = {
    "no JSON": b"event_name=message.text.received",
    "no text": b"\xff\xfe\xfd",
    "half of it": json.dumps(EVENT).encode()[:-5],
    "deep": b"[" * 10_000,
    "deep in an event": json.dumps(EVENT).encode().replace(b'"xin ch', b"[" * 10_000 + b'"xin ch'),
    "a number of many digits": b"1" * 10_000,
    "a list": json.dumps([EVENT]).encode(),
    "no chat": json.dumps(changed(EVENT, chat=None)).encode(),
    "a chat that is a text": json.dumps(changed(EVENT, chat=LAN)).encode(),
    "a date that is a text": json.dumps(changed(EVENT, date="today")).encode(),
    "a date beyond the calendar": json.dumps(changed(EVENT, date=10**30)).encode(),
    "no date at all": b'{"event_name": "message.text.received", "message": {"date": NaN}}',
    "half an emoji for a name": json.dumps(changed(EVENT, message_id="\ud83d")).encode(),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_what_is_no_event_is_refused(bot: Served, name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert await bot.post(data=MALFORMED[name]) == 400
    assert await stored(bot) == []
    assert "Lan" not in caplog.text


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b" " * 1024


async def test_a_huge_body_is_refused(bot: Served) -> None:
    fits = changed(EVENT, text="x" * (WEBHOOK_LIMIT - 1000))
    assert await bot.post(fits) == 200
    for size in (WEBHOOK_LIMIT + 1024, 8 * WEBHOOK_LIMIT):
        assert await bot.post(data=b" " * size) == 413
        assert await bot.post(data=_chunks(size)) == 413
    assert len(await stored(bot)) == 1


async def test_only_posts_are_taken(bot: Served) -> None:
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        async with bot.http.request(method, f"{bot.url}/zalo/webhook") as answer:
            assert answer.status == 405


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ok": True},
        {"event_name": "user.followed"},
        {"ok": True, "result": {"event_name": "bot.renamed", "bot": {"name": "x"}}},
        changed(EVENT, **{"from": {"id": LAN, "is_bot": True}}),
    ],
)
async def test_events_that_are_nothing_to_the_bot_are_acknowledged(bot: Served, body: Any) -> None:
    """Otherwise they would be delivered again and again."""
    assert await bot.post(body) == 200
    assert await stored(bot) == []


async def test_an_empty_body_is_a_try_of_the_address(bot: Served) -> None:
    assert await bot.post(data=b"") == 200
    assert await bot.post(data=b"", headers={SECRET_HEADER: ""}) == 200
    assert await bot.post(EVENT, headers={SECRET_HEADER: ""}) == 403
    assert await stored(bot) == []


async def test_messages_of_kinds_of_tomorrow_are_answered(bot: Served) -> None:
    assert await bot.post(EVENT | {"event_name": "message.hologram.received"}) == 200
    async with bot.reading():
        await bot.handled()
    assert len(bot.zalo.messages[LAN]) == 1


async def test_the_same_event_many_times_at_once_is_answered_once(bot: Served) -> None:
    async with bot.reading():
        for _ in range(2):
            statuses = await asyncio.gather(*(bot.post(EVENT) for _ in range(50)))
            assert set(statuses) == {200}
            await bot.handled()
    assert len(await stored(bot)) == 1
    assert len(bot.zalo.messages[LAN]) == 1


async def test_events_that_come_out_of_order_are_answered_in_the_order_of_their_dates(
    zalo: CountingZalo, database_url: str
) -> None:
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    async with served(zalo_settings(zalo, database_url), zalo, by(echo)) as bot:
        for number in (3, 1, 2):
            assert await bot.post(text_event(number, LAN, f"tin{number}")) == 200
        async with bot.reading():
            await bot.handled()
            assert zalo.messages[LAN] == ["tin1", "tin2", "tin3"]
            # A late event is answered all the same.
            assert await bot.post(text_event(0, LAN, "tin0")) == 200
            await bot.handled()
    assert zalo.messages[LAN][3:] == ["tin0"]


async def test_dates_of_any_year_are_stored(bot: Served) -> None:
    for number, date in enumerate((-62_135_596_800_000, -1, 0, 253_402_300_799_000)):
        assert await bot.post(text_event(number, f"c{number}", date=date)) == 200
    async with bot.reading():
        await bot.handled()
    assert await settled(bot) == 4
    assert bot.zalo.count == 4


async def test_what_was_not_stored_is_not_acknowledged(
    bot: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def full(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(zalo_app(bot.program).inbox, "take", full)
        assert await bot.post(EVENT) == 503
    assert await bot.post(EVENT) == 200
    assert len(await stored(bot)) == 1


class Counting:
    """A conversation that only counts its updates and marks each as handled."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.updates: Counter[int] = Counter()

    async def feed_update(self, bot: Bot, update: ZaloUpdate, **_: Any) -> None:
        self.updates[update.update_id] += 1
        await zalo_app(self.program).inbox.settle(update.update_id, self.program.clock.now())


@pytest.mark.long
@pytest.mark.parametrize("chats", [1_000, 10])
async def test_a_flood_is_stored_and_each_event_is_handled_once(
    zalo: CountingZalo, database_url: str, chats: int
) -> None:
    """The plan of the search (`tests/storage/test_plans.py`) shows that more of them cost no more each."""
    total, told = 1_000, list[Counting]()

    def talk(program: Program) -> Dispatcher:
        told.append(Counting(program))
        return cast(Dispatcher, told[0])

    async with served(zalo_settings(zalo, database_url), zalo, talk) as bot:
        events = (text_event(number, f"c{number % chats}", f"tin{number}") for number in range(total))
        async with bot.reading():
            assert Counter(await bot.post_all(events)) == {200: total}
            await bot.handled()
        rows = await stored(bot)
    assert len({row["external_id"] for row in rows}) == len(rows) == total
    assert len({row["chat_id"] for row in rows}) == chats
    assert all(row["settled_at"] and row["attempts"] == 0 for row in rows)
    assert told[0].updates == Counter(row["id"] for row in rows)


@pytest.mark.long
async def test_what_waits_at_the_start_is_read_in_few_reads(
    zalo: CountingZalo, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    total, reads, handled = 1_000, list[int](), list[str]()

    async def note(message: Message) -> None:
        handled.append(message.text or "")

    async with served(zalo_settings(zalo, database_url), zalo, by(note)) as bot:
        events = (text_event(number, f"c{number % 10}", f"tin{number}") for number in range(total))
        assert Counter(await bot.post_all(events)) == {200: total}
        inbox = zalo_app(bot.program).inbox
        waiting = inbox.waiting

        async def counted(*given: Any) -> Any:
            found = await waiting(*given)
            reads.append(len(found))
            return found

        monkeypatch.setattr(inbox, "waiting", counted)
        async with bot.reading():
            await bot.handled()
    assert sorted(handled) == sorted(f"tin{number}" for number in range(total))
    # Twice as many as are needed at least: each chat that ends looks for more.
    assert len(reads) <= 2 * total / MOST_AT_ONCE + 10


@pytest.mark.long
async def test_a_thousand_events_of_a_hundred_chats_are_each_answered_once(
    zalo: CountingZalo, database_url: str
) -> None:
    total, chats = 1_000, 100

    async def answer(message: Message) -> None:
        await message.answer(f"{message.text}!")

    async with served(zalo_settings(zalo, database_url), zalo, by(answer)) as bot:
        events = (text_event(number, f"c{number % chats}", f"tin{number}") for number in range(total))
        async with bot.reading():
            assert Counter(await bot.post_all(events)) == {200: total}
            await bot.handled()
    assert Counter(said for messages in zalo.messages.values() for said in messages) == Counter(
        f"tin{number}!" for number in range(total)
    )
    for chat, messages in zalo.messages.items():
        assert set(messages) == {f"tin{number}!" for number in range(int(chat[1:]), total, chats)}


@pytest.mark.long
async def test_many_strangers_at_once_are_each_welcomed_once(bot: Served) -> None:
    total = 200
    async with bot.reading():
        events = (text_event(number, f"c{number}") for number in range(total))
        assert Counter(await bot.post_all(events)) == {200: total}
        await bot.handled()
    assert await settled(bot) == total
    assert len(bot.zalo.messages) == total
    assert all(len(said) == 1 and "1. Bắt đầu đăng ký" in said[0] for said in bot.zalo.messages.values())
