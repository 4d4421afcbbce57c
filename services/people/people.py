"""First contact, firms and their staff."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from domain.caps import check_people
from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.messaging.pushes import FirmClaimed, FirmWaiting, Push, StaffJoined
from domain.people import Accountant, Actor, Firm, FirmState, Invitation, Right, Role
from domain.proofs import ProofRules
from domain.retention import KEPT, Kept
from services.audit import record
from services.messaging.push_queue import queue_pushes, tell_back_office
from services.operation import Operation
from services.people.leaving import forget_person
from services.people.proofs import check_proved
from services.ports import Speaker, Turn, UnitOfWork

INVITATION_HOURS = int(KEPT[Kept.INVITATIONS] / timedelta(hours=1))

_STANDING = (FirmState.WAITING, FirmState.APPROVED)
"""States of a firm whose tax code nobody else should have."""

Approval = NewType("Approval", bool)
"""Whether a new firm waits for back office before it may place orders."""


@dataclass(frozen=True, slots=True)
class ChatIdentity:
    """The chat that speaks: its channel, and its id on that channel."""

    channel: Channel
    external_id: str


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What newcomers say about themselves, normalised, and the version of the consent they agreed to."""

    name: str
    phone: str
    email: str
    consent_version: str


@dataclass(frozen=True, slots=True)
class Profile:
    accountant: Accountant
    firm: Firm
    staff: Sequence[Accountant]


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class WhoIs(Operation):
    """The accountant behind a chat, or `None` for a stranger.

    If they used another chat of theirs before, this one is noted as the one in use, unless `speaks` is false:
    then it is the program that asks, not the person.
    """

    async def __call__(self, chat: ChatIdentity, speaks: bool = True) -> Accountant | None:
        speaker = await self.speaker(chat, speaks)
        return speaker.accountant if speaker else None

    async def speaker(self, chat: ChatIdentity, speaks: bool = True) -> Speaker | None:
        """The same, with what is known of the chat."""
        async with self.units.read() as uow:
            speaker = await uow.chats.speaker(chat.channel, chat.external_id)
        if speaker is None:
            return None
        if speaker.came_over and speaks:
            # Read before waiting for the writer's lock, so that of two chats the one that spoke later counts.
            now = self.clock.now()
            async with self.units.write() as uow:
                await uow.chats.come_over(chat.channel, chat.external_id, speaker.accountant.id, now)
        return speaker


@dataclass(frozen=True, slots=True)
class RegisterFirm(Operation):
    """Register a firm with the newcomer as its owner. A repeat by the same chat returns the same accountant.

    With `approval`, back office is told and the firm may place no orders until it is approved. A tax code is
    claimed, not owned: where another firm has it, back office is told, and the newcomer sees no difference.
    Raises `DomainError("proof_missing")` unless the chat has proved phone and e-mail address.
    """

    approval: Approval
    rules: ProofRules

    async def __call__(
        self,
        chat: ChatIdentity,
        person: PersonDetails,
        firm_name: str,
        firm_tax_code: str,
        firm_address: str = "",
    ) -> Accountant:
        now = self.clock.now()
        turns = Turn.of_chat(chat.channel, chat.external_id), Turn.of_tax_code(firm_tax_code)
        async with self.units.write(*turns) as uow:
            known = await uow.chats.accountant_of(chat.channel, chat.external_id)
            if known is not None:
                return known
            state = FirmState.WAITING if self.approval else FirmState.APPROVED
            firm = await uow.people.add_firm(firm_name, firm_tax_code, state, now, firm_address)
            owner = await _admit(uow, self.rules, chat, person, firm.id, Role.OWNER, now)
            claimants = await uow.people.claimants(firm_tax_code)
            if any(one.state in _STANDING for one in claimants if one.id != firm.id):
                await tell_back_office(uow, f"firm_claimed:{firm.id}", FirmClaimed(firm.id), now)
            if self.approval:
                await tell_back_office(uow, f"firm_waiting:{firm.id}", FirmWaiting(firm.id), now)
            return owner


class InviteStaff(Operation):
    """Make an invitation that works once within `INVITATION_HOURS`. Returns its secret token, of which only a
    digest is stored."""

    async def __call__(self, actor: Actor) -> str:
        actor.require(Right.INVITE_STAFF)
        token = secrets.token_urlsafe(18)
        expires_at = self.clock.now() + timedelta(hours=INVITATION_HOURS)
        async with self.units.write() as uow:
            (await uow.people.firm(actor.firm_id)).check_open()
            await uow.people.add_invitation(
                actor.firm_id, actor.accountant_id, _token_hash(token), expires_at
            )
        return token


