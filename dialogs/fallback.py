"""Answers updates that no flow took."""

from aiogram import Router
from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, StartMode

from dialogs.anywhere import take_anywhere
from dialogs.context import ACTOR, SUPPORT, actor_of, channel_of
from dialogs.people.newcomers import LINE
from dialogs.states import Menu, Registration
from dialogs.windows import NOTICE_KEY
from domain.chats import NUMBERED
from domain.intakes.contacts import Party, read_party
from texts import common


async def message_without_dialog(message: Message, dialog_manager: DialogManager) -> None:
    """No window is open: take a message that needs none, else show the menu (a stranger: registration)."""
    text = message.text or ""
    if dialog_manager.middleware_data[ACTOR] is None and read_party(text) != Party():
        await dialog_manager.start(Registration.welcome, data={LINE: text}, mode=StartMode.RESET_STACK)
        return
    channel = channel_of(dialog_manager)
    is_unread = message.content_type is ContentType.UNKNOWN and channel in NUMBERED
    if dialog_manager.middleware_data[ACTOR] is None and is_unread:
        # They may be one of those whose words Zalo never shows, and learn it with the first answer.
        support = dialog_manager.middleware_data.get(SUPPORT) or ""
        told = {NOTICE_KEY: common.with_support(common.unread(channel), support)}
        await dialog_manager.start(Registration.welcome, data=told, mode=StartMode.RESET_STACK)
        return
    actor_of(dialog_manager)
    if not await take_anywhere(message, dialog_manager):
        await dialog_manager.start(Menu.home, mode=StartMode.RESET_STACK)


async def unknown_button(callback: CallbackQuery) -> None:
    await callback.answer(common.STALE_BUTTON)


def build() -> Router:
    router = Router(name="fallback")
    router.message.register(message_without_dialog)
    router.callback_query.register(unknown_button)
    return router
