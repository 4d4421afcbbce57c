"""What the workers do: for each lane, the names of its jobs and the services that do them."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from domain.accounts import ANY_ACCOUNT, KnownAccounts
from domain.calendar import SendingHours
from domain.chats import Channel
from domain.messaging.budgets import NO_BUDGETS, Budgets
from domain.messaging.quota import NO_QUOTA, MonthlyQuota
from domain.messaging.spending import NO_TARIFF, UNLIMITED, Spending, Tariff
from domain.proofs import ProofKind
from domain.transfers import Provider
from services.activation.access import ACCESS_JOB, SettleAccess
from services.activation.activating import ACTIVATE_JOB, FOLLOW_JOB, ActivateLicence, FollowRun
from services.activation.reminders import REMINDER_JOB, Remind
from services.catalogue.erasing import ERASE_FIRM_JOB, EraseFirm
from services.intakes.reading import ReadIntake
from services.intakes.receiving import READ_JOB
from services.invoices.closing import CLOSE_JOB, CloseInvoices, InvoiceRules
from services.invoices.following import FOLLOW_JOB as FOLLOW_INVOICE_JOB
from services.invoices.following import FollowInvoice
from services.invoices.issuing import IssueInvoice, Series
from services.invoices.late import LATE_JOB, CheckLate
from services.invoices.releasing import ISSUE_JOB
from services.invoices.telling import BY_HAND_JOB, REFUSED_JOB, TELL_JOB, TellByHand, TellIssued, TellRefused
from services.messaging.digests import SendDigest
from services.messaging.live_messages import REFRESH_JOB, RefreshLive
from services.messaging.push_queue import DIGEST_JOB, PUSH_JOB
from services.messaging.pushes import DeliverPush
from services.messaging.ways import RECEIPT_JOB, UNRECEIVED_JOB, TakeBackUnreceived, TakeReceipt
from services.money.account_numbers import NUMBER_JOB, ReserveNumber
from services.money.catching_up import CATCH_UP_JOB, CatchUp
from services.money.checking import CHECK_BOOKS_JOB, CheckBooks
from services.money.choosing import BOOK_CHOICE_JOB, BookUnchosen
from services.money.monthly_statements import MAIL_STATEMENTS_JOB, MailStatements
from services.money.transfers import MATCH_JOB, MatchTransfer
from services.people.people import ChatIdentity
from services.people.proving import PROOF_JOB, SendProof
from services.people.withdrawing import WITHDRAW_JOB, WithdrawConsent
from services.ports import Clock, InvoiceIssuer, Job, JobHandler, Lane, PushSender, TemplateSender, Vendor
from services.ports.account_numbers import AccountNumbers
from services.ports.bank_feeds import BankFeeds
from services.scrubbing import SCRUB_JOB, Scrub, ScrubbedUnits


def build_handlers(
    units: ScrubbedUnits,
    clock: Clock,
    senders: Mapping[Channel, PushSender],
    sms_hours: SendingHours,
    vendor: Vendor,
    read_intake: ReadIntake,
    last_resort: PushSender | None = None,
    invoice_rules: InvoiceRules | None = None,
    issuer: InvoiceIssuer | None = None,
    series: Series | None = None,
    accounts: KnownAccounts = ANY_ACCOUNT,
    feeds: BankFeeds = MappingProxyType({}),
    quota: MonthlyQuota = NO_QUOTA,
    numbers: AccountNumbers | None = None,
    budgets: Budgets = NO_BUDGETS,
    tariff: Tariff = NO_TARIFF,
    spending: Spending = UNLIMITED,
    templates: TemplateSender | None = None,
) -> Mapping[Lane, Mapping[str, JobHandler]]:
    costs = (tariff, spending, templates)
    deliver = DeliverPush(units, clock, senders, sms_hours, quota, last_resort, budgets, *costs)
    take_receipt = TakeReceipt(units, clock)
    take_back = TakeBackUnreceived(units, clock)
    send_proof = SendProof(units, clock, senders)
    refresh = RefreshLive(units, clock, senders)
    send_digest = SendDigest(units, clock)
    remind = Remind(units, clock)
    activate = ActivateLicence(units, clock, vendor)
    follow = FollowRun(units, clock, refresh)
    settle_access = SettleAccess(units, clock, vendor)
    channels = tuple(channel for channel in (Channel.EMAIL, Channel.SMS) if channel in senders)
    match_transfer = MatchTransfer(units, clock, channels, accounts)
    book_unchosen = BookUnchosen(units, clock, channels)
    catch_up = CatchUp(units, clock, feeds)
    check_books = CheckBooks(units, clock)
    reserve_number = ReserveNumber(units, clock, numbers)
    mail_statements = MailStatements(units, clock)
    close_invoices = CloseInvoices(units, clock, invoice_rules or InvoiceRules())
    issue_invoice = IssueInvoice(units, clock, issuer, series or Series())
    follow_invoice = FollowInvoice(units, clock, issuer)
    check_late = CheckLate(units, clock)
    tell_issued = TellIssued(units, clock)
    tell_refused = TellRefused(units, clock)
    tell_by_hand = TellByHand(units, clock)
    erase_firm = EraseFirm(units, clock)
    scrub = Scrub(units)
    withdraw_consent = WithdrawConsent(units, clock)

    async def push(job: Job) -> None:
        await deliver(job.payload["push_key"], job.attempts)

    async def receipt(job: Job) -> None:
        await take_receipt(job.payload["message_ref"], job.attempts)

    async def unreceived(job: Job) -> None:
        await take_back(job.payload["push_key"])

    async def proof(job: Job) -> None:
        it = job.payload
        chat = ChatIdentity(Channel(it["channel"]), it["chat"])
        asked_at = datetime.fromisoformat(it["asked_at"])
        await send_proof(chat, ProofKind(it["kind"]), asked_at, job.key, job.attempts, job.again)

    async def digest(job: Job) -> None:
        await send_digest(job.payload["accountant_id"], datetime.fromisoformat(job.payload["until"]))

    async def reminder(job: Job) -> None:
        about = job.payload
        slot = datetime.fromisoformat(about["slot"])
        await remind(Channel(about["channel"]), about["address"], about["accountant_id"], slot)

    async def activation(job: Job) -> None:
        await activate(job.payload["run_id"], job.payload["licence_id"], job.attempts, job.again)

    async def follow_run(job: Job) -> None:
        await follow(job.payload["run_id"], job.attempts)

    async def access(job: Job) -> None:
        await settle_access(job.payload["licence_id"], job.key, job.attempts, job.again)

    async def refresh_live(job: Job) -> None:
        await refresh(job.payload["push_key"], job.attempts, job.payload.get("retire", False))

    async def match(job: Job) -> None:
        await match_transfer(job.payload["transfer_id"], job.attempts)

    async def book_choice(job: Job) -> None:
        await book_unchosen(job.payload["transfer_id"])

    async def catch_up_list(job: Job) -> None:
        await catch_up(Provider(job.payload["provider"]))

    async def check(job: Job) -> None:
        await check_books()

    async def mail(job: Job) -> None:
        await mail_statements()

    async def account_number(job: Job) -> None:
        await reserve_number(job.payload["code"], job.attempts)

    async def read_list(job: Job) -> None:
        await read_intake(job.payload["firm_id"], job.payload["intake_id"], job.attempts)

    async def close(job: Job) -> None:
        day, since = (date.fromisoformat(it) if it else None for it in map(job.payload.get, ("day", "since")))
        assert day is not None
        await close_invoices(day, since, job.attempts)

    async def issue(job: Job) -> None:
        await issue_invoice(job.payload["invoice_id"])

    async def follow_issued(job: Job) -> None:
        await follow_invoice(job.payload["invoice_id"])

    async def tell(job: Job) -> None:
        it = job.payload
        day, since = date.fromisoformat(it["day"]), datetime.fromisoformat(it["since"])
        told = tell_refused if job.name == REFUSED_JOB else tell_issued
        await told(it["order_id"], day, it["key"], since)

    async def tell_desk(job: Job) -> None:
        it = job.payload
        await tell_by_hand(it["day"], it["key"], datetime.fromisoformat(it["since"]))

    async def late(job: Job) -> None:
        await check_late()

    async def erase_all(job: Job) -> None:
        await erase_firm(job.payload["firm_id"])

    async def withdraw(job: Job) -> None:
        await withdraw_consent(ChatIdentity(Channel(job.payload["channel"]), job.payload["chat"]))

    async def scrub_now(job: Job) -> None:
        await scrub()

    pushes = {PUSH_JOB: push}
    return {
        Lane.MAIN: {
            **pushes,
            CATCH_UP_JOB: catch_up_list,
            DIGEST_JOB: digest,
            REMINDER_JOB: reminder,
            CLOSE_JOB: close,
            ISSUE_JOB: issue,
            FOLLOW_INVOICE_JOB: follow_issued,
            LATE_JOB: late,
            BOOK_CHOICE_JOB: book_choice,
            CHECK_BOOKS_JOB: check,
            MAIL_STATEMENTS_JOB: mail,
            NUMBER_JOB: account_number,
            TELL_JOB: tell,
            REFUSED_JOB: tell,
            BY_HAND_JOB: tell_desk,
            ERASE_FIRM_JOB: erase_all,
            SCRUB_JOB: scrub_now,
            RECEIPT_JOB: receipt,
            UNRECEIVED_JOB: unreceived,
            WITHDRAW_JOB: withdraw,
        },
        Lane.AWAITED: {MATCH_JOB: match, READ_JOB: read_list, PROOF_JOB: proof},
        Lane.VENDOR: {ACTIVATE_JOB: activation, ACCESS_JOB: access},
        Lane.CHAT: {**pushes, REFRESH_JOB: refresh_live, FOLLOW_JOB: follow_run},
        Lane.MAILING: pushes,
    }
