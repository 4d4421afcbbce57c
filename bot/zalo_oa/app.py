"""An Official Account as the Zalo of the program: the same conversation, with buttons and files."""

import asyncio
import logging
from datetime import date, datetime

from aiogram import Dispatcher
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.chat_app import Resources
from bot.zalo.app import ZaloApp
from bot.zalo_oa.catching_up import CatchUp
from bot.zalo_oa.consent import PATH as CALLBACK
from bot.zalo_oa.consent import Consents
from bot.zalo_oa.settings import ZaloOaSettings
from bot.zalo_oa.webhook import OaWebhook
from dialogs.apps import BOT_NAMES, CONNECT_ZALO
from domain.chats import zalo_chat_id
from domain.messaging.quota import NO_QUOTA
from gateways.chat_pace import of_calls_a_minute
from gateways.zalo.errors import ZaloError
from gateways.zalo.files import ZaloFiles
from gateways.zalo_oa.client import OaClient
from gateways.zalo_oa.oauth import OaOauth
from gateways.zalo_oa.templates import OaTemplates, TemplateClient
from gateways.zalo_oa.tokens import OaTokens
from services.messaging.zalo_grants import KeepGrant, TellOfMoney, TellOfSilence, WarnOfPlan
from services.messaging.zalo_templates import KeepTemplates, QueueReceipt
from services.people.people import ChatIdentity
from services.people.withdrawing import NoteWithdrawal
from storage.zalo_oa import SqlOaChats

PLAN_SECONDS = 12 * 3600.0
"""How often the end of the account's plan and the templates are looked at."""

AGAIN_SECONDS = 60.0
"""The same after a look that failed."""

log = logging.getLogger(__name__)


class OaApp(ZaloApp):
    """Its webhook is set in Zalo's console, by hand."""

    def __init__(
        self,
        settings: ZaloOaSettings,
        client: OaClient,
        tokens: OaTokens,
        oauth: OaOauth,
        files: ZaloFiles,
        templates: TemplateClient,
        has: Resources,
    ) -> None:
        chats = SqlOaChats(has.database, has.clock.now, settings.oa_terms)
        rates = of_calls_a_minute(settings.zalo_oa_calls_a_minute)
        super().__init__(settings, client, files, has, NO_QUOTA, rates, chats)
        client.count_call = self._pace.count_call
        client.tell_of_money = templates.tell_of_money = TellOfMoney(has.database, has.clock)
        self._account, self._units = client, has.database
        self._hear_of, self._heard = chats.hear, chats.heard
        self._note_withdrawal = NoteWithdrawal(has.database, has.clock)
        self._oa_settings = settings
        self._templates, self._keep_templates = templates, KeepTemplates(has.database, has.clock)
        self._receive = QueueReceipt(has.database, has.clock)
        self.templates = OaTemplates(templates) if settings.template_ids else None
        self._warn_of_plan = WarnOfPlan(has.database, has.clock)
        self._plan_ends: date | None = None
        self._consents = Consents(
            _secret(settings),
            settings.address(CALLBACK),
            oauth.consent_url,
            tokens.consented,
            has.clock.now,
        )

    def join(self, dispatcher: Dispatcher) -> None:
        super().join(dispatcher)
        dispatcher[CONNECT_ZALO] = self._consents.link
        # People send files right into the chat.
        self.uploads = None

    def add_routes(self, site: web.Application) -> None:
        settings = self._oa_settings
        assert settings.zalo_oa_app_id is not None
        assert settings.zalo_oa_secret is not None
        OaWebhook(
            settings.zalo_oa_app_id,
            settings.zalo_oa_secret.get_secret_value(),
            _secret(settings),
            self._hear_of,
            self.reader.take,
            self._withdraw,
            self._receive,
        ).add_to(site)
        self._consents.add_to(site)
        if code := settings.zalo_oa_verification:
            site.router.add_get(f"/zalo_verifier{code}.html", _verification(code))

    async def _withdraw(self, user: str, at: datetime) -> None:
        await self._note_withdrawal(ChatIdentity(self.channel, str(zalo_chat_id(user))), at)

    async def learn(self) -> None:
        """Learn the account's name, and when its plan ends."""
        account = await self._account.get_account()
        self._name, self._plan_ends = account.name, account.package_ends
        self._dispatcher[BOT_NAMES][self.channel] = self._name

    async def announce(self) -> None:
        """Zalo is told in its console where events go."""

    async def listen(self) -> None:
        """Watch the plan and the templates, and whether events come, which they do by themselves."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._catch_up().run())
            both.create_task(self._watch_plan())

    def _catch_up(self) -> CatchUp:
        tell = TellOfSilence(self._units, self._clock)
        return CatchUp(self._account.get_recent, self._heard, self.reader.take, tell, self._clock)

    async def _watch_plan(self) -> None:
        while True:
            try:
                await self._check_templates()
                await self._warn_of_plan(self._plan_ends)
                await asyncio.sleep(PLAN_SECONDS)
                self._plan_ends = (await self._account.get_account()).package_ends
            except ZaloError as error:
                log.warning("the Official Account cannot be looked at: %s", error)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _check_templates(self) -> None:
        """See whether Zalo has approved the templates as we have them, and what they cost."""
        ids = self._oa_settings.template_ids
        known = [await self._templates.look_at(name, template_id) for name, template_id in ids.items()]
        await self._keep_templates(known)
        for one in known:
            if one.fault:
                log.warning("the template %s of Zalo is not used: %s", one.name, one.fault)


def _secret(settings: ZaloOaSettings) -> str:
    assert settings.zalo_oa_app_secret is not None
    return settings.zalo_oa_app_secret.get_secret_value()


def _verification(code: str) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        """Proves to Zalo that the domain is the vendor's."""
        shown = f'<html><head><meta name="zalo-platform-site-verification" content="{code}"></head></html>'
        return web.Response(text=shown, content_type="text/html")

    return handle


async def open_official_account(settings: ZaloOaSettings, resources: Resources) -> OaApp | None:
    """`None` where the Official Account is off."""
    if settings.zalo_oa_app_id is None:
        return None
    app_id, secret = settings.zalo_oa_app_id, _secret(settings)
    enter = resources.stack.enter_async_context
    verifier, seed = settings.zalo_oa_verifier, settings.zalo_oa_refresh_token
    oauth = await enter(
        OaOauth(
            app_id, secret, str(settings.zalo_oa_oauth_url), verifier.get_secret_value() if verifier else ""
        )
    )
    keep = KeepGrant(resources.database, resources.clock)
    tokens = OaTokens(keep, oauth, secret, resources.clock, seed.get_secret_value() if seed else "")
    url = str(settings.zalo_oa_api_url)
    client = await enter(OaClient(app_id, secret, tokens, url, settings.zalo_oa_proof, keep))
    files = await enter(ZaloFiles(resources.shared_files, url))
    business = str(settings.zalo_oa_business_url)
    templates = await enter(TemplateClient(app_id, secret, tokens, business, settings.zalo_oa_proof))
    return OaApp(settings, client, tokens, oauth, files, templates, resources)
