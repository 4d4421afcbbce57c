"""Chats with the whole conversation over a real database, without a network.

    chat = await harness.person("An")
    await chat.text("/khachhang")
    await chat.tap("Thêm khách")
    assert "Mã số thuế" in chat.window

Every window shown is checked against Telegram's limits (`check_shown`).
"""

import html
import io
import itertools
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from aiogram import Bot, Dispatcher, F, Router
from aiogram.fsm.state import State
from aiogram.fsm.storage.memory import DisabledEventIsolation, SimpleEventIsolation
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageMedia,
    EditMessageReplyMarkup,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import (
    Chat,
    Contact,
    Document,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    PhotoSize,
    ReplyKeyboardMarkup,
    TelegramObject,
    Update,
    User,
)
from aiogram_dialog import DialogManager, StartMode, setup_dialogs
from aiogram_dialog.api.entities import NewMessage, OldMessage, ShowMode
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent, UnknownState
from aiogram_dialog.test_tools import BotClient, MockMessageManager
from aiogram_dialog.test_tools.bot_client import FakeBot
from aiogram_dialog.test_tools.memory_storage import JsonMemoryStorage
from aiogram_dialog.utils import split_reply_callback

from dialogs.apps import APPS, BOT_NAMES, OWN_IDS
from dialogs.back_office.totals import PAINTER
from dialogs.bottom import PUSHED
from dialogs.context import ACTOR, OPERATIONS, RENDERER
from dialogs.documents import WRITER
from domain.chats import Channel, channel_of, zalo_chat_id
from domain.consents import CONSENT_VERSION
from domain.errors import DomainError
from domain.people import Accountant, Actor
from gateways.totals_picture import PillowPainter
from gateways.workbooks.export import OpenpyxlWriter
from services.back_office.people import EnsureBackOffice
from services.operations import Operations
from services.people.people import ChatIdentity, PersonDetails
from tests.support.builders import FIRM_ADDRESS, enterprise_tax_code
from tests.support.labels import check_labels, without_form
from tests.support.numbered import check_numbered
from tests.support.once import lend_templates
from texts.messaging.pushes import PushTexts

OPEN = "open a window by hand"
FORESEEN = (DomainError, OutdatedIntent, UnknownIntent, UnknownState)
"""Errors that the conversation answers by itself; any other error fails the test."""

TAG = re.compile(
    r"</?(?:b|i|u|s|code|pre|a|tg-time)(?: href=\"[^\"<>]*\"| unix=\"\d+\"(?: format=\"\w+\")?)?>"
)
ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+);")


def plain(text: str) -> str:
    """A window as people read it: no tags, no entities."""
    return html.unescape(TAG.sub("", text))


def check_shown(message: NewMessage) -> None:
    """Assert Telegram's rules for a message: complete HTML, lengths, callback data."""
    text = message.text or ""
    assert text.strip(), "an empty message"
    assert len(plain(text)) <= 4096
    open_tags: list[str] = []
    for tag in TAG.findall(text):
        name = tag.strip("</>").partition(" ")[0]
        if tag.startswith("</"):
            assert open_tags, f"{tag} closes nothing: {text}"
            assert open_tags.pop() == name, f"{tag} closes another: {text}"
        else:
            open_tags.append(name)
    assert not open_tags, f"{open_tags} left open: {text}"
    rest = ENTITY.sub("", TAG.sub("", text))
    assert not set("<&") & set(rest), f"not escaped: {text}"
    assert "\n\n\n" not in text, f"too many empty lines: {text}"
    if isinstance(message.reply_markup, InlineKeyboardMarkup):
        buttons = [button for row in message.reply_markup.inline_keyboard for button in row]
        for button in buttons:
            assert 0 < len(button.text) <= 64, button.text
            assert len((button.callback_data or "").encode()) <= 64, button.callback_data
        acting = [button.callback_data for button in buttons if button.callback_data]
        assert len(acting) == len(set(acting)), f"two buttons do the same: {acting}"
        check_labels([[button.text for button in row] for row in message.reply_markup.inline_keyboard])


