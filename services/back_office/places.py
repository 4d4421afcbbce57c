"""Who belongs to which firm: back office moves people, gives firms to other owners, closes firms, and lets a
person who lost their chat back in. Each act has its reason, its row in the log, and tells those concerned."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.chats import Channel
from domain.errors import DomainError
from domain.events import Verb
from domain.link_codes import VALID_FOR, new_link_code
from domain.messaging.pushes import FirmDecided, FirmGiven, PersonMoved, Push, RecoveryCodeMade
from domain.people import Accountant, Actor, Firm, FirmState, Right, Role
from domain.proofs import ProofKind
from domain.text import NOTE_LIMIT, clean_line
from services.audit import record
from services.messaging.push_queue import queue_pushes
from services.operation import LARGEST_ID, Operation
from services.people.leaving import let_go, unassign
from services.people.linking import digest_of
from services.ports import Chat, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class FirmPeople:
    """A firm, its active people, and the other firms with its tax code."""

    firm: Firm
    people: tuple[Accountant, ...]
    rivals: tuple[Firm, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person with their firm, what they have proved, and their chats."""

    person: Accountant
    firm: Firm
    proved: Collection[ProofKind]
    chats: tuple[Chat, ...]


class ViewFirmPeople(Operation):
    """Raises `DomainError("firm_unknown")`."""

    async def __call__(self, actor: Actor, firm_id: int) -> FirmPeople:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            firm = await _firm(uow, firm_id)
            rivals = [one for one in await uow.people.claimants(firm.tax_code) if one.id != firm.id]
            return FirmPeople(firm, tuple(await uow.people.staff_of(firm_id)), tuple(rivals))


class ViewPerson(Operation):
    """A person of a firm. Where their card is `opened`, the audit log notes it. Raises
    `DomainError("person_unknown")`."""

    async def __call__(self, actor: Actor, accountant_id: int, opened: bool = False) -> PersonView:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            person = await _person(uow, accountant_id)
            view = PersonView(
                person,
                await uow.people.firm(person.firm_id),
                await uow.people.proved(person.id),
                tuple(await uow.chats.of_accountant(person.id)),
            )
        if opened:
            async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
                now, firm_id = self.clock.now(), person.firm_id
                await record(uow, Verb.FIRM_LOOKED_UP, now, by=actor, firm_id=firm_id, person=person.id)
        return view


class MovePerson(Operation):
    """Make a person staff of another firm, with their chats. Customers and orders stay where they are.

    An owner can be moved who is alone in a firm without orders, which is closed then. The person, the owner
    of their old firm and that of the new one are told. Raises `DomainError`: `person_unknown`,
    `firm_unknown`, `person_there_already`, `firm_is_closed`, `owner_has_staff`, `owner_has_orders`.
    """

    async def __call__(self, actor: Actor, accountant_id: int, firm_id: int, reason: str) -> Accountant:
        actor.require(Right.RUN_BACK_OFFICE)
        reason, now = clean_line(reason, NOTE_LIMIT), self.clock.now()
        async with self.units.read() as uow:
            person = await _person(uow, accountant_id)
        turns = Turn.of_firm(person.firm_id), Turn.of_firm(firm_id), Turn.of_person(accountant_id)
        async with self.units.write(*turns) as uow:
            person = await _person_of(uow, accountant_id, person.firm_id)
            firm = await _open_firm(uow, firm_id)
            if person.firm_id == firm_id:
                raise DomainError("person_there_already")
            moved = await _move(uow, actor, person, firm, reason, now)
            await record(
                uow,
                Verb.PERSON_MOVED,
                now,
                by=actor,
                firm_id=firm_id,
                was=person.firm_id,
                person=moved.id,
                reason=reason,
            )
            concerned = [moved.id, *await _owners(uow, person.firm_id), *await _owners(uow, firm_id)]
            subject = PersonMoved(moved.id)
            await _tell(uow, f"person_moved:{moved.id}", subject, concerned, now)
            return moved


class GiveFirm(Operation):
    """Make a person the owner of a firm: one of its staff, or, with their chats, one of another firm (see
    `MovePerson`). Who owned it is its staff from then on. Both are told.

    Raises `DomainError` as `MovePerson`.
    """

    async def __call__(self, actor: Actor, firm_id: int, accountant_id: int, reason: str) -> Accountant:
        actor.require(Right.RUN_BACK_OFFICE)
        reason, now = clean_line(reason, NOTE_LIMIT), self.clock.now()
        async with self.units.read() as uow:
            person = await _person(uow, accountant_id)
        turns = Turn.of_firm(person.firm_id), Turn.of_firm(firm_id), Turn.of_person(accountant_id)
        async with self.units.write(*turns) as uow:
            person = await _person_of(uow, accountant_id, person.firm_id)
            firm = await _open_firm(uow, firm_id)
            before = await _owners(uow, firm_id)
            if accountant_id in before:
                raise DomainError("person_there_already")
            owner = person
            if person.firm_id != firm_id:
                owner = await _move(uow, actor, person, firm, reason, now)
            for one in before:
                await uow.accounts.hand_over(one, owner.id)
            owner = replace(owner, role=Role.OWNER)
            await record(
                uow,
                Verb.FIRM_GIVEN,
                now,
                by=actor,
                firm_id=firm_id,
                was=person.firm_id,
                person=owner.id,
                reason=reason,
            )
            concerned = [owner.id, *before]
            if person.firm_id != firm_id:
                concerned += await _owners(uow, person.firm_id)
            key = f"firm_given:{firm_id}:{owner.id}:{now.isoformat()}"
            await _tell(uow, key, FirmGiven(owner.id), concerned, now)
            return owner


