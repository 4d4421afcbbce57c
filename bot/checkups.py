"""Everything that `python -m bot doctor`, `setup` and back office's window look at, by the settings."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.apps import LOOKS
from bot.exposure import read_by_others, runs_as_root
from bot.settings import InvoiceMode, Settings, SmsProvider, VendorMode, env_file
from bot.ways_out import esms_settings, feeds_of, issuer_of, registry_of, smtp_settings, vendor_settings
from bot.webhooks import bank_webhooks
from domain.calendar import VIETNAM
from domain.checkups import Fault, Good, Part
from domain.transfers import Provider
from gateways.bank_webhooks.base import WebhookRefused
from gateways.checkups import mail, services, sms, vendor, web
from gateways.totals_picture import PillowPainter
from services.ports import Figures
from services.ports.checkups import Check, Look
from storage.checkups import look_at_backups, look_at_database, look_at_disk
from texts.checkups import BUTTON

_LISTS = {Provider.SEPAY: Part.SEPAY_LIST, Provider.CASSO: Part.CASSO_LIST}


def checks_of(settings: Settings) -> tuple[Check, ...]:
    """A check for each part that is in use, in the order of `Part`."""
    url = settings.database_url
    looks: dict[Part, Look] = {
        Part.DATABASE: partial(look_at_database, url),
        Part.DISK: partial(look_at_disk, url, settings.min_free_mb * 2**20),
        Part.PERMISSIONS: partial(_permissions, url),
        Part.TIME_ZONE: _time_zone,
        Part.FONTS: _fonts,
        Part.CLOCK: partial(web.look_at_clock, _with_clocks(settings)),
        Part.BANK_WEBHOOK: partial(_bank_webhook, settings),
        Part.MAIL: partial(mail.look_at_mail, smtp_settings(settings)),
        Part.BACKUPS: _backups(settings, url),
        Part.BACK_OFFICE: partial(_back_office, settings),
        **_services(settings),
    }
    for looks_at in LOOKS:
        looks.update(looks_at(settings, url))
    if settings.public_url is not None:
        looks[Part.PUBLIC_ADDRESS] = partial(web.look_at_address, settings.address(""))
    return tuple(Check(part, looks[part]) for part in Part if part in looks)


def _backups(settings: Settings, url: str) -> Look:
    is_encrypted, is_continuous = bool(settings.backup_secret), settings.litestream_config is not None
    return partial(look_at_backups, url, settings.backup_folder, is_encrypted, is_continuous)


def _services(settings: Settings) -> dict[Part, Look]:
    """What is looked at of the services that are on."""
    looks: dict[Part, Look] = {}
    if settings.sms_provider is SmsProvider.ESMS:
        looks[Part.SMS] = partial(sms.look_at_sms, esms_settings(settings))
    if settings.vendor_mode is VendorMode.API:
        looks[Part.VENDOR] = partial(vendor.look_at_vendor, vendor_settings(settings))
    if settings.registry_url is not None:
        looks[Part.REGISTRY] = partial(_registry, settings)
    if settings.invoice_mode is InvoiceMode.SEPAY:
        looks[Part.INVOICES] = partial(_issuer, settings)
    for provider, token in (
        (Provider.SEPAY, settings.sepay_api_token),
        (Provider.CASSO, settings.casso_api_key),
    ):
        if token is not None:
            looks[_LISTS[provider]] = partial(_list, settings, provider)
    return looks


def _with_clocks(settings: Settings) -> list[str]:
    """Addresses whose answers say what time it is, those of others first."""
    given = [
        settings.telegram_token and settings.telegram_api_url,
        settings.zalo_token and settings.zalo_api_url,
        settings.public_url,
    ]
    return [str(address) for address in given if address]


async def _permissions(url: str) -> Good:
    if runs_as_root():
        raise Fault("root")
    if found := read_by_others(env_file(), url):
        raise Fault("read_by_others", files=" ".join(map(str, found)))
    return Good("permissions")


async def _time_zone() -> Good:
    try:
        zone = ZoneInfo.no_cache(VIETNAM.key)
    except (ZoneInfoNotFoundError, ValueError):
        raise Fault("no_time_zone") from None
    if datetime(2026, 1, 1, tzinfo=zone).utcoffset() != timedelta(hours=7):
        raise Fault("wrong_time_zone")
    return Good("time_zone")


async def _fonts() -> Good:
    try:
        await PillowPainter().paint(BUTTON, [Figures(BUTTON, ())])
    except OSError:
        raise Fault("fonts") from None
    return Good("fonts")


async def _bank_webhook(settings: Settings) -> Good:
    """Each bank's service must reach its webhook: an unsigned post is refused there as it is here."""
    webhooks = bank_webhooks(settings)
    if not webhooks:
        return Good("bank_by_hand")
    if settings.public_url is None:
        raise Fault("bank_no_address")
    for webhook in webhooks:
        try:
            webhook.read({}, b"{}", datetime.now(UTC))
        except WebhookRefused as refusal:
            path = f"/webhooks/{webhook.provider}"
            await web.look_at_webhook(settings.address(""), path, refusal.status, str(refusal))
    return Good("bank_webhook", {"names": ", ".join(webhook.provider for webhook in webhooks)})


async def _registry(settings: Settings) -> Good:
    async with AsyncExitStack() as stack:
        registry = await registry_of(settings, stack, {})
        assert registry is not None
        return await services.look_at_registry(registry)


async def _list(settings: Settings, provider: Provider) -> Good:
    async with AsyncExitStack() as stack:
        feeds = await feeds_of(settings, stack, {})
        return await services.look_at_list(feeds[provider], datetime.now(UTC))


async def _issuer(settings: Settings) -> Good:
    async with AsyncExitStack() as stack:
        issuer = await issuer_of(settings, stack, {})
        assert issuer is not None
        series = settings.series_by_year.get(datetime.now(VIETNAM).year, "")
        return await services.look_at_issuer(issuer, series)


async def _back_office(settings: Settings) -> Good:
    if not settings.back_office:
        raise Fault("nobody")
    approvers = sum(person.approves for person in settings.back_office)
    alone = settings.second_person_above and approvers < 2
    return Good("one_approver" if alone else "back_office", {"count": len(settings.back_office)})
