"""Answers one update of Zalo by one message."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import NextMiddlewareType
from aiogram.types import TelegramObject
from aiogram_dialog.api.entities import DialogUpdate

from bot.zalo.delivery import Delivery
from bot.zalo.outbox import Outbox
from bot.zalo.session import ZaloSession
from bot.zalo.updates import ZaloUpdate
from storage.dialog_states import DialogStorage
from texts import numbered as texts

Next = NextMiddlewareType[TelegramObject]


class OneAnswer(BaseMiddleware):
    """Deliver all that was said for an update at its end, before it counts as handled.

    After a kill in between the update is handled again, and nobody is shown half a window. The choices shown
    are written together with what the dialogs remember, so a number always means what was shown last.
    """

    def __init__(self, storage: DialogStorage, delivery: Delivery) -> None:
        self._storage = storage
        self._delivery = delivery

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        session = data["bot"].session
        if not isinstance(session, ZaloSession) or not isinstance(event, ZaloUpdate | DialogUpdate):
            return await handler(event, data)
        result = None
        async with session.gathering(data["event_chat"].id) as outbox:
            outbox.heard = event.heard if isinstance(event, ZaloUpdate) else ""
            if isinstance(event, DialogUpdate):
                result = await handler(event, data)
            elif event.asked or event.again:
                outbox.say(event.asked)
            else:
                result = await _tap_all(handler, event, data, outbox)
        for write in await self._delivery(outbox):
            self._storage.also(write)
        return result


class OnlyLiveWindows(BaseMiddleware):
    """Take back the window that a failed handler has shown: the dialogs do not know of it."""

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        session = data["bot"].session
        outbox = session.gathered if isinstance(session, ZaloSession) else None
        if outbox is None:
            return await handler(event, data)
        window, gone = outbox.window, set(outbox.gone)
        try:
            return await handler(event, data)
        except Exception:
            outbox.window, outbox.gone = window, gone
            raise


async def _tap_all(handler: Next, event: ZaloUpdate, data: dict[str, Any], outbox: Outbox) -> Any:
    """Tap the buttons one after the other, as long as the window shown has the next one."""
    result = await handler(event, dict(data))
    for further in event.rest:
        if not outbox.has_button(further):
            # Without a window an error was said, which speaks for itself.
            if outbox.window is not None or not outbox.said:
                outbox.say(texts.NOT_ALL)
            break
        assert event.callback_query is not None
        query = event.callback_query.model_copy(update={"data": further}).as_(data["bot"])
        tap = event.model_copy(update={"callback_query": query}).as_(data["bot"])
        result = await handler(tap, dict(data))
    return result
