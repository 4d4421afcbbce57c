"""Ugly names, files and messages, failing servers, impatient and curious people, all with the real bot."""

import asyncio
import io
import logging
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from markupsafe import escape
from PIL import Image
from sqlalchemy import bindparam
from sqlalchemy import text as sql

from bot.clock import SystemClock
from domain.chats import Channel, zalo_chat_id
from domain.customers import NAME_LIMIT
from domain.people import Actor
from domain.text import clean_line
from sandbox.zalo_chats import zalo_id
from services.operations import Operations, build_operations
from services.people.people import ChatIdentity
from storage.columns import UtcDateTime
from storage.database import Database
from tests.gateways.workbooks.workbook_files import HEADINGS, PARTS, ROW, archive, workbook
from tests.support import builders, rows
from tests.support.apps import on_both_apps
from tests.support.steps import agree, register
from tests.support.workbooks import JsonWorkbooks
from tests.support.world import Chat, World
from texts import common

ACCENTS = "Ễ" * 200
EMOJI = "Cty 👩\u200d👩\u200d👧 Vui 🏠🇻🇳 " + "🎉" * 80
MARKUP = "<b>A & B</b> <script>alert(1)</script> {{ 7*7 }} {x} %s &lt;"
RIGHT_TO_LEFT = "שלום \u202egnod\u202c عليكم"
UGLY = (ACCENTS, EMOJI, MARKUP, RIGHT_TO_LEFT)

# The ASCII part of GSM 03.38's basic table.
GSM7 = re.compile(r"[ -Z_a-z\n]*")
TROUBLE = "trục trặc"


@pytest.fixture(autouse=True)
def nothing_unforeseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever people and servers do, these journeys log no error of our own."""
    yield
    faults = [r for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert not faults, [logging.Formatter().format(record) for record in faults]


@pytest.fixture
async def database(world: World, database_url: str) -> AsyncIterator[Database]:
    """The running bot's own database, to prepare and to inspect."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def operations(database: Database) -> Operations:
    return build_operations(database, SystemClock(), builders.PAYEE, builders.CHANNELS, JsonWorkbooks())


@pytest.fixture
async def owner(world: World, operations: Operations) -> Chat:
    """The owner of a firm with three customers, at the menu. No registry knows other names for them."""
    await world.post("registry", on=False)
    chat = world.chat("owner")
    accountant = await operations.register_firm(
        await identity_of(chat),
        builders.person("Hương"),
        "Ánh Sao",
        builders.enterprise_tax_code(1000),
        builders.FIRM_ADDRESS,
    )
    await builders.add_customers(operations, builders.actor_of(accountant), 3)
    await chat.says("/start")
    return chat


async def identity_of(chat: Chat) -> ChatIdentity:
    name = chat.path.rpartition("/")[2]
    if chat.app == "zalo":
        return ChatIdentity(Channel.ZALO, str(zalo_chat_id(zalo_id(name))))
    (person,) = [one for one in await chat.world.get("people") if one["id"] == name]
    return builders.chat(str(person["telegram_id"]))


async def actor_of(chat: Chat, operations: Operations) -> Actor:
    found = await operations.who_is(await identity_of(chat))
    assert found is not None
    return builders.actor_of(found)


async def last(chat: Chat) -> str:
    """The bot's last text."""
    said = [message for message in await chat.messages() if message["from"] == "bot"]
    return str(said[-1]["text"])


async def to_place(chat: Chat, operations: Operations, count: int = 1) -> None:
    """Go to the last screen of an order whose customers pay for themselves."""
    actor = await actor_of(chat, operations)
    found = await operations.find_customers(actor)
    await builders.ready_draft(operations, actor, found.items[:count])
    await chat.says("/mua")
    for label in ("Làm tiếp", "Tiếp tục"):
        await chat.taps_on(label)


async def hurry(database: Database) -> None:
    """Make every job that waits for a later try due now."""
    on_sqlite = "UPDATE jobs SET due_at = :now WHERE settled_at IS NULL"
    of_engine = "UPDATE procrastinate_jobs SET scheduled_at = :now WHERE scheduled_at > :now"
    async with database.writing() as connection:
        statement = sql(of_engine if database.has_engine else on_sqlite)
        now = bindparam("now", datetime.now(UTC), UtcDateTime())
        await connection.execute(statement.bindparams(now))


