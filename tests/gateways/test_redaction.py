import logging

import httpx
import pytest

from gateways.chat_pace import TELEGRAM, ChatPace
from gateways.redaction import REDACTED, Redaction, protect_logs
from gateways.telegram.push import TelegramSender
from services.ports import RetryLater
from tests.gateways.support import CHATTY, CONTENT, TOKEN, FixedRenderer, Records, TelegramServer

LINK = "Ab-3_defghijklmnopqrstuvwxyz0123"


async def send(answers: list[tuple[int, dict[str, object]] | None]) -> None:
    api = TelegramServer(answers=list(answers))
    server = await api.start()
    async with TelegramSender(
        TOKEN, str(server.make_url("/")), FixedRenderer(), ChatPace(TELEGRAM)
    ) as sender:
        try:
            await sender.send("77", CONTENT, "key", False)
        except (RetryLater, httpx.HTTPError):
            logging.getLogger("worker").exception("sending failed")
    await server.close()
    assert len(api.calls) == 1


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
@pytest.mark.parametrize("answers", [[], [(500, {"ok": False})], [(429, {"parameters": {"retry_after": 3}})]])
async def test_no_token_is_logged_by_a_real_send(
    records: Records, level: int, answers: list[tuple[int, dict[str, object]] | None]
) -> None:
    logging.getLogger().setLevel(level)
    protect_logs([TOKEN])

    await send(answers)

    assert TOKEN not in records.everything
    assert "Xin chào" not in records.everything


async def test_redaction_holds_even_where_somebody_turns_the_libraries_up(records: Records) -> None:
    protect_logs(["another secret"])
    logging.getLogger().setLevel(logging.DEBUG)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG)

    await send([])

    assert "HTTP Request: POST" in records.everything
    assert f"/bot{REDACTED}/sendMessage" in records.everything
    assert TOKEN not in records.everything


async def test_without_protection_the_token_would_be_logged(records: Records) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG)

    await send([])

    assert TOKEN in records.everything


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            f"POST https://api.telegram.org/bot{TOKEN}/getMe",
            f"POST https://api.telegram.org/bot{REDACTED}/getMe",
        ),
        (f"at https://api.telegram.org/bot{TOKEN}", f"at https://api.telegram.org/bot{REDACTED}"),
        ("GET http://127.0.0.1/bot1:short/getMe", f"GET http://127.0.0.1/bot{REDACTED}/getMe"),
        (
            "POST http://127.0.0.1:8088/zalo/bot123:abc-xyz.q/sendMessage?x=1",
            f"POST http://127.0.0.1:8088/zalo/bot{REDACTED}/sendMessage?x=1",
        ),
        ("at /zalo/bot123:abc-xyz.q", f"at /zalo/bot{REDACTED}"),
        (
            "at https://bot-api.zaloplatforms.com/bot123%3Aabc",
            f"at https://bot-api.zaloplatforms.com/bot{REDACTED}",
        ),
        ("at /zalo/both", "at /zalo/both"),
        ("the token 987654321:AAH-qwertyuiopasdfghjklzxcvbnm", f"the token {REDACTED}"),
        ("key=p%40ss word", f"key={REDACTED} word"),
        ("p@ss and p@ssword", f"{REDACTED} and {REDACTED}"),
        ("10:30 at /robots/txt", "10:30 at /robots/txt"),
        # By their places, whatever they are.
        (f"GET /upload/{LINK}?done=1", f"GET /upload/{REDACTED}?done=1"),
        (f"https://bot.vn/x/files/{LINK}/a.xlsx", f"https://bot.vn/x/files/{REDACTED}/a.xlsx"),
        (f"https://t.me/bot?start={LINK}", f"https://t.me/bot?start={REDACTED}"),
        ("postgresql+psycopg://ann:s3cr-t@host/name", f"postgresql+psycopg://ann:{REDACTED}@host/name"),
        ("{'Authorization': 'Apikey abc-def'}", f"{{'Authorization': 'Apikey {REDACTED}'}}"),
        ("X-SePay-Signature: sha256=abcdef", f"X-SePay-Signature: {REDACTED}"),
        ("?a=1&api_key=abcdef&b=2", f"?a=1&api_key={REDACTED}&b=2"),
        ('{"secret_token": "abcdef", "n": 1}', f'{{"secret_token": "{REDACTED}", "n": 1}}'),
        # A secret that is a part of another word is that word.
        ("order 9p@ss and p@sswords", "order 9p@ss and p@sswords"),
        ("the token of Zalo is refused, secret: no", "the token of Zalo is refused, secret: no"),
    ],
)
def test_secrets_are_found_wherever_they_stand(text: str, redacted: str) -> None:
    assert Redaction(["p@ss", "", "p@ssword"]).redact(text) == redacted


def test_texts_added_to_a_record_are_redacted(records: Records) -> None:
    protect_logs([])

    logging.getLogger("access").warning("a request", extra={"first_line": f"POST /bot{TOKEN}/getMe"})

    assert f"POST /bot{REDACTED}/getMe" in records.everything
    assert TOKEN not in records.everything


def test_tracebacks_and_stacks_are_redacted(records: Records) -> None:
    protect_logs(["hush-hush"])

    try:
        raise ValueError("hush-hush leaks")
    except ValueError:
        logging.getLogger("anything").exception("failed with %s", "hush-hush", stack_info=True)

    assert "hush-hush" not in records.everything.replace("stack_info", "")
    assert "ValueError" in records.everything
    assert f"failed with {REDACTED}" in records.everything
