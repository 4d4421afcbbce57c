"""What the accountants' own rights are (Law 91/2025): to see, correct and copy what is kept of them, to agree
to a new text, and to close their account, which takes back the consent and erases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.chats import Channel
from domain.consents import CONSENT_VERSION, Consent
from domain.errors import DomainError
from domain.events import Verb
from domain.identifiers import parse_email, parse_phone
from domain.messaging.pushes import Push, StaffActed
from domain.people import Accountant, Actor, Firm, Right, Role, parse_person_name
from domain.proofs import ProofRules
from services.audit import record
from services.catalogue.erasing import ask_to_erase_firm
from services.messaging.push_queue import queue_pushes, tell_owner
from services.operation import Operation
from services.people.leaving import forget_person
from services.people.people import ChatIdentity
from services.ports import Chat, Turn, UnitOfWork
from services.ports.accounts import Kept

_SHOWN = 10
"""How many orders that are in the way are named."""


class AccountField(StrEnum):
    """What people may correct of themselves."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Account:
    accountant: Accountant
    firm: Firm
    chats: Sequence[Chat]
    consents: Sequence[Consent]


@dataclass(frozen=True, slots=True)
class Closing:
    """What keeps an owner from closing the account: `colleagues`, one of whom must take over the firm first,
    else the firm's open `orders` and `money` that waits. Staff may always close theirs."""

    colleagues: tuple[Accountant, ...] = ()
    orders: tuple[str, ...] = ()
    money: bool = False

    @property
    def may(self) -> bool:
        return not (self.colleagues or self.orders or self.money)


class ViewAccount(Operation):
    """What is kept of the actor, in short."""

    async def __call__(self, actor: Actor) -> Account:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            return Account(
                await uow.people.accountant(actor.accountant_id),
                await uow.people.firm(actor.firm_id),
                await uow.chats.of_accountant(actor.accountant_id),
                await uow.accounts.consents(actor.accountant_id),
            )


class ExportAccount(Operation):
    """All that is kept of the actor, to be handed to them. The audit log notes it."""

    async def __call__(self, actor: Actor) -> Kept:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            await record(uow, Verb.ACCOUNT_EXPORTED, now, by=actor, firm_id=actor.firm_id)
            return await uow.accounts.kept_of(actor.accountant_id)


@dataclass(frozen=True, slots=True)
class ChangeAccount(Operation):
    """Correct the actor's name, phone or e-mail; the log notes which. Orders placed before keep their copy.

    A phone or an address that can be proved in this chat, by a code or the app's own contact, counts once it
    is: before that `DomainError("proof_missing")` is raised and the old one stays, also the one that is typed
    again where it is not proved. Raises what `parse_person_name`, `parse_phone` or `parse_email` raise.
    """

    rules: ProofRules

    async def __call__(self, actor: Actor, field: AccountField, text: str, chat: ChatIdentity) -> Accountant:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        kinds = [kind for kind in self.rules.needed(chat.channel) if kind.value == field.value]
        value = parsed(field, text)
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            was = await uow.people.accountant(actor.accountant_id)
            kept = {name.value: getattr(was, name) for name in AccountField}
            changed = kept | {field.value: value}
            if changed == kept and set(kinds) <= set(await uow.people.proved(was.id)):
                return was
            had = await uow.proofs.of(chat.channel, chat.external_id)
            if not all(kind in had and had[kind].holds(value, now) for kind in kinds):
                raise DomainError("proof_missing")
            await uow.accounts.change_person(was.id, **changed)
            if kinds:
                await uow.people.note_proved(was.id, kinds, now)
                await uow.proofs.forget(chat.channel, chat.external_id)
            await record(uow, Verb.ACCOUNT_CHANGED, now, by=actor, firm_id=actor.firm_id, field=field.value)
            return await uow.people.accountant(was.id)


class AgreeToText(Operation):
    """The actor agrees to the present text, once; a repeat changes nothing."""

    async def __call__(self, actor: Actor, channel: Channel) -> None:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_person(actor.accountant_id)) as uow:
            known = {one.text_version for one in await uow.accounts.consents(actor.accountant_id)}
            if CONSENT_VERSION in known:
                return
            await uow.people.record_consent(actor.accountant_id, CONSENT_VERSION, channel, now)
            await record(
                uow, Verb.CONSENT_GIVEN, now, by=actor, firm_id=actor.firm_id, version=CONSENT_VERSION
            )


