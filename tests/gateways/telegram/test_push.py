import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

import pytest
import segno
from python_calamine import CalamineWorkbook
from telegram.error import BadRequest, NetworkError

from domain.errors import DomainError
from domain.files import FileRef
from domain.messaging.targets import Place, RunStop, Target, button_data
from gateways.chat_pace import TELEGRAM, ChatPace
from gateways.telegram.push import TelegramSender
from sandbox.app import SandboxServer
from sandbox.telegram.phone import Phone
from services.messaging.messages import ChatButton, ChatMessage, Workbook
from services.ports import AddressMoved, RetryLater, Table, Undeliverable
from tests.gateways.support import CONTENT, PNG, TOKEN, Clock, FixedRenderer, TelegramServer, owner_in
from texts.plain import utf16_length, without_tags


class Send(Protocol):
    """Sends one message of the test's."""

    async def __call__(
        self, message: ChatMessage, chat: str = ..., maybe_repeated: bool = ..., silent: bool = ...
    ) -> None: ...


class Show(Protocol):
    """Shows a message after some seconds, and returns what the chat shows then."""

    async def __call__(self, message: ChatMessage, seconds: float = ...) -> dict[str, Any]: ...


class Replace(Protocol):
    """Puts a message in the place of another; tells whether it stands there."""

    async def __call__(self, message: ChatMessage) -> bool: ...


TABLES = (Table("Kết quả", ("Khách",), (("=1+1",),)),)
BUTTONS = (
    (ChatButton("Mở đơn", data="order:7"), ChatButton("Trang", url="https://example.com/7")),
    (ChatButton("Chép", copy="KT0001234"),),
)


def picture() -> bytes:
    out = io.BytesIO()
    segno.make("KT0001234").save(out, kind="png")
    return out.getvalue()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    api = TelegramServer()
    server = await api.start()
    yield api
    await server.close()


@pytest.fixture
async def send(telegram: TelegramServer) -> AsyncIterator[Send]:
    """Sends one message through a sender whose clock stands still."""
    renderer = FixedRenderer()
    async with TelegramSender(TOKEN, telegram.url, renderer, ChatPace(TELEGRAM, Clock())) as sender:

        async def send(
            message: ChatMessage, chat: str = "77", maybe_repeated: bool = False, silent: bool = False
        ) -> None:
            renderer.message = message
            assert await sender.send(chat, CONTENT, "key", maybe_repeated, silent) == "1"
            assert renderer.asked[-1] == (CONTENT, maybe_repeated)

        yield send


async def test_a_text_goes_out_as_html_with_its_buttons(telegram: TelegramServer, send: Send) -> None:
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


TWO_STEPS = (
    (ChatButton("Kích hoạt", data=button_data(Target(Place.ACTIVATION, 7))),),
    (ChatButton("Sửa", data=button_data(Target(Place.FAILED, 7))),),
    (ChatButton("Mở đơn", data=button_data(Target(Place.ORDER, 7))),),
    (ChatButton("Dừng", data=button_data(RunStop(7))),),
)


def _styles(fields: dict[str, Any]) -> list[str | None]:
    return [row[0].get("style") for row in json.loads(fields["reply_markup"])["inline_keyboard"]]


async def test_one_step_stands_out_and_what_stops(telegram: TelegramServer, send: Send) -> None:
    await send(ChatMessage("Xong", buttons=TWO_STEPS))

    assert _styles(telegram.calls[0][1]) == ["primary", None, None, "danger"]


async def test_where_styles_are_refused_buttons_are_plain(telegram: TelegramServer, send: Send) -> None:
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: BUTTON_STYLE_INVALID"}
    telegram.answers.append((400, refusal))
    await send(ChatMessage("Một", buttons=TWO_STEPS))
    await send(ChatMessage("Hai", buttons=TWO_STEPS))

    first, *plain = [_styles(fields) for _, fields in telegram.calls]
    assert "primary" in first
    assert plain == [[None] * 4] * 2


