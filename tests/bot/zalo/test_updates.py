"""Zalo's events as updates: a text, a tap, a picture, a file, or something nobody can use."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.enums import ContentType, UpdateType
from aiogram.types import Message

from bot.zalo.updates import NAMELESS, ZaloUpdate, update_of
from domain.chats import zalo_chat_id
from domain.choices import WINDOW, Choice, ChoiceMenu, Typing
from gateways.zalo.events import EventKind, ZaloEvent
from texts import numbered

BOT = Bot("1:a-bot-that-calls-nobody")
CHAT = zalo_chat_id("6ede9afa66b88fe6d6a9")
NUMBER, DATE = 41, 1_780_000_000
NOW = datetime(2026, 6, 15, tzinfo=UTC)
CHOICES = (
    Choice("1", "d1", label="Mua hàng loạt"),
    Choice("2", "d2", label="Khách hàng"),
    Choice("3", says="88500000", label="Số tiền"),
    Choice("4", says="KT123", label="Nội dung"),
    Choice("5", "d5", label="Hoa Sen", item=True),
    Choice("6", "d6", label="Hoa Mai", item=True),
    Choice("0", "back", label="Quay lại"),
    Choice("DAT K7", "place"),
)
MENUS = {
    WINDOW: ChoiceMenu(CHOICES, 5, shown_at=NOW),
    "A": ChoiceMenu((Choice("A1", "open:order:1"), Choice("A2", says="KT123")), 7, shown_at=NOW),
}


def update(event: ZaloEvent, menus: dict[str, ChoiceMenu] | None = None) -> ZaloUpdate:
    return update_of(event, NUMBER, CHAT, DATE, MENUS if menus is None else menus, BOT)


def said(text: str, menus: dict[str, ChoiceMenu] | None = None, **more: Any) -> ZaloUpdate:
    return update(ZaloEvent(EventKind.TEXT, text, "Lan", **more), menus)


def message_of(update: ZaloUpdate) -> Message:
    assert update.message is not None
    return update.message


def test_a_text_is_a_message_of_its_person_in_a_chat_of_their_own() -> None:
    made = said("Công ty Hoa Sen")
    message = message_of(made)
    assert (made.update_id, made.event_type, made.rest, made.asked) == (NUMBER, UpdateType.MESSAGE, (), "")
    assert (message.message_id, message.date) == (NUMBER, datetime.fromtimestamp(DATE, UTC))
    assert (message.chat.id, message.chat.type) == (CHAT, "private")
    assert message.from_user is not None
    assert (message.from_user.id, message.from_user.first_name) == (CHAT, "Lan")
    assert not message.from_user.is_bot
    assert message.text == "Công ty Hoa Sen"
    assert message.bot is BOT


def test_whoever_has_no_name_is_given_one() -> None:
    message = message_of(update(ZaloEvent(EventKind.TEXT, "x")))
    assert message.from_user is not None
    assert message.from_user.first_name == NAMELESS


def test_of_two_where_one_is_taken_none_is_tapped() -> None:
    made = said("1 2 0")
    assert (made.callback_query, made.rest) == (None, ())
    assert "một lựa chọn" in made.asked


@pytest.mark.parametrize(
    ("typed", "first", "rest", "message_id"),
    [
        ("1", "d1", (), 5),
        ("Mua hàng loạt", "d1", (), 5),
        ("5 6", "d5", ("d6",), 5),
        ("0", "back", (), 5),
        ("dat k7", "place", (), 5),
        ("A1", "open:order:1", (), 7),
        ("Á", "open:order:1", (), 7),
        # A line that copies a value cannot be tapped.
        ("1 3", "d1", (), 5),
    ],
)
def test_a_choice_is_a_tap_on_its_message(
    typed: str, first: str, rest: tuple[str, ...], message_id: int
) -> None:
    made = said(typed)
    query = made.callback_query
    assert query is not None
    assert made.message is None
    assert (made.event_type, query.id, query.data, made.rest) == (
        UpdateType.CALLBACK_QUERY,
        str(NUMBER),
        first,
        rest,
    )
    assert (query.from_user.id, query.bot) == (CHAT, BOT)
    message = query.message
    assert isinstance(message, Message)
    assert (message.message_id, message.chat.id) == (message_id, CHAT)
    # The update carries the keyboard as it was shown, so that a tap on a missing button is recognised.
    assert message.reply_markup is not None
    buttons = {button.callback_data for row in message.reply_markup.inline_keyboard for button in row}
    assert first in buttons
    assert None not in buttons
    assert "" not in buttons


@pytest.mark.parametrize(
    ("typed", "asked"),
    [("3", "88500000"), ("A2", "KT123"), ("3 4", "88500000\nKT123"), ("3, 3", "88500000")],
)
def test_a_value_to_be_copied_is_asked_for(typed: str, asked: str) -> None:
    made = said(typed)
    assert (made.asked, made.rest) == (asked, ())
    assert message_of(made).text == typed


@pytest.mark.parametrize(
    "typed",
    ["trợ giúp", "MENU", "tệp", "9", "/donhang"],
)
def test_what_chooses_nothing_reaches_the_dialogs_as_it_was_typed(typed: str) -> None:
    assert message_of(said(typed)).text == typed


def test_a_number_that_came_before_the_window_is_asked_for_again() -> None:
    event = ZaloEvent(EventKind.TEXT, "1")
    early, late = NOW - timedelta(milliseconds=1), NOW
    menus = {WINDOW: ChoiceMenu(CHOICES, 5, shown_at=NOW)}
    assert update_of(event, NUMBER, CHAT, DATE, menus, BOT, early).asked == numbered.TOO_EARLY
    assert update_of(event, NUMBER, CHAT, DATE, menus, BOT, late).callback_query is not None
    # The same text again is one.
    menus = {WINDOW: ChoiceMenu(CHOICES, 5, shown_at=NOW, after="1")}
    again = update_of(event, NUMBER, CHAT, DATE, menus, BOT, early)
    assert (again.again, again.asked, again.callback_query) == (True, "", None)
    assert update_of(event, NUMBER, CHAT, DATE, menus, BOT, late).callback_query is not None
    # A word means the same in each window, and items are picked one after the other.
    items = (Choice("1", "d1", label="Hoa Sen", item=True), Choice("2", "d2", label="Tiếp tục"))
    menus = {WINDOW: ChoiceMenu(items, 5, shown_at=NOW)}
    assert update_of(event, NUMBER, CHAT, DATE, menus, BOT, early).callback_query is not None
    word = ZaloEvent(EventKind.TEXT, "tiếp tục")
    assert update_of(word, NUMBER, CHAT, DATE, menus, BOT, early).callback_query is not None


def test_where_a_number_may_be_the_answer_it_is_one() -> None:
    menus = {WINDOW: ChoiceMenu(CHOICES, 5, Typing.NUMBER, NOW)}
    assert message_of(said("1", menus)).text == "1"
    assert message_of(said("menu", menus)).text == "menu"
    assert said("#1", menus).callback_query is not None
    assert said("0", menus).callback_query is not None


def test_without_anything_shown_nought_begins_anew() -> None:
    assert message_of(said("0", {})).text == "/start"
    assert message_of(said("1", {})).text == "1"


def test_in_a_group_nothing_is_a_tap() -> None:
    for typed in ("1", "A1", "3", "menu"):
        message = message_of(said(typed, is_group=True))
        assert (message.chat.type, message.text) == ("group", typed)


@pytest.mark.parametrize(
    ("event", "content_type"),
    [
        (ZaloEvent(EventKind.TEXT, "x"), ContentType.TEXT),
        (ZaloEvent(EventKind.IMAGE, url="https://zalo.example/1.jpg"), ContentType.PHOTO),
        (ZaloEvent(EventKind.FILE, url="web:abc", file_name="a.xlsx", file_size=7), ContentType.DOCUMENT),
        (ZaloEvent(EventKind.STICKER), ContentType.STICKER),
        (ZaloEvent(EventKind.VOICE), ContentType.VOICE),
        (ZaloEvent(EventKind.OTHER, "1"), ContentType.UNKNOWN),
    ],
    ids=lambda value: value.kind.value if isinstance(value, ZaloEvent) else "",
)
def test_each_kind_is_a_message_of_its_content(event: ZaloEvent, content_type: str) -> None:
    made = update(event)
    assert made.event_type == UpdateType.MESSAGE
    assert message_of(made).content_type == content_type


def test_every_kind_is_known() -> None:
    for kind in EventKind:
        assert message_of(update(ZaloEvent(kind, "x", url="https://zalo.example/1")))


def test_a_picture_is_known_by_its_address_and_has_its_caption() -> None:
    message = message_of(update(ZaloEvent(EventKind.IMAGE, "1", url="https://zalo.example/1.jpg?a=b")))
    assert message.photo is not None
    assert message.photo[-1].file_id == "https://zalo.example/1.jpg?a=b"
    # The text under a picture is no choice.
    assert message.caption == "1"


def test_an_uploaded_file_has_its_name_and_size() -> None:
    document = message_of(
        update(ZaloEvent(EventKind.FILE, url="web:abc", file_name="Khách 1.xlsx", file_size=9_000_000))
    ).document
    assert document is not None
    assert (document.file_id, document.file_name, document.file_size) == (
        "web:abc",
        "Khách 1.xlsx",
        9_000_000,
    )


@pytest.mark.parametrize("year", [1, 1969, 1970, 2999, 9999])
def test_a_wrong_date_keeps_nobody_from_an_answer(year: int) -> None:
    date = int(datetime(year, 6, 1, tzinfo=UTC).timestamp())
    assert message_of(update_of(ZaloEvent(EventKind.TEXT, "x"), 1, CHAT, date, {}, BOT)).text == "x"
    tapped = update_of(ZaloEvent(EventKind.TEXT, "1"), 1, CHAT, date, MENUS, BOT)
    assert tapped.callback_query is not None


@pytest.mark.parametrize("text", ["\x00", "x" * 20_000, "😀" * 5_000, "\u202e1", "‮", " "])
def test_texts_of_any_form_are_texts(text: str) -> None:
    assert message_of(said(text, {})).text == text
