"""Each update of Zalo is answered by one message, whatever the answer says."""

import asyncio
import re
from typing import Any

import pytest
from aiogram import F
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from domain.chats import zalo_chat_id
from domain.choices import WINDOW, Choice, ChoiceMenu
from domain.errors import DomainError
from domain.people import Actor
from gateways.zalo.events import EventKind, ZaloEvent
from services.operations import build_operations
from services.ordering.draft_lines import PickCustomer
from tests.dialogs.conftest import TypedWorkbooks
from tests.support import builders
from tests.support.builders import enterprise_tax_code
from tests.support.rows import rows_of
from tests.support.zalo_world import LAN, URL, ZaloWorld
from texts import common
from texts import numbered as texts

CHAT = zalo_chat_id(LAN)
MARKUP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Mở", callback_data="x")]])


async def picked(world: ZaloWorld) -> int:
    return len(await rows_of(world.database, "draft_lines"))


async def test_whoever_writes_first_is_welcomed_in_one_message(world: ZaloWorld) -> None:
    (welcome,) = await world.says("xin chào")
    assert "1. Bắt đầu đăng ký" in welcome.text
    assert welcome.chat == LAN
    assert await world.menu() == ["1"]
    assert await world.waiting() == []


async def test_several_taps_are_carried_out_and_answered_once(world: ZaloWorld, picking: None) -> None:
    (answer,) = await world.says("1 3 5")
    assert [answer.text.count(box) for box in ("☑ ", "☐ ")] == [3, 3]
    assert "Đã chọn: 3" in answer.text
    assert await picked(world) == 3
    # The same numbers again change nothing; a word takes the ticks away, as the window says.
    (answer,) = await world.says("1, 3 và 5")
    assert answer.text == texts.ALREADY
    assert await picked(world) == 3
    (answer,) = await world.says("bỏ 1 và 3")
    assert answer.text.count("☑ ") == 1
    assert await picked(world) == 1


async def test_what_waits_together_is_answered_together(world: ZaloWorld, owner: Actor) -> None:
    await world.says("/start")
    (answer,) = await world.says_at_once("e oi", "chi co 30 khach muon mua", "e oi", "cho hoi cai nay")
    assert "Em chưa hiểu" in answer.text
    # The same number again is one: it was meant for the window that it led from.
    (answer,) = await world.says_at_once("1", "1", "1")
    assert await world.state() == "Ordering:package"
    assert await world.waiting() == []


async def test_talk_that_goes_on_within_seconds_is_answered_once(world: ZaloWorld, owner: Actor) -> None:
    """The first line is answered before the next is written to its end: nobody has read it yet."""
    await world.says("/start")
    (answer,) = await world.says("e oi")
    assert "Em chưa hiểu" in answer.text
    assert await world.says("chi co 30 khach muon mua") == []
    # What means something is answered all the same.
    (answer,) = await world.says("khach hang")
    assert "Khách hàng" in answer.text
    await world.says("/start")
    assert len(await world.says("cho hoi cai nay")) == 1
    world.clock.forward(seconds=10)
    (answer,) = await world.says("lam sao bay gio")
    assert "Em chưa hiểu “lam sao bay gio”" in answer.text
    assert await world.waiting() == []


async def test_packages_keep_their_numbers(world: ZaloWorld, owner: Actor) -> None:
    """After an order there is one choice more, and 2 still is the second package."""
    customers = await builders.add_customers(world.operations, owner, 2)
    await world.says("/start")
    first = await world.says_all("mua")
    await builders.placed_order(world.operations, owner, customers)
    second = await world.says_all("/start", "mua")
    assert "9. ⚡ Như lần trước" in second
    assert "Như lần trước" not in first
    for line in re.findall(r"^\d\. 🏢.*$", first, re.MULTILINE):
        assert f"\n{line}\n" in second
    await world.says("2")
    (draft,) = [one for one in await rows_of(world.database, "drafts") if one["order_id"] is None]
    (package,) = [
        one for one in await rows_of(world.database, "packages") if one["id"] == draft["package_id"]
    ]
    assert package["name"] == "Standard"


async def test_a_word_with_a_code_is_no_reason_and_a_window_keeps_its_code(world: ZaloWorld) -> None:
    approving = build_operations(
        world.database, world.clock, builders.PAYEE, builders.CHANNELS, TypedWorkbooks(), approval=True
    )
    await builders.register_owner(approving, 5, "Minh An")
    await world.employ()
    await world.says("/start")
    for label in ("Duyệt đơn vị (1)", "Minh An", "Từ chối"):
        await world.taps(label)
    for wrong in ("GHI P4", "GHI", "ok"):
        assert "Em chưa lấy được câu trả lời" in await world.says_all(wrong)
        assert await world.state() == "DeskFirms:refuse"
    shown = await world.says_all("khong du giay to")
    (phrase,) = re.findall(r"trả lời: (\w+\s\w\d)$", shown, re.MULTILINE)
    for wrong in (phrase.split()[0], f"{phrase.split()[0]} Z9", "ok"):
        # Another reason would be shown with another word to confirm it.
        again = await world.says_all(wrong)
        assert "Em chưa" in again
        assert "trả lời:" not in again or f"trả lời: {phrase}" in again
        world.clock.forward(seconds=10)
    assert "khong du giay to" in shown
    await world.says("menu")
    assert await world.state() == "Desk:home"
    (firm,) = [one for one in await rows_of(world.database, "firms") if "Minh An" in one["name"]]
    assert firm["state"] == "waiting"