async def no_trouble(chat: Chat) -> None:
    assert not [m["text"] for m in await chat.messages() if m["from"] == "bot" and TROUBLE in m["text"]]


# Names
@on_both_apps
async def test_ugly_names_go_all_the_way(world: World) -> None:
    chat = world.chat("newcomer")
    await register(chat, name=MARKUP)
    names = [clean_line(ugly, NAME_LIMIT) for ugly in UGLY]
    for number, ugly in enumerate(UGLY):
        await chat.says("/khachhang")
        await chat.taps_on("Thêm khách")
        tax_code, email = builders.enterprise_tax_code(number), f"khach{number}@congty.vn"
        for answer in (tax_code, ugly, ugly, ugly, email, f"091234567{number}"):
            await chat.says(answer)
        await chat.taps_on("Lưu khách hàng")
        assert names[number] in await last(chat)
        await chat.says("/khachhang")
        await chat.says(ugly[:60])

    await chat.says("/mua")
    for label in ("Standard", "năm nay", "Khách hàng (nên", "Chọn cả 4", "Dùng thông tin", "Xem từng khách"):
        await chat.taps_on(label)
    for number in range(4):
        await chat.taps_on(chat.labels(await chat.window())[number])
        for label in ("Tên", "Quay lại", "Danh sách"):
            await chat.taps_on(label)
    for label in ("Về kiểm tra", "Tôi đã kiểm tra", "Tiếp tục"):
        await chat.taps_on(label)
    assert "4 bên mua chưa ghi như đăng ký thuế" in await last(chat)
    for label in ("Giữ như đang ghi", "Đặt hàng", "Mở đơn", "Khách trong đơn"):
        window = await chat.taps_on(label)
    assert all(name in window["text"] for name in names)

    mails = await world.mails()
    assert {mail["to"] for mail in mails} == {f"khach{number}@congty.vn" for number in range(4)}
    for mail in mails:
        name = names[int(mail["to"][5])]
        # A subject with somebody's own words would be read as the vendor's.
        assert re.fullmatch(r"\[KT\w{7}\] Hướng dẫn thanh toán phần mềm kế toán năm \d{4}", mail["subject"])
        assert f"Kính gửi {name}," in mail["text"]
        assert f"<b>{escape(name)}</b>" in mail["html"]
        assert str(escape(clean_line(MARKUP, NAME_LIMIT))) in mail["html"]
        assert "<script" not in mail["html"]
    texts = await world.texts()
    assert len(texts) == 4
    for text in texts:
        assert GSM7.fullmatch(text["text"])
        assert len(text["text"]) <= 160
    await no_trouble(chat)


@on_both_apps
async def test_five_thousand_characters_are_answered_at_every_question(world: World) -> None:
    chat = world.chat("newcomer")
    await chat.says("/start")
    await chat.taps_on("Bắt đầu")
    long = ("chữ " * 1250, "Ễ" * 5000)
    for place, answer in enumerate(("Phạm Lan", "0101243150", "Minh An", "0912345678", "lan@minhan.vn")):
        # On Zalo these come in three parts each, and a stranger gets at most 40 answers a day.
        asked = long if chat.app == "telegram" else (long[place % 2],)
        for ugly in (*asked, "\u00ad\u2060", "\u200b"):
            await chat.says(ugly)
            assert (await last(chat)).startswith("⚠️")
        await chat.says(answer)
    await agree(chat, "0912345678", "lan@minhan.vn")
    assert "Chào mừng Phạm Lan (Minh An)" in await last(chat)
    await no_trouble(chat)


# What is no text
def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(out, "PNG")
    return out.getvalue()