async def test_where_moments_are_refused_they_are_words(telegram: TelegramServer, send: Send) -> None:
    said = 'Bad Request: can\'t parse entities: Unsupported start tag "tg-time" at byte offset 8'
    telegram.answers.append((400, {"ok": False, "error_code": 400, "description": said}))
    await send(ChatMessage('Hết hạn <tg-time unix="1796535420" format="r">mai</tg-time>'))

    first, again = [fields["text"] for _, fields in telegram.calls]
    assert "<tg-time" in first
    assert again == "Hết hạn mai"


async def test_a_message_without_buttons_has_no_keyboard(telegram: TelegramServer, send: Send) -> None:
    await send(ChatMessage("Xin chào"))

    assert "reply_markup" not in telegram.calls[0][1]


@pytest.mark.parametrize("silent", [True, False])
async def test_a_silent_message_asks_for_no_sound(telegram: TelegramServer, send: Send, silent: bool) -> None:
    await send(ChatMessage("x" * 1025, photo=PNG), silent=silent)

    assert [fields["disable_notification"] for _, fields in telegram.calls] == [str(silent).lower()] * 2


async def test_a_picture_bears_the_text_as_its_caption(telegram: TelegramServer, send: Send) -> None:
    await send(ChatMessage("<b>Quét</b> mã", photo=PNG, buttons=BUTTONS))

    [(method, fields)] = telegram.calls
    assert method == "sendPhoto"
    assert fields["photo"] == PNG
    assert (fields["caption"], fields["parse_mode"]) == ("<b>Quét</b> mã", "HTML")
    assert "inline_keyboard" in json.loads(fields["reply_markup"])


async def test_a_text_too_long_for_a_caption_follows_the_picture_and_keeps_the_buttons(
    telegram: TelegramServer, send: Send
) -> None:
    await send(ChatMessage("x" * 1025, photo=PNG, buttons=BUTTONS))

    (first, picture), (second, text) = telegram.calls
    assert (first, second) == ("sendPhoto", "sendMessage")
    assert picture["photo"] == PNG
    assert "caption" not in picture
    assert "reply_markup" not in picture
    assert text["text"] == "x" * 1025
    assert "reply_markup" in text


async def test_a_picture_that_telegram_holds_is_named_by_its_id(telegram: TelegramServer, send: Send) -> None:
    await send(ChatMessage("Đã chuyển?", photo="telegram:AgACAgUAAxkBAAIB"))

    [(method, fields)] = telegram.calls
    assert (method, fields["photo"]) == ("sendPhoto", "AgACAgUAAxkBAAIB")


class Elsewhere:
    """The other app's `Attachments`: one picture, or an error."""

    def __init__(self, outcome: bytes | Exception) -> None:
        self.outcome = outcome

    async def fetch(self, file: FileRef) -> bytes:
        assert file == FileRef("zalo", "https://photo.example/1.jpg", "")
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


async def _send_from_elsewhere(telegram: TelegramServer, elsewhere: Elsewhere | None) -> None:
    renderer = FixedRenderer(ChatMessage("Đã chuyển?", photo="zalo:https://photo.example/1.jpg"))
    pace = ChatPace(TELEGRAM, Clock())
    async with TelegramSender(TOKEN, telegram.url, renderer, pace, attachments=elsewhere) as sender:
        await sender.send("77", CONTENT, "key", False)


async def test_a_picture_of_the_other_app_is_sent_as_what_it_holds(telegram: TelegramServer) -> None:
    await _send_from_elsewhere(telegram, Elsewhere(PNG))

    [(method, fields)] = telegram.calls
    assert (method, fields["photo"], fields["caption"]) == ("sendPhoto", PNG, "Đã chuyển?")


@pytest.mark.parametrize("elsewhere", [None, Elsewhere(DomainError("file_not_fetched"))])
async def test_the_words_go_without_a_picture_that_is_gone(
    telegram: TelegramServer, elsewhere: Elsewhere | None
) -> None:
    await _send_from_elsewhere(telegram, elsewhere)

    [(method, fields)] = telegram.calls
    assert (method, fields["text"]) == ("sendMessage", "Đã chuyển?")


