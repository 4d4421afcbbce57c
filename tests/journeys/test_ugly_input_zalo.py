"""Unexpected texts on Zalo in one window after the other: each is answered by one message, changes nothing
unasked, and the window goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.recipients import RecipientMode
from tests.support import rows
from tests.support.walks_zalo import WalkedZalo

CHAT = """\
[10:02, 28/11/2026] Chị Hoa: Em ơi gửi chị báo giá nhé
[10:03, 28/11/2026] Minh Quân: Dạ vâng ạ 👍
[10:05, 28/11/2026] Chị Hoa: MST 0101243150 nha, sđt 0912 345 678
[Hình ảnh]
1. Gói Standard
2. Gói Professional
Tổng: 2.950.000đ"""

NOT_UNDERSTOOD = (
    "🎉",
    "👩\u200d👩\u200d👧🏠🇻🇳" * 60,
    "שלום \u202egnod\u202c عليكم",
    "\u00ad\u2060",
    "\u200b",
    "x\u200c\U0001d17a",
    "\0",
    "1a",
    "A1B2",
    "-1",
    "1.5 triệu",
    "99",
    "1 99",
    "#99",
    "DAT",
    "DAT K0",
    "Z9",
    "Ạ",
    "<b>1</b>",
    "&lt;1&gt;",
    "{{ 7*7 }} {x} %s",
    "'; DROP TABLE orders; --",
    "/xyz",
    "NOI AAAA-2222",
    "https://zalo.me/s/1?x=1&y=<2>",
    "chữ " * 5000,
    "1 " * 10_000,
    "Ễ" * 20_000,
)

UNDERSTOOD = (
    "１",
    "①",
    "1)",
    "số 1",
    "một",
    "chọn 1 ạ",
    "0",
    "/mua 2027 starter",
    "/mua <b> 9999",
    "/start khach_1 x",
    "/start\x1d",
    "/khachhang abc",
    "/huy /huy",
    "/tep x",
    "/trogiup\n/mua",
    "0101243150",
    "0912 345 678",
    "MST: 0101243150 Công ty <b>An</b> & Bình",
    CHAT,
)
"""Texts that lead somewhere, at least in some windows."""

CHOICES = (
    ("/start", "Menu:home"),
    ("/thongbao", "Notices:list"),
    ("/thongbao ⚙️ 📱", "Chats:home"),
    ("/donhang khách", "Orders:card"),
    ("/mua ▶️", "Ordering:review"),
    ("/mua ▶️ Tiếp", "Ordering:place"),
    ("/kichhoat khách", "Activation:confirm"),
)
"""Windows that take only choices, and the ways there."""

OTHERS = (
    "/khachhang",
    "/khachhang ➕",
    "/khachhang 🧰 🏷️",
    "/mua ▶️ Đổi\u00a0khách",
    "/tep",
    "/thongbao ⚙️ 🌙",
)
"""The ways to windows that take a text, a list or a file."""

KEPT = (
    "customers",
    "drafts",
    "draft_lines",
    "orders",
    "order_lines",
    "labels",
    "intakes",
    "chats",
    "accountants",
)


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[WalkedZalo]:
    opened = WalkedZalo(database_url, tmp_path)
    await opened.open()
    await opened.settle_in(RecipientMode.ACCOUNTANT, "ticked")
    yield opened
    await opened.close()


async def _go(stage: WalkedZalo, way: str) -> None:
    command, *labels = way.split(" ")
    await stage.says("owner", command)
    for label in labels:
        key = await stage.key("owner", label.replace("\u00a0", " "))
        assert key is not None, f"no {label} in {stage.lines['owner']}"
        await stage.says("owner", key)


async def _type(stage: WalkedZalo, person: str, text: str) -> None:
    """Send a text without the phone's own checks. The stage checks the answer. What follows within three
    seconds of a text that was not understood would get no second one."""
    stage.world.clock.advance(timedelta(seconds=3))
    stage.send_raw(person, text)
    await stage.settle()
    await stage.check()


async def _kept(stage: WalkedZalo) -> dict[str, list[rows.Row]]:
    found = await rows.dump(stage.database)
    return {table: found[table] for table in KEPT}


@pytest.mark.parametrize(("way", "state"), CHOICES, ids=[state for _, state in CHOICES])
async def test_what_is_not_understood_changes_nothing_and_the_window_stays(
    stage: WalkedZalo, way: str, state: str
) -> None:
    await _go(stage, way)
    assert await stage.state("owner") == state
    lines = {line for line in stage.lines["owner"].values() if line}
    before = await _kept(stage)
    for text in NOT_UNDERSTOOD:
        await _type(stage, "owner", text)
        assert await stage.state("owner") == state, text
        assert {line for line in stage.lines["owner"].values() if line} == lines, text
    assert await _kept(stage) == before


@pytest.mark.parametrize("way", [*OTHERS, "/mua ▶️ Tiếp"])
async def test_whatever_is_typed_is_answered_once_wherever_it_leads(stage: WalkedZalo, way: str) -> None:
    await _go(stage, way)
    state = await stage.state("owner")
    for text in (*NOT_UNDERSTOOD, *UNDERSTOOD):
        await _type(stage, "owner", text)
        if await stage.state("owner") != state:
            await _go(stage, way)
    await stage.says("owner", "/start")
    assert await stage.state("owner") == "Menu:home"


async def test_every_question_of_the_registration_stands_whatever_is_typed(stage: WalkedZalo) -> None:
    for text in (*NOT_UNDERSTOOD[::3], *UNDERSTOOD):
        await stage.says("newcomer", "/start")
        await stage.says("newcomer", "1")
        for answer in ("Trần Lan", "Minh An", "0101243150", "0912345678", "lan@minhan.vn"):
            await _type(stage, "newcomer", text)
            if text in UNDERSTOOD[5:]:
                break
            await stage.says("newcomer", answer)
    assert await stage.actor("newcomer") is None


@pytest.mark.parametrize(("number", "shown"), [("0", "Menu:home"), ("1", "Orders:card")])
async def test_a_number_goes_on_while_an_activation_begins(
    stage: WalkedZalo, number: str, shown: str
) -> None:
    await _go(stage, "/kichhoat khách")
    phrase = next(key for key in stage.lines["owner"] if key.startswith("KICH"))
    await stage.says("owner", phrase)
    assert await stage.state("owner") == "Activation:begun"
    # The first number is answered by the window, with what is begun, the second goes on from there.
    await stage.says("owner", "0")
    assert "Em đang kích hoạt đơn" in stage.said("owner")[-1].text
    await _type(stage, "owner", number)
    assert await stage.state("owner") == shown
