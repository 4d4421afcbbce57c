"""The chat apps that the bot can be in. A new one is added here."""

from collections.abc import Mapping

from bot.chat_app import ChatApp, Resources
from bot.settings import Settings
from bot.telegram.app import open_telegram
from bot.telegram.checkups import looks_at_telegram, point_telegram
from bot.zalo.app import open_zalo
from bot.zalo.checkups import looks_at_zalo, point_zalo
from bot.zalo_oa.app import open_official_account
from bot.zalo_oa.checkups import looks_at_official_account
from domain.chats import Channel

OPENERS = (open_telegram, open_zalo, open_official_account)
"""Each makes its app, or `None` where the settings turn it off."""

LOOKS = (looks_at_telegram, looks_at_zalo, looks_at_official_account)
"""Each gives what is looked at of its app, by the settings and the address of the database."""

POINTERS = (point_telegram, point_zalo)
"""Each tells its app where what people do there is to go."""


async def open_apps(settings: Settings, resources: Resources) -> Mapping[Channel, ChatApp]:
    """The apps that are on."""
    opened = [await open_app(settings, resources) for open_app in OPENERS]
    return {app.channel: app for app in opened if app is not None}
