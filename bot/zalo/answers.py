"""One update of Zalo, from what was typed to the one message that answers it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import ErrorEvent, TelegramObject
from aiogram_dialog.api.entities import DialogUpdate

from bot.zalo.delivery import Delivery
from bot.zalo.outbox import Outbox
from bot.zalo.session import ZaloSession
from bot.zalo.updates import ZaloUpdate
from storage.dialog_states import DialogStorage
from storage.zalo_events import settle_event
from texts import numbered as texts

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class OneAnswer(BaseMiddleware):
    """Deliver what an update said, at its end and before it counts as handled.

    So a kill in between has it handled once more, nobody is shown half of a window, and choices mean what was
    shown last: they are written together with what the dialogs remember.
    """

    def __init__(self, storage: DialogStorage, delivery: Delivery) -> None:
        self._storage = storage
        self._delivery = delivery

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        session = data["bot"].session
        if not isinstance(session, ZaloSession) or not isinstance(event, ZaloUpdate | DialogUpdate):
            return await handler(event, data)
        result = None
        async with session.gathering(data["event_chat"].id) as outbox:
            if isinstance(event, DialogUpdate):
                result = await handler(event, data)
            elif event.asked:
                outbox.say(event.asked)
            else:
                result = await _tap_all(handler, event, data, outbox)
        for write in await self._delivery(outbox):
            self._storage.also(write)
        if isinstance(event, ZaloUpdate):
            now = self._delivery.clock.now()
            self._storage.also(partial(settle_event, event_id=event.update_id, now=now))
        return result


class OnlyLiveWindows(BaseMiddleware):
    """A handler that failed leaves nothing of the window that it showed: the dialogs don't know it."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
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


def is_beyond_answering(event: ErrorEvent, bot: Bot) -> bool:
    """Whether an update of Zalo failed outside of its answer: it was not delivered, or not written down. To
    say so would be one more message that cannot be; whoever reads the events tries again."""
    session = bot.session
    return (
        isinstance(event.update, ZaloUpdate) and isinstance(session, ZaloSession) and session.gathered is None
    )


async def _tap_all(handler: Handler, event: ZaloUpdate, data: dict[str, Any], outbox: Outbox) -> Any:
    """Tap one button after the other, as long as the window has the next one."""
    result = await handler(event, dict(data))
    for further in event.rest:
        if not outbox.has_button(further):
            # What was said without a window, an error, speaks for itself.
            if outbox.window is not None or not outbox.said:
                outbox.say(texts.NOT_ALL)
            break
        assert event.callback_query is not None
        query = event.callback_query.model_copy(update={"data": further}).as_(data["bot"])
        tap = event.model_copy(update={"callback_query": query}).as_(data["bot"])
        result = await handler(tap, dict(data))
    return result
