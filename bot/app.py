"""One run of the program: migrate, connect, serve, listen."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramServerError,
)
from aiogram.types import BotCommand, BotCommandScopeChat
from aiogram.utils.backoff import Backoff

from bot.housekeeping import keep_house
from bot.polling import poll
from bot.retries import AWAY
from bot.settings import Settings, UpdateMode
from bot.web import WEBHOOK_PATH, serve
from bot.wiring import Program, build_program, run_workers
from bot.zalo.polling import poll_zalo
from bot.zalo.wiring import Zalo, announce_to_zalo
from domain.chats import Channel, channel_of
from gateways.zalo.errors import ZaloError
from storage.migrate import upgrade
from texts.commands import COMMANDS_OF_BACK_OFFICE, DESCRIPTION, MENU_OF_COMMANDS

log = logging.getLogger(__name__)


async def announce(bot: Bot, program: Program) -> None:
    """Tell Telegram the commands, what the bot is for, and where updates go."""
    await bot.set_my_commands(_commands(MENU_OF_COMMANDS))
    chats = [person.chat_id for person in program.settings.back_office]
    for chat_id in [one for one in chats if channel_of(one) is Channel.TELEGRAM]:
        scope = BotCommandScopeChat(chat_id=chat_id)
        # No chat with the bot, or one that was blocked: a later start finds them.
        with contextlib.suppress(TelegramBadRequest, TelegramForbiddenError):
            await bot.set_my_commands(_commands(COMMANDS_OF_BACK_OFFICE), scope=scope)
    await bot.set_my_description(DESCRIPTION)
    if program.settings.telegram_mode is UpdateMode.WEBHOOK:
        assert program.settings.webhook_secret is not None
        await bot.set_webhook(
            str(program.settings.public_url).rstrip("/") + WEBHOOK_PATH,
            secret_token=program.settings.webhook_secret.get_secret_value(),
            allowed_updates=program.dispatcher.resolve_used_update_types(),
        )
    else:
        await bot.delete_webhook()


def _commands(described: Mapping[str, str]) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in described.items()]


async def run(settings: Settings) -> None:
    """Serve until cancelled; what is under way is finished or, after a kill, taken up again."""
    await upgrade(settings.database_url)
    async with build_program(settings) as program, serve(program) as port:
        log.info("ready, web on %s:%s", settings.web_host, port)
        # What is loaded by now stays: a full collection would walk all of it, and everyone would wait.
        gc.freeze()
        workers = asyncio.create_task(run_workers(program))
        broom = asyncio.create_task(keep_house(program))
        bots = [bot for bot in (program.bot, program.zalo and program.zalo.bot) if bot is not None]
        try:
            # All of them together: a second start of the dispatcher is an error.
            await program.dispatcher.emit_startup(bots=bots, bot=bots[-1])
            async with asyncio.TaskGroup() as talking:
                if program.bot is not None:
                    talking.create_task(_talk_on_telegram(program.bot, program))
                if program.zalo is not None:
                    talking.create_task(program.zalo.reader.run())
                    talking.create_task(_talk_on_zalo(program.zalo, program))
        finally:
            broom.cancel()
            workers.cancel()
            await workers


async def _talk_on_telegram(bot: Bot, program: Program) -> None:
    away = (TelegramNetworkError, TelegramServerError)
    await _until_reached("Telegram", lambda: announce(bot, program), away)
    if program.settings.telegram_mode is UpdateMode.POLLING:
        await poll(bot, program.dispatcher)


async def _talk_on_zalo(zalo: Zalo, program: Program) -> None:
    settings = program.settings
    await _until_reached("Zalo", lambda: announce_to_zalo(zalo, settings, program.dispatcher), (ZaloError,))
    if settings.zalo_mode is UpdateMode.POLLING:
        await poll_zalo(zalo.ways.client, zalo.reader)


async def _until_reached(
    app: str, act: Callable[[], Awaitable[None]], away: tuple[type[Exception], ...]
) -> None:
    """Announce as soon as the app can be reached; pushes to other channels go out meanwhile."""
    backoff = Backoff(AWAY)
    while True:
        try:
            await act()
        except away as error:
            log.warning("%s cannot be reached: %s", app, error)
            await backoff.asleep()
        else:
            return
