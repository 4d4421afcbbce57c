"""Answers an update that failed: says why, keeps everything, and shows the live window."""

import contextlib
import logging
import uuid

from aiogram import Router
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent, Message
from aiogram_dialog import DialogManager, ShowMode, StartMode
from aiogram_dialog.api.entities import DialogUpdate
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent, UnknownState

from dialogs.context import ACTOR, SUPPORT
from dialogs.states import Menu, Registration
from dialogs.windows import notify
from domain.errors import DomainError
from texts import common, errors
from texts.plain import utf16_length

ALERT_LIMIT = 200
"""Telegram's limit of an alert's characters, counted in UTF-16."""

LEAVES_THE_FLOW = frozenset({"draft_gone", "order_unknown", "not_allowed"})
"""Errors after which the open window makes no sense any more."""

log = logging.getLogger(__name__)


def fits_alert(sentence: str) -> bool:
    return utf16_length(sentence) <= ALERT_LIMIT


async def refused(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """A rule refused: show an alert on a tap, a notice over the window on a message."""
    error = event.exception
    assert isinstance(error, DomainError)
    callback = event.update.callback_query
    if error.code == "not_registered":
        if callback is not None:
            await _answer(callback)
        await _take_away_live(dialog_manager, event)
        await dialog_manager.start(Registration.welcome, mode=StartMode.RESET_STACK, show_mode=ShowMode.SEND)
        return
    sentence = common.with_support(errors.say(error), dialog_manager.middleware_data.get(SUPPORT) or "")
    leaves = error.code in LEAVES_THE_FLOW or not dialog_manager.has_context()
    alert = callback is not None and not leaves and fits_alert(sentence)
    if callback is not None:
        alert = await _answer(callback, sentence if alert else None, alert) and alert
    if leaves:
        await _go_home(dialog_manager, event, sentence)
        return
    if not alert:
        notify(dialog_manager, sentence)
    # After a tap under a push the window is sent anew: editing would turn the push into the window.
    elsewhere = callback is not None and not _is_live(dialog_manager, callback)
    if elsewhere:
        await _take_away_live(dialog_manager, event)
    try:
        await dialog_manager.show(ShowMode.SEND if event.update.message or elsewhere else ShowMode.AUTO)
    except DomainError as again:
        # The window cannot be drawn any more: its subject is gone.
        await _go_home(dialog_manager, event, errors.say(again))


async def stale_button(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """A button of an old message was tapped: send the live window below it. aiogram-dialog, which takes the
    tapped message for the window, removes its keyboard."""
    callback = event.update.callback_query
    if callback is not None:
        await _answer(callback, common.STALE_BUTTON)
    await _show_live(dialog_manager, event)


async def no_such_button(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """Answer a failed tap that only a tampered app can make as if on an old button.

    It is settled even if its chat cannot be reached: an error would have Telegram bring it again and again.
    """
    log.warning("a tap on no button failed: %s", type(event.exception).__name__)
    with contextlib.suppress(TelegramBadRequest, TelegramForbiddenError):
        await stale_button(event, dialog_manager)


def _is_made_up(event: ErrorEvent) -> bool:
    """Whether the tapped message had no such button when it was tapped."""
    callback = event.update.callback_query
    if callback is None or not isinstance(callback.message, Message):
        return False
    markup = callback.message.reply_markup
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    return all(button.callback_data != callback.data for button in buttons)


async def unknown_window(event: ErrorEvent, dialog_manager: DialogManager) -> None:
    """This version does not have the window any more: show the menu. Drafts are kept."""
    if event.update.callback_query is not None:
        await _answer(event.update.callback_query)
    await _go_home(dialog_manager, event, common.RENEWED)


async def unforeseen(event: ErrorEvent) -> None:
    """Anything else: log it under an id and tell the user that id."""
    error_id = uuid.uuid4().hex[:8].upper()
    log.error("update failed [%s]", error_id, exc_info=event.exception)
    sentence = common.unforeseen(error_id)
    callback = event.update.callback_query
    # An app that is away must not be taken for one that was told.
    with contextlib.suppress(TelegramBadRequest):
        if callback is not None and await callback.answer(sentence, show_alert=True):
            return
        message = callback.message if callback is not None else event.update.message
        if message is not None:
            await message.answer(sentence)


async def _answer(callback: CallbackQuery, text: str | None = None, alert: bool = False) -> bool:
    """Returns whether it was shown; a tap may be too old for it."""
    with contextlib.suppress(TelegramAPIError):
        return await callback.answer(text, show_alert=alert)
    return False


async def _go_home(manager: DialogManager, event: ErrorEvent, sentence: str) -> None:
    registered = manager.middleware_data.get(ACTOR) is not None
    home = Menu.home if registered else Registration.welcome
    await _take_away_live(manager, event)
    await manager.start(home, data={"notice": sentence}, mode=StartMode.RESET_STACK, show_mode=ShowMode.SEND)


async def _show_live(manager: DialogManager, event: ErrorEvent) -> None:
    if not manager.has_context():
        await _go_home(manager, event, common.STALE_BUTTON)
        return
    await _take_away_live(manager, event)
    await manager.show(ShowMode.SEND)


def _is_live(manager: DialogManager, callback: CallbackQuery) -> bool:
    """Whether what was tapped is the live window."""
    return callback.message is None or callback.message.message_id == manager.current_stack().last_message_id


async def _take_away_live(manager: DialogManager, event: ErrorEvent) -> None:
    """Delete the live window before it is sent again below, if the tap was on another message.

    aiogram-dialog would take the tapped message for the window.
    """
    last = manager.current_stack().last_message_id
    callback = event.update.callback_query
    if callback and callback.message and last and last != callback.message.message_id:
        assert callback.bot is not None
        with contextlib.suppress(TelegramAPIError):
            await callback.bot.delete_message(callback.message.chat.id, last)


def _is_own(event: ErrorEvent) -> bool:
    """Whether the update is a redrawing by the program itself."""
    return isinstance(event.update, DialogUpdate)


async def raise_again(event: ErrorEvent) -> None:
    """Raise the error to the caller, because nobody is there to be answered."""
    raise event.exception


def build() -> Router:
    """The router of errors; the first handler whose filter fits answers."""
    router = Router(name="errors")
    router.errors.register(raise_again, _is_own)
    router.errors.register(refused, ExceptionTypeFilter(DomainError))
    router.errors.register(stale_button, ExceptionTypeFilter(UnknownIntent, OutdatedIntent))
    router.errors.register(unknown_window, ExceptionTypeFilter(UnknownState))
    router.errors.register(no_such_button, _is_made_up)
    router.errors.register(unforeseen)
    return router
