"""What was done and by whom: the timeline of an order, and the audit log of back office."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Verb(StrEnum):
    """One thing that happened. Parameters are small texts and numbers, never personal data."""

    ORDER_PLACED = "order_placed"
    ORDER_CANCELLED = "order_cancelled"
    LINE_DROPPED = "line_dropped"
    LINE_MENDED = "line_mended"
    PACKAGE_CHANGED = "package_changed"
    RECIPIENT_CHANGED = "recipient_changed"
    ORDER_EXPORTED = "order_exported"
    INSTRUCTION_RESENT = "instruction_resent"

    ACTIVATION_STARTED = "activation_started"
    ACTIVATION_STOPPED = "activation_stopped"
    ACTIVATION_FINISHED = "activation_finished"
    LICENCE_MENDED = "licence_mended"
    LICENCE_BY_HAND = "licence_by_hand"
    LICENCE_SUSPENDED = "licence_suspended"
    LICENCE_RESTORED = "licence_restored"

    MONEY_RECEIVED = "money_received"
    PAYERS_CHOSEN = "payers_chosen"
    TRANSFER_CLAIMED = "transfer_claimed"
    CLAIM_WITHDRAWN = "claim_withdrawn"
    CLAIM_ACCEPTED = "claim_accepted"
    CLAIM_REFUSED = "claim_refused"
    PAYMENT_ENTERED = "payment_entered"
    STATEMENT_BOOKED = "statement_booked"
    TRANSFER_ASSIGNED = "transfer_assigned"
    TRANSFER_RETURNED = "transfer_returned"
    TRANSFER_IGNORED = "transfer_ignored"

    CASE_TAKEN = "case_taken"
    REFUND_OPENED = "refund_opened"
    SIGN_OFF_ASKED = "sign_off_asked"
    SIGN_OFF_APPROVED = "sign_off_approved"
    SIGN_OFF_REFUSED = "sign_off_refused"
    SIGN_OFF_WITHDRAWN = "sign_off_withdrawn"

    INVOICES_TAKEN = "invoices_taken"
    INVOICES_NUMBERED = "invoices_numbered"
    INVOICE_FILES_KEPT = "invoice_files_kept"
    INVOICE_MENDED = "invoice_mended"
    INVOICE_LOOKED_UP = "invoice_looked_up"
    INVOICE_NOTICE_MADE = "invoice_notice_made"
    INVOICE_NOTICE_SENT = "invoice_notice_sent"
    INVOICE_REPLACED = "invoice_replaced"
    INVOICE_ADJUSTED = "invoice_adjusted"
    INVOICE_AGREED = "invoice_agreed"
    INVOICE_EMAIL_CHANGED = "invoice_email_changed"
    INVOICE_RESENT = "invoice_resent"
    INVOICES_EXPORTED = "invoices_exported"

    CUSTOMERS_TAKEN = "customers_taken"
    CUSTOMERS_MERGED = "customers_merged"
    MERGE_UNDONE = "merge_undone"
    CATALOGUE_EXPORTED = "catalogue_exported"
    PERSON_EXPORT_ASKED = "person_export_asked"
    PERSON_EXPORTED = "person_exported"
    PERSON_ERASURE_ASKED = "person_erasure_asked"
    PERSON_ERASED = "person_erased"
    PERSON_KEPT = "person_kept"

    FIRM_APPROVED = "firm_approved"
    FIRM_CLEARED = "firm_cleared"
    MESSAGES_RELEASED = "messages_released"
    FIRM_REFUSED = "firm_refused"
    FIRM_CHANGED = "firm_changed"
    FIRM_CLOSED = "firm_closed"
    FIRM_GIVEN = "firm_given"
    PERSON_MOVED = "person_moved"
    CHAT_RECOVERED = "chat_recovered"
    RECOVERY_CODE_MADE = "recovery_code_made"
    FIRM_HANDED_OVER = "firm_handed_over"
    FIRM_ERASED = "firm_erased"
    STAFF_REMOVED = "staff_removed"
    CONSENT_GIVEN = "consent_given"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_EXPORTED = "account_exported"
    ACCOUNT_CLOSED = "account_closed"
    APPROVER_NAMED = "approver_named"
    APPROVER_DROPPED = "approver_dropped"
    CHAT_LINKED = "chat_linked"
    CHAT_UNLINKED = "chat_unlinked"
    PRICE_LIST_REPLACED = "price_list_replaced"
    ORDER_LOOKED_UP = "order_looked_up"
    FIRM_LOOKED_UP = "firm_looked_up"
    TOTALS_SHOWN = "totals_shown"
    LOG_EXPORTED = "log_exported"
    ACCOUNTS_EXPORTED = "accounts_exported"


CHANGES = frozenset({Verb.LINE_DROPPED, Verb.LINE_MENDED, Verb.PACKAGE_CHANGED, Verb.RECIPIENT_CHANGED})
"""What was changed of an order after it was placed."""


@dataclass(frozen=True, slots=True)
class Event:
    """`accountant_id` is who did it, `None` for the program itself. `firm_id` and `order_id` are what it was
    done to, if any."""

    verb: Verb
    at: datetime
    accountant_id: int | None = None
    firm_id: int | None = None
    order_id: int | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)