class CloseFirm(Operation):
    """Close a firm: its people see what there is, and order, activate, invite and send nothing any more. What
    is held of it is forgotten; who was asked to pay may still pay. All its people are told.

    A repeat changes nothing. Raises `DomainError("firm_unknown")`.
    """

    async def __call__(self, actor: Actor, firm_id: int, reason: str) -> Firm:
        actor.require(Right.RUN_BACK_OFFICE)
        reason, now = clean_line(reason, NOTE_LIMIT), self.clock.now()
        async with self.units.write(Turn.of_firm(firm_id)) as uow:
            firm = await _firm(uow, firm_id)
            if firm.state is not FirmState.CLOSED:
                await _close(uow, actor, firm_id, reason, now)
                people = [one.id for one in await uow.people.staff_of(firm_id)]
                key = f"firm_decided:{firm_id}:{FirmState.CLOSED}:{now.isoformat()}"
                await _tell(uow, key, FirmDecided(firm_id), people, now)
            return await uow.people.firm(firm_id)


class RecoverChat(Operation):
    """Make a code for a person who lost their chat: the chat that sends it replaces the one in its app, also
    their only one. Back office reads it out to them. The person is told in their mailbox.

    Raises `DomainError("person_unknown")`.
    """

    async def __call__(self, actor: Actor, accountant_id: int, reason: str) -> str:
        actor.require(Right.RUN_BACK_OFFICE)
        reason, now = clean_line(reason, NOTE_LIMIT), self.clock.now()
        code = new_link_code()
        async with self.units.write(Turn.of_person(min(accountant_id, LARGEST_ID))) as uow:
            person = await _person(uow, accountant_id)
            digest = digest_of(code)
            await uow.link_codes.make(digest, person.id, now + VALID_FOR, replaces=True)
            await record(
                uow,
                Verb.RECOVERY_CODE_MADE,
                now,
                by=actor,
                firm_id=person.firm_id,
                person=person.id,
                reason=reason,
            )
            await _tell(uow, f"recovery_code:{digest}", RecoveryCodeMade(digest), [person.id], now)
        return code


async def _move(
    uow: UnitOfWork, actor: Actor, person: Accountant, firm: Firm, reason: str, now: datetime
) -> Accountant:
    """The person as staff of another firm, under a new number. The old one stays as the name on what they
    did."""
    if person.role is Role.OWNER:
        if len(await uow.people.staff_of(person.firm_id)) > 1:
            raise DomainError("owner_has_staff")
        if await uow.people.has_orders(person.firm_id):
            raise DomainError("owner_has_orders")
        await _close(uow, actor, person.firm_id, reason, now)
    moved = await uow.people.add_accountant(firm.id, Role.STAFF, person.name, person.phone, person.email, now)
    await uow.people.keep_word(person.id, moved.id)
    await uow.preferences.save(moved.id, await uow.preferences.get(person.id))
    await uow.chats.hand_over(person.id, moved.id)
    await unassign(uow, person.firm_id, person.id, now)
    await let_go(uow, person.id)
    return moved


async def _close(uow: UnitOfWork, actor: Actor, firm_id: int, reason: str, now: datetime) -> None:
    await uow.people.decide_firm(firm_id, FirmState.CLOSED, reason)
    await uow.held.forget(await uow.held.codes_of(firm_id))
    await record(uow, Verb.FIRM_CLOSED, now, by=actor, firm_id=firm_id, reason=reason)


async def _tell(
    uow: UnitOfWork,
    key: str,
    subject: FirmDecided | PersonMoved | FirmGiven | RecoveryCodeMade,
    people: Iterable[int],
    now: datetime,
) -> None:
    pushes = [Push(f"{key}:{one}", Channel.CHAT, subject, one) for one in dict.fromkeys(people)]
    await queue_pushes(uow, pushes, now)


async def _owners(uow: UnitOfWork, firm_id: int) -> list[int]:
    return [one.id for one in await uow.people.staff_of(firm_id) if one.role is Role.OWNER]


async def _firm(uow: UnitOfWork, firm_id: int) -> Firm:
    firm = await uow.people.find_firm(firm_id) if firm_id <= LARGEST_ID else None
    if firm is None or firm.state is FirmState.VENDOR:
        raise DomainError("firm_unknown")
    return firm


async def _open_firm(uow: UnitOfWork, firm_id: int) -> Firm:
    firm = await _firm(uow, firm_id)
    if firm.state is FirmState.CLOSED:
        raise DomainError("firm_is_closed")
    return firm


async def _person(uow: UnitOfWork, accountant_id: int) -> Accountant:
    person = await uow.people.find_accountant(accountant_id) if accountant_id <= LARGEST_ID else None
    if person is None or not person.active or person.role is Role.BACK_OFFICE:
        raise DomainError("person_unknown")
    return person


async def _person_of(uow: UnitOfWork, accountant_id: int, firm_id: int) -> Accountant:
    """The person, unless somebody else has moved them meanwhile."""
    person = await _person(uow, accountant_id)
    if person.firm_id != firm_id:
        raise DomainError("person_unknown")
    return person
