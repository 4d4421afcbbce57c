"""The ways out of the program: senders of each channel, files that people sent, the vendor, the registry."""

import contextlib

from bot.settings import Settings, SmsProvider, VendorMode
from bot.zalo.wiring import ZaloWays
from domain.chats import Channel
from gateways.chat_pace import ChatPace
from gateways.email import EmailSender
from gateways.files_by_channel import FilesByChannel
from gateways.registry import HttpRegistry, RegistrySettings
from gateways.sms import EsmsSettings, SmsSender
from gateways.smtp_connections import SmtpSettings
from gateways.telegram.files import TelegramFiles
from gateways.telegram.push import TelegramSender
from gateways.vendor import ManualVendor, VendorApi, VendorSettings
from gateways.vietqr import payment_qr
from gateways.zalo.files import ZaloFiles
from gateways.zalo.push import ZaloSender
from services.ports import Attachments, PushSender, Registry, Vendor
from storage.shared_files import SqlSharedFiles
from texts.messaging.pushes import PushTexts
from texts.messaging.pushes.chat_mail import ChatMails


async def vendor_of(settings: Settings, stack: contextlib.AsyncExitStack) -> Vendor:
    if settings.vendor_mode is VendorMode.MANUAL:
        return ManualVendor()
    assert settings.vendor_api_url is not None
    assert settings.vendor_api_token is not None
    vendor = VendorApi(
        VendorSettings(
            api_url=str(settings.vendor_api_url),
            token=settings.vendor_api_token.get_secret_value(),
            parallel=settings.vendor_parallel,
            timeout=settings.vendor_timeout,
        )
    )
    return await stack.enter_async_context(vendor)


async def registry_of(settings: Settings, stack: contextlib.AsyncExitStack) -> Registry | None:
    if settings.registry_url is None or settings.registry_token is None:
        return None
    registry = HttpRegistry(
        RegistrySettings(str(settings.registry_url), settings.registry_token.get_secret_value())
    )
    return await stack.enter_async_context(registry)


async def senders_of(
    settings: Settings,
    stack: contextlib.AsyncExitStack,
    pace: ChatPace,
    zalo: ZaloWays | None,
    files: Attachments,
) -> dict[Channel, PushSender]:
    """One of each channel that is on."""
    texts = PushTexts(payment_qr)
    senders: dict[Channel, PushSender] = {}
    if settings.telegram_token is not None:
        token, url = settings.telegram_token.get_secret_value(), telegram_url(settings)
        telegram = TelegramSender(token, url, texts, pace, attachments=files)
        senders[Channel.TELEGRAM] = await stack.enter_async_context(telegram)
    if zalo is not None:
        senders[Channel.ZALO] = ZaloSender(zalo.client, texts, zalo.pace, zalo.chats, zalo.links, files)
    email = EmailSender(smtp_settings(settings), texts)
    senders[Channel.EMAIL] = await stack.enter_async_context(email)
    if settings.sms_provider is SmsProvider.ESMS:
        sms = SmsSender(_esms_settings(settings), texts)
        senders[Channel.SMS] = await stack.enter_async_context(sms)
    return senders


async def files_of(
    settings: Settings, stack: contextlib.AsyncExitStack, shared: SqlSharedFiles
) -> Attachments:
    """Files that people sent, of each app that is on."""
    files: dict[Channel, Attachments] = {}
    if settings.telegram_token is not None:
        token, url = settings.telegram_token.get_secret_value(), telegram_url(settings)
        files[Channel.TELEGRAM] = await stack.enter_async_context(TelegramFiles(token, url))
    if settings.zalo_token is not None:
        zalo = ZaloFiles(_Uploads(shared), str(settings.zalo_api_url))
        files[Channel.ZALO] = await stack.enter_async_context(zalo)
    return FilesByChannel(files)


class _Uploads:
    """Uploaded files as `ZaloFiles` asks for them."""

    def __init__(self, shared: SqlSharedFiles) -> None:
        self._shared = shared

    async def read(self, token: str) -> tuple[str, str, bytes] | None:
        found = await self._shared.read(token)
        return (found.name, found.mime, found.content) if found else None


async def last_resort_of(settings: Settings, stack: contextlib.AsyncExitStack) -> PushSender:
    """By which a person is reached where none of their chats can be."""
    return await stack.enter_async_context(EmailSender(smtp_settings(settings), ChatMails(payment_qr)))


def telegram_url(settings: Settings) -> str:
    return str(settings.telegram_api_url).rstrip("/")


def smtp_settings(settings: Settings) -> SmtpSettings:
    return SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls.value,
        username=settings.smtp_username or "",
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else "",
        sender=settings.mail_from,
    )


def _esms_settings(settings: Settings) -> EsmsSettings:
    assert settings.esms_api_key is not None
    assert settings.esms_secret_key is not None
    return EsmsSettings(
        api_url=str(settings.esms_api_url).rstrip("/"),
        api_key=settings.esms_api_key.get_secret_value(),
        secret_key=settings.esms_secret_key.get_secret_value(),
        brandname=settings.esms_brandname or "",
    )
