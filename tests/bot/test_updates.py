"""Updates of Telegram as they come: which are stored, in which chat, and what is refused."""

import json
from typing import Any

import pytest

from bot.telegram.updates import arrival_of

BOT = 42
KINDS = ("message", "callback_query", "my_chat_member")
CHAT = {"id": -100_123, "type": "group"}
QUERY = {"id": "1", "from": {"id": 5}, "data": "x"}


def update(**content: Any) -> dict[str, Any]:
    return {"update_id": 7, **content}


@pytest.mark.parametrize(
    "content",
    [
        {"message": {"message_id": 1, "chat": CHAT, "text": "xin chào"}},
        {"callback_query": QUERY | {"message": {"message_id": 1, "chat": CHAT}}},
        {"my_chat_member": {"chat": CHAT}},
    ],
)
def test_an_update_of_a_chat_is_kept_as_it_came(content: dict[str, Any]) -> None:
    arrival = arrival_of(update(**content), BOT, KINDS)
    assert arrival is not None
    assert (arrival.external_id, arrival.chat_id, arrival.sequence) == ("42:7", -100_123, 7)
    assert json.loads(arrival.body) == update(**content)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"hologram": {"chat": CHAT}},
        {"edited_message": {"chat": CHAT}},
        {"callback_query": QUERY | {"inline_message_id": "x"}},
        {"message": None},
        {"message": {"chat": {"id": "5"}}},
        {"message": {"chat": {"id": 2**70}}},
        {"message": {"chat": {"id": True}}},
        {"callback_query": {"message": [1]}},
    ],
)
def test_what_the_bot_does_not_handle_or_is_of_no_chat_is_left_out(content: dict[str, Any]) -> None:
    assert arrival_of(update(**content), BOT, KINDS) is None


@pytest.mark.parametrize(
    "body", [None, [], "x", {}, {"update_id": "7"}, {"update_id": True}, {"update_id": -1}]
)
def test_what_has_no_number_is_no_update(body: Any) -> None:
    with pytest.raises(ValueError, match="update_id"):
        arrival_of(body, BOT, KINDS)


def test_half_an_emoji_can_be_stored() -> None:
    arrival = arrival_of(update(message={"chat": CHAT, "text": "\ud83d\0"}), BOT, KINDS)
    assert arrival is not None
    assert json.loads(arrival.body.encode())["message"]["text"] == "?\0"
