"""One run of the program: migrate, connect, serve, listen."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import Mapping

from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.types import BotCommand, BotCommandScopeChat
from aiogram.utils.backoff import Backoff, BackoffConfig

from bot.housekeeping import keep_house
from bot.polling import poll
from bot.settings import Settings, UpdateMode
from bot.web import WEBHOOK_PATH, serve
from bot.wiring import Program, build_program, run_workers
from dialogs.texts.commands import COMMANDS_OF_BACK_OFFICE, DESCRIPTION, MENU_OF_COMMANDS
from domain.chats import channel_of
from domain.pushes import Channel
from storage.migrate import upgrade

log = logging.getLogger(__name__)


async def announce(program: Program) -> None:
    """Tell Telegram the commands, what the bot is for, and where updates go."""
    await program.bot.set_my_commands(_commands(MENU_OF_COMMANDS))
    chats = [person.chat_id for person in program.settings.back_office]
    for chat_id in [one for one in chats if channel_of(one) is Channel.TELEGRAM]:
        scope = BotCommandScopeChat(chat_id=chat_id)
        # No chat with the bot, or one that was blocked: a later start finds them.
        with contextlib.suppress(TelegramBadRequest, TelegramForbiddenError):
            await program.bot.set_my_commands(_commands(COMMANDS_OF_BACK_OFFICE), scope=scope)
    await program.bot.set_my_description(DESCRIPTION)
    if program.settings.telegram_mode is UpdateMode.WEBHOOK:
        assert program.settings.webhook_secret is not None
        await program.bot.set_webhook(
            str(program.settings.public_url).rstrip("/") + WEBHOOK_PATH,
            secret_token=program.settings.webhook_secret.get_secret_value(),
            allowed_updates=program.dispatcher.resolve_used_update_types(),
        )
    else:
        await program.bot.delete_webhook()


def _commands(described: Mapping[str, str]) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in described.items()]


async def run(settings: Settings) -> None:
    """Serve until cancelled; what is under way is finished or, after a kill, taken up again."""
    await upgrade(settings.database_url)
    async with build_program(settings) as program, serve(program) as port:
        log.info("ready: %s, web on %s:%s", settings.telegram_mode, settings.web_host, port)
        # What is loaded by now stays: a full collection would walk all of it, and everyone would wait.
        gc.freeze()
        workers = asyncio.create_task(run_workers(program))
        broom = asyncio.create_task(keep_house(program))
        try:
            await program.dispatcher.emit_startup(bot=program.bot)
            await _until_reached(program)
            if settings.telegram_mode is UpdateMode.WEBHOOK:
                await asyncio.Event().wait()
            else:
                await poll(program.bot, program.dispatcher)
        finally:
            broom.cancel()
            workers.cancel()
            await workers


async def _until_reached(program: Program) -> None:
    """Announce as soon as Telegram can be reached; pushes to other channels go out meanwhile."""
    backoff = Backoff(BackoffConfig(min_delay=0.5, max_delay=30, factor=2, jitter=0.1))
    while True:
        try:
            await announce(program)
        except (TelegramNetworkError, TelegramServerError) as error:
            log.warning("Telegram cannot be reached: %s", error)
            await backoff.asleep()
        else:
            return
