"""Answers few of the texts of people who are not registered: each answer is one of the month's messages."""

from functools import partial
from typing import Any

from aiogram import BaseMiddleware, Dispatcher
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject
from aiogram_dialog.api.internal import CONTEXT_KEY

from bot.dispatcher import Next
from dialogs.context import ACTOR
from dialogs.states import Registration
from domain.chats import Channel, channel_of
from domain.intakes.contacts import Party, read_party
from domain.link_codes import find_link_code
from domain.messaging.quota import STRANGERS_DAY, WELCOMES_A_DAY, MonthlyQuota
from domain.tallies import Counted, Tally
from storage.dialog_states import DialogStorage
from storage.tallies import count_once
from storage.zalo_chats import SqlZaloChats

ALWAYS = {Counted.STRANGER_ANSWERED: STRANGERS_DAY}
TALK = {**ALWAYS, Counted.STRANGER_WELCOMED: WELCOMES_A_DAY}


class FewAnswersToStrangers(BaseMiddleware):
    """Leave unanswered what goes beyond a stranger's share, see `MonthlyQuota`. Nothing of it is done."""

    def __init__(self, storage: DialogStorage, chats: SqlZaloChats, quota: MonthlyQuota) -> None:
        self._storage, self._chats, self._quota = storage, chats, quota

    def join(self, dispatcher: Dispatcher) -> None:
        """Stand before the handlers, where the open window is known."""
        dispatcher.message.outer_middleware(self)
        dispatcher.callback_query.outer_middleware(self)

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        chat: Chat | None = data.get("event_chat")
        is_stranger = chat is not None and channel_of(chat.id) is Channel.ZALO and data[ACTOR] is None
        if not is_stranger or not isinstance(event, Message | CallbackQuery):
            return await handler(event, data)
        assert chat is not None
        most = ALWAYS if _begins(event, data) else TALK
        if not await self._chats.may_answer_stranger(chat.id, self._quota, most):
            return None
        now = self._chats.now()
        tallies = [Tally.of_day(counted, chat.id, now) for counted in most]
        together = Tally.of_month(Counted.STRANGERS_ANSWERED, Channel.ZALO, now)
        self._storage.also(partial(count_once, tallies=(*tallies, together), now=now))
        return await handler(event, data)


def _begins(event: Message | CallbackQuery, data: dict[str, Any]) -> bool:
    """Whether the stranger registers, or brings a code or an invitation."""
    text = (event.text or "") if isinstance(event, Message) else ""
    context = data.get(CONTEXT_KEY)
    state = context.state if context is not None else Registration.welcome
    under_way = state.group is Registration and state is not Registration.welcome
    if isinstance(event, CallbackQuery) or under_way or find_link_code(text) or _has_token(text):
        return True
    # One line with name, tax code and phone registers from the welcome.
    return read_party(text) != Party()


def _has_token(text: str) -> bool:
    command, _, token = text.partition(" ")
    return command.casefold() == "/start" and bool(token.strip())
