"""What is looked at of an Official Account. Its events are pointed in Zalo's console, by hand."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.clock import SystemClock
from bot.zalo_oa.settings import ZaloOaSettings
from domain.checkups import Fault, Good, Part
from gateways.zalo.errors import AnswerLost, OutOfReach, TokenRefused, ZaloError
from gateways.zalo_oa.client import OaCaller, OaClient
from gateways.zalo_oa.errors import NotGranted
from gateways.zalo_oa.oauth import OaOauth
from gateways.zalo_oa.templates import TemplateClient
from gateways.zalo_oa.tokens import OaTokens
from services.messaging.zalo_grants import KeepGrant
from services.ports.checkups import Look
from storage.checkups import look_at_database
from storage.database import Database
from texts.messaging.templates import TEMPLATES

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
    if not settings.zalo_oa_app_id:
        return {}
    looks = {Part.ZALO: partial(_account, settings, database_url)}
    if settings.template_ids:
        looks[Part.ZALO_TEMPLATES] = partial(_templates, settings, database_url)
    return looks


Caller = TypeVar("Caller", bound=OaCaller)


@asynccontextmanager
async def _calling(
    kind: type[Caller], settings: ZaloOaSettings, database_url: str, url: str
) -> AsyncIterator[Caller]:
    """A client that renews no token. Raises `Fault` instead of Zalo's errors."""
    assert settings.zalo_oa_app_id is not None
    assert settings.zalo_oa_app_secret is not None
    app_id, secret = settings.zalo_oa_app_id, settings.zalo_oa_app_secret.get_secret_value()
    await _look_at_app(app_id, secret, str(settings.zalo_oa_oauth_url))
    if (await look_at_database(database_url)).code == "database_new":
        raise Fault("zalo_oa_consent")
    database, clock = Database(database_url), SystemClock()
    try:
        tokens = HeldTokens(KeepGrant(database, clock), OaOauth(app_id, secret), secret, clock)
        async with kind(app_id, secret, tokens, url, settings.zalo_oa_proof) as client:
            yield client
    except TokenRefused:
        raise Fault("zalo_oa_consent") from None
    except ZaloError as error:
        raise Fault("zalo_away", error=str(error)) from None
    finally:
        await database.close()


async def _account(settings: ZaloOaSettings, database_url: str) -> Good:
    async with _calling(OaClient, settings, database_url, str(settings.zalo_oa_api_url)) as client:
        account = await client.get_account()
    ends = account.package_ends
    if ends is not None and ends - datetime.now(UTC).date() < SOON:
        raise Fault("zalo_oa_plan", until=f"{ends:%d/%m/%Y}")
    return Good("zalo_oa", {"name": account.name})


async def _templates(settings: ZaloOaSettings, database_url: str) -> Good:
    url, ids = str(settings.zalo_oa_business_url), settings.template_ids
    async with _calling(TemplateClient, settings, database_url, url) as client:
        known = [await client.look_at(name, template_id) for name, template_id in ids.items()]
    if faulty := [one for one in known if one.fault]:
        raise Fault("zalo_templates", names=", ".join(TEMPLATES[one.name].name for one in faulty))
    return Good("zalo_templates", {"count": len(known), "price": max(one.price for one in known)})


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
