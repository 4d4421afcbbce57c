"""Every operation. Handlers get this and nothing else."""

from dataclasses import dataclass

from domain.accounts import ANY_ACCOUNT, KnownAccounts
from domain.chats import Channel
from domain.messaging.budgets import NO_BUDGET, FirstBudget
from domain.messaging.quota import NO_QUOTA, MonthlyQuota
from domain.messaging.spending import UNLIMITED, Spending
from domain.payments import PayeeAccount
from domain.proofs import NO_PROOFS, ProofRules
from services import corrections
from services.activation import activations, failed_activations
from services.back_office.operations import Desk
from services.catalogue import (
    catalogue_export,
    customer_timeline,
    customers,
    declaring,
    labels,
    logins,
    merging,
    personal_data,
    registry,
)
from services.intakes.operations import Intaking
from services.invoices import handing_over, mending, viewing
from services.invoices.closing import InvoiceRules
from services.messaging import notices
from services.money import (
    account_statements,
    cancelling,
    changing,
    changing_package,
    changing_payer,
    choosing,
    claims,
    instructions,
    joining,
    mending_lines,
    monthly_statements,
    payments,
    roll_call,
)
from services.money.account_numbers import OwnNumbers
from services.money.second_person import SecondPersonAbove
from services.operation import wire
from services.ordering import (
    already_ordered,
    buyers,
    draft_answers,
    draft_lines,
    drafts,
    licensed,
    login_doubts,
    overlooking,
    placing,
    previewing,
    proposing,
    registered_buyers,
    repeating,
    wished,
    wishes,
)
from services.orders import order_lines, orders, placed, timeline
from services.people import people
from services.people.operations import PeopleOperations
from services.ports import Clock, Units, WorkbookReader
from services.ports.checkups import Check


@dataclass(frozen=True, slots=True)
class Operations(PeopleOperations):
    list_notices: notices.ListNotices
    open_notice: notices.OpenNotice
    read_message: notices.ReadMessage
    note_shown: notices.NoteShown
    mark_all_read: notices.MarkAllRead
    get_preferences: notices.GetPreferences
    set_topic: notices.SetTopic
    set_quiet_hours: notices.SetQuietHours
    set_channel: notices.SetChannel

    find_customers: customers.FindCustomers
    get_customer: customers.GetCustomer
    find_by_tax_code: customers.FindByTaxCode
    add_customer: customers.AddCustomer
    edit_customer: customers.EditCustomer
    archive_customer: customers.ArchiveCustomer
    look_up_tax_code: registry.LookUpTaxCode
    view_customer_timeline: customer_timeline.ViewCustomerTimeline
    find_corrected: corrections.FindCorrected
    correct_customer: corrections.CorrectCustomer
    undo_correction: corrections.UndoCorrection
    find_shared_logins: customers.FindSharedLogins
    find_by_login: logins.FindByLogin
    find_login_doubts: logins.FindLoginDoubts
    accept_logins: logins.AcceptLogins
    view_customer: customers.ViewCustomer
    clear_field: customers.ClearField
    declare_accounting: declaring.DeclareAccounting
    list_labels: labels.ListLabels
    label_customer: labels.LabelCustomer
    unlabel_customer: labels.UnlabelCustomer
    rename_label: labels.RenameLabel
    delete_label: labels.DeleteLabel
    label_matching: labels.LabelMatching
    unlabel_matching: labels.UnlabelMatching
    assign_customer: labels.AssignCustomer
    assign_matching: labels.AssignMatching
    export_catalogue: catalogue_export.ExportCatalogue
    find_look_alikes: merging.FindLookAlikes
    merge_customers: merging.MergeCustomers
    undo_merge: merging.UndoMerge
    export_person: personal_data.ExportPerson
    erase_person: personal_data.ErasePerson

    open_draft: drafts.OpenDraft
    find_draft: drafts.FindDraft
    view_draft: drafts.ViewDraft
    drop_empty_draft: drafts.DropEmptyDraft
    discard_draft: drafts.DiscardDraft
    offer_packages: draft_answers.OfferPackages
    repeat_last_answers: draft_answers.RepeatLastAnswers
    choose_package: draft_answers.ChoosePackage
    choose_fiscal_year: draft_answers.ChooseFiscalYear
    choose_recipient: draft_answers.ChooseRecipient
    offer_accounting: draft_answers.OfferAccounting
    set_common_accounting: draft_answers.SetCommonAccounting
    keep_declared: draft_answers.KeepDeclared
    confirm_draft: drafts.ConfirmDraft
    check_ready: placing.CheckReady

    find_to_pick: draft_lines.FindToPick
    pick_customer: draft_lines.PickCustomer
    pick_matching: draft_lines.PickMatching
    finish_picking: draft_lines.FinishPicking
    declare_customer: draft_lines.DeclareCustomer
    review_lines: draft_lines.ReviewLines
    review_line: draft_lines.ReviewLine
    overlook_draft: overlooking.OverlookDraft
    preview_messages: previewing.PreviewMessages
    find_in_draft: previewing.FindInDraft
    find_doubtful_logins: login_doubts.FindDoubtfulLogins
    mend_emails: login_doubts.MendEmails
    overlook_accounting: overlooking.OverlookAccounting
    set_line_accounting: draft_lines.SetLineAccounting
    declare_other: draft_lines.DeclareOther
    use_other: draft_lines.UseOther
    list_others: draft_lines.ListOthers
    ask_about_buyers: buyers.AskAboutBuyers
    say_buyer_kind: buyers.SayBuyerKind
    compare_buyers: registered_buyers.CompareBuyers
    name_as_registered: registered_buyers.NameAsRegistered

    read_order_wish: wishes.ReadOrderWish
    begin_order: wishes.BeginOrder
    order_wished: wished.OrderWished
    order_intake: proposing.OrderIntake

    place_order: placing.PlaceOrder
    list_orders: orders.ListOrders
    view_order: orders.ViewOrder
    view_placed: placed.ViewPlaced
    read_order: placed.ReadOrder
    list_order_lines: order_lines.ListOrderLines
    find_order_lines: order_lines.FindOrderLines
    view_order_line: order_lines.ViewOrderLine
    export_order: order_lines.ExportOrder
    view_timeline: timeline.ViewTimeline
    cancel_order: cancelling.CancelOrder
    preview_drop: changing.PreviewDrop
    drop_lines: changing.DropLines
    offer_other_packages: changing_package.OfferOtherPackages
    preview_package: changing_package.PreviewPackage
    change_package: changing_package.ChangePackage
    preview_recipient: changing_payer.PreviewRecipient
    change_recipient: changing_payer.ChangeRecipient
    view_mendable: mending_lines.ViewMendable
    preview_mend: mending_lines.PreviewMend
    mend_line: mending_lines.MendLine
    mend_line_accounting: mending_lines.MendLineAccounting
    buy_again: repeating.BuyAgain
    offer_renewal: repeating.OfferRenewal
    renew_order: repeating.RenewOrder
    find_already_ordered: already_ordered.FindAlreadyOrdered
    drop_already_ordered: already_ordered.DropAlreadyOrdered

    list_monthly_statements: monthly_statements.ListMonthlyStatements
    add_monthly_statement: monthly_statements.AddMonthlyStatement
    stop_monthly_statement: monthly_statements.StopMonthlyStatement
    view_account_statement: account_statements.ViewAccountStatement
    list_payments: payments.ListPayments
    view_payment: payments.ViewPayment
    ask_payment_card: instructions.AskPaymentCard
    ask_payment_cards: instructions.AskPaymentCards
    count_open_orders: joining.CountOpenOrders
    ask_joint_instruction: joining.AskJointInstruction
    resend_instruction: instructions.ResendInstruction
    resend_instructions: instructions.ResendInstructions
    view_choice: choosing.ViewChoice
    choose_payments: choosing.ChoosePayments
    ask_roll_call: roll_call.AskRollCall
    claim_transfer: claims.ClaimTransfer
    list_open_sums: claims.ListOpenSums
    withdraw_claim: claims.WithdrawClaim
    list_claims: claims.ListClaims
    settle_claim: claims.SettleClaim

    list_to_activate: activations.ListToActivate
    open_activation: activations.OpenActivation
    view_activation: activations.ViewActivation
    pick_licence: activations.PickLicence
    pick_all_licences: activations.PickAllLicences
    start_run: activations.StartRun
    stop_run: activations.StopRun
    list_failed: failed_activations.ListFailed
    show_licence: failed_activations.ShowLicence
    mend_licence: failed_activations.MendLicence
    retry_failed: failed_activations.RetryFailed

    list_invoices: viewing.ListInvoices
    view_invoice: viewing.ViewInvoice
    take_invoice_files: viewing.TakeInvoiceFiles
    export_invoices: viewing.ExportInvoices
    resend_invoice: handing_over.ResendInvoice
    mend_invoice: mending.MendInvoice

    intakes: Intaking
    desk: Desk