class Windows(MockMessageManager):
    """The last window of each chat, and the reply keyboard if one is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.last: dict[int, Message] = {}
        self.keyboards: dict[int, ReplyKeyboardMarkup | None] = {}
        self.modes: list[ShowMode] = []
        """How each window was shown."""

    async def show_message(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage | None
    ) -> OldMessage:
        check_shown(new_message)
        check_numbered(new_message)
        self.modes.append(new_message.show_mode)
        keyboard = new_message.reply_markup
        if isinstance(keyboard, ReplyKeyboardMarkup):
            # A message from Telegram never carries a reply keyboard, and the mock insists on this.
            new_message = replace(new_message, reply_markup=None)
        else:
            keyboard = None
        shown = await super().show_message(bot, new_message, old_message)
        self.last[new_message.chat.id] = self.sent_messages[-1]
        self.keyboards[new_message.chat.id] = keyboard
        return replace(shown, has_reply_keyboard=keyboard is not None)


class RecordingBot(FakeBot):
    """Remembers messages other than windows, and hands out the files that chats sent."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[AnswerCallbackQuery] = []
        self.taps_are_too_old = False
        """Whether taps have waited for so long that they cannot be answered."""
        self.actions: list[str] = []
        self.said: list[str] = []
        self.documents: list[SendDocument] = []
        self.pictures: list[object] = []
        """Pictures that were sent, or put in another's place."""
        self.files: dict[str, bytes] = {}
        self._ids = itertools.count(1_000_000)

    async def me(self) -> User:
        return User(id=1, is_bot=True, first_name="Bot", username="ktdv_bot")

    async def download(self, file: Any, *_: Any, **__: Any) -> BinaryIO:
        return io.BytesIO(self.files[file])

    async def __call__(self, method: TelegramMethod[Any], request_timeout: int | None = None) -> Any:
        match method:
            case AnswerCallbackQuery():
                if self.taps_are_too_old:
                    return False
                self.answers.append(method)
                return True
            case SendChatAction():
                self.actions.append(method.action)
                return True
            case EditMessageReplyMarkup() | DeleteMessage():
                return True
            case EditMessageMedia():
                self.pictures.append(method.media.media)
                return True
            case SendDocument() | SendMessage() | SendPhoto():
                if isinstance(method, SendDocument):
                    self.documents.append(method)
                if isinstance(method, SendPhoto):
                    self.pictures.append(method.photo)
                if isinstance(method, SendMessage):
                    self.said.append(method.text)
                chat = Chat(id=int(method.chat_id), type="private")
                return Message(message_id=next(self._ids), date=datetime.now(UTC), chat=chat, text="…")
        raise AssertionError(f"unexpected call: {type(method).__name__}")


