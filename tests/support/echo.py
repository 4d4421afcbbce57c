"""A conversation that says everything back, in the program's own processes."""

from typing import Any

from aiogram import Dispatcher
from aiogram.types import Message

from bot import wiring
from dialogs.apps import BOT_NAMES, OWN_IDS
from tests.support.pace import drop_pace
from tests.support.zalo_world import only


async def _say_back(message: Message) -> None:
    await message.answer(message.text or "")


def echo() -> None:
    """From now on programs of this process say back what they are told, as fast as they can."""

    def build(*given: Any) -> Dispatcher:
        storage, around_updates = given[0], given[5]
        dispatcher = only(_say_back)(storage, around_updates)
        dispatcher[BOT_NAMES], dispatcher[OWN_IDS] = {}, {}
        return dispatcher

    drop_pace()
    vars(wiring)["build_dispatcher"] = build