async def test_numbers_that_tick_are_answered_together(world: ZaloWorld, picking: None) -> None:
    (answer,) = await world.says_at_once("2 4", "2 4", "1", "5 nhé")
    assert "Đã chọn: 4" in answer.text
    assert await picked(world) == 4


async def test_parts_of_one_paste_are_one_list(world: ZaloWorld, owner: Actor) -> None:
    await world.says("/start")
    lines = [f"{enterprise_tax_code(number)} Công ty TNHH Hoa Sen Số {number}" for number in range(1, 41)]
    world.meanwhile = ["\n".join(lines[30:])]
    answers = await world.says_at_once("\n".join(lines[:30]))
    assert len(answers) == 1, answers
    assert world.slept == [2.0]
    assert "40" in answers[0].text.splitlines()[0], answers


async def test_taps_stop_where_the_window_has_changed_and_say_so(world: ZaloWorld, picking: None) -> None:
    (answer,) = await world.says("2 0 4")
    assert answer.text.startswith(texts.NOT_ALL)
    assert "Đối tượng nhận" in answer.text
    assert await world.state() == "Ordering:recipient"
    assert await picked(world) == 1


async def test_numbers_of_which_one_was_not_offered_change_nothing(world: ZaloWorld, picking: None) -> None:
    await world.says("1 99")
    assert await picked(world) == 0


async def test_a_notice_stands_above_its_window_in_one_message(world: ZaloWorld, picking: None) -> None:
    """The choice comes from an old window, as if the new window's menu had not been stored."""
    old = (await world.chats.menus(CHAT))[WINDOW]
    await world.says("/start")
    await world.chats.keep_menu(CHAT, WINDOW, old)
    (answer,) = await world.says("1")
    notice, _, window = answer.text.partition("\n\n")
    assert notice == common.STALE_BUTTON
    assert "cần em giúp gì" in window
    assert await world.state() == "Menu:home"
    assert await picked(world) == 0


async def test_a_document_is_a_link_above_its_window_in_one_message(world: ZaloWorld, owner: Actor) -> None:
    await world.says("/tep")
    (answer,) = await world.taps("Tải mẫu trống")
    link = re.search(rf"^📄 \S+\.xlsx: {URL}/files/(\S+)/\S+$", answer.text, re.MULTILINE)
    assert link is not None, answer.text
    shared = await world.shared.read(link[1])
    assert shared is not None
    assert shared.content == b"PK-template"
    assert answer.text.index(link[0]) < answer.text.index("Thêm nhiều khách")
    assert "1" in await world.menu()


async def test_a_window_that_takes_a_file_shows_a_page_of_its_own(world: ZaloWorld, owner: Actor) -> None:
    pages = []
    for _ in range(2):
        (answer,) = await world.says("/tep")
        (page,) = re.findall(rf"{URL}/upload/(\S+)", answer.text)
        ticket = await world.shared.ticket(page)
        assert ticket is not None
        assert ticket.chat_id == CHAT
        pages.append(page)
    assert len(set(pages)) == 2


async def test_a_picture_has_the_window_as_its_caption(world: ZaloWorld) -> None:
    await world.employ()
    await world.says("/start")
    (answer,) = await world.taps("Số liệu ngày")
    assert answer.photo.startswith(f"{URL}/files/")
    assert re.search(r"^\d\. ", answer.text, re.MULTILINE)
    shared = await world.shared.read(answer.photo.split("/")[-2])
    assert shared is not None
    assert (shared.content[:4], shared.mime) == (b"\x89PNG", "image/png")
    # Another day's picture takes its place.
    (answer,) = await world.taps("‹")
    assert answer.photo.endswith(".png")


async def test_a_value_to_be_copied_comes_alone_and_touches_nothing(world: ZaloWorld, owner: Actor) -> None:
    await world.says("/start")
    codes = (Choice("A1", says="KT123"), Choice("A2", says="88500000"))
    await world.chats.keep_menu(CHAT, "A", ChoiceMenu(codes, 7))
    before = await world.remembered()
    for typed, value in (("A1", "KT123"), ("a2", "88500000"), ("Á", "KT123")):
        (answer,) = await world.says(typed)
        assert answer.text == value
    assert await world.remembered() == before
    assert await world.waiting() == []


