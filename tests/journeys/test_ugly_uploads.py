"""Ugly files sent by the upload page of Zalo: the page refuses a file and can be used again, or takes it, and
the chat answers as on Telegram."""

import io
import os
import re

import aiohttp
import pytest

from tests.gateways.workbooks.ugly_corpus import CORPUS
from tests.gateways.workbooks.ugly_files import LIST, Ugly
from tests.gateways.workbooks.workbook_files import workbook
from tests.support.builders import enterprise_tax_code
from tests.support.steps import register
from tests.support.world import Chat, World

EVERY = int(os.environ.get("UGLY_EVERY", "5"))
"""One file in this many is sent; 1 sends all, which takes minutes."""

_UPLOAD = re.compile(r"https?://\S+/upload/\S+")
_ALERT = re.compile(r'role="alert">(.*?)</p>', re.DOTALL)


@pytest.fixture
def app() -> str:
    return "zalo"


async def _page(chat: Chat) -> str:
    """The address of the page that takes the next file."""
    window = await chat.says("/tep")
    return str(_UPLOAD.findall(window["text"])[-1])


async def _post(link: str, content: bytes, name: str) -> tuple[int, str]:
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    form.add_field("file", io.BytesIO(content), filename=name, content_type="application/octet-stream")
    async with aiohttp.ClientSession() as http, http.post(link, data=form) as answer:
        return answer.status, await answer.text()


async def _said_on_telegram(chat: Chat, content: bytes, name: str) -> list[str]:
    await chat.says("/tep")
    window = await chat.sends(content, name)
    return [line for line in window["text"].splitlines() if line.strip()]


def _name(ugly: Ugly) -> str:
    ending = re.search(r"\.(xlsx?|ods|xlsb)\b", ugly.name)
    return f"khach{ending[0] if ending else '.xlsx'}"


async def test_ugly_files_are_refused_on_the_page_or_answered_in_the_chat(world: World) -> None:
    zalo, telegram = world.chat("newcomer"), world.chat("staff", "telegram")
    # The firm itself is not among the customers of the files.
    await register(zalo, tax_code=enterprise_tax_code(6))
    await register(telegram, tax_code=enterprise_tax_code(5))
    refused = 0
    for ugly in CORPUS[::EVERY]:
        content, name = ugly.make(), _name(ugly)
        link = await _page(zalo)
        before = len([m for m in await zalo.messages() if m["from"] == "bot"])
        status, said = await _post(link, content, name)
        await world.idle(60)
        answers = [m["text"] for m in await zalo.messages() if m["from"] == "bot"][before:]
        if status == 200:
            assert "Em đã nhận tệp" in said, ugly.name
            assert answers, ugly.name
            # One answer may say that the file is being read, the other the result.
            assert len(answers) <= 2, ugly.name
            for line in await _said_on_telegram(telegram, content, name):
                assert line in answers[-1], ugly.name
            continue
        refused += 1
        assert status in (413, 422), ugly.name
        assert isinstance(ugly.found, str), ugly.name
        assert answers == [], ugly.name
        alert = _ALERT.search(said)
        assert alert is not None, ugly.name
        # The page can be used again: the same link takes a good file.
        status, said = await _post(link, workbook(*LIST), "tot.xlsx")
        assert (status, "Em đã nhận tệp" in said) == (200, True), ugly.name
        await world.idle(60)
    assert refused
    # The chat goes on after all these files.
    assert "Mua hàng loạt" in str(zalo.labels(await zalo.says("/start")))
