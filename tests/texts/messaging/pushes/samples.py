"""A content of every push that goes to a chat, with as much data as possible."""

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pkgutil import iter_modules

from domain import messaging
from domain.activations import ActivationRun, Outcome, RunCounts, RunItem, RunState
from domain.alarms import Alarm, AlarmKind
from domain.backups import BackupFault, BackupProof
from domain.chats import Channel
from domain.events import Event, Verb
from domain.genuine import ReportReason
from domain.invoices import (
    Buyer,
    BuyerKind,
    Invoice,
    InvoiceCounts,
    InvoiceKind,
    InvoiceState,
    IssuedNumber,
)
from domain.licences import ActivationFailure, FailureReason, Licence, LicenceLine
from domain.messaging.alarm_contents import AlarmContent
from domain.messaging.budgets import Bound
from domain.messaging.change_contents import OrderCancelledContent, OrderChangedContent, PaymentChangedContent
from domain.messaging.claim_contents import (
    ClaimContent,
    ClaimMadeContent,
    ClaimSettledContent,
    RefundContent,
    SignOffAskedContent,
    SignOffContent,
    SignOffDecidedContent,
)
from domain.messaging.contents import (
    AccessByHandContent,
    ActivationProgressContent,
    ActivationResultContent,
    BankListRefusedContent,
    BooksDifferContent,
    ChatLinkedContent,
    ChoosePayersContent,
    DailyDigestContent,
    DeliveryFailedContent,
    FailedDelivery,
    FirmDecidedContent,
    FirmWaitingContent,
    JointInstructionContent,
    OrderPlacedContent,
    PaymentCardContent,
    PushContent,
    ReminderGroup,
    RollCallContent,
    RollCallEntry,
    RunNeedsHelpContent,
    StaffActedContent,
    StaffJoinedContent,
    TransferContent,
    TransferOpenContent,
    TrialReminderContent,
)
from domain.messaging.house_contents import BackupFailedContent
from domain.messaging.invoice_contents import (
    ClosingFailedContent,
    InvoicesByHandContent,
    InvoicesIssuedContent,
    InvoicesLateContent,
    InvoicesRefusedContent,
    InvoiceStoppedContent,
)
from domain.messaging.limit_contents import (
    AnswerRefusedContent,
    AnswerWaitsContent,
    BudgetReachedContent,
    InstructionsHeldContent,
    InstructionsReleasedContent,
    LinkCodeSeenContent,
    MessagesWaitContent,
    ZaloGrantLostContent,
    ZaloMoneyOutContent,
    ZaloPeopleContent,
    ZaloPlanEndsContent,
    ZaloQuotaContent,
    ZaloSilentContent,
)
from domain.messaging.mail_stops import MailWish
from domain.messaging.people_contents import (
    FirmClaimedContent,
    FirmGivenContent,
    PersonMovedContent,
    RecoveryCodeMadeContent,
    WithdrawalWaitsContent,
)
from domain.messaging.pushes import PaymentInstruction, Push
from domain.messaging.report_contents import (
    InstructionReportedContent,
    MailReportedContent,
    MailStoppedContent,
)
from domain.messaging.statement_contents import StatementLeftContent
from domain.payments import ClaimState, TransferClaim
from domain.people import Accountant, Firm, FirmState, Role
from domain.postings import BooksPart, Difference
from domain.reminders import Stage
from domain.return_cases import CaseReason, ReturnCase
from domain.sign_offs import SignedAct, SignOff, SignOffState
from domain.transfers import Attention, Provider
from services.ports import Lane
from tests.support.clock import NOON_OF_JUNE_15 as NOW
from tests.texts.messaging.pushes.test_payments import CODE, PRICE, content, part, transfer
from texts.messaging.pushes.people import STAFF_ACTED

ALL: set[type[PushContent]] = {
    one
    for found in iter_modules(messaging.__path__)
    for room in [import_module(f"{messaging.__name__}.{found.name}")]
    for one in vars(room).values()
    if isinstance(one, type) and issubclass(one, PushContent)
} - {PushContent}
"""Every class of content that a push may have."""

