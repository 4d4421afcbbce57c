"""Every operation, wired once. Handlers get this and nothing else."""

from dataclasses import dataclass

from domain.chats import Channel
from domain.payments import PayeeAccount
from services import corrections
from services.activation import activations, failed_activations
from services.back_office.operations import Desk, build_desk
from services.catalogue import (
    catalogue_export,
    customer_timeline,
    customers,
    labels,
    merging,
    personal_data,
    registry,
)
from services.intakes.operations import Intaking, build_intaking
from services.messaging import notices
from services.money import cancelling, claims, instructions, payments, roll_call
from services.ordering import (
    already_ordered,
    draft_answers,
    draft_lines,
    drafts,
    placing,
    proposing,
    repeating,
    wishes,
)
from services.orders import order_lines, orders, timeline
from services.people import linking, menu, people
from services.ports import Clock, Units, WorkbookReader


@dataclass(frozen=True, slots=True)
class Operations:
    who_is: people.WhoIs
    register_firm: people.RegisterFirm
    check_firm_tax_code: people.CheckFirmTaxCode
    read_invitation: people.ReadInvitation
    join_firm: people.JoinFirm
    invite_staff: people.InviteStaff
    list_invitations: people.ListInvitations
    revoke_invitation: people.RevokeInvitation
    remove_staff: people.RemoveStaff
    show_profile: people.ShowProfile
    show_home: menu.ShowHome

    make_link_code: linking.MakeLinkCode
    link_chat: linking.LinkChat
    unlink_chat: linking.UnlinkChat
    list_chats: linking.ListChats

    list_notices: notices.ListNotices
    open_notice: notices.OpenNotice
    read_message: notices.ReadMessage
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
    view_customer: customers.ViewCustomer
    clear_field: customers.ClearField
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
    set_line_accounting: draft_lines.SetLineAccounting
    declare_other: draft_lines.DeclareOther
    use_other: draft_lines.UseOther
    list_others: draft_lines.ListOthers

    read_order_wish: wishes.ReadOrderWish
    begin_order: wishes.BeginOrder
    order_intake: proposing.OrderIntake

    place_order: placing.PlaceOrder
    list_orders: orders.ListOrders
    view_order: orders.ViewOrder
    list_order_lines: order_lines.ListOrderLines
    view_order_line: order_lines.ViewOrderLine
    export_order: order_lines.ExportOrder
    view_timeline: timeline.ViewTimeline
    cancel_order: cancelling.CancelOrder
    buy_again: repeating.BuyAgain
    offer_renewal: repeating.OfferRenewal
    renew_order: repeating.RenewOrder
    find_already_ordered: already_ordered.FindAlreadyOrdered
    drop_already_ordered: already_ordered.DropAlreadyOrdered

    list_payments: payments.ListPayments
    view_payment: payments.ViewPayment
    ask_payment_card: instructions.AskPaymentCard
    resend_instruction: instructions.ResendInstruction
    ask_roll_call: roll_call.AskRollCall
    claim_transfer: claims.ClaimTransfer
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
) -> Operations:
    """Hand every operation its ports. `channels` are those that reach customers and other recipients; with
    `approval` new firms wait for back office; without `look_up` no registry is asked."""
    look_up = look_up or registry.LookUp(units, clock, None)
    return Operations(
        who_is=people.WhoIs(units, clock),
        register_firm=people.RegisterFirm(units, clock, approval),
        check_firm_tax_code=people.CheckFirmTaxCode(units, clock),
        read_invitation=people.ReadInvitation(units, clock),
        join_firm=people.JoinFirm(units, clock),
        invite_staff=people.InviteStaff(units, clock),
        list_invitations=people.ListInvitations(units, clock),
        revoke_invitation=people.RevokeInvitation(units, clock),
        remove_staff=people.RemoveStaff(units, clock),
        show_profile=people.ShowProfile(units, clock),
        show_home=menu.ShowHome(units, clock),
        make_link_code=linking.MakeLinkCode(units, clock),
        link_chat=linking.LinkChat(units, clock),
        unlink_chat=linking.UnlinkChat(units, clock),
        list_chats=linking.ListChats(units, clock),
        list_notices=notices.ListNotices(units, clock),
        open_notice=notices.OpenNotice(units, clock),
        read_message=notices.ReadMessage(units, clock),
        mark_all_read=notices.MarkAllRead(units, clock),
        get_preferences=notices.GetPreferences(units, clock),
        set_topic=notices.SetTopic(units, clock),
        set_quiet_hours=notices.SetQuietHours(units, clock),
        set_channel=notices.SetChannel(units, clock),
        find_customers=customers.FindCustomers(units, clock),
        get_customer=customers.GetCustomer(units, clock),
        find_by_tax_code=customers.FindByTaxCode(units, clock),
        add_customer=customers.AddCustomer(units, clock),
        edit_customer=customers.EditCustomer(units, clock),
        archive_customer=customers.ArchiveCustomer(units, clock),
        look_up_tax_code=registry.LookUpTaxCode(units, clock, look_up),
        view_customer_timeline=customer_timeline.ViewCustomerTimeline(units, clock),
        find_corrected=corrections.FindCorrected(units, clock),
        correct_customer=corrections.CorrectCustomer(units, clock),
        undo_correction=corrections.UndoCorrection(units, clock),
        find_shared_logins=customers.FindSharedLogins(units, clock),
        view_customer=customers.ViewCustomer(units, clock),
        clear_field=customers.ClearField(units, clock),
        list_labels=labels.ListLabels(units, clock),
        label_customer=labels.LabelCustomer(units, clock),
        unlabel_customer=labels.UnlabelCustomer(units, clock),
        rename_label=labels.RenameLabel(units, clock),
        delete_label=labels.DeleteLabel(units, clock),
        label_matching=labels.LabelMatching(units, clock),
        unlabel_matching=labels.UnlabelMatching(units, clock),
        assign_customer=labels.AssignCustomer(units, clock),
        assign_matching=labels.AssignMatching(units, clock),
        export_catalogue=catalogue_export.ExportCatalogue(units, clock),
        find_look_alikes=merging.FindLookAlikes(units, clock),
        merge_customers=merging.MergeCustomers(units, clock),
        undo_merge=merging.UndoMerge(units, clock),
        export_person=personal_data.ExportPerson(units, clock),
        erase_person=personal_data.ErasePerson(units, clock),
        open_draft=drafts.OpenDraft(units, clock),
        find_draft=drafts.FindDraft(units, clock),
        view_draft=drafts.ViewDraft(units, clock, channels),
        discard_draft=drafts.DiscardDraft(units, clock),
        offer_packages=draft_answers.OfferPackages(units, clock),
        repeat_last_answers=draft_answers.RepeatLastAnswers(units, clock),
        choose_package=draft_answers.ChoosePackage(units, clock),
        choose_fiscal_year=draft_answers.ChooseFiscalYear(units, clock),
        choose_recipient=draft_answers.ChooseRecipient(units, clock),
        offer_accounting=draft_answers.OfferAccounting(units, clock),
        set_common_accounting=draft_answers.SetCommonAccounting(units, clock),
        keep_declared=draft_answers.KeepDeclared(units, clock),
        confirm_draft=drafts.ConfirmDraft(units, clock),
        check_ready=placing.CheckReady(units, clock),
        find_to_pick=draft_lines.FindToPick(units, clock),
        pick_customer=draft_lines.PickCustomer(units, clock),
        pick_matching=draft_lines.PickMatching(units, clock),
        finish_picking=draft_lines.FinishPicking(units, clock),
        declare_customer=draft_lines.DeclareCustomer(units, clock),
        review_lines=draft_lines.ReviewLines(units, clock),
        review_line=draft_lines.ReviewLine(units, clock),
        set_line_accounting=draft_lines.SetLineAccounting(units, clock),
        declare_other=draft_lines.DeclareOther(units, clock),
        use_other=draft_lines.UseOther(units, clock),
        list_others=draft_lines.ListOthers(units, clock),
        read_order_wish=wishes.ReadOrderWish(units, clock),
        begin_order=wishes.BeginOrder(units, clock),
        order_intake=proposing.OrderIntake(units, clock),
        place_order=placing.PlaceOrder(units, clock, payee, channels),
        list_orders=orders.ListOrders(units, clock),
        view_order=orders.ViewOrder(units, clock),
        list_payments=payments.ListPayments(units, clock),
        view_payment=payments.ViewPayment(units, clock),
        ask_payment_card=instructions.AskPaymentCard(units, clock),
        resend_instruction=instructions.ResendInstruction(units, clock, channels),
        ask_roll_call=roll_call.AskRollCall(units, clock),
        claim_transfer=claims.ClaimTransfer(units, clock),
        list_claims=claims.ListClaims(units, clock),
        settle_claim=claims.SettleClaim(units, clock, channels),
        list_to_activate=activations.ListToActivate(units, clock),
        list_order_lines=order_lines.ListOrderLines(units, clock),
        view_order_line=order_lines.ViewOrderLine(units, clock),
        export_order=order_lines.ExportOrder(units, clock),
        view_timeline=timeline.ViewTimeline(units, clock),
        cancel_order=cancelling.CancelOrder(units, clock),
        buy_again=repeating.BuyAgain(units, clock),
        offer_renewal=repeating.OfferRenewal(units, clock),
        renew_order=repeating.RenewOrder(units, clock),
        find_already_ordered=already_ordered.FindAlreadyOrdered(units, clock),
        drop_already_ordered=already_ordered.DropAlreadyOrdered(units, clock),
        open_activation=activations.OpenActivation(units, clock),
        view_activation=activations.ViewActivation(units, clock),
        pick_licence=activations.PickLicence(units, clock),
        pick_all_licences=activations.PickAllLicences(units, clock),
        start_run=activations.StartRun(units, clock),
        stop_run=activations.StopRun(units, clock),
        list_failed=failed_activations.ListFailed(units, clock),
        show_licence=failed_activations.ShowLicence(units, clock),
        mend_licence=failed_activations.MendLicence(units, clock),
        retry_failed=failed_activations.RetryFailed(units, clock),
        intakes=build_intaking(units, clock, look_up.on),
        desk=build_desk(units, clock, channels, workbooks),
    )
