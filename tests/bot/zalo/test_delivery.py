"""An update counts once its answer has arrived; before that, it is as if it had not come."""

import re

import pytest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.inbox import REST
from bot.screens import DialogScreens
from bot.zalo import delivery
from bot.zalo.outbox import Attached, Outbox, Window
from dialogs.numbered.showing import ShownWindow, show_window
from domain.chats import Channel, zalo_chat_id
from domain.people import Actor
from gateways.chat_pace import ChatPace
from gateways.zalo.errors import AnswerLost, OutOfReach, ZaloError, refusal
from services.ports import RetryLater
from tests.support import builders
from tests.support.rows import rows_of
from tests.support.zalo_world import LAN, URL, ZaloWorld
from texts import numbered as texts

CHAT = zalo_chat_id(LAN)
MARKUP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Mở", callback_data="x")]])
TROUBLES = {
    "quota": refusal(429, "Quota exceeded"),
    "server": refusal(500, ""),
    "token": refusal(401, "Unauthorized"),
    "no connection": OutOfReach(0, "ClientConnectorError"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_was_not_delivered_is_not_remembered_and_comes_later_once(
    world: ZaloWorld, picking: None, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    before, answered = await world.remembered(), len(world.client.sent)
    world.client.failures = [TROUBLES[trouble]]
    assert await world.says("0") == []
    assert "answering on Zalo fails" in caplog.text
    assert await world.remembered() == before
    (event,) = await world.waiting()
    # Zalo is away, which is not the event's fault; it rests a while.
    assert event["attempts"] == 0
    assert await world.reader.run_due() == 0

    world.clock.forward(seconds=REST)
    await world.handle()
    assert len(world.client.sent) == answered + 1
    assert await world.state() == "Ordering:recipient"
    assert await world.waiting() == []


async def test_an_answer_for_which_too_many_wait_comes_later(
    world: ZaloWorld, picking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: ChatPace, chat: str) -> None:
        raise RetryLater(90, "pace of all chats", counts=False)

    answered = len(world.client.sent)
    with monkeypatch.context() as patched:
        patched.setattr(ChatPace, "answer", full)
        assert await world.says("0") == []
    assert len(await world.waiting()) == 1
    world.clock.forward(seconds=REST)
    await world.handle()
    assert len(world.client.sent) == answered + 1
    assert await world.waiting() == []


async def test_an_answer_that_may_have_arrived_comes_again(world: ZaloWorld, picking: None) -> None:
    """Twice is better than never."""
    before = await world.remembered()
    world.client.failures = [AnswerLost(0, "ServerDisconnectedError")]
    (first,) = await world.says("0")
    assert await world.remembered() == before
    answered = len(world.client.sent)
    world.clock.forward(minutes=5)
    await world.handle()
    assert [sent.text for sent in world.client.sent[answered:]] == [first.text]
    assert await world.waiting() == []


async def test_what_comes_later_waits_for_an_answer_that_was_not_delivered(
    world: ZaloWorld, picking: None
) -> None:
    world.client.failures = [refusal(500, "")]
    await world.says("1")
    assert await world.says("2") == []
    assert len(await world.waiting()) == 2
    # The first run has done its work; doing it again changes nothing.
    world.clock.forward(minutes=5)
    await world.handle()
    assert "Đã chọn: 2" in world.last()
    assert await world.waiting() == []


async def test_of_an_answer_in_parts_all_come_again(
    world: ZaloWorld, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "show_window", _longer)
    world.client.failures = [None, refusal(500, "")]
    (first,) = await world.says("/start")
    assert await world.menu() == []
    world.clock.forward(minutes=5)
    await world.handle()
    assert [sent.text == first.text for sent in world.client.sent[:2]] == [True, True]
    assert "1" in await world.menu()


async def test_whoever_blocked_the_bot_is_not_tried_again(world: ZaloWorld, picking: None) -> None:
    menu = await world.menu()
    world.client.failures = [refusal(403, "Internal server error")]
    assert await world.says("1") == []
    assert await world.waiting() == []
    assert await world.menu() == menu
    # Once they unblock the bot, they go on where they were.
    (answer,) = await world.says("2")
    assert "Đã chọn: 2" in answer.text


async def test_choices_are_those_of_what_was_delivered_last(world: ZaloWorld, owner: Actor) -> None:
    await world.says_all("/start", "/mua")
    offered = re.findall(r"^(\d+)\. ", world.last(), re.MULTILINE)
    assert sorted(await world.menu()) == sorted(offered)
    world.client.failures = [refusal(500, "")]
    await world.says("1")
    assert sorted(await world.menu()) == sorted(offered)


def _longer(*given: object, **more: object) -> ShownWindow:
    """Make a window with thousands of characters above its choices."""
    window = show_window(*given, **more)  # type: ignore[arg-type]
    filler = "\n".join(f"Dòng {number} " + "x" * 90 for number in range(40))
    return ShownWindow(f"{filler}\n\n{window.text}", window.menu)


async def test_a_long_window_is_split_and_its_choices_stand_in_the_last_part(
    world: ZaloWorld, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "show_window", _longer)
    *parts, last = await world.says("/start")
    assert len(parts) > 1
    assert all(len(part.text) <= 2000 for part in parts)
    offered = re.findall(r"^(\d+)\. ", last.text, re.MULTILINE)
    assert sorted(await world.menu()) == sorted(offered)
    assert texts.CHOOSE in last.text
    assert all(texts.CHOOSE not in part.text for part in parts)


async def test_a_month_counts_every_message(
    world: ZaloWorld, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says_all("/start", "/mua")
    monkeypatch.setattr(delivery, "show_window", _longer)
    await world.says("/start")
    months = await rows_of(world.database, "zalo_counts")
    assert [(month["month"], month["sent"]) for month in months] == [("2026-06", len(world.client.sent))]
    assert len(world.client.sent) > 3


async def test_a_picture_that_zalo_cannot_fetch_leaves_its_words(
    world: ZaloWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await world.employ()
    await world.says("/start")
    key = world.key("Số liệu ngày")
    world.client.failures = [refusal(400, "photo")]
    (answer,) = await world.says(key)
    assert answer.photo == ""
    assert re.search(r"^\d\. ", answer.text, re.MULTILINE)
    assert "a picture is left out" in caplog.text
    assert await world.waiting() == []


@pytest.mark.parametrize(("words", "under"), [("x" * 2000, 1), ("😀" * 1000, 1), ("😀" * 1001, 0), ("", 1)])
async def test_words_stand_under_a_picture_where_they_fit(world: ZaloWorld, words: str, under: int) -> None:
    """An emoji counts as two characters, as in a message."""
    await world.says("chào")
    before = len(world.client.sent)
    outbox = Outbox(CHAT)
    outbox.say(words, Attached("a.png", b"\x89PNG"))
    await world.delivery(outbox)
    first, *further = world.client.sent[before:]
    assert first.photo
    assert first.text == words * under
    assert "".join(part.text for part in further) == words * (1 - under)


async def test_every_picture_comes_and_that_of_the_window_last(world: ZaloWorld) -> None:
    await world.says("chào")
    before = len(world.client.sent)
    outbox = Outbox(CHAT)
    outbox.say("Hai ảnh", Attached("1.png", b"1"))
    outbox.show(Window(5, "cũ", MARKUP, Attached("old.png", b"0")))
    outbox.show(Window(6, "mới", MARKUP, Attached("2.png", b"2")))
    await world.delivery(outbox)
    first, second = world.client.sent[before:]
    assert (first.photo[-6:], first.text) == ("/1.png", "")
    assert (second.photo[-6:], second.text) == ("/2.png", f"Hai ảnh\n\nmới\n\n1. Mở\n\n{texts.CHOOSE}")


async def test_a_picture_goes_with_its_window(world: ZaloWorld) -> None:
    outbox = Outbox(CHAT)
    outbox.show(Window(5, "cũ", MARKUP, Attached("old.png", b"0")))
    outbox.show(Window(6, "mới", MARKUP))
    assert outbox.pictures == []


async def test_a_chat_that_never_wrote_is_not_written_to(world: ZaloWorld) -> None:
    outbox = Outbox(zalo_chat_id("nobody"))
    outbox.say("chào")
    assert await world.delivery(outbox) == []
    assert world.client.sent == []


async def test_a_window_drawn_again_is_a_message_with_its_choices(world: ZaloWorld, owner: Actor) -> None:
    await world.says("/khachhang")
    screens = DialogScreens({Channel.ZALO: world.bot}, world.dispatcher, (ZaloError,))
    screen = {"channel": "zalo", "chat": str(CHAT), "intent": await world.intent()}
    before, remembered = len(world.client.sent), await world.remembered()
    await world.operations.add_customer(owner, builders.enterprise(13))

    await screens.redraw(screen, passing=True)
    assert len(world.client.sent) == before
    world.client.failures = [refusal(500, "")]
    with pytest.raises(RetryLater):
        await screens.redraw(screen)
    assert await world.remembered() == remembered

    await screens.redraw(screen)
    assert len(world.client.sent) == before + 1
    assert "13 khách" in world.last()
    offered = re.findall(r"^(\d+)\. ", world.last(), re.MULTILINE)
    assert sorted(await world.menu()) == sorted(offered)
    await world.taps("Thêm khách")
    assert await world.state() == "NewCustomer:tax_code"
    # The window that was left does not come back.
    before = len(world.client.sent)
    await world.says("/start")
    await screens.redraw(screen)
    assert len(world.client.sent) == before + 1


async def test_what_is_said_outside_of_an_update_is_delivered_and_its_choices_count(
    world: ZaloWorld, owner: Actor
) -> None:
    await world.says("/start")
    await world.bot.send_message(CHAT, "<b>Chào</b>", reply_markup=MARKUP)
    assert world.last() == f"Chào\n\n1. Mở\n\n{texts.CHOOSE}"
    assert await world.menu() == ["1"]
    before = len(world.client.sent)
    await world.bot.get_me()
    await world.bot.send_chat_action(CHAT, "typing")
    assert len(world.client.sent) == before
    assert world.client.typing == [world.client.sent[-1].chat]
    assert URL not in world.last()
