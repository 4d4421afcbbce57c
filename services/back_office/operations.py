"""Every operation of the back office; part of `services.operations.Operations`."""

from dataclasses import dataclass

from services.back_office import (
    accounts,
    activations,
    approvers,
    backups,
    candidates,
    examining,
    firms,
    held,
    invoices,
    log,
    lookup,
    menu,
    messages,
    payments,
    places,
    prices,
    refunds,
    returns,
    searching,
    several,
    sign_offs,
    tables,
    totals,
    transfers,
)
from services.invoices import adjusting, by_hand, correcting, files_by_hand
from services.money import account_statements, bank_days, statements


@dataclass(frozen=True, slots=True)
class Desk:
    show_waiting: menu.ShowWaiting

    list_firms: firms.ListFirms
    view_firm: firms.ViewFirm
    approve_firm: firms.ApproveFirm
    refuse_firm: firms.RefuseFirm
    view_firm_people: places.ViewFirmPeople
    view_person: places.ViewPerson
    move_person: places.MovePerson
    give_firm: places.GiveFirm
    close_firm: places.CloseFirm
    recover_chat: places.RecoverChat
    list_held: held.ListHeld
    view_held: held.ViewHeld
    release_held: held.ReleaseHeld
    release_waiting: held.ReleaseWaiting

    export_accounts: accounts.ExportAccounts

    list_open_transfers: transfers.ListOpenTransfers
    list_outgoing: transfers.ListOutgoing
    view_transfer: transfers.ViewTransfer
    list_candidates: candidates.ListCandidates
    preview_assignment: transfers.PreviewAssignment
    assign_transfer: transfers.AssignTransfer
    return_transfer: transfers.ReturnTransfer
    ignore_transfer: transfers.IgnoreTransfer

    check_statement: statements.CheckStatement
    book_statement: statements.BookStatement
    compare_bank_day: bank_days.CompareBankDay
    read_several: several.ReadSeveral
    ignore_several: several.IgnoreSeveral
    assign_several: several.AssignSeveral
    take_cases: several.TakeCases
    approve_firms: several.ApproveFirms

    list_transfer_rows: tables.ListTransferRows
    list_case_rows: tables.ListCaseRows
    list_order_rows: tables.ListOrderRows
    view_firms_account_statement: account_statements.ViewFirmsAccountStatement

    find_payable: payments.FindPayable
    enter_payment: payments.EnterPayment
    view_claim: payments.ViewClaim

    list_cases: returns.ListCases
    find_case: returns.FindCase
    view_case: returns.ViewCase
    take_case: returns.TakeCase
    list_refundable: refunds.ListRefundable
    open_refund: refunds.OpenRefund

    show_second_person: sign_offs.ShowSecondPerson
    ask_sign_off: sign_offs.AskSignOff
    list_sign_offs: sign_offs.ListSignOffs
    view_sign_off: sign_offs.ViewSignOff
    approve_sign_off: sign_offs.ApproveSignOff
    refuse_sign_off: sign_offs.RefuseSignOff
    withdraw_sign_off: sign_offs.WithdrawSignOff
    list_colleagues: approvers.ListColleagues
    give_approval: approvers.GiveApproval
    take_approval: approvers.TakeApproval

    list_failed_licences: activations.ListFailedLicences
    list_by_hand: activations.ListByHand
    view_licence: activations.ViewLicence
    retry_licence: activations.RetryLicence
    activated_by_hand: activations.ActivatedByHand
    failed_by_hand: activations.FailedByHand
    access_done_by_hand: activations.AccessDoneByHand

    take_invoice_queue: by_hand.TakeInvoiceQueue
    check_invoice_numbers: by_hand.CheckInvoiceNumbers
    enter_invoice_numbers: by_hand.EnterInvoiceNumbers
    check_invoice_files: files_by_hand.CheckInvoiceFiles
    keep_invoice_files: files_by_hand.KeepInvoiceFiles
    read_invoice_numbers: invoices.ReadInvoiceNumbers
    show_invoices: invoices.ShowInvoices
    list_invoice_group: invoices.ListInvoiceGroup
    find_invoices: invoices.FindInvoices
    open_invoice: invoices.OpenInvoice
    view_invoice: invoices.ViewInvoice
    resend_invoice: invoices.ResendAnyInvoice
    take_invoice_files: invoices.TakeAnyInvoiceFiles
    make_notice: correcting.MakeNotice
    list_notices: correcting.ListNotices
    view_correction: correcting.ViewCorrection
    mark_notice_sent: correcting.MarkNoticeSent
    preview_replacement: correcting.PreviewReplacement
    replace_invoice: correcting.ReplaceInvoice
    preview_adjustment: adjusting.PreviewAdjustment
    adjust_invoice: adjusting.AdjustInvoice
    keep_agreement: correcting.KeepAgreement
    take_agreement: correcting.TakeAgreement

    list_packages: prices.ListPackages
    check_prices: prices.CheckPrices
    replace_prices: prices.ReplacePrices

    show_totals: totals.ShowTotals
    show_messages: messages.ShowMessages
    examine: examining.Examine
    view_backups: backups.ViewBackups
    search_anything: searching.SearchAnything
    look_up_firm: searching.LookUpFirm
    look_up_customer: searching.LookUpCustomer
    look_up_order: lookup.LookUpOrder
    view_order_log: lookup.ViewOrderLog
    export_log: log.ExportLog
