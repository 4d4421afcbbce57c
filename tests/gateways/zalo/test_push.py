"""Pushes to Zalo, over a real database, against a server that behaves as published."""

import asyncio
import io
import json
import logging
from collections.abc import Callable

import pytest
from python_calamine import CalamineWorkbook

from domain.calendar import month_of
from domain.chats import PUSH_LETTERS, zalo_chat_id
from domain.choices import Choice, ChoiceMenu
from domain.errors import DomainError
from domain.files import FileRef
from domain.messaging.change_contents import OrderCancelledContent
from domain.messaging.contents import DeliveryFailedContent, OrderPlacedContent
from gateways.chat_pace import ZALO, ChatPace
from gateways.zalo.client import ZaloClient
from gateways.zalo.errors import AnswerLost
from gateways.zalo.push import SEPARATOR, ZaloSender, menu_of
from services.messaging.messages import ChatButton, ChatMessage, Renderer, Workbook
from services.ports import RetryLater, Table, Undeliverable
from storage.database import Database
from storage.zalo_chats import meet
from tests.gateways.support import CONTENT, PNG, Clock, FixedRenderer
from tests.gateways.zalo.server import TED, TOKEN, ZaloServer
from tests.support.clock import FixedClock
from tests.support.zalo_chats import CountedChats
from tests.texts.messaging.pushes.samples import CONTENTS
from texts.messaging.pushes import PushTexts

CHAT = zalo_chat_id(TED)
ADDRESS = str(CHAT)
MONTH = "2026-06"
TABLES = (Table("Kết quả", ("Khách",), (("=1+1",),)),)
BUTTONS = ((ChatButton("Mở đơn", data="open:order:7"),), (ChatButton("Chép", copy="KT0001234"),))


class Shared:
    """`Links` that keeps the shared files."""

    def __init__(self) -> None:
        self.files: list[tuple[bytes, str, str]] = []

    async def share(self, content: bytes, name: str, mime: str, chat_id: int) -> str:
        self.files.append((content, name, mime))
        return f"https://bot.example/f/{len(self.files)}"


class Elsewhere:
    """The other app's `Attachments`."""

    async def fetch(self, file: FileRef) -> bytes:
        assert file.channel == "telegram"
        if file.file_id == "gone":
            raise DomainError("file_not_fetched")
        return b"\xff\xd8\xff a photo"


@pytest.fixture
async def chats(database: Database) -> CountedChats:
    known = CountedChats(database, FixedClock())
    async with database.writing() as connection:
        await meet(connection, [TED])
    return known


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest.fixture
def renderer() -> FixedRenderer:
    return FixedRenderer()


@pytest.fixture
def clock() -> Clock:
    return Clock()


Make = Callable[[Renderer], ZaloSender]


@pytest.fixture
def make(client: ZaloClient, chats: CountedChats, shared: Shared, clock: Clock) -> Make:
    """A sender with these words for pushes and a pace of its own."""

    def make(renderer: Renderer) -> ZaloSender:
        pace = ChatPace(ZALO, clock)
        return ZaloSender(
            client, renderer, pace, chats, shared, Elsewhere(), number=lambda: 1_750_316_131_602_000
        )

    return make


@pytest.fixture
def sender(make: Make, renderer: FixedRenderer) -> ZaloSender:
    return make(renderer)


async def send(sender: ZaloSender, address: str = ADDRESS) -> str:
    return await sender.send(address, CONTENT, "key", False)


async def test_a_text_goes_out_with_codes_that_are_kept(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, chats: CountedChats
) -> None:
    renderer.message = ChatMessage("Đơn & hóa đơn", buttons=BUTTONS)
    assert await sender.send(ADDRESS, CONTENT, "key", True, silent=True) == "1750316131602000"
    assert renderer.asked[-1] == (CONTENT, True)
    assert zalo.calls == [("sendMessage", {"chat_id": TED, "text": "Đơn & hóa đơn\n\nA1. Mở đơn\nA2. Chép"})]
    (menu,) = (await chats.menus(CHAT)).items()
    assert (menu[0], menu[1].message_id) == ("A", 1_750_316_131_602_000)
    assert menu[1].choices == (Choice("A1", "open:order:7"), Choice("A2", says="KT0001234"))
    assert await chats.sent_in(MONTH) == 1