async def test_an_unforeseen_error_is_answered_with_its_id_and_leaves_all_as_it_was(
    world: ZaloWorld, picking: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before, drafts = await world.remembered(), await rows_of(world.database, "drafts")

    async def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(PickCustomer, "__call__", fails)
        (answer,) = await world.says("1")
    told = re.search(r"\b[0-9A-F]{8}\b", answer.text)
    assert told is not None, answer.text
    assert f"[{told[0]}]" in caplog.text
    assert await world.remembered() == before
    assert await rows_of(world.database, "drafts") == drafts
    assert await world.waiting() == []
    # If the first of several taps fails, none is carried out.
    with monkeypatch.context() as patch:
        patch.setattr(PickCustomer, "__call__", fails)
        (answer,) = await world.says("1 2")
    assert texts.NOT_ALL not in answer.text
    (answer,) = await world.says("1")
    assert "Đã chọn: 1" in answer.text


async def test_a_window_shown_by_a_handler_that_then_failed_is_not_delivered(
    world: ZaloWorld, picking: None, caplog: pytest.LogCaptureFixture
) -> None:
    """The dialogs forget what the handler did, so the window's choices would lead nowhere."""

    async def half(message: Message) -> None:
        await message.answer("Nửa chừng", reply_markup=MARKUP)
        raise ZeroDivisionError

    world.dispatcher.message.register(half, F.text == "half")
    before = await world.remembered()
    (answer,) = await world.says("half")
    assert "Nửa chừng" not in answer.text
    assert re.search(r"\b[0-9A-F]{8}\b", answer.text)
    assert await world.remembered() == before
    (answer,) = await world.says("1")
    assert "Đã chọn: 1" in answer.text


async def test_a_refusal_stands_above_its_window(
    world: ZaloWorld, picking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*_: object, **__: object) -> None:
        raise DomainError("customer_unknown")

    monkeypatch.setattr(PickCustomer, "__call__", refuses)
    (answer,) = await world.says("1")
    assert answer.text.startswith("Em không tìm thấy khách hàng này")
    assert "1. ☐ " in answer.text
    assert "1" in await world.menu()


async def test_of_several_taps_the_refused_one_leaves_what_the_others_did(
    world: ZaloWorld, picking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pick, calls = PickCustomer.__call__, []

    async def refuses_the_second(self: PickCustomer, *given: Any, **named: Any) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise DomainError("customer_unknown")
        await pick(self, *given, **named)

    monkeypatch.setattr(PickCustomer, "__call__", refuses_the_second)
    (answer,) = await world.says("1 3 5")
    assert answer.text.startswith("Em không tìm thấy khách hàng này")
    assert "Đã chọn: 2" in answer.text
    assert await picked(world) == 2


async def test_a_file_is_taken_as_if_it_had_been_sent_into_the_chat(world: ZaloWorld, owner: Actor) -> None:
    content = builders.enterprise_tax_code(500).encode()
    world.files.contents["web:abc"] = content
    await world.says("/tep")
    event = ZaloEvent(EventKind.FILE, url="web:abc", file_name="khach.csv", file_size=len(content))
    # No window comes that would soon be out of date: the one of the outcome is drawn once the file is read.
    assert await world.brings(event) == []
    await asyncio.sleep(0)
    assert await world.state() == "Intake:list"
    (intake,) = await rows_of(world.database, "intakes")
    assert intake["firm_id"] == owner.firm_id


@pytest.mark.parametrize("kind", [EventKind.STICKER, EventKind.VOICE, EventKind.OTHER, EventKind.IMAGE])
async def test_what_a_window_cannot_use_is_answered_in_one_message(
    world: ZaloWorld, picking: None, kind: EventKind
) -> None:
    answers = await world.brings(ZaloEvent(kind, url="https://zalo.example/1.jpg"))
    assert len(answers) == 1
    assert await world.state() == "Ordering:customers"
    assert await world.waiting() == []


async def test_a_code_in_a_group_is_void(world: ZaloWorld, owner: Actor) -> None:
    code = await world.operations.make_link_code(owner)
    assert await world.brings(ZaloEvent(EventKind.TEXT, f"NOI {code}", is_group=True), "group") == []
    assert await rows_of(world.database, "link_codes") == []
    (told,) = await rows_of(world.database, "pushes")
    assert told["kind"] == "link_code_seen"


async def test_in_a_group_nothing_of_a_customer_is_told(world: ZaloWorld, owner: Actor) -> None:
    (answer,) = await world.brings(ZaloEvent(EventKind.TEXT, "/khachhang", is_group=True), "group")
    assert "Công ty" not in answer.text
    assert await world.menu("group") == []
    assert await world.brings(ZaloEvent(EventKind.TEXT, "1", is_group=True), "group") == []
    assert await world.waiting() == []


async def test_numbers_change_when_news_comes_and_change_it_back(world: ZaloWorld, owner: Actor) -> None:
    await world.says_all("/thongbao", "1")
    for numbers, mark in (("4", "🗞"), ("4", "☑️")):
        shown = await world.says_all(numbers)
        assert f"4. {mark} Nhân viên, đơn vị" in shown
    # Each leads on by itself, so two at once are asked about.
    shown = await world.says_all("3 4")
    assert shown.count("\n3. ") == shown.count("\n4. ") == 1
    assert "một lựa chọn" in shown
    assert "4. ☑️" in await world.says_all("/thongbao", "1")
