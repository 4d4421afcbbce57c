"""The operations on people, their firms, chats and accounts."""

from dataclasses import dataclass

from services.people import accounts as own_accounts
from services.people import firms, linking, menu, people, proving, recovering


@dataclass(frozen=True, slots=True)
class PeopleOperations:
    who_is: people.WhoIs
    register_firm: people.RegisterFirm
    look_up_firm: firms.LookUpFirm
    ways_to_prove: proving.WaysToProve
    view_proofs: proving.ViewProofs
    ask_proofs: proving.AskProofs
    enter_codes: proving.EnterCodes
    prove_contact: proving.ProveContact
    find_own_account: recovering.FindOwnAccount
    recover_account: recovering.RecoverAccount
    read_invitation: people.ReadInvitation
    join_firm: people.JoinFirm
    invite_staff: people.InviteStaff
    list_invitations: people.ListInvitations
    revoke_invitation: people.RevokeInvitation
    remove_staff: people.RemoveStaff
    show_profile: people.ShowProfile
    change_firm: firms.ChangeFirm
    view_account: own_accounts.ViewAccount
    export_account: own_accounts.ExportAccount
    change_account: own_accounts.ChangeAccount
    agree_to_text: own_accounts.AgreeToText
    check_closing: own_accounts.CheckClosing
    hand_over_firm: own_accounts.HandOverFirm
    close_account: own_accounts.CloseAccount
    show_home: menu.ShowHome

    make_link_code: linking.MakeLinkCode
    link_chat: linking.LinkChat
    void_link_code: linking.VoidLinkCode
    unlink_chat: linking.UnlinkChat
    list_chats: linking.ListChats
