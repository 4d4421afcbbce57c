"""What is looked at of an Official Account. Its events are pointed in Zalo's console, by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.clock import SystemClock
from bot.zalo_oa.settings import ZaloOaSettings
from domain.checkups import Fault, Good, Part
from gateways.zalo.errors import AnswerLost, OutOfReach, TokenRefused, ZaloError
from gateways.zalo_oa.client import OaClient
from gateways.zalo_oa.errors import NotGranted
from gateways.zalo_oa.oauth import OaOauth
from gateways.zalo_oa.tokens import OaTokens
from services.messaging.zalo_grants import KeepGrant
from services.ports.checkups import Look
from storage.checkups import look_at_database
from storage.database import Database

SOON = timedelta(days=14)
"""How long before its plan ends an account is to be renewed."""


class HeldTokens(OaTokens):
    """Renews nothing: a refresh token serves once, and what looks may be broken off."""

    async def access_token(self) -> str:
        return self._open((await self._read()).access_token)

    async def renewed(self, refused: str) -> str:
        raise TokenRefused(0, "the token is over")


def looks_at_official_account(settings: ZaloOaSettings, database_url: str) -> Mapping[Part, Look]:
    """Nothing where the Official Account is off."""
    return {Part.ZALO: partial(_account, settings, database_url)} if settings.zalo_oa_app_id else {}


async def _account(settings: ZaloOaSettings, database_url: str) -> Good:
    assert settings.zalo_oa_app_id is not None
    assert settings.zalo_oa_app_secret is not None
    app_id, secret = settings.zalo_oa_app_id, settings.zalo_oa_app_secret.get_secret_value()
    await _look_at_app(app_id, secret, str(settings.zalo_oa_oauth_url))
    if (await look_at_database(database_url)).code == "database_new":
        raise Fault("zalo_oa_consent")
    database, clock = Database(database_url), SystemClock()
    try:
        tokens = HeldTokens(KeepGrant(database, clock), OaOauth(app_id, secret), secret, clock)
        url = str(settings.zalo_oa_api_url)
        async with OaClient(app_id, secret, tokens, url, settings.zalo_oa_proof) as client:
            account = await client.get_account()
    except TokenRefused:
        raise Fault("zalo_oa_consent") from None
    except ZaloError as error:
        raise Fault("zalo_away", error=str(error)) from None
    finally:
        await database.close()
    ends = account.package_ends
    if ends is not None and ends - datetime.now(UTC).date() < SOON:
        raise Fault("zalo_oa_plan", until=f"{ends:%d/%m/%Y}")
    return Good("zalo_oa", {"name": account.name})


async def _look_at_app(app_id: str, secret: str, url: str) -> None:
    """Ask for tokens with a code of nobody. Raises `Fault` if it is not the code that is refused."""
    try:
        async with OaOauth(app_id, secret, url) as oauth:
            await oauth.exchange("of-nobody")
    except (OutOfReach, AnswerLost) as error:
        raise Fault("zalo_away", error=str(error)) from None
    except NotGranted:
        raise Fault("zalo_oa_app") from None
    except ZaloError:
        """As it should be."""
