"""Messages that the product sends by itself. A push names what it is about; it is worded when it is sent.

A kind of push says all of itself in its `PushKind`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.chats import Channel
from domain.messaging.alarm_pushes import AlarmBegan as AlarmBegan
from domain.messaging.alarm_pushes import AlarmOver as AlarmOver
from domain.messaging.book_pushes import BooksDiffer as BooksDiffer
from domain.messaging.change_pushes import OrderChangedNotice as OrderChangedNotice
from domain.messaging.change_pushes import PaymentChanged as PaymentChanged
from domain.messaging.house_pushes import BackupFailed as BackupFailed
from domain.messaging.invoice_pushes import ClosingFailed as ClosingFailed
from domain.messaging.invoice_pushes import InvoiceIssued as InvoiceIssued
from domain.messaging.invoice_pushes import InvoicesByHand as InvoicesByHand
from domain.messaging.invoice_pushes import InvoicesIssued as InvoicesIssued
from domain.messaging.invoice_pushes import InvoicesLate as InvoicesLate
from domain.messaging.invoice_pushes import InvoicesRefused as InvoicesRefused
from domain.messaging.invoice_pushes import InvoiceStopped as InvoiceStopped
from domain.messaging.kinds import PushKind, PushSubject
from domain.messaging.limit_pushes import AnswerRefused as AnswerRefused
from domain.messaging.limit_pushes import AnswerWaits as AnswerWaits
from domain.messaging.limit_pushes import BudgetReached as BudgetReached
from domain.messaging.limit_pushes import InstructionsHeld as InstructionsHeld
from domain.messaging.limit_pushes import InstructionsReleased as InstructionsReleased
from domain.messaging.limit_pushes import LinkCodeSeen as LinkCodeSeen
from domain.messaging.limit_pushes import MessagesWait as MessagesWait
from domain.messaging.limit_pushes import ZaloGrantLost as ZaloGrantLost
from domain.messaging.limit_pushes import ZaloMoneyOut as ZaloMoneyOut
from domain.messaging.limit_pushes import ZaloPeopleMet as ZaloPeopleMet
from domain.messaging.limit_pushes import ZaloPlanEnds as ZaloPlanEnds
from domain.messaging.limit_pushes import ZaloQuotaUsed as ZaloQuotaUsed
from domain.messaging.limit_pushes import ZaloSilent as ZaloSilent
from domain.messaging.notices import Topic
from domain.messaging.people_pushes import FirmClaimed as FirmClaimed
from domain.messaging.people_pushes import FirmGiven as FirmGiven
from domain.messaging.people_pushes import PersonMoved as PersonMoved
from domain.messaging.people_pushes import RecoveryCodeMade as RecoveryCodeMade
from domain.messaging.people_pushes import WithdrawalWaits as WithdrawalWaits
from domain.messaging.refund_pushes import RefundMade as RefundMade
from domain.messaging.report_pushes import InstructionReported as InstructionReported
from domain.messaging.report_pushes import MailReported as MailReported
from domain.messaging.report_pushes import MailStopped as MailStopped
from domain.messaging.sign_off_pushes import SignOffAsked as SignOffAsked
from domain.messaging.sign_off_pushes import SignOffDecided as SignOffDecided
from domain.messaging.staff_pushes import StaffActed as StaffActed
from domain.messaging.staff_pushes import StaffJoined as StaffJoined
from domain.messaging.statement_pushes import MonthlyStatementMail as MonthlyStatementMail
from domain.messaging.statement_pushes import StatementLeft as StatementLeft
from domain.messaging.targets import Place
from domain.transfers import Provider


class PushState(StrEnum):
    """`HELD` waits for the daily digest; `DROPPED` had nothing left to say when its turn came."""

    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"
    DROPPED = "dropped"


@PushKind("order_placed", Topic.ORDERS, Place.ORDER, answer=True)
@dataclass(frozen=True, slots=True)
class OrderPlacedNotice(PushSubject):
    """The accountant is told that the order stands."""

    order_id: int


@PushKind("payment_instruction", Topic.MONEY, answer=True)
@dataclass(frozen=True, slots=True)
class PaymentInstruction(PushSubject):
    """The payer is told how to pay."""

    payment_code: str


@PushKind("joint_instruction", Topic.MONEY, Place.ORDERS, notice=False, answer=True)
@dataclass(frozen=True, slots=True)
class JointInstruction(PushSubject):
    """An accountant is told how to pay several orders by one transfer."""

    code: str


@PushKind("delivery_failed", Topic.DELIVERY)
@dataclass(frozen=True, slots=True)
class DeliveryFailed(PushSubject):
    """The accountant is told that messages to customers or other recipients could not be delivered."""

    push_key: str


@PushKind("activation_progress", Topic.ACTIVATION, notice=False, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class ActivationProgress(PushSubject):
    """How far a run has come: one message, edited in place."""

    run_id: int


@PushKind("activation_result", Topic.ACTIVATION, answer=True)
@dataclass(frozen=True, slots=True)
class ActivationResult(PushSubject):
    """How a run ended for each licence."""

    run_id: int


@PushKind("transfer_received", Topic.MONEY)
@dataclass(frozen=True, slots=True)
class TransferReceived(PushSubject):
    """The accountant is told of a transfer that paid for their customers."""

    transfer_id: int


@PushKind("choose_payers", Topic.MONEY, Place.CHOICE, answer=True)
@dataclass(frozen=True, slots=True)
class ChoosePayers(PushSubject):
    """The accountant is asked which customers a part payment for all is from."""

    transfer_id: int


@PushKind("payment_receipt", Topic.MONEY)
@dataclass(frozen=True, slots=True)
class PaymentReceipt(PushSubject):
    """The payer is told what came in by one share of a transfer."""

    share_id: int


@PushKind("roll_call", Topic.MONEY, Place.PAYMENTS, notice=False, answer=True)
@dataclass(frozen=True, slots=True)
class RollCall(PushSubject):
    """Who has paid: one message, edited in place."""

    order_id: int


@PushKind("payment_card", Topic.MONEY, notice=False, answer=True)
@dataclass(frozen=True, slots=True)
class PaymentCard(PushSubject):
    """A customer's payment instruction for the accountant to forward."""

    payment_code: str