async def test_a_picture_whose_app_is_out_of_reach_is_waited_for(telegram: TelegramServer) -> None:
    with pytest.raises(RetryLater):
        await _send_from_elsewhere(telegram, Elsewhere(RetryLater(5, "out of reach")))

    assert telegram.calls == []


async def test_a_file_goes_out_under_its_name_with_the_text(telegram: TelegramServer, send: Send) -> None:
    await send(ChatMessage("Kết quả", workbook=Workbook("kết quả.xlsx", TABLES), buttons=BUTTONS))

    [(method, fields)] = telegram.calls
    assert method == "sendDocument"
    assert fields["document.filename"] == "kết quả.xlsx"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(fields["document"])).get_sheet_by_index(0)
    assert sheet.to_python() == [["Khách"], ["=1+1"]]
    assert fields["caption"] == "Kết quả"
    assert "reply_markup" in fields


async def test_the_last_of_picture_file_and_text_bears_the_text(telegram: TelegramServer, send: Send) -> None:
    book = Workbook("a.xlsx", TABLES)
    await send(ChatMessage("Kết quả", photo=PNG, workbook=book))
    await send(ChatMessage("x" * 1025, photo=PNG, workbook=book), chat="78")

    methods = [method for method, _ in telegram.calls]
    assert methods == ["sendPhoto", "sendDocument", "sendPhoto", "sendDocument", "sendMessage"]
    assert [fields.get("caption") for _, fields in telegram.calls] == [None, "Kết quả", None, None, None]


@pytest.mark.parametrize(
    ("markup", "length"),
    [("<b>Đơn</b>", 3), ("a &amp; b", 5), ('<a href="https://example.com">x</a>', 1), ("👍", 2)],
)
def test_only_what_is_seen_counts_toward_the_limits(markup: str, length: int) -> None:
    assert utf16_length(without_tags(markup)) == length


@pytest.mark.parametrize(
    ("status", "body", "seconds", "counts"),
    [
        (429, {"description": "Too Many Requests", "parameters": {"retry_after": 17}}, 17, False),
        (500, {"description": "Internal Server Error"}, 5, True),
        (502, {"description": "Bad Gateway"}, 5, True),
        (401, {"description": "Unauthorized"}, 60, True),
    ],
)
async def test_a_server_that_refuses_for_now_is_asked_again(
    telegram: TelegramServer, send: Send, status: int, body: dict[str, object], seconds: int, counts: bool
) -> None:
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
async def test_a_chat_that_cannot_be_reached_is_final(
    telegram: TelegramServer, send: Send, status: int, description: str
) -> None:
    telegram.answers.append((status, {"ok": False, "error_code": status, "description": description}))

    with pytest.raises(Undeliverable, match=f"(?i){description.partition(': ')[2]}"):
        await send(ChatMessage("Xin chào"))


