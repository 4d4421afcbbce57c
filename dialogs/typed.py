"""Reads what is typed in any window before the window does: a choice by number or label, a command by words.

In an app without buttons the choices were read when the message came, against what was shown; here only the
commands are left.
"""

from copy import deepcopy
from typing import Any, cast

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.utils import remove_intent_id

from dialogs import commands
from dialogs.bottom import say_below
from dialogs.context import ACTOR, channel_of
from dialogs.numbered.forms import FormedKeyboard
from dialogs.numbered.reading import Asked, Tapped, read_in
from dialogs.numbered.showing import show_window
from domain.answers.line import Command
from domain.answers.reading import read_answer
from domain.answers.wishes import is_wish
from domain.answers.words import LONGEST
from domain.chats import NUMBERED
from domain.choices import ChoiceMenu, Typing

_LONGEST_CHOICE = 80
_ASKING = (Typing.ANSWER, Typing.NUMBER)


async def _typed(message: Message, dialog_manager: DialogManager) -> None:
    text, manager = message.text or "", dialog_manager
    has_buttons = channel_of(manager) not in NUMBERED
    typing = _typing(manager)
    menu = None
    # An answer to a question is seldom a choice; only then the window is read once more.
    if has_buttons and manager.has_context() and len(text) <= _LONGEST_CHOICE:
        menu = await _shown(manager)
        match read_in(text, menu):
            case Tapped(_, data):
                await _tap_all(message, manager, data)
                return
            case Asked(said):
                await say_below(message, manager, said)
                return
    if manager.middleware_data[ACTOR] is None or len(text) > LONGEST:
        raise SkipHandler
    if is_wish(text, asked=typing in _ASKING):
        await commands.order_of(manager, text)
        return
    meant = read_answer(text, menu)
    if not isinstance(meant, Command):
        raise SkipHandler
    await commands.carry_out(meant.name, message, manager)


def _typing(manager: DialogManager) -> Typing:
    if not manager.has_context():
        return Typing.CHOICE
    factory = _window(manager).markup_factory
    return factory.form.typing if isinstance(factory, FormedKeyboard) else Typing.CHOICE


def _dialog(manager: DialogManager) -> Dialog:
    found: Dialog = cast(Any, manager).dialog()
    return found


def _window(manager: DialogManager) -> Any:
    return _dialog(manager).windows[manager.current_context().state]


async def _shown(manager: DialogManager) -> ChoiceMenu:
    """The choices that the open window shows. To read them leaves no trace in what the dialog remembers: what
    somebody agrees to is what was shown."""
    context, window = manager.current_context(), _window(manager)
    kept = deepcopy((context.dialog_data, context.widget_data, context.start_data))
    try:
        data = await window.load_data(_dialog(manager), manager)
        markup = await window.render_kbd(data, manager)
    finally:
        context.dialog_data, context.widget_data, context.start_data = kept
    return show_window("…", markup if isinstance(markup, InlineKeyboardMarkup) else None).menu


async def _tap_all(message: Message, manager: DialogManager, data: tuple[str, ...]) -> None:
    """Do what the buttons do, one after the other, as long as the same window is open."""
    before = manager.current_context()
    assert message.from_user is not None
    for one in data:
        if not manager.has_context() or manager.current_context() is not before:
            return
        tap = CallbackQuery(
            id="0",
            from_user=message.from_user,
            chat_instance="0",
            message=message,
            data=remove_intent_id(one)[1],
        )
        await _window(manager).process_callback(tap.as_(message.bot), _dialog(manager), manager)
    if manager.has_context() and manager.current_context() is before:
        await manager.show()


def build() -> Router:
    router = Router(name="typed")
    router.message.register(_typed, F.text, F.chat.type == ChatType.PRIVATE)
    return router