@PushKind("trial_reminder", Topic.REMINDERS, by_the_clock=True)
@dataclass(frozen=True, slots=True)
class TrialReminder(PushSubject):
    """A person is told of unpaid licences whose stage belongs to this slot (ISO 8601, UTC)."""

    slot: str


@PushKind("order_cancelled", Topic.ORDERS, Place.ORDER)
@dataclass(frozen=True, slots=True)
class OrderCancelledNotice(PushSubject):
    """The accountant is told that somebody else cancelled the order."""

    order_id: int


@PushKind("payment_withdrawn", Topic.MONEY)
@dataclass(frozen=True, slots=True)
class PaymentWithdrawn(PushSubject):
    """The payer is told not to pay any more."""

    payment_code: str


@PushKind("claim_settled", Topic.MONEY)
@dataclass(frozen=True, slots=True)
class ClaimSettled(PushSubject):
    """The accountant is told what back office found."""

    claim_id: int


@PushKind("daily_digest", Topic.ORDERS, Place.NOTICES, notice=False, answer=True, by_the_clock=True)
@dataclass(frozen=True, slots=True)
class DailyDigest(PushSubject):
    """A person is told of all that was held back until this moment (ISO 8601)."""

    until: str


@PushKind("firm_decided", Topic.STAFF, Place.MENU)
@dataclass(frozen=True, slots=True)
class FirmDecided(PushSubject):
    """The owner is told that the firm was approved or refused; everybody in it, that it was closed."""

    firm_id: int


@PushKind("firm_waiting", Topic.BACK_OFFICE, Place.FIRMS)
@dataclass(frozen=True, slots=True)
class FirmWaiting(PushSubject):
    """Back office is told of a firm to approve."""

    firm_id: int


@PushKind("transfer_open", Topic.BACK_OFFICE, Place.TRANSFER)
@dataclass(frozen=True, slots=True)
class TransferOpen(PushSubject):
    """Back office is told of a transfer that needs a person."""

    transfer_id: int


@PushKind("bank_list_refused", Topic.BACK_OFFICE, Place.MENU)
@dataclass(frozen=True, slots=True)
class BankListRefused(PushSubject):
    """Back office is told that a service refuses to show its list of transfers."""

    provider: Provider


@PushKind("claim_made", Topic.BACK_OFFICE, Place.CLAIM)
@dataclass(frozen=True, slots=True)
class ClaimMade(PushSubject):
    """Back office is told of a transfer to check by its picture."""

    claim_id: int


@PushKind("run_needs_help", Topic.BACK_OFFICE, Place.BY_HAND)
@dataclass(frozen=True, slots=True)
class RunNeedsHelp(PushSubject):
    """Back office is told of a run with failures, or with licences to activate by hand."""

    run_id: int


@PushKind("access_by_hand", Topic.BACK_OFFICE, Place.BY_HAND)
@dataclass(frozen=True, slots=True)
class AccessByHand(PushSubject):
    """Back office is told of licences of an order to suspend or restore by hand."""

    order_id: int


@PushKind("chat_linked", Topic.STAFF, Place.CHATS, answer=True, alone=True)
@dataclass(frozen=True, slots=True)
class ChatLinked(PushSubject):
    """A person is told, in their other chat, that a chat in this app belongs to them now."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class Push:
    """One message to one address. `key` is its business key: there is never a second push of that key.

    `address` is an e-mail address or E.164 phone. It is empty for `Channel.CHAT`: `accountant_id` says who is
    meant, and the chat is chosen when the message leaves. `sent_on` is the channel by which it was sent,
    `message_ref` that channel's own id of the message, by which it can be edited. `link` is the end of the
    link of a mail to somebody without an account; the database gives it.
    """

    key: str
    channel: Channel
    subject: PushSubject
    accountant_id: int
    address: str = ""
    state: PushState = PushState.QUEUED
    attempted: bool = False
    error: str = ""
    message_ref: str = ""
    sent_on: Channel | None = None
    link: str = field(default="", compare=False)
    template: str = field(default="", compare=False)
    """The template message of Zalo that it left as last; empty for none."""
