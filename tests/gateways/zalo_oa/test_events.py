"""What the webhook of an Official Account brings, by the facts in docs/zalo-oa.md."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gateways.zalo.events import EventKind
from gateways.zalo_oa.events import NOTHING, TOUCHES, Touched, is_known, is_signed, read_event

APP, SECRET, USER = "4410000000000000001", "the account's secret", "1234567890123456789"
MOMENT = "1796000000123"


def body_of(name: str, **message: Any) -> dict[str, Any]:
    return {
        "app_id": APP,
        "user_id_by_app": "987",
        "event_name": name,
        "sender": {"id": USER},
        "recipient": {"id": "2510000000000000001"},
        "message": {"msg_id": "96d3cdf3af150460909", **message},
        "timestamp": MOMENT,
    }


def attached(kind: str, **payload: Any) -> dict[str, Any]:
    return {"attachments": [{"type": kind, "payload": payload}]}


@pytest.mark.parametrize("form", ["mac={}", "mac = {}", "{}"])
def test_a_signature_is_a_plain_digest_of_the_bytes_as_they_came(form: str) -> None:
    raw = json.dumps(body_of("user_send_text", text="chào"), ensure_ascii=False).encode()
    digest = hashlib.sha256(APP.encode() + raw + MOMENT.encode() + SECRET.encode()).hexdigest()
    assert is_signed(form.format(digest), APP, raw, MOMENT, SECRET)
    for wrong in (raw + b" ", raw.replace(b"ch", b"CH")):
        assert not is_signed(form.format(digest), APP, wrong, MOMENT, SECRET)
    assert not is_signed(form.format(digest), APP, raw, MOMENT, SECRET + "x")
    for header in ("", "mac=", "mac=é\udcff", digest.upper() + "0"):
        assert not is_signed(header, APP, raw, MOMENT, SECRET)


@pytest.mark.parametrize(
    ("body", "kind", "text", "url"),
    [
        (body_of("user_send_text", text="mua 2027"), EventKind.TEXT, "mua 2027", ""),
        (
            body_of("user_send_image", text="ck roi", **attached("image", url="https://a/b.jpg")),
            EventKind.IMAGE,
            "ck roi",
            "https://a/b.jpg",
        ),
        (
            body_of("user_send_link", **attached("link", url="https://a.vn", description="x")),
            EventKind.TEXT,
            "https://a.vn",
            "",
        ),
        (body_of("user_send_sticker", **attached("sticker", id="1", url="u")), EventKind.STICKER, "", ""),
        (body_of("user_send_audio", **attached("audio", url="https://a/b.amr")), EventKind.VOICE, "", ""),
        (body_of("user_send_location", **attached("location")), EventKind.OTHER, "", ""),
        (body_of("user_send_text", text="  "), EventKind.OTHER, "", ""),
        (body_of("user_send_image"), EventKind.OTHER, "", ""),
        (body_of("user_send_file"), EventKind.OTHER, "", ""),
    ],
)
def test_what_people_send(body: dict[str, Any], kind: EventKind, text: str, url: str) -> None:
    touched = read_event(body)
    assert isinstance(touched, Touched)
    assert touched.received is not None
    event = touched.received.event
    assert (event.kind, event.text, event.url) == (kind, text, url)
    assert (touched.user, touched.received.chat) == (USER, USER)
    assert touched.at == datetime.fromtimestamp(1796000000.123, UTC)


@pytest.mark.parametrize("size", [8192, "8192"])
def test_a_file_has_its_name_and_size_as_text_or_number(size: object) -> None:
    payload = {"name": "khách.xlsx", "size": size, "type": "xlsx", "url": "https://a/f"}
    touched = read_event(body_of("user_send_file", **attached("file", **payload)))
    assert isinstance(touched, Touched)
    assert touched.received is not None
    event = touched.received.event
    assert (event.kind, event.file_name, event.file_size) == (EventKind.FILE, "khách.xlsx", 8192)


@pytest.mark.parametrize("name", TOUCHES)
def test_an_act_without_words_lets_us_write_and_is_not_answered(name: str) -> None:
    who = {"follower": {"id": USER}} if name == "follow" else {"user_id": USER}
    touched = read_event({"event_name": name, "timestamp": MOMENT, **who})
    assert isinstance(touched, Touched)
    assert (touched.user, touched.received) == (USER, None)


@pytest.mark.parametrize("name", [*NOTHING, "user_send_group_text", "something_new"])
def test_what_is_nothing_to_the_dialogs_is_left_alone(name: str) -> None:
    assert read_event(body_of(name, text="x")) is None
    assert is_known(name) is (name != "something_new")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event_name": 1},
        {"event_name": "user_send_text"},
        {"event_name": "user_send_text", "message": []},
        {**body_of("user_send_text", text="x"), "sender": {"id": 5}},
        {**body_of("user_send_text", text="x"), "sender": {}},
        {**body_of("user_send_text", text="x"), "timestamp": "soon"},
        {**body_of("user_send_text", text="x"), "timestamp": "9" * 40},
    ],
)
def test_a_malformed_event_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no "):
        read_event(body)


def test_without_an_id_two_messages_of_a_moment_are_told_apart_by_it() -> None:
    body = body_of("user_send_text", text="x")
    del body["message"]["msg_id"]
    first = read_event(body)
    later = read_event({**body, "timestamp": "1796000000999"})
    assert isinstance(first, Touched)
    assert isinstance(later, Touched)
    assert first.received is not None
    assert later.received is not None
    assert first.received.message_id != later.received.message_id
