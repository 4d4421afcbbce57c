"""Doubts about the logins of customers: mistyped e-mails, landlines, and logins that customers share."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.customers import Customer, CustomerField
from domain.errors import DomainError
from domain.logins import Doubt, LoginDoubt, open_doubts, own_doubts, with_answered
from domain.people import Actor, Right
from services.operation import Operation
from services.ports import Turn, UnitOfWork

_OF_LOGIN = (CustomerField.EMAIL, CustomerField.PHONE)


async def login_doubts(
    uow: UnitOfWork, firm_id: int, customers: Sequence[Customer]
) -> Mapping[int, tuple[Doubt, ...]]:
    """The open doubts about the logins of these customers, by their ids; those without any are left out."""
    shared = _shared(await uow.customers.with_logins(firm_id, _values(customers)), customers)
    found = ((customer.id, open_doubts(customer, shared)) for customer in customers)
    return {customer_id: doubts for customer_id, doubts in found if doubts}


async def accept_login(uow: UnitOfWork, customer: Customer, field: CustomerField, now: datetime) -> Customer:
    """The customer, sure of its e-mail or phone however odd it is; of another field there is no doubt."""
    if field not in _OF_LOGIN:
        return customer
    return (await _accept(uow, customer.firm_id, [customer], [getattr(customer, field)], now))[0]


async def share_answers(uow: UnitOfWork, customer: Customer, now: datetime) -> None:
    """Tell those with whom a new customer shares its login, as was said, that they do."""
    words = (word.partition(":") for word in customer.sure_of.split())
    if values := [value for kind, _, value in words if kind == LoginDoubt.SHARED]:
        await _accept(uow, customer.firm_id, [customer], values, now)


async def _accept(
    uow: UnitOfWork, firm_id: int, customers: Sequence[Customer], values: Sequence[str], now: datetime
) -> list[Customer]:
    """Answer the doubts about these e-mails and phones; the customers as they are then.

    Who shares one of them is not asked about it any more, either. No tick is withdrawn, because nothing that
    is ordered changes.
    """
    sharing = await uow.customers.with_logins(firm_id, values)
    shared = _shared(sharing, customers)
    own = {customer.id for customer in customers}
    now_sure: dict[int, Customer] = {}
    for one in {customer.id: customer for customer in (*sharing, *customers)}.values():
        login = [value for value in (one.email, one.phone) if value in values]
        doubts = own_doubts(*_split(one, login)) if one.id in own else []
        doubts += [Doubt(LoginDoubt.SHARED, value) for value in login if value in shared]
        now_sure[one.id] = replace(one, sure_of=with_answered(one.sure_of, doubts))
    before = {one.id: one for one in (*sharing, *customers)}
    await uow.customers.update_many([one for one in now_sure.values() if one != before[one.id]], now)
    return [now_sure[customer.id] for customer in customers]


def _split(customer: Customer, login: Collection[str]) -> tuple[str, str]:
    email, phone = customer.email, customer.phone
    return (email if email in login else ""), (phone if phone in login else "")


def _values(customers: Iterable[Customer]) -> list[str]:
    found = (value for customer in customers for value in (customer.email, customer.phone) if value)
    return list(dict.fromkeys(found))


def _shared(kept: Iterable[Customer], customers: Iterable[Customer]) -> set[str]:
    """E-mails and phones that more than one of all these customers have."""
    everybody = {customer.id: customer for customer in (*kept, *customers)}.values()
    counts = Counter(value for one in everybody for value in (one.email, one.phone) if value)
    return {value for value, count in counts.items() if count > 1}


class FindByLogin(Operation):
    """Customers of the catalogue (at most 3), but the one of `but_id`, with this e-mail or phone (E.164)."""

    async def __call__(self, actor: Actor, value: str, but_id: int = 0) -> Sequence[Customer]:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            return await uow.customers.sharing_login(actor.firm_id, value, value, but_id)


class FindLoginDoubts(Operation):
    """The open doubts about the logins of these customers, by their ids; those without any are left out."""

    async def __call__(self, actor: Actor, customer_ids: Sequence[int]) -> Mapping[int, tuple[Doubt, ...]]:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            found = await uow.customers.by_ids(actor.firm_id, customer_ids)
            return await login_doubts(uow, actor.firm_id, found)


class AcceptLogins(Operation):
    """Answer all doubts about the logins of these customers: each is as it should be.

    Raises `DomainError("customer_unknown")` if one is not the firm's.
    """

    async def __call__(self, actor: Actor, customer_ids: Sequence[int]) -> None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            found = await uow.customers.by_ids(actor.firm_id, customer_ids)
            if len(found) < len(set(customer_ids)):
                raise DomainError("customer_unknown")
            await _accept(uow, actor.firm_id, found, _values(found), self.clock.now())
