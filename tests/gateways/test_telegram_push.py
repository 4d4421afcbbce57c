import json

import pytest
from telegram.error import BadRequest, NetworkError

from gateways.telegram_push import ChatPace, TelegramSender, visible_length
from services.messages import ChatButton, ChatMessage
from services.ports import AddressMoved, RetryLater, Undeliverable
from tests.gateways.support import CONTENT, PNG, TOKEN, FixedRenderer, TelegramServer

BUTTONS = (
    (ChatButton("Mở đơn", data="order:7"), ChatButton("Trang", url="https://example.com/7")),
    (ChatButton("Chép", copy="KT0001234"),),
)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def telegram():
    api = TelegramServer()
    server = await api.start()
    api.url = str(server.make_url("/"))
    yield api
    await server.close()


@pytest.fixture
async def send(telegram):
    """Sends one message through a sender with a clock that stands still."""
    renderer = FixedRenderer()
    async with TelegramSender(TOKEN, telegram.url, renderer, ChatPace(Clock())) as sender:

        async def send(message: ChatMessage, chat: str = "77", maybe_repeated: bool = False) -> None:
            renderer.message = message
            await sender.send(chat, CONTENT, "key", maybe_repeated)
            assert renderer.asked[-1] == (CONTENT, maybe_repeated)

        yield send


async def test_a_text_goes_out_as_html_with_its_buttons(telegram, send):
    await send(ChatMessage("<b>Đơn</b> &amp; hóa đơn", buttons=BUTTONS), maybe_repeated=True)

    [(method, fields)] = telegram.calls
    assert method == "sendMessage"
    assert fields["chat_id"] == "77"
    assert fields["text"] == "<b>Đơn</b> &amp; hóa đơn"
    assert fields["parse_mode"] == "HTML"
    assert json.loads(fields["link_preview_options"]) == {"is_disabled": True}
    assert json.loads(fields["reply_markup"])["inline_keyboard"] == [
        [
            {"text": "Mở đơn", "callback_data": "order:7"},
            {"text": "Trang", "url": "https://example.com/7"},
        ],
        [{"text": "Chép", "copy_text": {"text": "KT0001234"}}],
    ]


async def test_a_message_without_buttons_has_no_keyboard(telegram, send):
    await send(ChatMessage("Xin chào"))

    assert "reply_markup" not in telegram.calls[0][1]


async def test_a_picture_bears_the_text_as_its_caption(telegram, send):
    await send(ChatMessage("<b>Quét</b> mã", photo=PNG, buttons=BUTTONS))

    [(method, fields)] = telegram.calls
    assert method == "sendPhoto"
    assert fields["photo"] == PNG
    assert (fields["caption"], fields["parse_mode"]) == ("<b>Quét</b> mã", "HTML")
    assert "inline_keyboard" in json.loads(fields["reply_markup"])


async def test_a_text_too_long_for_a_caption_follows_the_picture_and_keeps_the_buttons(telegram, send):
    await send(ChatMessage("x" * 1025, photo=PNG, buttons=BUTTONS))

    (first, picture), (second, text) = telegram.calls
    assert (first, second) == ("sendPhoto", "sendMessage")
    assert picture["photo"] == PNG
    assert "caption" not in picture
    assert "reply_markup" not in picture
    assert text["text"] == "x" * 1025
    assert "reply_markup" in text


@pytest.mark.parametrize(
    ("markup", "length"),
    [("<b>Đơn</b>", 3), ("a &amp; b", 5), ('<a href="https://example.com">x</a>', 1), ("👍", 2)],
)
def test_only_what_is_seen_counts_toward_the_limits(markup, length):
    assert visible_length(markup) == length


@pytest.mark.parametrize(
    ("status", "body", "seconds", "counts"),
    [
        (429, {"description": "Too Many Requests", "parameters": {"retry_after": 17}}, 17, False),
        (500, {"description": "Internal Server Error"}, 5, True),
        (502, {"description": "Bad Gateway"}, 5, True),
        (401, {"description": "Unauthorized"}, 60, True),
    ],
)
async def test_a_server_that_refuses_for_now_is_asked_again(telegram, send, status, body, seconds, counts):
    telegram.answers.append((status, {"ok": False, "error_code": status, **body}))

    with pytest.raises(RetryLater) as later:
        await send(ChatMessage("Xin chào"))
    assert (later.value.seconds, later.value.counts) == (seconds, counts)


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: PEER_ID_INVALID"),
    ],
)
async def test_a_chat_that_cannot_be_reached_is_final(telegram, send, status, description):
    telegram.answers.append((status, {"ok": False, "error_code": status, "description": description}))

    with pytest.raises(Undeliverable, match=f"(?i){description.partition(': ')[2]}"):
        await send(ChatMessage("Xin chào"))


async def test_a_mistake_of_ours_is_not_blamed_on_the_chat(telegram, send):
    telegram.answers.append(
        (400, {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"})
    )

    with pytest.raises(BadRequest, match="parse entities"):
        await send(ChatMessage("<b>Xin chào"))


async def test_a_group_that_became_a_supergroup_tells_its_new_id(telegram, send):
    telegram.answers.append(
        (400, {"ok": False, "description": "…", "parameters": {"migrate_to_chat_id": -1001234567890}})
    )

    with pytest.raises(AddressMoved) as moved:
        await send(ChatMessage("Xin chào"), chat="-55")
    assert moved.value.new_address == "-1001234567890"


async def test_a_lost_answer_leaves_the_outcome_unknown(telegram, send):
    telegram.answers.append(None)

    with pytest.raises(NetworkError):
        await send(ChatMessage("Xin chào"))
    assert len(telegram.calls) == 1


async def test_telegram_being_down_neither_stops_the_start_nor_loses_a_message(unused_tcp_port):
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with TelegramSender(TOKEN, url, FixedRenderer()) as sender:
        with pytest.raises(RetryLater) as later:
            await sender.send("77", CONTENT, "key", False)
    assert later.value.seconds == 5


async def test_a_second_message_to_a_chat_waits_without_holding_up_other_chats(telegram, send):
    await send(ChatMessage("một"), chat="1")
    with pytest.raises(RetryLater) as later:
        await send(ChatMessage("hai"), chat="1")
    await send(ChatMessage("ba"), chat="2")

    assert (later.value.seconds, later.value.counts) == (1.0, False)
    assert [fields["text"] for _, fields in telegram.calls] == ["một", "ba"]


def test_a_chat_is_free_again_after_its_second_and_a_group_after_three():
    clock = Clock()
    pace = ChatPace(clock)
    pace.take("1")
    pace.take("-1")
    clock.now += 0.75
    with pytest.raises(RetryLater) as later:
        pace.take("1")
    assert later.value.seconds == 0.25

    clock.now += 0.25
    pace.take("1")
    with pytest.raises(RetryLater) as later:
        pace.take("-1")
    assert later.value.seconds == 2.0


def test_the_pace_forgets_chats_that_are_free():
    clock = Clock()
    pace = ChatPace(clock)
    for chat in range(5000):
        clock.now += 1
        pace.take(str(chat))

    assert len(pace._free_at) <= 1024
