"""The banks' webhooks: each delivery is verified and stored before it is acknowledged."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from pydantic import SecretStr

from bot.bodies import BodyRefused, read_webhook
from bot.settings import Settings
from domain.transfers import Provider, ReportedTransfer
from gateways.bank_webhooks.base import BankWebhook, WebhookRefused
from gateways.bank_webhooks.casso import CassoWebhook
from gateways.bank_webhooks.gpmpay import GpmpayWebhook
from gateways.bank_webhooks.payos import PayosWebhook
from gateways.bank_webhooks.sepay import SepayWebhook
from services.ports import Clock

_NOT_STORED = 503

Take = Callable[[Sequence[ReportedTransfer]], Awaitable[None]]

log = logging.getLogger(__name__)


def add_bank_webhooks(app: web.Application, settings: Settings, clock: Clock, take: Take) -> None:
    """`POST /webhooks/<provider>` for each provider with a secret in the settings."""
    for webhook in bank_webhooks(settings):
        app.router.add_post(f"/webhooks/{webhook.provider}", _handler(webhook, clock, take))


def bank_webhooks(settings: Settings) -> Sequence[BankWebhook]:
    webhooks: list[BankWebhook] = []
    if settings.sepay_secret or settings.sepay_api_key:
        webhooks.append(SepayWebhook(_plain(settings.sepay_secret), _plain(settings.sepay_api_key)))
    if settings.payos_checksum_key:
        webhooks.append(PayosWebhook(settings.payos_checksum_key.get_secret_value()))
    if settings.casso_secret or settings.casso_secure_token:
        webhooks.append(CassoWebhook(_plain(settings.casso_secret), _plain(settings.casso_secure_token)))
    if settings.gpmpay_secret:
        webhooks.append(GpmpayWebhook(settings.gpmpay_secret.get_secret_value()))
    return webhooks


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _handler(
    webhook: BankWebhook, clock: Clock, take: Take
) -> Callable[[web.Request], Awaitable[web.Response]]:
    taken = {"received": True} if webhook.provider is Provider.GPMPAY else {"success": True}

    async def handle(request: web.Request) -> web.Response:
        try:
            body = await read_webhook(request)
            transfers = webhook.read(request.headers, body, clock.now())
        except (BodyRefused, WebhookRefused) as refusal:
            log.warning("a webhook of %s is refused: %s", webhook.provider, refusal)
            return web.json_response({"error": str(refusal)}, status=refusal.status)
        try:
            await take(transfers)
        except Exception:
            log.exception("transfers of %s were not stored", webhook.provider)
            # The provider delivers again what was not acknowledged.
            return web.json_response({"error": "not stored"}, status=_NOT_STORED)
        return web.json_response(taken)

    return handle
