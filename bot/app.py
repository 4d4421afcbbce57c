"""One run of the program: migrate, connect, serve, listen."""

import asyncio
import logging

from aiogram.types import BotCommand

from bot.settings import Settings, UpdateMode
from bot.web import WEBHOOK_PATH, serve
from bot.wiring import Program, build_program, run_worker
from dialogs.texts.commands import MENU_OF_COMMANDS
from storage.migrate import upgrade

log = logging.getLogger(__name__)


async def announce(program: Program) -> None:
    """Tell Telegram the commands and where updates go, until it listens."""
    commands = [
        BotCommand(command=command, description=description)
        for command, description in MENU_OF_COMMANDS.items()
    ]
    await program.bot.set_my_commands(commands)
    if program.settings.telegram_mode is UpdateMode.WEBHOOK:
        assert program.settings.webhook_secret is not None
        await program.bot.set_webhook(
            str(program.settings.public_url).rstrip("/") + WEBHOOK_PATH,
            secret_token=program.settings.webhook_secret.get_secret_value(),
            allowed_updates=program.dispatcher.resolve_used_update_types(),
        )
    else:
        await program.bot.delete_webhook()


async def run(settings: Settings, signals: bool = True) -> None:
    """Serve until cancelled or, with `signals`, told to stop by one."""
    await upgrade(settings.database_url)
    async with build_program(settings) as program, serve(program) as port:
        log.info("ready: %s, web on %s:%s", settings.telegram_mode, settings.web_host, port)
        worker = asyncio.create_task(run_worker(program))
        try:
            await announce(program)
            if settings.telegram_mode is UpdateMode.WEBHOOK:
                await program.dispatcher.emit_startup(bot=program.bot)
                await asyncio.Event().wait()
            else:
                # One after the other, acknowledged when handled: a kill loses no update.
                await program.dispatcher.start_polling(
                    program.bot,
                    handle_as_tasks=False,
                    close_bot_session=False,
                    handle_signals=signals,
                    polling_timeout=20,
                )
        finally:
            worker.cancel()
            await worker
