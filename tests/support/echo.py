"""A conversation that says everything back, in the program's own processes."""

from typing import Any

from aiogram import Dispatcher
from aiogram.types import Message, TelegramObject

from bot import wiring
from bot.dispatcher import Next
from dialogs.apps import BOT_NAMES, OWN_IDS
from dialogs.context import ACTOR
from domain.people import Actor, Role
from tests.support.pace import drop_pace
from tests.support.zalo_world import only


async def _say_back(message: Message) -> None:
    await message.answer(message.text or "")


async def _with_a_person(handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Whoever writes is registered: strangers are answered once a day."""
    data[ACTOR] = Actor(1, 1, Role.OWNER)
    return await handler(event, data)


def echo() -> None:
    """From now on programs of this process say back to everybody, as registered people, what they are told,
    as fast as they can."""

    def build(*given: Any) -> Dispatcher:
        storage, around_updates = given[0], given[5]
        dispatcher = only(_say_back)(storage, around_updates)
        dispatcher.update.outer_middleware(_with_a_person)
        dispatcher[BOT_NAMES], dispatcher[OWN_IDS] = {}, {}
        return dispatcher

    drop_pace()
    vars(wiring)["build_dispatcher"] = build
