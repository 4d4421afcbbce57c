"""Zalo's events: read leniently if their form may differ, refused if they cannot be answered."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateways.zalo.events import (
    TEXT_LIMIT,
    EventKind,
    NotAnEvent,
    Received,
    ZaloEvent,
    read_event,
    stored_event,
    written_event,
)
from tests.gateways.zalo.server import EVENT, TED

MOMENT = datetime(2025, 6, 19, 6, 55, 31, 602_000, tzinfo=UTC)


def event(kind: str = "text", **fields: Any) -> dict[str, Any]:
    """Zalo's own example with another kind and changed fields; `None` removes a field."""
    changed: dict[str, Any] = copy.deepcopy(EVENT)
    changed["event_name"] = f"message.{kind}.received"
    if kind != "text":
        del changed["message"]["text"]
    for name, value in fields.items():
        holder, _, field = name.rpartition("__")
        part = changed["message"].get(holder) if holder else changed["message"]
        if value is None:
            part.pop(field, None)
        else:
            part["from" if field == "sender" else field] = value
    return changed


def read(body: Any) -> Received:
    received = read_event(body)
    assert received is not None
    return received


@pytest.mark.parametrize("body", [EVENT, {"ok": True, "result": EVENT}, {"result": EVENT}])
def test_the_published_example_is_read_with_and_without_its_wrapper(body: Any) -> None:
    expected = Received(ZaloEvent(EventKind.TEXT, "chào", "Ted"), "2d758cb5e222177a4e35", TED, MOMENT)
    assert read_event(body) == expected


@pytest.mark.parametrize("name", ["photo_url", "photo"])
def test_a_picture_has_its_address_under_either_name(name: str) -> None:
    address = "https://zalo.example/1.jpg"
    assert read(event("image", **{name: address})).event == ZaloEvent(
        EventKind.IMAGE, name="Ted", url=address
    )
    assert read(event("image", **{name: address}, caption="Của em")).event.text == "Của em"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("sticker", EventKind.STICKER),
        ("voice", EventKind.VOICE),
        ("unsupported", EventKind.OTHER),
        ("hologram", EventKind.OTHER),
    ],
)
def test_each_kind_is_known_and_one_of_tomorrow_is_another(kind: str, expected: EventKind) -> None:
    assert read(event(kind)).event == ZaloEvent(expected, name="Ted")


@pytest.mark.parametrize("name", ["user.followed", "bot.added", "", "messages", "MESSAGE.TEXT.RECEIVED"])
def test_what_is_no_message_is_left_alone(name: str) -> None:
    assert read_event({"event_name": name}) is None
    assert read_event({"ok": True, "result": {"event_name": name, "message": 7}}) is None


def test_what_a_bot_said_is_left_alone() -> None:
    assert read_event(event(from__is_bot=True)) is None
    assert read_event(event(from__is_bot="true")) is not None
    assert read_event(event(from__is_bot=None)) is not None


@pytest.mark.parametrize(("chat_type", "is_group"), [("GROUP", True), ("group", True), ("PRIVATE", False)])
def test_a_group_is_known_as_one(chat_type: str, is_group: bool) -> None:
    received = read(event(chat__chat_type=chat_type, chat__id="9f"))
    assert (received.chat, received.event.is_group) == ("9f", is_group)


@pytest.mark.parametrize("lacking", [None, 7, [], {}, True])
def test_a_chat_without_a_known_type_is_a_persons(lacking: Any) -> None:
    assert not read(event(chat__chat_type=lacking)).event.is_group


@pytest.mark.parametrize("text", [None, "", " \n", 7, ["x"], {"text": "x"}, True])
def test_a_text_without_words_is_nothing_to_work_with(text: Any) -> None:
    assert read(event(text=text)).event == ZaloEvent(EventKind.OTHER, name="Ted")


@pytest.mark.parametrize("address", [None, "", 7, ["x"], {}])
def test_a_picture_without_an_address_is_nothing_to_work_with(address: Any) -> None:
    assert read(event("image", photo=address)).event == ZaloEvent(EventKind.OTHER, name="Ted")


@pytest.mark.parametrize("name", [None, 7, [], {}, ""])
def test_a_person_without_a_name_is_one_all_the_same(name: Any) -> None:
    assert read(event(from__display_name=name)).event.name == ""


@pytest.mark.parametrize("field", ["message_id", "chat__id"])
@pytest.mark.parametrize(
    "value", [None, "", 7, True, [], {}, "x" * 101, "a\nb", "a\x00", "\ud83d", "\u202e", 1e400]
)
def test_without_a_name_of_its_message_and_chat_it_is_no_event(field: str, value: Any) -> None:
    with pytest.raises(NotAnEvent):
        read_event(event(**{field: value}))


