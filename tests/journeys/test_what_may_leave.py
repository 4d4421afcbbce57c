"""A mailing that is held and let go, and what whoever gets a mail can do with it: check, report, stop."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.app import SandboxServer
from tests.support.apps import on_both_apps
from tests.support.prepared import with_30_customers
from tests.support.steps import order_for
from tests.support.world import Chat, World, back_office_in, is_window, running_bot


@pytest.fixture
async def world(server: SandboxServer, database_url: str, app: str) -> AsyncIterator[World]:
    """A world in which a new firm may write to two."""
    settings = {"DATABASE_URL": database_url, "FIRST_CUSTOMERS": "2"}
    bot = running_bot(server, **settings, **back_office_in(server, app))
    async with aiohttp.ClientSession() as http, bot:
        yield World(http, server.url, app)


async def _said(chat: Chat, words: str) -> dict[str, Any]:
    """The last push with these words."""
    pushed = [m for m in await chat.messages() if m["from"] == "bot" and not is_window(m)]
    return [m for m in pushed if words in m["text"]][-1]


async def _post(url: str, **form: str) -> tuple[int, str]:
    """What a browser without an account gets."""
    async with aiohttp.ClientSession() as browser, browser.post(url, data=form) as answer:
        return answer.status, await answer.text()


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found[1]


@on_both_apps
@with_30_customers
async def test_a_mailing_is_let_go_checked_reported_and_stopped(world: World) -> None:
    desk, chat = world.chat("backoffice"), world.chat("newcomer")
    await desk.says("/start")
    await order_for(chat, recipient="Khách hàng", pick=3)
    await world.idle()
    assert (len(await world.mails()), len(await world.texts())) == (2, 2)

    # The order says what is held, and offers no sending again.
    await chat.taps_on("Mở đơn")
    window = await chat.taps_on("Thanh toán")
    assert "✋ Em đang giữ hướng dẫn của 1 khách" in window["text"]
    assert not any("Gửi lại" in label for label in chat.labels(window))

    # Back office lets it go in one tap.
    await desk.opens(await _said(desk, "Có tin đang giữ"), "cho gửi")
    await desk.taps_on("Kế toán Minh An")
    assert "Em đang gửi cho 1 người nhận" in (await desk.taps_on("Cho gửi"))["text"]
    await world.idle()
    mails = await world.mails()
    assert (len(mails), len(await world.texts())) == (3, 3)
    assert await _said(chat, "Em đã gửi hướng dẫn thanh toán cho 1 người nhận")

    # Whoever got an instruction checks it.
    first, second = mails[:2]
    check = _found(r"(http\S+/kiem-tra)\?code=", first["text"])
    lines = {
        "code": _found(r"Nội dung: +(KT\w{7})", first["text"]),
        "amount": _found(r"Số tiền: +([\d.]+ ₫)", first["text"]),
        "account": _found(r"Số tài khoản: +(\w+)", first["text"]),
    }
    assert "Hướng dẫn này là thật" in (await _post(check, **lines))[1]
    assert "xin đừng chuyển tiền" in (await _post(check, **lines | {"account": "0123456789"}))[1]

    await world.idle()

    # They report it by the link in the mail, without an account.
    link = _found(r"(http\S+/thu/\S+)", first["text"])
    page = (await world.download(link)).decode()
    assert "Kế toán Minh An" in page
    assert "Tôi không nhờ ai mua" in page
    await world.later()
    assert "Cảm ơn quý khách" in (await _post(link, do="not_ordered"))[1]
    await world.idle()
    await world.later()
    assert "Có người báo về" in (await _said(desk, first["to"]))["text"]
    assert "báo" in (await _said(chat, first["to"]))["text"]

    # A mailbox stops reminders by one click.
    assert second["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = second["headers"]["List-Unsubscribe"].strip("<>")
    assert stop == _found(r"(http\S+/thu/\S+)", second["text"])
    assert stop != link
    assert (await _post(stop, **{"List-Unsubscribe": "One-Click"}))[0] == 200
    await world.idle()
    await world.later()
    assert await _said(chat, second["to"])
    assert "Nhận lại thư như trước" in (await world.download(stop)).decode()