async def _photo(chat: Chat, owes: bool = False) -> None:
    """Send a photo that is not asked for. It is answered, and the window stays; whoever owes several sums is
    asked which one was paid, and the window is one tap away."""
    before = chat.labels(await chat.window())
    await chat.world.send_file(f"{chat.path}/photo", _picture(), "anh.png")
    await chat.world.idle()
    if owes:
        assert "Khoản nào đã chuyển?" in await last(chat)
        await chat.taps_on("Quay lại")
    else:
        assert (await last(chat)).startswith("⚠️")
    assert chat.labels(await chat.window()) == before


async def _send_everything(chat: Chat, owes: bool = False) -> None:
    """Send everything a phone can send besides text. Each must be answered, and the window stays."""
    await _photo(chat, owes)
    before = chat.labels(await chat.window())
    path = chat.path
    of_telegram = (
        ("location", lambda: chat.world.post(f"{path}/location")),
        ("contact", lambda: chat.world.post(f"{path}/contact", phone="0987654321", own=False)),
    )
    # A place, a contact or a file: Zalo tells a bot the same about each.
    of_zalo = (("unsupported", lambda: chat.world.post(f"{path}/unsupported")),)
    for name, act in (
        ("voice", lambda: chat.world.send_file(f"{path}/voice", b"OggS", "voice.ogg")),
        ("sticker", lambda: chat.world.post(f"{path}/sticker")),
        *(of_zalo if chat.app == "zalo" else of_telegram),
    ):
        await act()
        await chat.world.idle()
        said = (await chat.messages())[-1]
        assert said["from"] == "bot", name
        assert said["text"].startswith("⚠️"), name
        assert chat.labels(await chat.window()) == before, name


@on_both_apps
async def test_pictures_voices_and_places_are_answered_at_every_step(
    world: World, owner: Chat, operations: Operations
) -> None:
    newcomer = world.chat("newcomer")
    await newcomer.says("/start")
    if newcomer.app == "telegram":  # On Zalo, a stranger who does not begin gets one welcome a day.
        await _send_everything(newcomer)
    await newcomer.taps_on("Bắt đầu")
    for answer in ("Phạm Lan", "0101243150", "Minh An"):
        await _send_everything(newcomer)
        await newcomer.says(answer)

    for command in ("/start", "/khachhang", "/donhang", "/trogiup"):
        await owner.says(command)
        await _send_everything(owner)
    await owner.says("/khachhang")
    await owner.taps_on("Thêm nhiều khách")
    await _send_everything(owner)
    await owner.says("/mua")
    for label in (
        "Standard",
        "năm nay",
        "Người khác",
        "Một người cho tất cả",
        "Quay lại",
        "Khai riêng",
        "Chọn cả 3",
        "Dùng thông tin",
        "Xem từng khách",
        "Hoa Sen",
        "Email",
        "Quay lại",
        "Về kiểm tra",
    ):
        await _send_everything(owner)
        await owner.taps_on(label)
    await _send_everything(owner)
    await to_place(owner, operations)
    await _send_everything(owner)
    await owner.taps_on("Đặt hàng")
    await _send_everything(owner, owes=True)
    await no_trouble(owner)


AFTER_THE_ORDER = (
    ("/donhang", "khách ·", "Khách trong đơn", "1", "Về đơn", "Lịch sử", "Về đơn", "Việc khác", "Gia hạn"),
    ("/donhang", "khách ·", "Thanh toán", "Hoa Sen"),
    ("/thongbao", "Tùy chọn", "Giờ yên lặng"),
    ("/kichhoat", "khách ·", "Chọn từng khách", "Quay lại"),
)
DESK = (
    ("/start", "Chuyển khoản cần xử lý", "không có mã", "Ghi cho một đơn"),
    ("/start", "Ghi nhận thanh toán", "Nhập khoản"),
    ("/start", "Kích hoạt"),
    ("/start", "Tra cứu"),
    ("/start", "Số liệu ngày", "Nhật ký"),
)