class CheckClosing(Operation):
    """What is in the way of closing the account."""

    async def __call__(self, actor: Actor) -> Closing:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            return await _closing(uow, actor)


class HandOverFirm(Operation):
    """Make a colleague the owner of the firm; the actor is staff from now on, and the colleague is told.

    Raises `DomainError("staff_unknown")` for a person who is not on the firm's staff.
    """

    async def __call__(self, actor: Actor, accountant_id: int) -> Accountant:
        actor.require(Right.INVITE_STAFF)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            heir = next((one for one in await _colleagues(uow, actor) if one.id == accountant_id), None)
            # The actor may have handed it over in another chat at this moment.
            if heir is None or (await uow.people.accountant(actor.accountant_id)).role is not Role.OWNER:
                raise DomainError("staff_unknown")
            await uow.accounts.hand_over(actor.accountant_id, heir.id)
            await record(
                uow, Verb.FIRM_HANDED_OVER, now, by=actor, firm_id=actor.firm_id, accountant_id=heir.id
            )
            subject = StaffActed(f"{Verb.FIRM_HANDED_OVER}:{actor.accountant_id}:0")
            key = f"staff_acted:{subject.what}:{now.isoformat()}:{heir.id}"
            await queue_pushes(uow, [Push(key, Channel.CHAT, subject, heir.id)], now)
            return heir


class CloseAccount(Operation):
    """Close the actor's account for good, unless something is in the way, which is returned.

    The consent is withdrawn, the chats are a stranger's, and all that is kept of the person is erased; what
    they did is kept under a number. Staff's customers have no assignee then, and their owner is told. With
    the only one of a firm the firm goes: its customers are erased by a job, what stands on invoices stays.
    """

    async def __call__(self, actor: Actor) -> Closing:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        turns = (Turn.of_firm(actor.firm_id), Turn.of_person(actor.accountant_id), Turn.invoices())
        async with self.units.write(*turns) as uow:
            person = await uow.people.accountant(actor.accountant_id)
            # Somebody may have removed them, or made them the owner, at this moment.
            if not person.active:
                return Closing()
            closing = await _closing(uow, person.actor)
            if closing.may:
                await _close(uow, person, now)
            return closing


def parsed(field: AccountField, text: str) -> str:
    """What is kept of a correction. Raises what the parser of the field raises."""
    if field is AccountField.NAME:
        return parse_person_name(text)
    return parse_phone(text).e164 if field is AccountField.PHONE else parse_email(text).value


async def _colleagues(uow: UnitOfWork, actor: Actor) -> list[Accountant]:
    return [one for one in await uow.people.staff_of(actor.firm_id) if one.id != actor.accountant_id]


async def _closing(uow: UnitOfWork, actor: Actor) -> Closing:
    if actor.role is not Role.OWNER:
        return Closing()
    if colleagues := await _colleagues(uow, actor):
        return Closing(colleagues=tuple(colleagues))
    orders = tuple(await uow.accounts.unsettled(actor.firm_id, _SHOWN))
    return Closing(orders=orders, money=await uow.accounts.money_waits(actor.firm_id))


async def _close(uow: UnitOfWork, person: Accountant, now: datetime) -> None:
    actor = person.actor
    staff = await _colleagues(uow, actor)
    heir = next((one for one in staff if one.role is Role.OWNER), None)
    await uow.accounts.withdraw_consents(person.id, now)
    await forget_person(uow, person, heir, number_of(person), now)
    await record(uow, Verb.ACCOUNT_CLOSED, now, by=actor, firm_id=actor.firm_id)
    await tell_owner(uow, actor, Verb.ACCOUNT_CLOSED, now, 0)
    if not staff:
        await uow.accounts.forget_firm(actor.firm_id, f"#{actor.firm_id}")
        await ask_to_erase_firm(uow, actor.firm_id, now)


def number_of(person: Accountant) -> str:
    """What stands instead of the name of who closed their account."""
    return f"#{person.id}"
