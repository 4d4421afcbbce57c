"""Puts the program together."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from aiogram import Dispatcher

from bot import __version__
from bot.apps import open_apps
from bot.chat_app import ChatApp, Resources
from bot.checkups import checks_of
from bot.clock import ShiftedClock, SystemClock
from bot.desk.seats import Seats
from bot.dispatcher import ANOTHER_RELEASE, build_dispatcher
from bot.engine import EngineRunner
from bot.jobs import build_handlers
from bot.screens import DialogScreens
from bot.settings import Registration, Settings, SettingsError, VendorMode
from bot.uploads import Uploads
from bot.ways_out import (
    Presences,
    feeds_of,
    issuer_of,
    last_resort_of,
    numbers_of,
    registry_of,
    senders_of,
    vendor_of,
    words_of,
)
from bot.worker import Workers
from dialogs.back_office.page import DESK_LINK
from dialogs.context import CONTROLLER, RENDERER, SUPPORT
from dialogs.pictures import ATTACHMENTS
from domain.calendar import SendingHours
from domain.chats import Channel
from domain.packages import offered_fiscal_years, sample_price_list
from domain.payments import PayeeAccount
from domain.proofs import ProofRules
from gateways.budget import Rates
from gateways.chat_pace import TELEGRAM, ChatPace, SharedKeeper, WorkerTurns
from gateways.files_by_channel import FilesByChannel
from gateways.totals_picture import PillowPainter
from gateways.vendor import VendorApi
from gateways.workbooks.export import OpenpyxlWriter
from gateways.workbooks.template import template
from gateways.workbooks.workbooks import CalamineReader
from services.back_office.people import ChatOfAFirm, EnsureBackOffice
from services.catalogue.registry import LookUp
from services.housekeeping import EnsurePriceList
from services.intakes.reading import ReadIntake
from services.invoices.closing import InvoiceRules
from services.invoices.issuing import Series
from services.invoices.queue import SettleIssuer
from services.money.catching_up import StartCatchingUp
from services.money.checking import StartCheckingBooks
from services.money.monthly_statements import StartMailingStatements
from services.operations import Operations, build_operations
from services.ordering.licensed import AskVendor
from services.ports import Attachments, Clock, JobHandler, JobRunner, Lane
from storage.database import Database
from storage.desk_sessions import SqlDeskSessions
from storage.dialog_states import DialogStorage
from storage.holds import Holds, holds_of
from storage.releases import another_runs
from storage.shared_files import SqlSharedFiles
from storage.shared_states import SharedStates
from texts.back_office.menu import VENDOR_FIRM
from texts.workbook import TEMPLATE_GUIDANCE

SWITCH_SECONDS = 0.0005
"""The longest wait of a database thread for Python's lock once it has its rows. Python's default is ten times
as long, and every statement of a transaction would add it while all other writers wait."""

DATABASE = "database"
"""What `/healthz` calls the database."""

NO_APPROVER = (
    "BACK_OFFICE names nobody who may approve: one person alone enters payments and notes returns, also above"
    " SECOND_PERSON_ABOVE; put :approve behind two names, or SECOND_PERSON_ABOVE=0"
)
LONE_APPROVER = (
    "BACK_OFFICE has one person who may approve: what they ask for above SECOND_PERSON_ABOVE waits until"
    " somebody else may, too"
)

NO_CONTROLLER = (
    "CONTROLLER_NAME is empty: the consent does not name who decides what personal data are used for; put the"
    " vendor's full name"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """The parts that `__main__` runs and the web endpoints ask."""

    settings: Settings
    clock: Clock
    database: Database
    operations: Operations
    jobs: JobRunner
    apps: Mapping[Channel, ChatApp]
    dispatcher: Dispatcher
    dialogs: DialogStorage
    shared_files: SqlSharedFiles
    presences: Presences
    holds: Holds
    desk_sessions: SqlDeskSessions
    desk_seats: Seats | None
    """Back office's page; `None` without a public address."""
    attachments: Attachments
    """The files that people have sent, of all apps."""

    @property
    def uploads(self) -> Mapping[Channel, Uploads]:
        """What becomes of files from our upload page, for each app that carries no documents itself."""
        return {channel: app.uploads for channel, app in self.apps.items() if app.uploads}

    def away(self) -> list[str]:
        """The names of what could not be spoken to when that was last tried."""
        apps = [str(app.channel) for app in self.apps.values() if app.reader.presence.is_lost]
        lost = [name for name, presence in self.presences.items() if presence.is_lost]
        return sorted({*apps, *lost})

    def updates_running(self) -> int:
        return sum(app.running for app in self.apps.values())