@on_both_apps
async def test_a_photo_is_answered_in_every_window_after_the_order(
    world: World, owner: Chat, operations: Operations
) -> None:
    await to_place(owner, operations, count=2)
    await owner.taps_on("Đặt hàng")
    await world.post("bank/transfers", content="tien gi day", amount=5000)
    desk = world.chat("backoffice")
    for chat, paths in ((owner, AFTER_THE_ORDER), (desk, DESK)):
        for command, *labels in paths:
            await chat.says(command)
            await _photo(chat, owes=chat is owner)
            for label in labels:
                await chat.taps_on(label)
                await _photo(chat, owes=chat is owner)
        await no_trouble(chat)


async def test_impatient_taps_activate_once(world: World, owner: Chat, operations: Operations) -> None:
    await to_place(owner, operations, count=2)
    await owner.taps_on("Đặt hàng")
    await owner.says("/kichhoat")
    window = await owner.taps_on("khách ·")
    tap = {"message": window["id"], "button": "⚡ Kích hoạt 2 khách"}
    await asyncio.gather(*(world.post(f"{owner.path}/tap", **tap) for _ in range(3)))
    await world.idle()
    assert len(await world.get("vendor/licences")) == 2
    told = [m["text"] for m in await owner.messages() if m["text"].startswith("✅ Đã kích hoạt đơn")]
    assert len(told) == 1
    await no_trouble(owner)


async def test_a_forwarded_or_edited_text_is_answered(world: World, owner: Chat) -> None:
    await owner.says("/khachhang")
    await world.post(f"{owner.path}/forward", text="Hoa Sen 2", from_name="<b>Chị & Hoa")
    await world.idle()
    assert "Hoa Sen 2" in await last(owner)
    mine = [message for message in await owner.messages() if message["from"] == "person"]
    await world.post(f"{owner.path}/edit", message=mine[0]["id"], text="/donhang")
    await world.idle()
    # Editing an earlier message answers nothing: nothing happens.
    assert "Hoa Sen 2" in await last(owner)


# Files
def _zip_bomb() -> bytes:
    """An archive of a few kilobytes that unpacks to forty megabytes."""
    return archive({**PARTS, "xl/worksheets/sheet1.xml": bytes(40 * 2**20)})


async def test_no_file_breaks_the_windows_of_lists(world: World, owner: Chat) -> None:
    await owner.says("/khachhang")
    await owner.taps_on("Thêm nhiều khách")
    good = workbook(HEADINGS, ROW)
    for content, name, size, words in (
        (b"PK", "lon.xlsx", 20 * 2**20 + 1, "Tệp quá lớn"),
        (_zip_bomb(), "bom.xlsx", None, "quá nhiều nội dung"),
        ("Mã số thuế;Tên".encode(), "chu.xlsx", None, "chưa có khách nào"),
        (b"", "rong.xlsx", None, "trống"),
        (good[: len(good) // 2], "dut.xlsx", None, "hỏng"),
        (workbook(["A", "B"], ["1", "2"]), "<b>&.xlsx", None, "không thấy cột mã số thuế"),
        (_picture(), "anh.png", None, "Đây là ảnh"),
    ):
        fields = {} if size is None else {"size": str(size)}
        await world.send_file(f"{owner.path}/file", content, name, **fields)
        await world.idle()
        assert words in await last(owner), name
        assert "Đọc lại" in str(owner.labels(await owner.window()))
    window = await owner.sends(good, "tốt " + "dài" * 60 + ".xlsx")
    assert "1 khách đủ thông tin" in window["text"]
    await no_trouble(owner)


# Servers that fail
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 1},
        {"status": 500, "times": 2},
        {"status": 500, "times": 9},
        {"status": 400},
        {"status": 0, "method": "sendMessage"},
        {"status": 0, "method": "answerCallbackQuery"},
        {"status": 400, "method": "answerCallbackQuery"},
    ],
    ids=str,
)
async def test_the_next_act_works_when_telegram_failed(
    world: World, owner: Chat, fault: dict[str, int | str], caplog: pytest.LogCaptureFixture
) -> None:
    await owner.says("/mua")
    await world.post("telegram/faults", **fault)
    await owner.taps_on("Standard")
    await world.post("telegram/faults", **fault)
    await owner.says("gì đó")
    await world.delete("telegram/faults")
    # Telegram's failures are logged, but are not our errors.
    caplog.clear()
    await owner.says("/mua")
    window = await owner.window()
    labels = str(owner.labels(window))
    assert "Standard" in labels or "Làm tiếp" in labels
    await owner.says("/khachhang")
    assert "Hoa Sen 1" in str(owner.labels(await owner.window()))