async def test_a_mistake_of_ours_is_not_blamed_on_the_chat(telegram: TelegramServer, send: Send) -> None:
    telegram.answers.append(
        (400, {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"})
    )

    with pytest.raises(BadRequest, match="parse entities"):
        await send(ChatMessage("<b>Xin chào"))


async def test_a_group_that_became_a_supergroup_tells_its_new_id(
    telegram: TelegramServer, send: Send
) -> None:
    telegram.answers.append(
        (400, {"ok": False, "description": "…", "parameters": {"migrate_to_chat_id": -1001234567890}})
    )

    with pytest.raises(AddressMoved) as moved:
        await send(ChatMessage("Xin chào"), chat="-55")
    assert moved.value.new_address == "-1001234567890"


async def test_a_lost_answer_leaves_the_outcome_unknown(telegram: TelegramServer, send: Send) -> None:
    telegram.answers.append(None)

    with pytest.raises(NetworkError):
        await send(ChatMessage("Xin chào"))
    assert len(telegram.calls) == 1


async def test_telegram_being_down_neither_stops_the_start_nor_loses_a_message(unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with TelegramSender(TOKEN, url, FixedRenderer(), ChatPace(TELEGRAM)) as sender:
        with pytest.raises(RetryLater) as later:
            await sender.send("77", CONTENT, "key", False)
    assert later.value.seconds == 5


async def test_a_chat_that_writes_too_much_holds_up_no_other(telegram: TelegramServer, send: Send) -> None:
    for text in ("một", "hai"):
        await send(ChatMessage(text), chat="1")
    with pytest.raises(RetryLater) as later:
        await send(ChatMessage("ba"), chat="1")
    await send(ChatMessage("bốn"), chat="2")

    assert (later.value.seconds, later.value.counts) == (1.0, False)
    assert [fields["text"] for _, fields in telegram.calls] == ["một", "hai", "bốn"]


async def test_each_part_of_a_message_uses_the_pace_of_its_chat(telegram: TelegramServer, send: Send) -> None:
    await send(ChatMessage("x" * 1025, photo=PNG), chat="1")
    with pytest.raises(RetryLater, match="pace of the chat"):
        await send(ChatMessage("một"), chat="1")


async def test_cards_are_one_album_on_one_screen(tmp_path: Path) -> None:
    renderer = FixedRenderer()
    async with SandboxServer(tmp_path / "world") as sandbox:
        person = owner_in(sandbox)
        Phone(sandbox.telegram, person).text("/start")
        async with TelegramSender(
            sandbox.token, sandbox.url, renderer, ChatPace(TELEGRAM, Clock())
        ) as sender:
            chat = str(person.telegram_id)
            renderer.message = ChatMessage("Kính gửi <b>Hoa</b>", photo=picture())
            assert await sender.send_album(chat, [CONTENT] * 3, "key", maybe_repeated=False)
            shown = [one.content for one in sandbox.world.messages if one.bot]
            assert [one["caption"] for one in shown] == ["Kính gửi Hoa"] * 3
            assert len({one["media_group_id"] for one in shown}) == 1
            for other in (ChatMessage("x"), ChatMessage("x" * 1025, photo=picture())):
                renderer.message = other
                assert await sender.send_album(chat, [CONTENT] * 2, "key", maybe_repeated=False) is None


class TestEditing:
    """Against the sandbox, which refuses the same calls as Telegram."""

    @pytest.fixture
    async def sandbox(self, tmp_path: Path) -> AsyncIterator[SandboxServer]:
        async with SandboxServer(tmp_path / "world") as server:
            Phone(server.telegram, owner_in(server)).text("/start")
            yield server

    @pytest.fixture
    async def live(self, sandbox: SandboxServer) -> AsyncIterator[Show]:
        """Shows a message in the owner's chat, first by sending, then by editing; tells what it shows."""
        renderer, clock = FixedRenderer(), Clock()
        refs: list[str] = []
        chat = str(owner_in(sandbox).telegram_id)
        async with TelegramSender(sandbox.token, sandbox.url, renderer, ChatPace(TELEGRAM, clock)) as sender:

            async def show(message: ChatMessage, seconds: float = 1) -> dict[str, Any]:
                renderer.message = message
                clock.now += seconds
                if refs:
                    await sender.edit(chat, refs[0], CONTENT)
                else:
                    refs.append(await sender.send(chat, CONTENT, "key", maybe_repeated=False))
                shown = sandbox.world.message(int(chat), int(refs[0]))
                return {"buttons": shown.markup, **shown.content} if shown else {}

            yield show

    @pytest.fixture
    async def replace(self, sandbox: SandboxServer) -> AsyncIterator[Replace]:
        """Puts a message in the place of the last one; tells whether it stands there."""
        renderer, clock = FixedRenderer(), Clock()
        owner = owner_in(sandbox)
        async with TelegramSender(sandbox.token, sandbox.url, renderer, ChatPace(TELEGRAM, clock)) as sender:

            async def replace(message: ChatMessage) -> bool:
                renderer.message = message
                clock.now += 2
                ref = str(max(one.id for one in sandbox.world.messages))
                return await sender.replace(ref, str(owner.telegram_id), CONTENT, "key", False) == ref

            yield replace

    async def test_the_text_and_the_buttons_are_changed_in_place(self, live: Show) -> None:
        await live(ChatMessage("Đã thu <b>1</b>/3", buttons=BUTTONS))
        shown = await live(ChatMessage("Đã thu <b>2</b>/3"))
        assert (shown["text"], shown["entities"][0]["offset"]) == ("Đã thu 2/3", 7)
        assert shown["buttons"] is None

    async def test_a_picture_stays_while_its_caption_changes(self, live: Show) -> None:
        before = await live(ChatMessage("Đã thu 1/3", photo=picture()))
        after = await live(ChatMessage("Đã thu 2/3", photo=picture()))
        assert after["caption"] == "Đã thu 2/3"
        assert after["photo"] == before["photo"]

    async def test_of_a_long_text_with_a_file_the_text_is_changed(self, live: Show) -> None:
        shown = {}
        for text in ("x" * 1025, "y" * 1025):
            shown = await live(ChatMessage(text, workbook=Workbook("a.xlsx", TABLES)))
        assert shown["text"] == "y" * 1025

    async def test_what_is_shown_already_needs_no_change(self, live: Show) -> None:
        await live(ChatMessage("Đã thu 1/3"))
        assert (await live(ChatMessage("Đã thu 1/3")))["text"] == "Đã thu 1/3"

    async def test_a_message_that_is_gone_is_left_alone(self, live: Show, sandbox: SandboxServer) -> None:
        await live(ChatMessage("Đã thu 1/3"))
        for message in sandbox.world.messages:
            message.deleted = True
        assert await live(ChatMessage("Đã thu 2/3")) == {}

    async def test_a_person_who_blocked_the_bot_is_out_of_reach(
        self, live: Show, sandbox: SandboxServer
    ) -> None:
        await live(ChatMessage("Đã thu 1/3"))
        Phone(sandbox.telegram, owner_in(sandbox)).block(True)
        with pytest.raises(Undeliverable):
            await live(ChatMessage("Đã thu 2/3"))

    async def test_a_text_becomes_a_file_with_its_words(
        self, replace: Replace, live: Show, sandbox: SandboxServer
    ) -> None:
        await live(ChatMessage("Đang kích hoạt…"))
        book = Workbook("ket-qua.xlsx", TABLES)
        assert await replace(ChatMessage("Xong 30/30", workbook=book, buttons=BUTTONS))
        (shown,) = [one for one in sandbox.world.messages if one.content.get("caption") == "Xong 30/30"]
        assert shown.content["document"]["file_name"] == "ket-qua.xlsx"

    async def test_what_is_gone_or_takes_no_such_words_is_sent_anew_in_the_same_turn(
        self, replace: Replace, live: Show, sandbox: SandboxServer
    ) -> None:
        await live(ChatMessage("Đang kích hoạt…"))
        assert not await replace(ChatMessage("x" * 1025, workbook=Workbook("a.xlsx", TABLES)))
        for message in sandbox.world.messages:
            message.deleted = True
        assert not await replace(ChatMessage("Xong 30/30"))
        assert [one.content.get("text") for one in sandbox.world.messages][-1] == "Xong 30/30"

    async def test_edits_keep_the_pace_of_the_chat(self, live: Show) -> None:
        for number in range(2):
            await live(ChatMessage(str(number)), seconds=0)
        with pytest.raises(RetryLater, match="pace of the chat"):
            await live(ChatMessage("2"), seconds=0)


@pytest.mark.parametrize("edits", [False, True])
async def test_a_refused_edit_makes_the_edits_of_the_conversation_take_turns(
    telegram: TelegramServer, edits: bool
) -> None:
    pace, taken = ChatPace(TELEGRAM, Clock()), list[str]()

    async def answer(chat: str) -> None:
        taken.append(chat)

    pace.answer = answer  # type: ignore[method-assign]
    refusal = {"ok": False, "error_code": 429, "parameters": {"retry_after": 17}}
    telegram.answers.append((429, {**refusal, "description": "Too Many Requests"}))
    renderer = FixedRenderer()
    renderer.message = ChatMessage("Xin chào")
    async with TelegramSender(TOKEN, telegram.url, renderer, pace) as sender:
        with pytest.raises(RetryLater):
            await (sender.edit("77", "1", CONTENT) if edits else sender.send("77", CONTENT, "key", False))
    await pace.edit("78")
    assert taken == (["78"] if edits else [])
