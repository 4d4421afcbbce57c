"""Letting go of a person who leaves a firm, or the program."""

from datetime import datetime

from domain.people import Accountant
from services.ports import CustomerFilter, UnitOfWork
from services.scrubbing import ask_to_scrub


async def unassign(uow: UnitOfWork, firm_id: int, accountant_id: int, now: datetime) -> None:
    """Let nobody look after this person's customers."""
    for archived in (False, True):
        theirs = CustomerFilter(firm_id, archived=archived, assignee_id=accountant_id)
        await uow.customers.assign_matching(theirs, None, now)


async def let_go(uow: UnitOfWork, accountant_id: int) -> None:
    """Take this person's chats and code away. What they did keeps their name."""
    await uow.chats.unlink(accountant_id)
    await uow.link_codes.void(accountant_id)
    await uow.people.deactivate(accountant_id)


async def forget_person(
    uow: UnitOfWork, person: Accountant, heir: Accountant | None, name: str, now: datetime
) -> None:
    """Let the person go and erase what is kept of them. What they did has this `name` from now on, and the
    `heir` stands in for them where they were to be told."""
    chats = [(chat.channel, chat.external_id) for chat in await uow.chats.of_accountant(person.id)]
    people = {person.id, *(one.id for one in await uow.people.staff_of(person.firm_id))}
    await unassign(uow, person.firm_id, person.id, now)
    await let_go(uow, person.id)
    await uow.accounts.forget(person, heir, name)
    await uow.traces.forget_chats(chats)
    await uow.jobs.forget([one for one in (person.email, person.phone) if one], people)
    await ask_to_scrub(uow, now)
