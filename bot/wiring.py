"""The program put together by hand, once."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.types import LinkPreviewOptions

from bot.clock import ShiftedClock, SystemClock
from bot.dispatcher import UpdatesUnderWay, build_dispatcher
from bot.jobs import build_handlers
from bot.retries import CountMessages, WaitWhenAsked
from bot.screens import DialogScreens
from bot.settings import Registration, Settings, SettingsError, SmsProvider, VendorMode
from bot.worker import Handler, Worker
from dialogs.apps import TELEGRAM_BOT
from dialogs.texts.back_office.menu import VENDOR_FIRM
from dialogs.texts.pushes import PushTexts
from dialogs.texts.pushes.chat_mail import ChatMails
from dialogs.texts.workbook import TEMPLATE_GUIDANCE
from domain.calendar import SendingHours
from domain.catalog import sample_price_list
from domain.payments import PayeeAccount
from domain.pushes import CHATS, Channel
from gateways.email import EmailSender
from gateways.registry import HttpRegistry, RegistrySettings
from gateways.sms import EsmsSettings, SmsSender
from gateways.smtp_connections import SmtpSettings
from gateways.telegram_files import TelegramFiles
from gateways.telegram_pace import TelegramPace, Turns
from gateways.telegram_push import TelegramSender
from gateways.totals_picture import PillowPainter
from gateways.vendor import ManualVendor, VendorApi, VendorSettings
from gateways.vietqr import payment_qr
from gateways.workbook_export import OpenpyxlWriter
from gateways.workbook_template import template
from gateways.workbooks import CalamineReader
from services.back_office.people import ChatOfAFirm, EnsureBackOffice
from services.housekeeping import EnsurePriceList
from services.intakes.reading import ReadIntake
from services.operations import Operations, build_operations
from services.ports import Clock, Lane, PushSender, Registry, Vendor
from services.registry import LookUp
from storage.database import Database
from storage.dialog_states import DialogStorage
from storage.jobs import SqlJobQueue

SWITCH_SECONDS = 0.0005
"""How long a thread of the database that has its rows waits at most until Python lets it in. By default it is
ten times as long, at each statement of a transaction that all other writers wait for."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """The parts that `__main__` runs and the web endpoints ask."""

    settings: Settings
    clock: Clock
    database: Database
    operations: Operations
    workers: tuple[Worker, ...]
    bot: Bot
    dispatcher: Dispatcher
    under_way: UpdatesUnderWay
    dialogs: DialogStorage

    async def count_due(self, moment: datetime) -> int:
        """Jobs of all lanes due by then."""
        return sum([await worker.queue.count_due(moment) for worker in self.workers])

    def jobs_begun(self) -> int:
        return sum(worker.begun for worker in self.workers)

    def jobs_running(self) -> int:
        return sum(worker.running for worker in self.workers)

    def updates_running(self) -> int:
        return self.under_way.count


def telegram_bot(settings: Settings, pace: TelegramPace) -> Bot:
    """The conversation's side of Telegram."""
    server = TelegramAPIServer.from_base(_telegram_url(settings))
    session = AiohttpSession(api=server)
    session.middleware(WaitWhenAsked())
    session.middleware(CountMessages(pace.count))
    return Bot(
        settings.telegram_token.get_secret_value(),
        session=session,
        default=DefaultBotProperties(
            parse_mode=ParseMode.HTML, link_preview=LinkPreviewOptions(is_disabled=True)
        ),
    )


def _telegram_url(settings: Settings) -> str:
    return str(settings.telegram_api_url).rstrip("/")


def payee_account(settings: Settings) -> PayeeAccount:
    return PayeeAccount(settings.bank_bin, settings.bank_account, settings.bank_holder)


def system_clock(settings: Settings) -> Clock:
    return ShiftedClock(settings.clock_shift_file) if settings.clock_shift_file else SystemClock()


