"""Links the chat from which a code is sent to the accountant who made the code."""

from typing import Any

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.types import Message
from aiogram_dialog import DialogManager, StartMode

from dialogs.context import ACTOR, chat_of, operations
from dialogs.states import Menu
from dialogs.windows import NOTICE_KEY
from domain.link_codes import find_link_code
from texts.people import chats as texts


async def link(message: Message, code: str, dialog_manager: DialogManager) -> None:
    """Link this chat and show its new owner the menu, whatever was open."""
    accountant = await operations(dialog_manager).link_chat(chat_of(dialog_manager), code)
    # The update began with a stranger.
    dialog_manager.middleware_data[ACTOR] = accountant.actor
    notice = {NOTICE_KEY: texts.linked(accountant.name)}
    await dialog_manager.start(Menu.home, data=notice, mode=StartMode.RESET_STACK)


async def void(message: Message, code: str, dialog_manager: DialogManager) -> None:
    """A code in a group is void: others have read it."""
    await operations(dialog_manager).void_link_code(code)
    raise SkipHandler


async def _brings_code(message: Message) -> bool | dict[str, Any]:
    code = find_link_code(message.text or "")
    return {"code": code} if code else False


def build() -> Router:
    router = Router(name="linking")
    router.message.register(link, F.chat.type == ChatType.PRIVATE, _brings_code)
    router.message.register(void, F.chat.type != ChatType.PRIVATE, _brings_code)
    return router