class Person(BotClient):
    """A chat of one person with the bot."""

    def __init__(self, harness: "Harness", user_id: int, name: str) -> None:
        super().__init__(harness.dispatcher, user_id, user_id, bot=harness.bot)
        self.harness = harness
        self.user = User(id=user_id, is_bot=False, first_name=name)
        self.last_update: Update | None = None

    @property
    def identity(self) -> ChatIdentity:
        return ChatIdentity(channel_of(self.chat.id), str(self.chat.id))

    async def actor(self) -> Actor:
        found = await self.harness.operations.who_is(self.identity)
        assert found is not None, "a stranger"
        return found.actor

    @property
    def message(self) -> Message:
        """The last window's message."""
        return self.harness.windows.last[self.chat.id]

    @property
    def html(self) -> str:
        return self.message.text or self.message.caption or ""

    @property
    def window(self) -> str:
        """The last window's text, as people read it."""
        return plain(self.html)

    @property
    def rows(self) -> list[list[str]]:
        """The labels of the last window's buttons, including a reply keyboard's."""
        # A key of a reply keyboard carries its callback in invisible characters after its label.
        rows = (
            [split_reply_callback(key.text)[0] or "" for key in row] for row in self._keyboard(self.message)
        )
        return [row for row in rows if row]

    @property
    def buttons(self) -> list[str]:
        return [label for row in self.rows for label in row]

    @property
    def alert(self) -> str | None:
        """The alert of the last answered tap."""
        return self.harness.bot.answers[-1].text if self.harness.bot.answers else None

    async def text(self, text: str) -> None:
        await self._message(text=text)

    async def reply(self, text: str, to: str | Message) -> None:
        """Answer a message of the bot: a shown one, or another one given by its text."""
        if isinstance(to, str):
            to = Message(message_id=self._new_message_id(), date=datetime.now(UTC), chat=self.chat, text=to)
        bot = User(id=1, is_bot=True, first_name="Bot")
        await self._message(text=text, reply_to_message=to.model_copy(update={"from_user": bot}))

    async def contact(self, phone: str, user_id: int | None = None) -> None:
        """Share a contact: one's own unless `user_id` names another person."""
        contact = Contact(phone_number=phone, first_name="X", user_id=user_id or self.user.id)
        await self._message(contact=contact)

    async def file(self, content: bytes, name: str = "khach.xlsx", size: int | None = None) -> None:
        file_id = f"file-{len(self.harness.bot.files)}"
        self.harness.bot.files[file_id] = content
        document = Document(
            file_id=file_id,
            file_unique_id=f"u-{file_id}",
            file_name=name,
            file_size=size if size is not None else len(content),
        )
        await self._message(document=document)

    async def photo_of(self, content: bytes) -> None:
        """Send a picture that the bot can fetch."""
        file_id = f"photo-{len(self.harness.bot.files)}"
        self.harness.bot.files[file_id] = content
        await self._message(photo=[PhotoSize(file_id=file_id, file_unique_id=file_id, width=9, height=9)])

    async def photo(self) -> None:
        await self._message(photo=[PhotoSize(file_id="p", file_unique_id="p", width=9, height=9)])

    async def open(self, state: State, data: Any = None) -> None:
        """Show a window directly, with nothing under it on the stack."""
        self.harness.to_open = (state, data)
        await self._message(text=OPEN)

    async def tap(self, label: str, on: Message | None = None) -> None:
        """Press the button whose label begins with this text, signs aside. `on` is an older window."""
        message = on or self.message
        button = self._button(message, label)
        if isinstance(button, KeyboardButton):
            await self.text(button.text)
            return
        await self._feed(
            Update(update_id=self._new_update_id(), callback_query=self._new_callback(message, button))
        )

    async def press(self, data: str) -> None:
        """Press the button of the last window that has this callback."""
        rows = self.message.reply_markup.inline_keyboard if self.message.reply_markup else []
        button = next(one for row in rows for one in row if one.callback_data == data)
        await self._feed(
            Update(update_id=self._new_update_id(), callback_query=self._new_callback(self.message, button))
        )

    async def push_tap(self, data: str) -> None:
        """Press a button under a push."""
        button = InlineKeyboardButton(text="…", callback_data=data)
        push = Message(
            message_id=self._new_message_id(),
            date=datetime.now(UTC),
            chat=self.chat,
            text="…",
            reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
        )
        await self._feed(
            Update(update_id=self._new_update_id(), callback_query=self._new_callback(push, button))
        )

    async def repeat(self) -> None:
        """Deliver the last update once more."""
        assert self.last_update is not None
        await self._feed(self.last_update)

    def _keyboard(self, message: Message) -> Sequence[Sequence[InlineKeyboardButton | KeyboardButton]]:
        if message.reply_markup is not None:
            return message.reply_markup.inline_keyboard
        below = self.harness.windows.keyboards.get(self.chat.id)
        return below.keyboard if below is not None else ()

    def _button(self, message: Message, label: str) -> InlineKeyboardButton | KeyboardButton:
        buttons = [button for row in self._keyboard(message) for button in row]
        # A list names customers without their legal form, and an arrow says which page is shown.
        for wanted in dict.fromkeys((label, without_form(label))):
            for button in buttons:
                shown = re.sub(r"^\d+/\d+ ›$", "›", button.text)
                if shown.startswith(wanted) or re.sub(r"^\W+", "", shown).startswith(wanted):
                    return button
        raise AssertionError(f"no button {label!r} among {[button.text for button in buttons]}")

    async def _message(self, **content: Any) -> None:
        message = Message(
            message_id=self._new_message_id(),
            date=datetime.now(UTC),
            chat=self.chat,
            from_user=self.user,
            **content,
        )
        await self._feed(Update(update_id=self._new_update_id(), message=message))

    async def _feed(self, update: Update) -> None:
        self.last_update = update
        await self.dp.feed_update(self.bot, update)
        unforeseen, self.harness.unforeseen = self.harness.unforeseen, None
        if unforeseen is not None:
            raise unforeseen