def payee_account(settings: Settings) -> PayeeAccount:
    return PayeeAccount(settings.bank_bin, settings.bank_account, settings.bank_holder)


def system_clock(settings: Settings) -> Clock:
    return ShiftedClock(settings.clock_shift_file) if settings.clock_shift_file else SystemClock()


@contextlib.asynccontextmanager
async def build_program(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Program]:
    """Everything connected, and closed in reverse order at the end. The database must be migrated already."""
    clock = clock or system_clock(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    async with contextlib.AsyncExitStack() as stack:
        # With Litestream, no other process may move the log into the file: see decision 71.
        alone = ["wal_autocheckpoint = 0"] if settings.litestream_config else []
        database = Database(settings.database_url, pragmas=alone)
        stack.push_async_callback(database.close)
        holds = await stack.enter_async_context(holds_of(settings.database_url, __version__))
        reader = await stack.enter_async_context(CalamineReader())
        shared_files = SqlSharedFiles(database, clock.now, settings.upload_mb_a_day * 2**20)
        dialogs = DialogStorage(database, clock.now)
        # Jobs of the chat lanes start at Telegram's pace, the fastest; a push of another app gives that turn
        # back and takes one of its own app.
        pace_of = await _paces(settings, stack)
        pace = pace_of(TELEGRAM, Channel.TELEGRAM)
        resources = Resources(database, clock, dialogs, shared_files, pace, pace_of, holds, stack)
        apps = await open_apps(settings, resources)
        files = FilesByChannel({channel: app.files for channel, app in apps.items()})
        presences: Presences = {DATABASE: database.presence}
        senders = await senders_of(settings, stack, apps, files, presences)
        last_resort = await last_resort_of(settings, stack, presences)
        channels = tuple(channel for channel in (Channel.EMAIL, Channel.SMS) if channel in senders)
        look_up = LookUp(database, clock, await registry_of(settings, stack, presences))
        issuer = await issuer_of(settings, stack, presences)
        numbers = await numbers_of(settings, stack, presences)
        quota = settings.zalo_quota
        rules = InvoiceRules(settings.invoice_when, by_hand=issuer is None)
        vendor = await vendor_of(settings, stack, presences)
        records = vendor if isinstance(vendor, VendorApi) else None
        operations = build_operations(
            database,
            clock,
            payee_account(settings),
            channels,
            reader,
            approval=settings.registration is Registration.APPROVAL,
            look_up=look_up,
            ask_vendor=AskVendor(database, clock, records, settings.vendor_known_a_day),
            invoice_rules=rules,
            accounts=settings.accounts,
            second_person_above=settings.second_person_above,
            quota=quota,
            budget=settings.budgets.first,
            own_numbers=numbers is not None,
            proofs=ProofRules(frozenset(channels), settings.proof_codes_a_day),
            spending=settings.spending,
            checks=checks_of(settings),
        )
        await SettleIssuer(database, clock, rules)()
        feeds = await feeds_of(settings, stack, presences)
        await StartCatchingUp(database, clock, feeds)()
        await StartCheckingBooks(database, clock)()
        await StartMailingStatements(database, clock)()
        await EnsurePriceList(database, clock)(sample_price_list())
        await _ensure_back_office(settings, database, clock)
        dispatcher = build_dispatcher(
            dialogs,
            operations,
            lambda: template(TEMPLATE_GUIDANCE, offered_fiscal_years(clock.today())),
            OpenpyxlWriter(),
            PillowPainter(),
            [middleware for app in apps.values() for middleware in app.around_updates],
            frozenset(apps),
        )
        dispatcher[SUPPORT] = settings.support_contact
        dispatcher[CONTROLLER] = settings.controller
        if not settings.controller_name:
            log.warning(NO_CONTROLLER)
        dispatcher[ATTACHMENTS] = files
        # Words alone: a preview shows no pictures, and its codes are none that a bank would take.
        dispatcher[RENDERER] = words_of(settings, lambda _: b"")
        desk_sessions = SqlDeskSessions(database, clock.now)
        address = settings.public_url and settings.address("")
        seats = Seats(desk_sessions, address) if address else None
        dispatcher[DESK_LINK] = seats.link if seats else None
        dispatcher[ANOTHER_RELEASE] = partial(another_runs, database, __version__)
        for app in apps.values():
            app.join(dispatcher)
        away = tuple(error for app in apps.values() for error in app.away)
        screens = DialogScreens({channel: app.bot for channel, app in apps.items()}, dispatcher, away, holds)
        hours = SendingHours(settings.sms_first_hour, settings.sms_last_hour)
        read_intake = ReadIntake(database, clock, reader, files, screens, look_up)
        handlers = build_handlers(
            *(database, clock, senders, hours, vendor, read_intake, last_resort),
            *(rules, issuer, Series(settings.invoice_form, settings.series_by_year), settings.accounts),
            *(feeds, quota, numbers, settings.budgets),
            tariff=settings.tariff,
            spending=settings.spending,
            templates=next((app.templates for app in apps.values() if app.templates), None),
        )
        jobs = _runner(database, clock, handlers, settings.vendor_parallel, pace)
        yield Program(
            settings,
            clock,
            database,
            operations,
            jobs,
            apps,
            dispatcher,
            dialogs,
            shared_files,
            presences,
            holds,
            desk_sessions,
            seats,
            files,
        )


async def _paces(settings: Settings, stack: contextlib.AsyncExitStack) -> Callable[[Rates, str], ChatPace]:
    """Makes the budget of an app, given its name: in this process on SQLite, else that of all processes."""
    if not settings.database_url.startswith("postgresql"):
        return lambda rates, name: ChatPace(rates)
    states = await stack.enter_async_context(SharedStates(settings.database_url))
    return lambda rates, name: ChatPace(rates, keeper=SharedKeeper(rates, states, f"pace of {name}"))


async def _ensure_back_office(settings: Settings, database: Database, clock: Clock) -> None:
    """Raise `SettingsError` where BACK_OFFICE names an accountant of a firm."""
    if not settings.back_office:
        by_hand = ", and no licence is activated" if settings.vendor_mode is VendorMode.MANUAL else ""
        log.warning("BACK_OFFICE is empty: nobody settles transfers without a right code%s", by_hand)
    try:
        people = [(person.chat_id, person.name) for person in settings.back_office]
        named = [person.chat_id for person in settings.back_office if person.approves]
        approvers = await EnsureBackOffice(database, clock, VENDOR_FIRM)(people, named)
    except ChatOfAFirm as error:
        ids = {person.chat_id: person.app_id for person in settings.back_office}
        raise SettingsError(
            f"BACK_OFFICE: {ids[error.chat_id]} is an accountant of a firm; put another account"
        ) from None
    if settings.second_person_above and settings.back_office and approvers < 2:
        log.warning(LONE_APPROVER if approvers else NO_APPROVER)


def _runner(
    database: Database,
    clock: Clock,
    handlers: Mapping[Lane, Mapping[str, JobHandler]],
    vendor_parallel: int,
    pace: ChatPace,
) -> JobRunner:
    # Twice as many jobs as calls to the vendor: while some wait for it, the others read and write.
    parallel = {Lane.VENDOR: 2 * vendor_parallel}
    turns = {Lane.CHAT: WorkerTurns(pace), Lane.MAILING: WorkerTurns(pace, mailing=True)}
    runner = EngineRunner if database.has_engine else Workers
    return runner(database, clock, handlers, parallel, turns)


async def run_workers(program: Program) -> None:
    """Run the jobs until cancelled; those under way are finished first."""
    with contextlib.suppress(asyncio.CancelledError):
        await program.jobs.run()
