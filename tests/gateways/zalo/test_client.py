"""Calls to Zalo: the body decides their outcome, every failure has its class, and none shows the token."""

import asyncio
import json
import logging
import traceback
from collections.abc import Awaitable, Callable

import pytest

from gateways.redaction import protect_logs
from gateways.zalo.client import API_URL, BotAccount, SentMessage, ZaloClient
from gateways.zalo.errors import (
    AnswerLost,
    BadCall,
    NotFound,
    OutOfReach,
    PersonRefused,
    QuotaUsedUp,
    ServerTrouble,
    TokenRefused,
    ZaloError,
)
from tests.gateways.support import Records
from tests.gateways.zalo.server import EVENT, TED, TOKEN, ZaloServer
from texts.plain import marked_text


async def test_the_bot_knows_itself(client: ZaloClient) -> None:
    assert await client.get_me() == BotAccount("1459232241454765289", "bot.ktdv")


async def test_a_message_has_an_id_and_a_moment(zalo: ZaloServer, client: ZaloClient) -> None:
    assert await client.send_message(TED, "Chào <b>\n👋") == SentMessage(
        "2d758cb5e222177a0001", 1750316131602
    )
    assert zalo.calls == [("sendMessage", {"chat_id": TED, "text": "Chào <b>\n👋"})]


async def test_what_is_bold_goes_as_styles_and_plain_once_they_were_refused(
    zalo: ZaloServer, client: ZaloClient
) -> None:
    marked = marked_text("😀 <b>Đơn</b> của <b>2.950.000 ₫</b> &lt;b&gt;")
    plain, styles = "😀 Đơn của 2.950.000 ₫ <b>", [(3, 3), (11, 11)]
    await client.send_message(TED, marked)
    await client.send_photo(TED, "https://bot.example/a.png", marked)
    wanted = [{"start": start, "len": length, "st": "b"} for start, length in styles]
    assert zalo.sent()[0] == {"text": plain, "text_styles": wanted}
    assert zalo.sent()[1]["caption"] == plain
    zalo.takes_styles = False
    for _ in range(2):
        await client.send_message(TED, marked)
    assert [("text_styles" in sent) for sent in zalo.sent()[2:]] == [True, False, False]
    # A text that is refused without styles, too, says nothing about them.
    zalo.takes_styles = True
    with pytest.raises(BadCall):
        await client.send_message(TED, "x" * 2001)


async def test_a_picture_is_named_by_its_address(zalo: ZaloServer, client: ZaloClient) -> None:
    await client.send_photo(TED, "https://bot.example/f/1", "Quét mã")
    await client.send_photo(TED, "https://bot.example/f/2")
    assert zalo.sent() == [
        {"photo": "https://bot.example/f/1", "caption": "Quét mã"},
        {"photo": "https://bot.example/f/2"},
    ]


async def test_a_sign_of_typing(zalo: ZaloServer, client: ZaloClient) -> None:
    await client.send_chat_action(TED)
    assert zalo.calls == [("sendChatAction", {"chat_id": TED, "action": "typing"})]


async def test_a_webhook_is_set_and_taken_away(zalo: ZaloServer, client: ZaloClient) -> None:
    await client.set_webhook("https://bot.example/zalo", "12345678")
    assert zalo.webhook == {"url": "https://bot.example/zalo", "secret_token": "12345678"}
    await client.delete_webhook()
    assert zalo.webhook == {}
    for secret in ("1234567", "x" * 257):
        with pytest.raises(ValueError, match="8 to 256"):
            await client.set_webhook("https://bot.example/zalo", secret)


async def test_events_come_one_at_a_time_and_none_is_no_error(zalo: ZaloServer, client: ZaloClient) -> None:
    zalo.events = [EVENT, {"event_name": "message.image.received"}]
    assert await client.get_updates(5) == EVENT
    assert await client.get_updates(500) == {"event_name": "message.image.received"}
    assert await client.get_updates(5) is None
    assert [fields["timeout"] for _, fields in zalo.calls] == [5, 50, 5]


def refused(code: object) -> str:
    return json.dumps({"ok": False, "error_code": code, "description": "Internal server error"})


