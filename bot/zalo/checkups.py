"""What is looked at of Zalo, and where its events are told to go."""

from collections.abc import Mapping

from bot.app_settings import bot_of
from bot.zalo.app import PATH
from bot.zalo.settings import ZaloSettings
from domain.chats import Channel
from domain.checkups import Part
from gateways.checkups import zalo
from services.ports.checkups import Look


def looks_at_zalo(settings: ZaloSettings, _: str) -> Mapping[Part, Look]:
    """Nothing where Zalo is off."""
    if settings.zalo_token is None:
        return {}
    bot = bot_of(settings.zalo_token, settings.zalo_api_url)
    to = settings.posted_to(settings.zalo_mode, PATH)
    return {
        Part.ZALO: lambda: zalo.look_at_bot(*bot),
        Part.ZALO_EVENTS: lambda: zalo.look_at_events(*bot, to),
    }


async def point_zalo(settings: ZaloSettings) -> bool:
    """Tell Zalo where events go, which it tries at once; returns whether it is on. Raises `Fault`."""
    if settings.zalo_token is None:
        return False
    bot = bot_of(settings.zalo_token, settings.zalo_api_url)
    to = settings.posted_to(settings.zalo_mode, PATH)
    await zalo.set_events(*bot, to, settings.secret(Channel.ZALO) if to else "")
    return True
