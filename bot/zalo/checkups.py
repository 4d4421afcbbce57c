"""What is looked at of Zalo, and where its events are told to go."""

from collections.abc import Mapping

from bot.app_settings import UpdateMode
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
    bot, to = _bot(settings), _address(settings)
    return {
        Part.ZALO: lambda: zalo.look_at_bot(*bot),
        Part.ZALO_EVENTS: lambda: zalo.look_at_events(*bot, to),
    }


async def point_zalo(settings: ZaloSettings) -> bool:
    """Tell Zalo where events go, which it tries at once; returns whether it is on. Raises `Fault`."""
    if settings.zalo_token is None:
        return False
    to = _address(settings)
    await zalo.set_events(*_bot(settings), to, settings.secret(Channel.ZALO) if to else "")
    return True


def _bot(settings: ZaloSettings) -> tuple[str, str]:
    assert settings.zalo_token is not None
    return settings.zalo_token.get_secret_value(), str(settings.zalo_api_url)


def _address(settings: ZaloSettings) -> str:
    return settings.address(PATH) if settings.zalo_mode is UpdateMode.WEBHOOK else ""