ABOUT = content(950_000)
ORDER, FIRM, LINE = ABOUT.order, ABOUT.firm, ABOUT.lines[0]
STAFF = Accountant(2, 1, Role.STAFF, "Lê <Hoa> & Em", "+84912345678", "hoa@example.com")
ALARMS: list[tuple[AlarmKind, str]] = [
    (kind, "") for kind in AlarmKind if kind not in (AlarmKind.LANE, AlarmKind.PART)
]
ALARMS += [(AlarmKind.LANE, str(lane)) for lane in Lane]
ALARMS += [(AlarmKind.PART, "vendor"), (AlarmKind.PART, "casso_list")]
RUN = ActivationRun(5, 1, 1, RunState.RUNNING, False, NOW, None)
FAILURE = ActivationFailure(FailureReason.OTHER, note="Sai <mã>")
COUNTS = RunCounts(22, 20, 1, 0)
ENDED = Licence(1, ORDER.id, 1, activated_at=NOW - timedelta(days=7, hours=1))
REMINDED = ReminderGroup(Stage.ENDED, (LicenceLine(ENDED, LINE),), 3, PRICE, (PRICE,), 3, {ORDER.id: ORDER})
CLAIM = TransferClaim(7, CODE, 1, "telegram:photo-1", ClaimState.REFUSED, NOW, "Ảnh <mờ>")
CLAIMED = ClaimContent(CLAIM, ABOUT.payment, ORDER, ABOUT.accountant, FIRM, "Hoa Sen & Con")
SIGN_OFF = SignOffContent(
    SignOff(7, SignedAct.RETURN, "7", PRICE, "FT<9>", "VND", "Chuyển <nhầm>", 1, 1, NOW),
    "Lê <Hoa> & Em",
    "",
    ORDER,
    FIRM,
    transfer(PRICE, Attention.TOO_MUCH, 5, "CK <x>"),
)
FAILED = FailedDelivery(
    Push("k", Channel.EMAIL, PaymentInstruction(CODE), 1, "giamdoc@hoasen.vn"), ORDER, "Hoa <Sen>"
)

INVOICE = Invoice(
    id=7,
    key="key",
    firm_id=1,
    accountant_id=1,
    kind=InvoiceKind.ORIGINAL,
    state=InvoiceState.REFUSED,
    day=NOW.date(),
    buyer=Buyer(BuyerKind.COMPANY, "Hoa <Sen> & Con", "0100109106", "1 <Lê Lợi>"),
    email="hoadon@hoasen.vn",
    amount=PRICE,
    vat=0,
    line_count=1,
    refusal="TAX_<CODE>",
    refused_field="tax_id",
)
ISSUED = replace(
    INVOICE,
    state=InvoiceState.DELIVERED,
    number=IssuedNumber("1", "C26TAA", "00000123", NOW.date(), "00BD<1>", "2QTB<2>"),
    refusal="",
    refused_field="",
)


def _item(position: int, outcome: Outcome) -> RunItem:
    licence = Licence(position, 1, position, login="giamdoc@hoasen.vn", activated_at=NOW)
    return RunItem(licence, LINE, outcome, FAILURE if outcome is Outcome.FAILED else None)


