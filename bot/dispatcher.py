"""Leads each update into the dialogs: in order per chat, with the actor known, and settled once."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiogram import BaseMiddleware, Dispatcher
from aiogram.dispatcher.event.bases import NextMiddlewareType
from aiogram.dispatcher.middlewares.error import ErrorsMiddleware
from aiogram.exceptions import TelegramForbiddenError
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.storage.memory import DisabledEventIsolation, SimpleEventIsolation
from aiogram.types import ErrorEvent, Message, TelegramObject
from aiogram_dialog import setup_dialogs
from aiogram_dialog.api.entities import DialogUpdate
from aiogram_dialog.api.exceptions import UnknownState
from aiogram_dialog.utils import CB_SEP, REPLY_CALLBACK_SYMBOLS, decode_reply_callback
from aiogram_dialog.widgets.text import setup_jinja

from bot.inbox import SETTLE
from bot.sources import IsAway
from dialogs.apps import APPS, BOT_NAMES, OWN_IDS
from dialogs.back_office.totals import PAINTER
from dialogs.bottom import PUSHED
from dialogs.context import ACTOR, OPERATIONS
from dialogs.documents import WRITER
from dialogs.errors import raise_again
from dialogs.pictures import LastingIds, PictureManager
from dialogs.router import build_router
from domain.chats import Channel, channel_of
from services.operations import Operations
from services.people.people import ChatIdentity
from services.ports import Painter, WorkbookWriter
from storage.dialog_states import DialogStorage
from texts.filters import FILTERS

Next = NextMiddlewareType[TelegramObject]

ANOTHER_RELEASE = "another_release"
"""The name, in the dispatcher's data, of what asks whether another release runs beside this one."""


class OneWriteAnUpdate(BaseMiddleware):
    """Write what the dialogs remember of an update once, together with what settles it in the inbox.

    Runs inside the dispatcher's isolation, so updates of one chat wait for each other.
    """

    def __init__(self, storage: DialogStorage) -> None:
        self._storage = storage

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        async with self._storage.update() as unit:
            # Redrawings are not in the inbox.
            if settle := data.get(SETTLE):
                unit.also(settle)
            return await handler(event, data)


class ChatsInOrder(FSMContextMiddleware):
    """aiogram's lock of each chat. It reads no state of the chat, because no filter of ours asks for one."""

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        context = self.resolve_event_context(data["bot"], data)
        data["fsm_storage"] = self.storage
        if context is None:
            return await handler(event, data)
        async with self.events_isolation.lock(context.key):
            return await handler(event, data | {"state": context, "raw_state": None})


class ForgetOnError(BaseMiddleware):
    """Take back what a failed handler changed in the dialogs."""

    def __init__(self, storage: DialogStorage) -> None:
        self._storage = storage

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        try:
            return await handler(event, data)
        except Exception:
            self._storage.forget_changes()
            raise