@contextlib.asynccontextmanager
async def build_program(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Program]:
    """Everything connected; closed in reverse on the way out. The database is migrated already."""
    clock = clock or system_clock(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    async with contextlib.AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        reader = await stack.enter_async_context(CalamineReader())
        pace = TelegramPace()
        senders = await _senders(settings, stack, pace)
        last_resort = await stack.enter_async_context(EmailSender(_smtp(settings), ChatMails(payment_qr)))
        channels = tuple(channel for channel in (Channel.EMAIL, Channel.SMS) if channel in senders)
        look_up = LookUp(database, clock, await _registry(settings, stack))
        operations = build_operations(
            database,
            clock,
            payee_account(settings),
            channels,
            reader,
            approval=settings.registration is Registration.APPROVAL,
            look_up=look_up,
        )
        await EnsurePriceList(database, clock)(sample_price_list())
        await _ensure_back_office(settings, database, clock)
        bot = telegram_bot(settings, pace)
        stack.push_async_callback(bot.session.close)
        dialogs, under_way = DialogStorage(database, clock.now), UpdatesUnderWay()
        dispatcher = build_dispatcher(
            dialogs,
            operations,
            lambda: template(TEMPLATE_GUIDANCE),
            OpenpyxlWriter(),
            PillowPainter(),
            under_way,
            frozenset(senders).intersection(CHATS),
        )
        dispatcher[TELEGRAM_BOT] = bot
        hours = SendingHours(settings.sms_first_hour, settings.sms_last_hour)
        vendor = await _vendor(settings, stack)
        files = await stack.enter_async_context(
            TelegramFiles(settings.telegram_token.get_secret_value(), _telegram_url(settings))
        )
        read_intake = ReadIntake(database, clock, reader, files, DialogScreens(bot, dispatcher), look_up)
        handlers = build_handlers(database, clock, senders, hours, vendor, read_intake, last_resort)
        workers = _workers(database, clock, handlers, settings.vendor_parallel, pace)
        yield Program(settings, clock, database, operations, workers, bot, dispatcher, under_way, dialogs)


async def _ensure_back_office(settings: Settings, database: Database, clock: Clock) -> None:
    """Raise `SettingsError` where BACK_OFFICE names an accountant of a firm."""
    if not settings.back_office:
        by_hand = ", and no licence is activated" if settings.vendor_mode is VendorMode.MANUAL else ""
        log.warning("BACK_OFFICE is empty: nobody settles transfers without a right code%s", by_hand)
    try:
        people = [(person.chat_id, person.name) for person in settings.back_office]
        await EnsureBackOffice(database, clock, VENDOR_FIRM)(people)
    except ChatOfAFirm as error:
        named = {person.chat_id: person.app_id for person in settings.back_office}
        raise SettingsError(
            f"BACK_OFFICE: {named[error.chat_id]} is an accountant of a firm; put another account"
        ) from None


def _workers(
    database: Database,
    clock: Clock,
    handlers: Mapping[Lane, Mapping[str, Handler]],
    vendor_parallel: int,
    pace: TelegramPace,
) -> tuple[Worker, ...]:
    """One a lane, woken when jobs are put in it."""
    # While some wait for the vendor others read and write, so that it is never kept waiting for them.
    parallel = {Lane.VENDOR: 2 * vendor_parallel}
    # A mailing leaves a turn for what somebody waits for.
    turns = {Lane.CHAT: Turns(pace), Lane.MAILING: Turns(pace, leaving=1)}
    workers = {
        lane: Worker(
            SqlJobQueue(database, f"worker-{lane}", lane),
            clock,
            named,
            parallel.get(lane, 20),
            turns.get(lane),
        )
        for lane, named in handlers.items()
    }
    database.on_enqueued = lambda lane: workers[lane].wake()
    return tuple(workers.values())


async def _vendor(settings: Settings, stack: contextlib.AsyncExitStack) -> Vendor:
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


async def _registry(settings: Settings, stack: contextlib.AsyncExitStack) -> Registry | None:
    if settings.registry_url is None or settings.registry_token is None:
        return None
    registry = HttpRegistry(
        RegistrySettings(str(settings.registry_url), settings.registry_token.get_secret_value())
    )
    return await stack.enter_async_context(registry)


def _smtp(settings: Settings) -> SmtpSettings:
    return SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls.value,
        username=settings.smtp_username or "",
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else "",
        sender=settings.mail_from,
    )


async def _senders(
    settings: Settings, stack: contextlib.AsyncExitStack, pace: TelegramPace
) -> dict[Channel, PushSender]:
    texts = PushTexts(payment_qr)
    telegram = TelegramSender(
        settings.telegram_token.get_secret_value(), _telegram_url(settings), texts, pace
    )
    email = EmailSender(_smtp(settings), texts)
    senders: dict[Channel, PushSender] = {
        Channel.TELEGRAM: await stack.enter_async_context(telegram),
        Channel.EMAIL: await stack.enter_async_context(email),
    }
    if settings.sms_provider is SmsProvider.ESMS:
        assert settings.esms_api_key is not None
        assert settings.esms_secret_key is not None
        sms = SmsSender(
            EsmsSettings(
                api_url=str(settings.esms_api_url).rstrip("/"),
                api_key=settings.esms_api_key.get_secret_value(),
                secret_key=settings.esms_secret_key.get_secret_value(),
                brandname=settings.esms_brandname or "",
            ),
            texts,
        )
        senders[Channel.SMS] = await stack.enter_async_context(sms)
    return senders


async def run_workers(program: Program) -> None:
    """The workers' task; ends when cancelled, after the jobs under way."""
    with contextlib.suppress(asyncio.CancelledError):
        async with asyncio.TaskGroup() as group:
            for worker in program.workers:
                group.create_task(worker.run())