def build_operations(
    units: Units,
    clock: Clock,
    payee: PayeeAccount,
    channels: tuple[Channel, ...],
    workbooks: WorkbookReader,
    approval: bool = False,
    look_up: registry.LookUp | None = None,
    invoice_rules: InvoiceRules | None = None,
    accounts: KnownAccounts = ANY_ACCOUNT,
    second_person_above: int = 0,
    quota: MonthlyQuota = NO_QUOTA,
    budget: FirstBudget = NO_BUDGET,
    own_numbers: bool = False,
    ask_vendor: licensed.AskVendor | None = None,
    proofs: ProofRules = NO_PROOFS,
    spending: Spending = UNLIMITED,
    checks: tuple[Check, ...] = (),
) -> Operations:
    """Hand every operation its ports. `channels` are those that reach customers and other recipients. With
    `approval` new firms wait for back office. Without `look_up` no registry is asked; without
    `invoice_rules` back office issues invoices for money that came in. `accounts` are the vendor's. What back
    office enters or gives back above `second_person_above` VND (0: no sum), a second person approves. With
    `own_numbers` each request gets an account number of its own. Without `ask_vendor` nobody is asked who has
    a licence. `proofs` are what newcomers prove, `spending` what messages may cost, `checks` what back office
    may look at."""
    return wire(
        Operations,
        {
            Units: units,
            Clock: clock,
            PayeeAccount: payee,
            tuple[Channel, ...]: channels,
            WorkbookReader: workbooks,
            people.Approval: approval,
            registry.LookUp: look_up or registry.LookUp(units, clock, None),
            InvoiceRules: invoice_rules or InvoiceRules(),
            KnownAccounts: accounts,
            SecondPersonAbove: second_person_above,
            MonthlyQuota: quota,
            Spending: spending,
            FirstBudget: budget,
            OwnNumbers: own_numbers,
            ProofRules: proofs,
            tuple[Check, ...]: checks,
            licensed.AskVendor: ask_vendor or licensed.AskVendor(units, clock, None),
        },
    )