async def test_only_messages_with_codes_use_letters(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, chats: CountedChats, clock: Clock
) -> None:
    for buttons in (BUTTONS, (), (), BUTTONS[:1]):
        renderer.message = ChatMessage("Chào", buttons=buttons)
        await send(sender)
        clock.now += 5
    assert [call["text"].partition("\n\n")[2][:2] for call in zalo.sent()] == [
        "A1",
        "",
        "",
        PUSH_LETTERS[1] + "1",
    ]
    assert list(await chats.menus(CHAT)) == ["A", PUSH_LETTERS[1]]


async def test_a_long_text_goes_in_parts_and_the_codes_in_the_last(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, chats: CountedChats
) -> None:
    renderer.message = ChatMessage("\n".join(["x" * 99] * 39) + "\n" + "y" * 90, buttons=BUTTONS)
    await send(sender)
    texts = [call["text"] for call in zalo.sent()]
    assert [len(text) <= 2000 for text in texts] == [True] * 3
    assert texts[-1] == "A1. Mở đơn\nA2. Chép"
    assert await chats.sent_in(MONTH) == 3


async def test_a_picture_is_shared_and_bears_the_text(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, shared: Shared, chats: CountedChats
) -> None:
    renderer.message = ChatMessage("Quét mã", photo=PNG, buttons=BUTTONS)
    await send(sender)
    assert shared.files == [(PNG, "anh.png", "image/png")]
    assert zalo.sent() == [{"photo": "https://bot.example/f/1", "caption": "Quét mã\n\nA1. Mở đơn\nA2. Chép"}]
    assert list(await chats.menus(CHAT)) == ["A"]


async def test_a_text_too_long_for_a_caption_follows_the_picture(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, chats: CountedChats
) -> None:
    renderer.message = ChatMessage("x" * 2000, photo=PNG)
    await send(sender)
    assert zalo.sent() == [{"photo": "https://bot.example/f/1", "caption": "x" * 2000}]
    renderer.message = ChatMessage("x" * 2001, photo=PNG)
    await send(sender)
    assert zalo.sent()[1:] == [{"photo": "https://bot.example/f/2"}, {"text": "x" * 2000}, {"text": "x"}]
    assert await chats.sent_in(MONTH) == 4


async def test_a_picture_of_the_other_app_is_shared_as_what_it_holds(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, shared: Shared
) -> None:
    renderer.message = ChatMessage("Đã chuyển?", photo="telegram:AgACAgUAAxkBAAIB")
    await send(sender)
    assert shared.files == [(b"\xff\xd8\xff a photo", "anh.jpg", "image/jpeg")]
    assert zalo.sent() == [{"photo": "https://bot.example/f/1", "caption": "Đã chuyển?"}]


async def test_a_picture_that_zalo_has_is_named_by_its_address(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, shared: Shared
) -> None:
    renderer.message = ChatMessage("Đã chuyển?", photo="zalo:https://photo.example/1.jpg")
    await send(sender)
    assert zalo.sent() == [{"photo": "https://photo.example/1.jpg", "caption": "Đã chuyển?"}]
    assert shared.files == []


@pytest.mark.parametrize("refused", [False, True])
async def test_the_words_go_without_a_picture_that_cannot_be_had(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, chats: CountedChats, refused: bool
) -> None:
    photo = "zalo:https://photo.example/gone.jpg" if refused else "telegram:gone"
    if refused:
        zalo.answers = [(200, '{"ok": false, "error_code": 400, "description": "photo"}')]
    renderer.message = ChatMessage("Đã chuyển?", photo=photo)
    await send(sender)
    assert zalo.sent()[-1] == {"text": "Đã chuyển?"}
    assert await chats.sent_in(MONTH) == 1


async def test_a_file_is_shared_and_its_address_stands_in_the_text(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, shared: Shared
) -> None:
    renderer.message = ChatMessage("Kết quả", workbook=Workbook("ket-qua.xlsx", TABLES), buttons=BUTTONS)
    await send(sender)
    ((content, name, mime),) = shared.files
    assert (name, mime.rpartition(".")[2]) == ("ket-qua.xlsx", "sheet")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python() == [["Khách"], ["=1+1"]]
    assert zalo.sent() == [
        {"text": "Kết quả\n\nket-qua.xlsx <https://bot.example/f/1>\n\nA1. Mở đơn\nA2. Chép"}
    ]


async def test_every_push_can_be_sent(
    zalo: ZaloServer, make: Make, chats: CountedChats, clock: Clock
) -> None:
    sender = make(PushTexts(lambda payment: PNG))
    for content in CONTENTS:
        clock.now += 60
        assert await sender.send(ADDRESS, content, "key", True)
    assert {method for method, _ in zalo.calls} == {"sendMessage", "sendPhoto"}
    assert await chats.sent_in(MONTH) == len(zalo.calls) >= len(CONTENTS)


