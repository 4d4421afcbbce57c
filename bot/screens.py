"""Draws a window again without an update from its chat."""

import contextlib
from collections.abc import AsyncIterator, Mapping

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import Chat, User
from aiogram_dialog.api.entities import DialogAction, DialogUpdate, DialogUpdateEvent
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent, UnknownState

from bot.chat_holds import hold_of
from dialogs.context import CHAT, INTENT
from domain.chats import NUMBERED, Channel
from domain.errors import DomainError
from services.ports import RetryLater
from storage.holds import Holds, taken

_ASK_AGAIN, _ASKED = 0.05, 100
"""How often, in seconds, a chat is asked for in which another process answers, and how many times."""

_TROUBLE = 2.0
"""Seconds until an app that cannot be reached is tried again."""


class DialogScreens:
    """`Screens` of the conversation: a screen is a chat and the intent of its dialog (`dialogs.context`).

    The redrawing passes the dispatcher as an update of its own. aiogram-dialog does not lock the chat for
    such an update, and would lose what a tap changes meanwhile; so the lock is taken here, and the chat is
    held among the processes. `away` are the errors of apps that cannot be reached.
    """

    def __init__(
        self,
        bots: Mapping[Channel, Bot],
        dispatcher: Dispatcher,
        away: tuple[type[Exception], ...],
        holds: Holds | None = None,
    ) -> None:
        self._bots = bots
        self._dispatcher = dispatcher
        self._away = away
        self._holds = holds or Holds()

    async def redraw(self, screen: Mapping[str, str], passing: bool = False) -> None:
        """Draw the window again if its dialog is still on top; otherwise do nothing.

        `passing` marks a drawing that will soon be out of date. Where no message can be edited, and each
        drawing is a new one, the chat only shows that something is done. Raises `RetryLater` while the app
        cannot be reached or asks to wait.
        """
        if not screen:
            return
        channel = Channel(screen["channel"])
        bot = self._bots.get(channel)
        if bot is None:
            return
        chat_id = int(screen[CHAT])
        if passing and channel in NUMBERED:
            with contextlib.suppress(*self._away):
                await bot.send_chat_action(chat_id, "typing")
            return
        event = DialogUpdateEvent(
            from_user=User(id=chat_id, is_bot=False, first_name=""),
            chat=Chat(id=chat_id, type="private"),
            action=DialogAction.UPDATE,
            data={},
            intent_id=screen[INTENT],
            stack_id=None,
            thread_id=None,
            business_connection_id=None,
        ).as_(bot)
        key = StorageKey(bot_id=bot.id, chat_id=chat_id, user_id=chat_id)
        async with self._dispatcher.fsm.events_isolation.lock(key), self._held(chat_id):
            await self._feed(DialogUpdate(event).as_(bot), bot, channel)

    @contextlib.asynccontextmanager
    async def _held(self, chat_id: int) -> AsyncIterator[None]:
        """Keep other processes from answering in the chat. Raises `RetryLater` where one does so for long."""
        hold = await taken(self._holds, hold_of(chat_id), _ASK_AGAIN, _ASKED)
        if hold is None:
            raise RetryLater(_TROUBLE, "another process answers there", counts=False)
        try:
            yield
        finally:
            await self._holds.let_go(hold)

    async def _feed(self, update: DialogUpdate, bot: Bot, channel: Channel) -> None:
        event = update.aiogd_update
        try:
            await self._dispatcher.propagate_event(
                update_type="update",
                event=update,
                bot=bot,
                event_from_user=event.from_user,
                event_chat=event.chat,
                **self._dispatcher.workflow_data,
            )
        except (OutdatedIntent, UnknownIntent, UnknownState):
            return  # The window is not on top any more.
        except (TelegramBadRequest, TelegramForbiddenError, DomainError):
            return  # The message, the chat or what the window was about is gone.
        except TelegramRetryAfter as error:
            raise RetryLater(error.retry_after, "rate limit of Telegram", counts=False) from error
        except self._away as error:
            raise RetryLater(_TROUBLE, f"{channel.title()} is out of reach") from error