class Harness:
    """The conversation of `routers` over `operations`, and people who chat with it."""

    def __init__(
        self,
        operations: Operations,
        routers: Sequence[Router],
        workbook_template: Callable[[], bytes] = lambda: b"PK-template",
        apps: frozenset[Channel] = frozenset({Channel.TELEGRAM}),
    ) -> None:
        self.operations = operations
        self.bot = RecordingBot()
        self.windows = Windows()
        self.to_open: tuple[State, Any] | None = None
        self.pushed = 0
        """The id of the last push in each chat."""
        self.unforeseen: Exception | None = None
        self._serial = itertools.count(1)
        self.dispatcher = Dispatcher(storage=JsonMemoryStorage(), events_isolation=SimpleEventIsolation())
        self.dispatcher[OPERATIONS] = operations
        self.dispatcher["workbook_template"] = workbook_template
        self.dispatcher[WRITER] = OpenpyxlWriter()
        self.dispatcher[PAINTER] = PillowPainter()
        self.dispatcher[RENDERER] = PushTexts(lambda _: b"qr")
        self.dispatcher[APPS] = apps
        self.dispatcher[BOT_NAMES], self.dispatcher[OWN_IDS] = {}, {}
        self.dispatcher.update.outer_middleware(self._know_the_actor)
        self.dispatcher.errors.outer_middleware(self._note_unforeseen)
        by_hand = Router(name="by_hand")
        by_hand.message.register(self._open, F.text == OPEN)
        self.dispatcher.include_routers(by_hand, *routers)
        setup_dialogs(
            self.dispatcher, message_manager=self.windows, events_isolation=DisabledEventIsolation()
        )
        lend_templates(self.dispatcher)

    def stranger(self, name: str = "Lạ") -> Person:
        """A person the bot does not know."""
        return Person(self, next(self._serial), name)

    def on_zalo(self, name: str = "Lạ") -> Person:
        """The same person in a chat on Zalo."""
        return Person(self, zalo_chat_id(str(next(self._serial))), name)

    async def person(self, name: str = "An") -> Person:
        """A person who owns a firm of their own."""
        chat = self.stranger(name)
        serial = chat.user.id
        await self.operations.register_firm(
            chat.identity,
            _details(name, serial),
            f"Kế toán {name}",
            enterprise_tax_code(70_000 + serial),
            FIRM_ADDRESS,
        )
        return chat

    async def back_office(self, name: str = "Lan") -> Person:
        """The vendor's person; there is one at a time."""
        chat = self.stranger(name)
        show = self.operations.desk.show_waiting
        await EnsureBackOffice(show.units, show.clock, "Nhà cung cấp")([(chat.user.id, name)])
        return chat

    async def colleague(self, owner: Person, name: str = "Bình") -> Person:
        """Staff of the owner's firm."""
        chat = self.stranger(name)
        token = await self.operations.invite_staff(await owner.actor())
        await self.operations.join_firm(chat.identity, _details(name, chat.user.id), token)
        return chat

    async def _open(self, _: Message, dialog_manager: DialogManager) -> None:
        assert self.to_open is not None
        state, data = self.to_open
        await dialog_manager.start(state, data=data, mode=StartMode.RESET_STACK)

    async def _note_unforeseen(
        self, handler: Callable[[Any, dict[str, Any]], Awaitable[Any]], event: Any, data: dict[str, Any]
    ) -> Any:
        if not isinstance(event.exception, FORESEEN):
            self.unforeseen = event.exception
        return await handler(event, data)

    async def _know_the_actor(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        chat_id = data["event_chat"].id
        identity = ChatIdentity(channel_of(chat_id), str(chat_id))
        found: Accountant | None = await self.operations.who_is(identity)
        data[ACTOR] = found.actor if found else None
        data[PUSHED] = self.pushed
        return await handler(event, data)


def _details(name: str, serial: int) -> PersonDetails:
    return PersonDetails(name, f"+849{serial:08d}", f"ketoan{serial}@example.com", CONSENT_VERSION)