@on_both_apps
async def test_who_blocked_the_bot_stops_nobody(world: World, owner: Chat) -> None:
    await owner.taps_on("Nhân viên")
    await owner.taps_on("Mời nhân viên")
    link = re.search(r"start=(moi_\S+)", await last(owner))
    assert link is not None
    await world.post(f"{owner.path}/block", blocked=True)

    newcomer = world.chat("newcomer")
    await newcomer.says(f"/start {link[1]}")
    await newcomer.taps_on("Nhận lời mời")
    for answer in ("Gia Bảo", "0912345678", "bao@minhan.vn"):
        await newcomer.says(answer)
    await agree(newcomer, "0912345678", "bao@minhan.vn")
    assert "Chào mừng Gia Bảo" in await last(newcomer)

    await world.post(f"{owner.path}/block", blocked=False)
    await owner.says("/start")
    await owner.taps_on("Nhân viên")
    assert "Bảo" in await last(owner)


async def _told(chat: Chat) -> list[str]:
    """The accountant's messages about undeliverable ones."""
    return [m["text"] for m in await chat.messages() if "chưa gửi được" in m["text"]]


@on_both_apps
async def test_a_mailbox_that_is_not_there_is_told_once(
    world: World, owner: Chat, operations: Operations, database: Database
) -> None:
    await to_place(owner, operations)
    await world.post("mail/faults", code=550, times=9, to="giamdoc1@hoasen.vn")
    await owner.taps_on("Đặt hàng")
    for _ in range(2):
        await hurry(database)
        await world.idle()
    (told,) = await _told(owner)
    assert "giamdoc1@hoasen.vn" in told
    assert await world.mails() == []
    assert len(await world.texts()) == 1


@pytest.mark.parametrize("code", [451, 0], ids=["refused for now", "answer lost"])
async def test_a_mail_that_fails_for_now_arrives_once(
    world: World, owner: Chat, operations: Operations, database: Database, code: int
) -> None:
    await to_place(owner, operations)
    await world.post("mail/faults", code=code)
    await owner.taps_on("Đặt hàng")
    for _ in range(2):
        await hurry(database)
        await world.idle()
    assert len(await world.mails("giamdoc1@hoasen.vn")) == 1
    assert await _told(owner) == []


@pytest.mark.parametrize("fault", [{"status": 500}, {"code_result": "99"}, {"code_result": "103"}], ids=str)
async def test_an_sms_that_fails_for_now_arrives_once(
    world: World, owner: Chat, operations: Operations, database: Database, fault: dict[str, int | str]
) -> None:
    await to_place(owner, operations)
    await world.post("sms/faults", **fault)
    await owner.taps_on("Đặt hàng")
    for _ in range(2):
        await hurry(database)
        await world.idle()
    assert len(await world.texts()) == 1
    assert await _told(owner) == []


async def test_a_number_that_gets_no_sms_is_told(world: World, owner: Chat, operations: Operations) -> None:
    await to_place(owner, operations)
    await world.post("sms/faults", code_result="108")
    await owner.taps_on("Đặt hàng")
    await world.idle()
    (told,) = await _told(owner)
    assert "+84910000001" in told or "0910 000 001" in told
    assert len(await world.mails()) == 1


# Once, whatever happens
async def test_impatient_taps_place_one_order(
    world: World, owner: Chat, operations: Operations, database: Database
) -> None:
    await to_place(owner, operations)
    window = await owner.window()
    (button,) = [b["text"] for row in window["buttons"] for b in row if "Đặt hàng" in b["text"]]
    tap = {"message": window["id"], "button": button}
    await asyncio.gather(*(world.post(f"{owner.path}/tap", **tap) for _ in range(3)))
    await world.post(f"{owner.path}/redeliver")
    await world.idle()
    # The second device still shows the old window.
    (data,) = [b["data"] for row in window["buttons"] for b in row if b["text"] == button]
    await world.post(f"{owner.path}/tap", message=window["id"], data=data)
    await world.idle()
    assert len(await rows.rows_of(database, "orders")) == 1
    assert len(await world.mails()) == len(await world.texts()) == 1
    said = [m["text"] for m in await owner.messages() if "Đã đặt đơn" in m["text"]]
    assert len(said) == 1
    await no_trouble(owner)