@pytest.mark.parametrize("field", ["sender", "chat"])
@pytest.mark.parametrize("value", [None, 7, "x", [], True])
def test_without_a_sender_and_a_chat_it_is_no_event(field: str, value: Any) -> None:
    body = event()
    name = "from" if field == "sender" else field
    if value is None:
        del body["message"][name]
    else:
        body["message"][name] = value
    with pytest.raises(NotAnEvent):
        read_event(body)


@pytest.mark.parametrize(
    "date",
    [None, "1750316131602", True, [], {}, 10**400, -(10**400), 10**18, float("nan"), float("inf"), 1e300],
)
def test_without_a_date_of_the_calendar_it_is_no_event(date: Any) -> None:
    with pytest.raises(NotAnEvent):
        read_event(event(date=date))


@pytest.mark.parametrize("date", [0, -1, 1750316131602.5, -62_135_596_800_000, 253_402_300_799_000])
def test_any_moment_of_the_calendar_is_one(date: float) -> None:
    moment = read(event(date=date)).sent_at
    assert moment.tzinfo is UTC
    assert abs(moment.timestamp() - date / 1000) < 0.001


@pytest.mark.parametrize(
    "body",
    [
        None,
        7,
        "x",
        [],
        [EVENT],
        {"ok": True, "result": []},
        {"event_name": 7},
        {"event_name": ["message.text.received"]},
        {"event_name": "message.text.received"},
        {"event_name": "message.text.received", "message": "x"},
        {"event_name": "message.text.received", "message": [EVENT["message"]]},
        {"result": {"result": EVENT}},
    ],
)
def test_what_the_platform_would_not_send_is_no_event(body: Any) -> None:
    with pytest.raises(NotAnEvent):
        read_event(body)


def test_what_is_kept_of_huge_texts_has_an_end() -> None:
    received = read(event(text="x" * 1_000_000, from__display_name="Lan " * 1000))
    assert len(received.event.text) == TEXT_LIMIT
    assert len(received.event.name) == 100
    picture = read(event("image", photo="https://x/" + "y" * 10_000, caption="x" * 1_000_000))
    assert len(picture.event.url) == 2_000
    assert len(picture.event.text) == TEXT_LIMIT


def test_half_an_emoji_can_be_stored() -> None:
    """JSON may carry one, but no database accepts it."""
    received = read(json.loads(json.dumps(event(text="a\ud83d b", from__display_name="\udc00"))))
    assert received.event.text == "a? b"
    assert received.event.name == "?"
    assert read(json.loads(json.dumps(event(text="😀")))).event.text == "😀"


def test_an_emoji_cut_in_two_by_the_limit_is_none() -> None:
    assert len(read(event(text="😀" * (TEXT_LIMIT + 1))).event.text) == TEXT_LIMIT


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(st.text(max_size=5), deeper, max_size=4),
    max_leaves=8,
)
PLACES = [
    ("event_name",),
    ("message",),
    *(("message", name) for name in (*EVENT["message"], "photo", "photo_url", "caption")),
    *(("message", "from", name) for name in ("id", "display_name", "is_bot")),
    *(("message", "chat", name) for name in ("id", "chat_type")),
]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(PLACES), st.sampled_from(["text", "image", "sticker"]), junk)
def test_junk_in_any_field_is_read_or_refused_and_what_is_read_can_be_stored(
    place: tuple[str, ...], kind: str, value: Any
) -> None:
    body = event(kind)
    part: Any = body
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    try:
        received = read_event(body)
    except NotAnEvent:
        return
    if received is not None:
        stored = written_event(received.event)
        assert stored.encode()
        assert stored_event(stored) == received.event
        assert f"{received.chat}:{received.message_id}".encode()


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(junk)
def test_junk_alone_is_no_event(body: Any) -> None:
    assume(body not in ({}, {"ok": True}))  # A try of the address.
    with pytest.raises(NotAnEvent):
        read_event(body)


texts = st.text(st.characters(codec="utf-8"))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    st.builds(
        ZaloEvent,
        st.sampled_from(EventKind),
        texts,
        texts,
        texts,
        st.booleans(),
        texts,
        st.integers(0, 2**40),
    )
)
def test_an_event_is_the_same_after_it_was_stored(event: ZaloEvent) -> None:
    written = written_event(event)
    assert "\x00" not in written
    assert stored_event(written) == event
