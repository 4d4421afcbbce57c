"""The Zalo side of the program put together."""

import contextlib
from dataclasses import dataclass

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode

from bot.files import Links
from bot.settings import Settings, UpdateMode
from bot.uploads import Uploads
from bot.zalo.delivery import Delivery
from bot.zalo.reader import ZaloReader
from bot.zalo.session import ZaloSession
from bot.zalo.uploads import record_upload
from bot.zalo.webhook import PATH
from dialogs.apps import ZALO_ID, ZALO_NAME
from gateways.chat_pace import ZALO, ChatPace
from gateways.zalo.client import ZaloClient
from services.ports import Attachments, Clock
from storage.database import Database
from storage.shared_files import SqlSharedFiles
from storage.zalo_chats import SqlZaloChats
from storage.zalo_events import SqlZaloEvents


@dataclass(frozen=True, slots=True)
class ZaloWays:
    """What speaks to Zalo, made before the dispatcher is."""

    client: ZaloClient
    chats: SqlZaloChats
    links: Links
    pace: ChatPace
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Zalo:
    """The parts that run: the bot that the dialogs speak through, and the reader of what comes."""

    ways: ZaloWays
    bot: Bot
    events: SqlZaloEvents
    reader: ZaloReader
    uploads: Uploads


async def zalo_ways(
    settings: Settings,
    database: Database,
    clock: Clock,
    files: SqlSharedFiles,
    stack: contextlib.AsyncExitStack,
) -> ZaloWays | None:
    """`None` where Zalo is off."""
    if settings.zalo_token is None:
        return None
    client = ZaloClient(settings.zalo_token.get_secret_value(), str(settings.zalo_api_url))
    await stack.enter_async_context(client)
    chats = SqlZaloChats(database, clock.now)
    links, pace = Links(files, str(settings.public_url)), ChatPace(ZALO)
    return ZaloWays(client, chats, links, pace, Delivery(client, chats, links, pace, clock))


def zalo_parts(
    settings: Settings,
    ways: ZaloWays,
    database: Database,
    clock: Clock,
    dispatcher: Dispatcher,
    files: Attachments,
) -> Zalo:
    assert settings.zalo_token is not None
    bot = Bot(
        settings.zalo_token.get_secret_value(),
        session=ZaloSession(
            ways.delivery.at_once, files, lambda: dispatcher.workflow_data.get(ZALO_NAME, "")
        ),
        default=DefaultBotProperties(parse_mode=ParseMode.HTML),
    )
    dispatcher[ZALO_ID] = ways.chats.external_id
    events = SqlZaloEvents(database)
    reader = ZaloReader(events, ways.chats, bot, dispatcher, clock)
    return Zalo(ways, bot, events, reader, Uploads(record_upload, reader.wake))


async def announce_to_zalo(zalo: Zalo, settings: Settings, dispatcher: Dispatcher) -> None:
    """Learn how the bot is called there, and say where events go. Raises `ZaloError`."""
    dispatcher[ZALO_NAME] = (await zalo.ways.client.get_me()).name
    if settings.zalo_mode is UpdateMode.WEBHOOK:
        assert settings.webhook_secret is not None
        url = str(settings.public_url).rstrip("/") + PATH
        await zalo.ways.client.set_webhook(url, settings.webhook_secret.get_secret_value())
    else:
        await zalo.ways.client.delete_webhook()