@pytest.mark.parametrize("status", [200, 400, 502])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, BadCall),
        (401, TokenRefused),
        (403, PersonRefused),
        (404, NotFound),
        (429, QuotaUsedUp),
        (500, ServerTrouble),
        (503, ServerTrouble),
        ("429", QuotaUsedUp),
        (-216, ZaloError),
    ],
)
async def test_an_error_is_judged_by_its_body_whatever_the_status(
    zalo: ZaloServer, client: ZaloClient, status: int, code: object, kind: type[ZaloError]
) -> None:
    zalo.answers = [(status, refused(code))]
    with pytest.raises(ZaloError) as refusal:
        await client.send_message(TED, "x")
    if code != -216:
        assert (type(refusal.value), refusal.value.code) == (kind, int(str(code)))
    assert refusal.value.description == "Internal server error"
    assert refusal.value.nothing_delivered


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ZaloError),
        (400, BadCall),
        (404, NotFound),
        (413, ZaloError),
        (429, QuotaUsedUp),
        (502, ServerTrouble),
    ],
)
@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "", "[]", '{"error": 1}', "null"])
async def test_an_error_without_zalos_body_is_judged_by_its_status(
    zalo: ZaloServer, client: ZaloClient, status: int, kind: type[ZaloError], body: str
) -> None:
    zalo.answers = [(status, body)]
    with pytest.raises(ZaloError) as refusal:
        await client.send_message(TED, "x")
    assert (type(refusal.value), refusal.value.code) == (kind, status)
    assert refusal.value.nothing_delivered


async def test_an_error_without_a_code_has_that_of_http(zalo: ZaloServer, client: ZaloClient) -> None:
    zalo.answers = [(403, '{"ok": false}')]
    with pytest.raises(PersonRefused):
        await client.send_message(TED, "x")


@pytest.mark.parametrize("body", ["<html>", "", "[]", '{"ok": 1}', "[" * 100_000, "x" * (1024 * 1024 + 1)])
async def test_a_yes_that_cannot_be_read_leaves_the_outcome_unknown(
    zalo: ZaloServer, client: ZaloClient, body: str
) -> None:
    zalo.answers = [(200, body)]
    with pytest.raises(AnswerLost) as lost:
        await client.send_message(TED, "x")
    assert not lost.value.nothing_delivered


@pytest.mark.parametrize("result", ["null", "[]", "{}", '{"date": "soon"}', '"x"'])
async def test_a_yes_counts_whatever_else_it_says(zalo: ZaloServer, client: ZaloClient, result: str) -> None:
    zalo.answers = [(200, f'{{"ok": true, "result": {result}}}')]
    assert await client.send_message(TED, "x") == SentMessage("", 0)


async def test_a_connection_that_is_cut_leaves_the_outcome_unknown(
    zalo: ZaloServer, client: ZaloClient
) -> None:
    zalo.answers = [None]
    with pytest.raises(AnswerLost):
        await client.send_message(TED, "x")


async def test_an_answer_that_never_comes_leaves_the_outcome_unknown(
    zalo: ZaloServer, client: ZaloClient
) -> None:
    zalo.hanging = asyncio.Event()
    with pytest.raises(AnswerLost):
        await client.call("sendMessage", 0.2, chat_id=TED, text="x")
    zalo.hanging.set()
    assert [method for method, _ in zalo.calls] == ["sendMessage"]


async def test_nobody_at_home_delivers_nothing(unused_tcp_port: int) -> None:
    async with ZaloClient(TOKEN, f"http://127.0.0.1:{unused_tcp_port}") as client:
        with pytest.raises(OutOfReach) as error:
            await client.get_me()
    assert error.value.nothing_delivered


async def test_a_wrong_token_is_told(zalo: ZaloServer) -> None:
    async with ZaloClient("1:wrong", zalo.url) as client:
        with pytest.raises(TokenRefused):
            await client.get_me()


def test_zalos_own_address_is_the_default() -> None:
    assert API_URL == "https://bot-api.zaloplatforms.com"


def _hang(zalo: ZaloServer) -> None:
    zalo.hanging = asyncio.Event()


Trouble = Callable[[ZaloServer], object]


@pytest.mark.parametrize(
    "trouble",
    [
        lambda zalo: None,
        lambda zalo: zalo.answers.append(None),
        lambda zalo: zalo.answers.append((502, "<html>")),
        lambda zalo: zalo.answers.append((200, refused(401))),
        _hang,
    ],
)
async def test_no_error_and_no_log_shows_the_token(
    zalo: ZaloServer, client: ZaloClient, trouble: Trouble, records: Records
) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    protect_logs([])
    trouble(zalo)
    shown = await _shown(lambda: client.call("getMe", 0.2))
    if zalo.hanging:
        zalo.hanging.set()
    assert TOKEN.partition(":")[2] not in shown + records.everything + repr(client)


async def test_no_failed_connection_shows_the_token(unused_tcp_port: int, records: Records) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    protect_logs([])
    async with ZaloClient(TOKEN, f"http://127.0.0.1:{unused_tcp_port}") as client:
        shown = await _shown(client.get_me)
    assert "OutOfReach" in shown
    assert TOKEN.partition(":")[2] not in shown + records.everything


async def _shown(call: Callable[[], Awaitable[object]]) -> str:
    """The failure's traceback, as logged."""
    try:
        await call()
    except ZaloError:
        logging.getLogger("anything").exception("failed")
        return traceback.format_exc()
    return ""