@pytest.mark.parametrize("address", ["", "x", "-1", str(CHAT + 1)])
async def test_a_chat_that_never_wrote_cannot_be_reached(
    zalo: ZaloServer, sender: ZaloSender, address: str
) -> None:
    for sending in (send(sender, address), sender.send_together(address, [CONTENT], "key", False)):
        with pytest.raises(Undeliverable):
            await sending
    assert zalo.calls == []


def refusal(code: int, status: int = 200) -> tuple[int, str]:
    return status, json.dumps({"ok": False, "error_code": code, "description": "Internal server error"})


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refusal(401), 60),
        (refusal(429), 60),
        (refusal(400), 5),
        (refusal(404), 5),
        (refusal(500), 5),
        (refusal(-216), 5),
        ((502, "<html>"), 5),
    ],
)
async def test_an_answer_with_an_error_delivered_nothing(
    zalo: ZaloServer,
    sender: ZaloSender,
    renderer: FixedRenderer,
    chats: CountedChats,
    answer: tuple[int, str],
    seconds: float,
) -> None:
    renderer.message = ChatMessage("Chào", buttons=BUTTONS)
    zalo.answers = [answer]
    with pytest.raises(RetryLater) as later:
        await send(sender)
    assert (later.value.seconds, later.value.counts) == (seconds, True)
    assert await chats.menus(CHAT) == {}
    assert await chats.sent_in(MONTH) == 0


async def test_a_quota_that_is_used_up_stops_the_chat_and_for_a_second_the_others(
    zalo: ZaloServer, sender: ZaloSender, clock: Clock
) -> None:
    zalo.answers = [refusal(429)]
    with pytest.raises(RetryLater):
        await send(sender)
    clock.now += 30
    with pytest.raises(RetryLater) as later:
        await send(sender)
    assert (later.value.seconds, later.value.counts) == (30, False)
    assert len(zalo.calls) == 1
    clock.now += 30
    await send(sender)


async def test_a_person_who_is_refused_cannot_be_reached(
    zalo: ZaloServer, sender: ZaloSender, chats: CountedChats
) -> None:
    zalo.people.clear()
    with pytest.raises(Undeliverable):
        await send(sender)
    assert await chats.sent_in(MONTH) == 0


async def test_nobody_at_home_delivered_nothing(
    chats: CountedChats, shared: Shared, renderer: FixedRenderer, unused_tcp_port: int
) -> None:
    async with ZaloClient(TOKEN, f"http://127.0.0.1:{unused_tcp_port}") as client:
        sender = ZaloSender(client, renderer, ChatPace(ZALO), chats, shared)
        with pytest.raises(RetryLater) as later:
            await send(sender)
    assert (later.value.seconds, later.value.counts) == (5, True)


async def test_a_lost_answer_is_raised_as_it_came_and_no_menu_is_kept(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, chats: CountedChats
) -> None:
    renderer.message = ChatMessage("Chào", buttons=BUTTONS)
    zalo.answers = [None]
    with pytest.raises(AnswerLost):
        await send(sender)
    assert await chats.menus(CHAT) == {}


async def test_parts_that_arrived_before_one_failed_are_counted(
    zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, chats: CountedChats
) -> None:
    renderer.message = ChatMessage("x" * 4001, buttons=BUTTONS)
    arrived = (200, '{"ok": true, "result": {}}')
    zalo.answers = [arrived, arrived, refusal(500)]
    with pytest.raises(RetryLater):
        await send(sender)
    assert await chats.sent_in(MONTH) == 2
    assert await chats.menus(CHAT) == {}


async def test_a_chat_keeps_its_pace(zalo: ZaloServer, sender: ZaloSender, clock: Clock) -> None:
    await send(sender)
    await send(sender)
    with pytest.raises(RetryLater) as later:
        await send(sender)
    assert (later.value.seconds, later.value.counts) == (1, False)
    assert len(zalo.calls) == 2
    clock.now += 1
    await send(sender)


async def test_pushes_at_once_have_letters_of_their_own(
    make: Make, chats: CountedChats, zalo: ZaloServer
) -> None:
    sender = make(FixedRenderer(ChatMessage("Chào", buttons=BUTTONS)))
    await asyncio.gather(send(sender), send(sender))
    assert list(await chats.menus(CHAT)) == list(PUSH_LETTERS[:2])


