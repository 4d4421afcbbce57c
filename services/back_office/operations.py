"""Every operation of the back office, wired once; part of `services.operations.Operations`."""

from dataclasses import dataclass

from domain.chats import Channel
from services.back_office import (
    activations,
    firms,
    log,
    lookup,
    menu,
    payments,
    prices,
    totals,
    transfers,
)
from services.ports import Clock, Units, WorkbookReader


@dataclass(frozen=True, slots=True)
class Desk:
    show_waiting: menu.ShowWaiting

    list_firms: firms.ListFirms
    view_firm: firms.ViewFirm
    approve_firm: firms.ApproveFirm
    refuse_firm: firms.RefuseFirm

    list_open_transfers: transfers.ListOpenTransfers
    list_outgoing: transfers.ListOutgoing
    view_transfer: transfers.ViewTransfer
    assign_transfer: transfers.AssignTransfer
    return_transfer: transfers.ReturnTransfer
    ignore_transfer: transfers.IgnoreTransfer

    find_payable: payments.FindPayable
    enter_payment: payments.EnterPayment
    view_claim: payments.ViewClaim

    list_failed_licences: activations.ListFailedLicences
    list_by_hand: activations.ListByHand
    view_licence: activations.ViewLicence
    retry_licence: activations.RetryLicence
    activated_by_hand: activations.ActivatedByHand
    failed_by_hand: activations.FailedByHand
    access_done_by_hand: activations.AccessDoneByHand

    list_packages: prices.ListPackages
    check_prices: prices.CheckPrices
    replace_prices: prices.ReplacePrices

    show_totals: totals.ShowTotals
    look_up_order: lookup.LookUpOrder
    export_log: log.ExportLog


def build_desk(units: Units, clock: Clock, channels: tuple[Channel, ...], workbooks: WorkbookReader) -> Desk:
    """Hand every operation its ports; see `build_operations`."""
    return Desk(
        show_waiting=menu.ShowWaiting(units, clock),
        list_firms=firms.ListFirms(units, clock),
        view_firm=firms.ViewFirm(units, clock),
        approve_firm=firms.ApproveFirm(units, clock),
        refuse_firm=firms.RefuseFirm(units, clock),
        list_open_transfers=transfers.ListOpenTransfers(units, clock),
        list_outgoing=transfers.ListOutgoing(units, clock),
        view_transfer=transfers.ViewTransfer(units, clock),
        assign_transfer=transfers.AssignTransfer(units, clock, channels),
        return_transfer=transfers.ReturnTransfer(units, clock),
        ignore_transfer=transfers.IgnoreTransfer(units, clock),
        find_payable=payments.FindPayable(units, clock),
        enter_payment=payments.EnterPayment(units, clock, channels),
        view_claim=payments.ViewClaim(units, clock),
        list_failed_licences=activations.ListFailedLicences(units, clock),
        list_by_hand=activations.ListByHand(units, clock),
        view_licence=activations.ViewLicence(units, clock),
        retry_licence=activations.RetryLicence(units, clock),
        activated_by_hand=activations.ActivatedByHand(units, clock),
        failed_by_hand=activations.FailedByHand(units, clock),
        access_done_by_hand=activations.AccessDoneByHand(units, clock),
        list_packages=prices.ListPackages(units, clock),
        check_prices=prices.CheckPrices(units, clock, workbooks),
        replace_prices=prices.ReplacePrices(units, clock, workbooks),
        show_totals=totals.ShowTotals(units, clock),
        look_up_order=lookup.LookUpOrder(units, clock),
        export_log=log.ExportLog(units, clock),
    )
