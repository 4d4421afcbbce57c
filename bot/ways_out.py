"""The ways out of the program: the senders of each channel, the vendor, the registry."""

import contextlib
from collections.abc import Callable, Mapping
from functools import partial

from bot.bank_settings import AccountNumbersBy
from bot.chat_app import ChatApp
from bot.genuine import CHECK_PATH
from bot.mail_page import MAIL_PATH
from bot.settings import InvoiceMode, Settings, SmsProvider, VendorMode
from domain.chats import Channel
from domain.payments import PaymentRequest
from domain.transfers import Provider
from gateways.bank_feeds.base import FeedSettings
from gateways.bank_feeds.casso import CassoList
from gateways.bank_feeds.sepay import SepayList
from gateways.email import EmailSender
from gateways.registry import HttpRegistry, RegistrySettings
from gateways.sepay_einvoice import SepayEinvoices, SepayEinvoiceSettings
from gateways.sepay_numbers import SepayNumbers, SepayNumbersSettings
from gateways.sms import EsmsSettings, SmsSender
from gateways.smtp_connections import SmtpSettings
from gateways.vendor import ManualVendor, VendorApi, VendorSettings
from gateways.vietqr import payment_qr
from services.ports import Attachments, InvoiceIssuer, PushSender, Registry, Vendor
from services.ports.account_numbers import AccountNumbers
from services.ports.bank_feeds import BankFeed
from services.presence import Presence
from texts.messaging.pushes import PushTexts
from texts.messaging.pushes.chat_mail import ChatMails

Presences = dict[str, Presence]
"""Whether each part of the outside answers, by the names that `/healthz` has for them."""


async def vendor_of(settings: Settings, stack: contextlib.AsyncExitStack, presences: Presences) -> Vendor:
    if settings.vendor_mode is VendorMode.MANUAL:
        return ManualVendor()
    vendor = VendorApi(vendor_settings(settings))
    presences["vendor"] = vendor.presence
    return await stack.enter_async_context(vendor)


async def issuer_of(
    settings: Settings, stack: contextlib.AsyncExitStack, presences: Presences
) -> InvoiceIssuer | None:
    """Who issues tax invoices; `None` for back office."""
    if settings.invoice_mode is InvoiceMode.BY_HAND:
        return None
    assert settings.sepay_einvoice_client_id is not None
    assert settings.sepay_einvoice_client_secret is not None
    assert settings.sepay_einvoice_account is not None
    issuer = SepayEinvoices(
        SepayEinvoiceSettings(
            url=str(settings.sepay_einvoice_url),
            client_id=settings.sepay_einvoice_client_id,
            client_secret=settings.sepay_einvoice_client_secret.get_secret_value(),
            account=settings.sepay_einvoice_account,
            form=settings.invoice_form,
        )
    )
    presences["einvoice"] = issuer.presence
    return await stack.enter_async_context(issuer)


async def registry_of(
    settings: Settings, stack: contextlib.AsyncExitStack, presences: Presences
) -> Registry | None:
    if settings.registry_url is None or settings.registry_token is None:
        return None
    registry = HttpRegistry(
        RegistrySettings(str(settings.registry_url), settings.registry_token.get_secret_value())
    )
    presences["registry"] = registry.presence
    return await stack.enter_async_context(registry)


async def feeds_of(
    settings: Settings, stack: contextlib.AsyncExitStack, presences: Presences
) -> dict[Provider, BankFeed]:
    """The lists of transfers for which there is a token."""
    feeds: dict[Provider, BankFeed] = {}
    for provider, client, url, token in (
        (Provider.SEPAY, SepayList, settings.sepay_api_url, settings.sepay_api_token),
        (Provider.CASSO, CassoList, settings.casso_api_url, settings.casso_api_key),
    ):
        if token is not None:
            feed = client(FeedSettings(str(url), token.get_secret_value()))
            presences[feed.presence.what] = feed.presence
            feeds[provider] = await stack.enter_async_context(feed)
    return feeds


async def numbers_of(
    settings: Settings, stack: contextlib.AsyncExitStack, presences: Presences
) -> AccountNumbers | None:
    """Who gives requests account numbers; `None` for nobody."""
    if settings.account_numbers is AccountNumbersBy.OFF:
        return None
    assert settings.sepay_api_token is not None
    token, account_id = settings.sepay_api_token.get_secret_value(), settings.sepay_account_id
    numbers = SepayNumbers(SepayNumbersSettings(str(settings.sepay_api_url), account_id, token))
    presences[numbers.presence.what] = numbers.presence
    return await stack.enter_async_context(numbers)


def words_of(settings: Settings, qr: Callable[[PaymentRequest], bytes]) -> PushTexts:
    """The words of all messages; a preview has the same, without pictures."""
    check = settings.address(CHECK_PATH) if settings.public_url else ""
    mails = settings.address(MAIL_PATH) if settings.public_url else ""
    return PushTexts(qr, settings.max_instant_transfer, check, mails, settings.support_contact)


async def senders_of(
    settings: Settings,
    stack: contextlib.AsyncExitStack,
    apps: Mapping[Channel, ChatApp],
    attachments: Attachments,
    presences: Presences,
) -> dict[Channel, PushSender]:
    """One sender for each channel that is on. `attachments` has the files of all apps."""
    texts = words_of(settings, partial(payment_qr, most=settings.max_instant_transfer))
    senders: dict[Channel, PushSender] = {}
    for channel, app in apps.items():
        senders[channel] = sender = await stack.enter_async_context(app.sender(texts, attachments))
        presences[channel] = sender.presence
    email = EmailSender(smtp_settings(settings), texts)
    presences["smtp"] = email.presence
    senders[Channel.EMAIL] = await stack.enter_async_context(email)
    if settings.sms_provider is SmsProvider.ESMS:
        sms = SmsSender(esms_settings(settings), texts)
        presences["sms"] = sms.presence
        senders[Channel.SMS] = await stack.enter_async_context(sms)
    return senders


async def last_resort_of(
    settings: Settings, stack: contextlib.AsyncExitStack, presences: Presences
) -> PushSender:
    """The sender of mails to a person none of whose chats can be reached."""
    email = EmailSender(smtp_settings(settings), ChatMails(payment_qr), presence=presences["smtp"])
    return await stack.enter_async_context(email)


def smtp_settings(settings: Settings) -> SmtpSettings:
    return SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls.value,
        username=settings.smtp_username or "",
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else "",
        sender=settings.mail_from,
    )


def vendor_settings(settings: Settings) -> VendorSettings:
    assert settings.vendor_api_url is not None
    assert settings.vendor_api_token is not None
    return VendorSettings(
        api_url=str(settings.vendor_api_url),
        token=settings.vendor_api_token.get_secret_value(),
        parallel=settings.vendor_parallel,
        timeout=settings.vendor_timeout,
    )


def esms_settings(settings: Settings) -> EsmsSettings:
    assert settings.esms_api_key is not None
    assert settings.esms_secret_key is not None
    return EsmsSettings(
        api_url=str(settings.esms_api_url).rstrip("/"),
        api_key=settings.esms_api_key.get_secret_value(),
        secret_key=settings.esms_secret_key.get_secret_value(),
        brandname=settings.esms_brandname or "",
        price=settings.sms_price,
    )