async def test_no_word_of_a_push_is_logged(
    zalo: ZaloServer, sender: ZaloSender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await send(sender)
    zalo.answers = [refusal(500)]
    with pytest.raises(RetryLater):
        await send(sender)
    assert "Xin chào" not in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text


class TestTogether:
    async def together(self, sender: ZaloSender, count: int = 3, maybe_repeated: bool = False) -> str | None:
        return await sender.send_together(ADDRESS, [CONTENT] * count, "key", maybe_repeated)

    async def test_several_pushes_are_one_message_with_a_letter_each(
        self, zalo: ZaloServer, sender: ZaloSender, renderer: FixedRenderer, chats: CountedChats
    ) -> None:
        renderer.message = ChatMessage("Chào", buttons=BUTTONS[:1])
        assert await self.together(sender) == "1750316131602000"
        shown = [f"Chào\n\n{letter}1. Mở đơn" for letter in PUSH_LETTERS[:3]]
        assert zalo.sent() == [{"text": SEPARATOR.join(shown)}]
        menus = await chats.menus(CHAT)
        assert "".join(menus) == PUSH_LETTERS[:3]
        assert menus[PUSH_LETTERS[2]].choices == (Choice(f"{PUSH_LETTERS[2]}1", "open:order:7"),)
        assert await chats.sent_in(MONTH) == 1

    async def test_the_doubt_is_told_once(self, sender: ZaloSender, renderer: FixedRenderer) -> None:
        await self.together(sender, maybe_repeated=True)
        assert [again for _, again in renderer.asked[:3]] == [True, False, False]

    async def test_one_picture_bears_all(self, zalo: ZaloServer, make: Make, client: ZaloClient) -> None:
        sender = make(PushTexts(lambda payment: PNG))
        without = OrderPlacedContent | OrderCancelledContent | DeliveryFailedContent
        with_picture, others = CONTENTS[0], [one for one in CONTENTS if isinstance(one, without)]
        assert await sender.send_together(ADDRESS, [*others, with_picture], "key", False)
        ((_, fields),) = zalo.calls
        assert fields["photo"] == "https://bot.example/f/1"
        assert fields["caption"].count("────────") == 3

    async def test_what_does_not_fit_into_one_message_is_not_sent(
        self,
        zalo: ZaloServer,
        sender: ZaloSender,
        renderer: FixedRenderer,
        chats: CountedChats,
        shared: Shared,
    ) -> None:
        fits = 2000 - 2 * len(SEPARATOR)
        for message, count in (
            (ChatMessage("x" * (fits // 3 + 1)), 3),
            (ChatMessage("Chào", photo=PNG), 2),
            (ChatMessage("x" * 990, workbook=Workbook("a.xlsx", TABLES)), 2),
        ):
            renderer.message = message
            assert await self.together(sender, count) is None
        assert zalo.calls == []
        renderer.message = ChatMessage("x" * (fits // 3))
        assert await self.together(sender, 3)

    async def test_errors_are_those_of_a_push(self, zalo: ZaloServer, sender: ZaloSender) -> None:
        zalo.answers = [refusal(429)]
        with pytest.raises(RetryLater) as later:
            await self.together(sender)
        assert (later.value.seconds, later.value.counts) == (60, True)


def test_a_menu_says_what_each_code_does() -> None:
    codes = {
        "A1": ChatButton("Mở", data="open:menu"),
        "A2": ChatButton("Chép", copy="chữ"),
        "A3": ChatButton("Chép", copy="2950000", note="Số tiền của KTC7WNC8J"),
    }
    says = ("", "chữ", "2950000\nSố tiền của KTC7WNC8J")
    expected = [Choice(f"A{at}", "open:menu" if at == 1 else "", says=says[at - 1]) for at in (1, 2, 3)]
    assert menu_of(codes, 7) == ChoiceMenu(tuple(expected), 7)


async def test_a_refusal_closes_for_a_minute_and_for_an_hour_where_it_lasts(
    database: Database,
) -> None:
    clock = FixedClock()
    known = CountedChats(database, clock)

    async def closed() -> bool:
        async with database.read() as uow:
            return await uow.sent_messages.is_closed(clock.now())

    async def is_the_month_over() -> bool:
        async with database.read() as uow:
            return await uow.figures.month_is_closed(month_of(clock.now()))

    await known.refused()
    assert await closed()
    clock.forward(seconds=60)
    assert not await closed()  # It may have been for the moment.
    await known.refused()
    assert not await is_the_month_over()
    clock.forward(seconds=60)
    await known.refused()
    assert await closed()
    assert await is_the_month_over()
    # After an hour one message tries again, and its refusal closes the next hour.
    clock.forward(hours=1)
    assert not await closed()
    await known.refused()
    assert await closed()
    await known.count(1, 1)
    assert not await closed()