CONTENTS: tuple[PushContent, ...] = (
    ABOUT,
    PaymentCardContent(ABOUT),
    PaymentChangedContent(ABOUT),
    JointInstructionContent(ABOUT.payment, ((ORDER, PRICE), (ORDER, 5))),
    OrderPlacedContent(ORDER, 3),
    OrderCancelledContent(ORDER, "Lê Hoa"),
    OrderChangedContent(ORDER, "Lê Hoa", Event(Verb.LINE_DROPPED, NOW, params={"position": 2}), "Hoa <Sen>"),
    DeliveryFailedContent((FAILED,), 4),
    StaffJoinedContent(STAFF),
    *(StaffActedContent(STAFF, verb, 12) for verb in STAFF_ACTED),
    ActivationProgressContent(ORDER, RUN, COUNTS),
    ActivationResultContent(
        ORDER, RUN, COUNTS, (*(_item(at, Outcome.DONE) for at in range(20)), _item(20, Outcome.FAILED))
    ),
    TransferContent(transfer(PRICE), (part(ABOUT, PRICE),), 3, PRICE),
    ChoosePayersContent(ORDER, 7, 29_500_000, 10, 30),
    BankListRefusedContent(Provider.CASSO),
    *(
        AlarmContent(Alarm(1, kind, about, NOW, NOW, over))
        for kind, about in ALARMS
        for over in (None, NOW + timedelta(minutes=40))
    ),
    ZaloQuotaContent("2026-11", 85, 2_550),
    ZaloQuotaContent("2026-11", 100, 3_000),
    StatementLeftContent(7),
    ZaloPeopleContent(50, 43),
    ZaloPeopleContent(50, 50),
    ZaloMoneyOutContent(),
    ZaloGrantLostContent(),
    ZaloPlanEndsContent(date(2026, 12, 31)),
    ZaloSilentContent(),
    LinkCodeSeenContent(),
    AnswerWaitsContent(Channel.ZALO),
    AnswerRefusedContent(Channel.ZALO),
    InstructionsHeldContent(FIRM, 12),
    InstructionsReleasedContent(200),
    MessagesWaitContent(Bound.FIRM, Channel.SMS, 12),
    *(MailStoppedContent(wish, "ketoan@minhan.vn") for wish in MailWish),
    MailReportedContent(ReportReason.NOT_ORDERED, "ketoan@minhan.vn", FIRM, ABOUT.accountant),
    MailReportedContent(ReportReason.WRONG_PERSON, "ketoan@minhan.vn", FIRM, ABOUT.accountant),
    MessagesWaitContent(Bound.RECIPIENT, Channel.EMAIL, 1),
    MessagesWaitContent(Bound.MONTH, Channel.SMS, 1_200),
    MessagesWaitContent(Bound.AGAIN, Channel.EMAIL, 30),
    BudgetReachedContent(Bound.MONEY, Channel.CHAT, None, 850_000, "2026-11", 85),
    BudgetReachedContent(Bound.MONEY, Channel.CHAT, None, 95_000, "2026-11-03", 95),
    BudgetReachedContent(Bound.CODES, Channel.SMS, None, 350, "2026-11-03", 70),
    BudgetReachedContent(Bound.CODES, Channel.EMAIL, None, 500, "2026-11-03", 100),
    BudgetReachedContent(Bound.AGAIN, Channel.EMAIL, FIRM),
    BudgetReachedContent(Bound.FIRM, Channel.SMS, FIRM),
    BudgetReachedContent(Bound.RECIPIENT, Channel.EMAIL, FIRM),
    BudgetReachedContent(Bound.MONTH, Channel.SMS, None, 85_000, "2026-11", 85),
    BudgetReachedContent(Bound.MONTH, Channel.EMAIL, None, 300_000, "2026-11", 100),
    *(InstructionReportedContent(reason, ABOUT.payment, ORDER, FIRM) for reason in ReportReason),
    *(BackupFailedContent(BackupProof(1, NOW, NOW, None, fault)) for fault in BackupFault),
    BooksDifferContent(7, (Difference(BooksPart.ORDERS, "KTAAAAAA"), Difference(BooksPart.TRANSFERS, "12"))),
    TransferOpenContent(transfer(PRICE, Attention.TOO_MUCH, 5, "CK <x>"), (part(ABOUT, PRICE),)),
    RollCallContent(ORDER, (RollCallEntry(ABOUT.payment, "Hoa <Sen>"),), 30, 12, 9_000_000),
    TrialReminderContent(
        "Lê Hoa",
        FIRM,
        ABOUT.accountant,
        (REMINDED,),
        (ABOUT.payment,),
        1,
        NOW,
        {1: 30},
    ),
    ClaimMadeContent(CLAIMED),
    ClaimSettledContent(CLAIMED),
    SignOffAskedContent(SIGN_OFF),
    SignOffDecidedContent(
        replace(
            SIGN_OFF,
            sign_off=replace(SIGN_OFF.sign_off, state=SignOffState.REFUSED, note="Chưa <thấy>"),
            decider="Mai",
        )
    ),
    RefundContent(
        ReturnCase(
            *(3, 7, CaseReason.REFUND, ORDER.id, NOW, 1, PRICE, "FT<9>", 1, NOW),
            why="Khách <giải thể> & trả phần mềm",
        ),
        ORDER,
        (part(ABOUT, PRICE),),
        3,
        PRICE,
    ),
    FirmDecidedContent(replace(FIRM, state=FirmState.REFUSED, note="Sai mã số")),
    FirmWaitingContent(Firm(3, "Thuế <Mai> & Em", "0101243150", FirmState.WAITING), STAFF),
    RunNeedsHelpContent(ORDER, FIRM, COUNTS, 2),
    AccessByHandContent(ORDER, FIRM, 1, 2),
    DailyDigestContent((StaffJoinedContent(STAFF), OrderPlacedContent(ORDER, 3)), 45),
    ChatLinkedContent(Channel.ZALO),
    FirmDecidedContent(replace(FIRM, state=FirmState.CLOSED, note="Đăng ký <trùng>")),
    FirmClaimedContent(FIRM, STAFF, Firm(3, "Thuế <Mai> & Em", "0101243150")),
    PersonMovedContent(STAFF, FIRM, "Đăng ký <trùng>"),
    FirmGivenContent(STAFF, FIRM, "Đổi <chủ>"),
    RecoveryCodeMadeContent(10),
    WithdrawalWaitsContent(STAFF, FIRM),
    WithdrawalWaitsContent(STAFF, FIRM, 3),
    WithdrawalWaitsContent(STAFF, FIRM, 0, ("KTAAAAAA", "KTBBBBBB"), True),
    InvoicesRefusedContent(ORDER, (INVOICE,), 1, (ORDER.code, "KT<2>")),
    InvoicesRefusedContent(ORDER, (INVOICE,) * 10, 200, (ORDER.code,)),
    InvoicesByHandContent((INVOICE,) * 10, 200),
    InvoicesIssuedContent(ORDER, NOW.date(), InvoiceCounts(12, 3, 1), (ISSUED,) * 10),
    InvoicesLateContent(1_234),
    ClosingFailedContent(NOW.date()),
    InvoiceStoppedContent(INVOICE, "QUOTA_<0>"),
)