class KnowTheActor(BaseMiddleware):
    """Put the accountant who owns the chat into the handler's data, or `None` for a stranger, and the last
    push in the chat."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        chat = data.get("event_chat")
        speaker = None
        if chat is not None:
            identity = ChatIdentity(channel_of(chat.id), str(chat.id))
            by_itself = isinstance(event, DialogUpdate)
            speaker = await self._operations.who_is.speaker(identity, speaks=not by_itself)
        data[ACTOR] = speaker.accountant.actor if speaker else None
        data[PUSHED] = speaker.pushed if speaker else 0
        return await handler(event, data)


class OnlyTrueReplyButtons(BaseMiddleware):
    """Keep a typed text from being taken for a button.

    aiogram-dialog hides a reply button's data in invisible characters at the end of its label. Emoji and
    pasted texts may end in such characters too: they are cut off unless they hide a button.
    """

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Message) and event.text and event.text[-1] in REPLY_CALLBACK_SYMBOLS:
            visible = event.text.rstrip(REPLY_CALLBACK_SYMBOLS)
            try:
                hidden = decode_reply_callback(event.text.removeprefix(visible))
            except (UnicodeDecodeError, ValueError, IndexError):
                hidden = ""
            if CB_SEP not in hidden:
                event = event.model_copy(update={"text": visible})
        return await handler(event, data)


class RepliesAreTexts(BaseMiddleware):
    """Keep a reply from being taken for input to the window it replies to.

    aiogram-dialog would look for the dialog in the buttons of the quoted message, and refuse any but the last
    window. Here a reply is a text to the open window, which may look at the quoted message.
    """

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Message) and event.reply_to_message and event.reply_to_message.reply_markup:
            bare = event.reply_to_message.model_copy(update={"reply_markup": None})
            event = event.model_copy(update={"reply_to_message": bare})
        return await handler(event, data)


def leaves_unanswered(storage: DialogStorage) -> Callable[..., bool]:
    """A filter of errors that nobody can be told of: the app is away, the person has blocked the bot, or the
    update is over and its answer or its results could not be kept. The inbox decides what becomes of it."""

    def leaves(event: ErrorEvent, is_away: IsAway = lambda error: False) -> bool:
        error = event.exception
        return isinstance(error, TelegramForbiddenError) or is_away(error) or not storage.updating

    return leaves


async def another_knows(
    event: ErrorEvent, another_release: Callable[[], Awaitable[bool]] | None = None
) -> bool:
    """A filter of errors: the window is unknown here, and another release runs beside this one. The inbox
    leaves the update to that one."""
    is_unknown = isinstance(event.exception, UnknownState) and not isinstance(event.update, DialogUpdate)
    return is_unknown and another_release is not None and await another_release()


def build_dispatcher(
    storage: DialogStorage,
    operations: Operations,
    workbook_template: Callable[[], bytes],
    workbook_writer: WorkbookWriter,
    painter: Painter,
    around_updates: Iterable[BaseMiddleware] = (),
    apps: frozenset[Channel] = frozenset({Channel.TELEGRAM}),
) -> Dispatcher:
    """The dispatcher with every dialog. `apps` are the chat apps that are on; `around_updates` are their
    middlewares around everything that is done for one update, inside its `DialogUnit`."""
    # aiogram-dialog logs every refusal of a getter as an error; `dialogs.errors` logs the unforeseen.
    logging.getLogger("aiogram_dialog.window").setLevel(logging.CRITICAL)
    dispatcher = Dispatcher(storage=storage, disable_fsm=True)
    dispatcher.fsm = ChatsInOrder(storage, SimpleEventIsolation())
    dispatcher.update.outer_middleware(dispatcher.fsm)
    dispatcher[OPERATIONS] = operations
    dispatcher["workbook_template"] = workbook_template
    dispatcher[WRITER] = workbook_writer
    dispatcher[PAINTER] = painter
    dispatcher[APPS] = apps
    dispatcher[BOT_NAMES], dispatcher[OWN_IDS] = {}, {}
    dispatcher.update.outer_middleware(OneWriteAnUpdate(storage))
    for middleware in around_updates:
        dispatcher.update.outer_middleware(middleware)
    dispatcher.update.outer_middleware(KnowTheActor(operations))
    # aiogram's own error middleware stands outside the chat's lock and the update's unit; this one is inside.
    dispatcher.update.outer_middleware(ErrorsMiddleware(dispatcher))
    dispatcher.update.outer_middleware(ForgetOnError(storage))
    # These handlers are asked before those of the routers.
    dispatcher.errors.register(raise_again, leaves_unanswered(storage))
    dispatcher.errors.register(raise_again, another_knows)
    dispatcher.message.outer_middleware(OnlyTrueReplyButtons())
    dispatcher.message.outer_middleware(RepliesAreTexts())
    dispatcher.include_router(build_router())
    # The dispatcher locks each chat already; a second lock would leak when the storage fails.
    setup_dialogs(
        dispatcher,
        message_manager=PictureManager(),
        media_id_storage=LastingIds(),
        events_isolation=DisabledEventIsolation(),
    )
    setup_jinja(dispatcher, filters=FILTERS)
    return dispatcher