class ReadInvitation(Operation):
    """The firm that an invitation leads to. Raises `DomainError` when it is unknown, used or expired."""

    async def __call__(self, token: str) -> Firm:
        async with self.units.read() as uow:
            invitation = await uow.people.invitation(_token_hash(token))
            if invitation is None:
                raise DomainError("invitation_unknown")
            invitation.check_usable(self.clock.now())
            return await _open_firm(uow, invitation)


@dataclass(frozen=True, slots=True)
class JoinFirm(Operation):
    """A newcomer takes up an invitation, and the owner who invited is told. A repeat returns the same
    accountant. Raises as `RegisterFirm`, and where the invitation does not hold."""

    rules: ProofRules

    async def __call__(self, chat: ChatIdentity, person: PersonDetails, token: str) -> Accountant:
        now = self.clock.now()
        async with self.units.write(Turn.of_chat(chat.channel, chat.external_id)) as uow:
            known = await uow.chats.accountant_of(chat.channel, chat.external_id)
            if known is not None:
                return known
            invitation = await uow.people.invitation(_token_hash(token))
            if invitation is not None and await uow.take(Turn.of_firm(invitation.firm_id)):
                invitation = await uow.people.invitation(_token_hash(token))
            if invitation is None:
                raise DomainError("invitation_unknown")
            invitation.check_usable(now)
            await _open_firm(uow, invitation)
            check_people(len(await uow.people.staff_of(invitation.firm_id)))
            accountant = await _admit(uow, self.rules, chat, person, invitation.firm_id, Role.STAFF, now)
            await uow.people.use_invitation(invitation.id, accountant.id)
            push = Push(
                f"staff_joined:{accountant.id}",
                Channel.CHAT,
                StaffJoined(accountant.id),
                invitation.invited_by,
            )
            await queue_pushes(uow, [push], now)
            return accountant


class ListInvitations(Operation):
    """The firm's invitations that still work, oldest first."""

    async def __call__(self, actor: Actor) -> Sequence[Invitation]:
        actor.require(Right.INVITE_STAFF)
        async with self.units.read() as uow:
            return await uow.people.open_invitations(actor.firm_id, self.clock.now())


class RevokeInvitation(Operation):
    """Make an invitation invalid; its link then says that it has expired. A used invitation stays as it
    is."""

    async def __call__(self, actor: Actor, invitation_id: int) -> None:
        actor.require(Right.INVITE_STAFF)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            await uow.people.revoke_invitation(actor.firm_id, invitation_id)


class RemoveStaff(Operation):
    """Remove one of the firm's staff. All their chats are a stranger's from now on.

    Their customers have no assignee then. What they did keeps their name; all else that is kept of them is
    erased, as they cannot ask for it any more. The owner is told what they would be told. Raises
    `DomainError("staff_unknown")` for a person who is not on the firm's staff, or not any more.
    """

    async def __call__(self, actor: Actor, accountant_id: int) -> None:
        actor.require(Right.INVITE_STAFF)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id), Turn.of_person(accountant_id)) as uow:
            team = await uow.people.staff_of(actor.firm_id)
            staff = {one.id: one for one in team if one.role is Role.STAFF}
            if accountant_id not in staff:
                raise DomainError("staff_unknown")
            heir = next((one for one in team if one.role is Role.OWNER), None)
            await forget_person(uow, staff[accountant_id], heir, staff[accountant_id].name, now)
            await record(
                uow, Verb.STAFF_REMOVED, now, by=actor, firm_id=actor.firm_id, accountant_id=accountant_id
            )


class ShowProfile(Operation):
    """The actor, their firm and colleagues."""

    async def __call__(self, actor: Actor) -> Profile:
        async with self.units.read() as uow:
            return Profile(
                await uow.people.accountant(actor.accountant_id),
                await uow.people.firm(actor.firm_id),
                await uow.people.staff_of(actor.firm_id),
            )


async def _open_firm(uow: UnitOfWork, invitation: Invitation) -> Firm:
    """The firm that invites. Into one that was closed nobody is invited any more."""
    firm = await uow.people.firm(invitation.firm_id)
    if firm.state is FirmState.CLOSED:
        raise DomainError("invitation_expired")
    return firm


async def _admit(
    uow: UnitOfWork,
    rules: ProofRules,
    chat: ChatIdentity,
    person: PersonDetails,
    firm_id: int,
    role: Role,
    now: datetime,
) -> Accountant:
    proved = await check_proved(uow, rules, chat, person.phone, person.email, now)
    accountant = await uow.people.add_accountant(firm_id, role, person.name, person.phone, person.email, now)
    await uow.people.note_proved(accountant.id, proved, now)
    await uow.proofs.forget(chat.channel, chat.external_id)
    await uow.people.record_consent(accountant.id, person.consent_version, chat.channel, now)
    await uow.chats.link(chat.channel, chat.external_id, accountant.id, now)
    return accountant