async def test_an_old_window_is_taken_away_and_the_live_one_shown(world: World, owner: Chat) -> None:
    old = await owner.window()
    datas = [b["data"] for row in old["buttons"] for b in row]
    await owner.says("/khachhang")
    for data in datas:
        live = await owner.window()
        answer = await world.post(f"{owner.path}/tap?wait=1", message=old["id"], data=data)
        assert answer["alert"] == common.STALE_BUTTON
        await world.idle()
        window = await owner.window()
        assert window["id"] > live["id"]
        assert owner.labels(window) == owner.labels(live)
        shown = {message["id"]: message for message in await owner.messages()}
        assert live["id"] not in shown
        assert shown[old["id"]]["buttons"] == []


# Secrecy
async def _presses(chat: Chat, buttons: list[dict[str, Any]]) -> AsyncIterator[str]:
    """Use somebody else's buttons by their data, or on Zalo by the text typed for them."""
    for button in buttons:
        if chat.app == "zalo":
            await chat.says(button["key"])
            yield button["key"]
            continue
        live = await chat.window()
        answer = await chat.world.post(f"{chat.path}/tap?wait=1", message=live["id"], data=button["data"])
        assert answer["answered"]
        await chat.world.idle()
        yield button["data"]


PUSHED = {"key": "A1", "data": "open:order:1"}


@on_both_apps
async def test_a_stranger_can_do_nothing_but_register(
    world: World, owner: Chat, operations: Operations
) -> None:
    await to_place(owner, operations)
    window = await owner.window()
    foreign = [button for row in window["buttons"] for button in row]
    await owner.taps_on("Đặt hàng")
    stranger = world.chat("newcomer")
    for said in (
        "Hoa Sen 1",
        "/mua",
        "/khachhang",
        "/donhang",
        "/huy",
        "/trogiup",
        "/xyz",
        "/start don_1",
        "/start khach_1",
        "/start moi_x",
        "/start",
    ):
        await stranger.says(said)
        window = await stranger.window()
        assert "ăng ký" in str(stranger.labels(window)), said
    async for pressed in _presses(stranger, [*foreign, PUSHED]):
        if "ăng ký" not in str(stranger.labels(await stranger.window())):
            # The text for somebody else's button may also mean one of the stranger's own.
            assert stranger.app == "zalo", pressed
            await stranger.says("/start")
    await world.send_file(f"{stranger.path}/file", workbook(HEADINGS, ROW), "khach.xlsx")
    await world.idle()
    said = str([m for m in await stranger.messages() if m["from"] == "bot"])
    for secret in ("Hoa Sen", "Ánh Sao", "hoasen.vn", "KT"):
        assert secret not in said.replace("Công ty TNHH Hoa Sen", "")


@on_both_apps
async def test_another_firm_sees_nothing_of_this_one(
    world: World, owner: Chat, operations: Operations
) -> None:
    await to_place(owner, operations, count=3)
    window = await owner.window()
    foreign = [button for row in window["buttons"] for button in row]
    await owner.taps_on("Đặt hàng")
    other = world.chat("newcomer")
    await register(other)
    said = ("/start don_1", "/start khach_1", "/start khach_2", "/donhang", "/khachhang", "Hoa Sen", "/mua")
    for text in said:
        await other.says(text)
    async for _ in _presses(other, [*foreign, PUSHED]):
        pass
    shown = str([[m["text"], m["buttons"]] for m in await other.messages() if m["from"] == "bot"])
    for secret in ("Hoa Sen 1", "Hoa Sen 2", "Ánh Sao", "hoasen.vn"):
        assert secret not in shown
    await no_trouble(other)
