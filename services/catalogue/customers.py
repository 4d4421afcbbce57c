"""The firm's catalogue of customers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.caps import check_customers
from domain.customer_fields import parse_field
from domain.customers import (
    CLEARABLE,
    DECLARED,
    Customer,
    CustomerData,
    CustomerField,
    CustomerKind,
    check_kind_told,
    check_name,
)
from domain.errors import DomainError
from domain.identifiers import parse_tax_code
from domain.logins import Doubt
from domain.people import Actor, Right
from domain.text import search_terms
from services.catalogue.logins import accept_login, login_doubts, share_answers
from services.operation import LARGEST_ID, Operation
from services.paging import PAGE_SIZE
from services.ports import CustomerFilter, CustomerPage, Label, Turn, UnitOfWork


@dataclass(frozen=True, slots=True)
class AddedCustomer:
    """A customer that was to be added. `created` is false if the catalogue held the tax code already."""

    customer: Customer
    created: bool


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which customers of the catalogue: those that meet every criterion.

    `query` is as typed; diacritics and case do not matter. `lapsed` is a fiscal year: customers with an order
    for the year before and none for it. `missing`: customers that lack something an order needs.
    """

    query: str = ""
    kind: CustomerKind | None = None
    archived: bool = False
    label_id: int | None = None
    assignee_id: int | None = None
    lapsed: int | None = None
    missing: bool = False


EVERYONE = Criteria()


def catalogue_filter(actor: Actor, criteria: Criteria) -> CustomerFilter:
    """The criteria as a filter on the customers of the actor's firm."""
    return CustomerFilter(
        actor.firm_id,
        tuple(search_terms(criteria.query)),
        criteria.kind,
        criteria.archived,
        criteria.label_id,
        criteria.assignee_id,
        criteria.lapsed,
        criteria.missing,
    )


async def own_customer(uow: UnitOfWork, actor: Actor, customer_id: int) -> Customer:
    """The customer, if it is this firm's. Another firm's, or an erased one, looks as if it did not exist."""
    is_possible = customer_id <= LARGEST_ID
    customer = await uow.customers.get(actor.firm_id, customer_id) if is_possible else None
    if customer is None or customer.erased:
        raise DomainError("customer_unknown")
    return customer


async def kept_customer(uow: UnitOfWork, firm_id: int, customer_id: int) -> Customer | None:
    """The customer, or the one it was finally merged into; `None` if that is erased."""
    customer = await uow.customers.get(firm_id, customer_id)
    while customer is not None and customer.merged_into is not None:
        customer = await uow.customers.get(firm_id, customer.merged_into)
    return None if customer is None or customer.erased else customer


class FindCustomers(Operation):
    """One page of the catalogue."""

    async def __call__(
        self, actor: Actor, criteria: Criteria = EVERYONE, page: int = 0, page_size: int = PAGE_SIZE
    ) -> CustomerPage:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            where = catalogue_filter(actor, criteria)
            return await uow.customers.find(where, page * page_size, page_size)


async def ids_of(uow: UnitOfWork, customer: Customer) -> list[int]:
    """All ids under which the customer may stand in orders: its own, those of the customers merged into it,
    and those of customers declared with its tax code in a single order."""
    ids = [customer.id]
    for one in ids:
        ids.extend(await uow.customers.merged_into(customer.firm_id, one))
    declared = await uow.customers.declared(customer.firm_id, customer.tax_code)
    return ids + [one for one in declared if one not in ids]


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer with what is kept elsewhere: its `labels`, the name of its `assignee` (empty for nobody),
    the `doubts` about its login that are open, the customers it shares a login with, those merged into it,
    and the one it was merged into."""

    customer: Customer
    labels: tuple[Label, ...]
    assignee: str
    sharing: tuple[Customer, ...]
    merged: tuple[Customer, ...]
    into: Customer | None
    doubts: tuple[Doubt, ...] = ()


class ViewCustomer(Operation):
    """One customer of the actor's firm with all that its card shows."""

    async def __call__(self, actor: Actor, customer_id: int) -> CustomerView:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            customer = await own_customer(uow, actor, customer_id)
            labels = await uow.labels.of_customers([customer.id])
            names = await uow.people.names([customer.assignee_id] if customer.assignee_id else [])
            merged = [
                await uow.customers.get(actor.firm_id, one)
                for one in await uow.customers.merged_into(actor.firm_id, customer.id)
            ]
            return CustomerView(
                customer,
                tuple(labels.get(customer.id, ())),
                names.get(customer.assignee_id or 0, ""),
                tuple(await _sharing(uow, customer)),
                tuple(one for one in merged if one is not None),
                await kept_customer(uow, actor.firm_id, customer.id) if customer.merged_into else None,
                (await login_doubts(uow, actor.firm_id, [customer])).get(customer.id, ()),
            )


class GetCustomer(Operation):
    """One customer of the actor's firm."""

    async def __call__(self, actor: Actor, customer_id: int) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            return await own_customer(uow, actor, customer_id)


class FindByTaxCode(Operation):
    """The catalogue's customer of a tax code (archived or not), or `None`."""

    async def __call__(self, actor: Actor, tax_code: str) -> Customer | None:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            return await uow.customers.by_tax_code(actor.firm_id, tax_code)


class AddCustomer(Operation):
    """Add a customer to the catalogue. If it holds the tax code already, the known customer is returned.

    Raises `DomainError` if the name or the tax code tells the other kind.
    """

    async def __call__(self, actor: Actor, data: CustomerData) -> AddedCustomer:
        actor.require(Right.KEEP_CUSTOMERS)
        check_kind_told(data)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            known = await uow.customers.by_tax_code(actor.firm_id, data.tax_code)
            if known is not None:
                return AddedCustomer(known, created=False)
            check_customers(await uow.customers.count(actor.firm_id))
            customer = await uow.customers.add(actor.firm_id, data, in_catalogue=True, now=self.clock.now())
            await share_answers(uow, customer, self.clock.now())
            return AddedCustomer(customer, created=True)


class EditCustomer(Operation):
    """Change one field; `text` is as typed. Drafts that hold this customer lose their tick.

    A doubtful e-mail or phone is taken, and stays marked unless the accountant is `sure` of it. Raises
    `DomainError` for a wrong value, `kind_of_name` for a name that tells the other kind, or
    `tax_code_taken` with the other customer's name. A kind that the name contradicts is taken, since it was
    chosen; no order is placed before the name fits.
    """

    async def __call__(
        self, actor: Actor, customer_id: int, field: CustomerField, text: str, sure: bool = False
    ) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            customer = await own_customer(uow, actor, customer_id)
            edited = await change_field(uow, customer, field, text, now)
            return await accept_login(uow, edited, field, now) if sure else edited


async def change_field(
    uow: UnitOfWork, customer: Customer, field: CustomerField, text: str, now: datetime
) -> Customer:
    """The customer with one field changed, as `EditCustomer` does."""
    value = parse_field(field, text, customer.kind)
    if field is CustomerField.TAX_CODE and customer.in_catalogue:
        taken = await uow.customers.by_tax_code(customer.firm_id, value)
        if taken is not None and taken.id != customer.id:
            raise DomainError("tax_code_taken", name=taken.name)
    if field is CustomerField.NAME:
        check_name(customer.kind, value)
    changes: dict[str, Any] = {field.value: value}
    if field is CustomerField.KIND and value != customer.kind:
        parse_tax_code(customer.tax_code, CustomerKind(value))
        changes |= dict.fromkeys(DECLARED)
    edited = replace(customer, **changes)
    if edited != customer:
        await uow.customers.update(edited, now)
        await uow.drafts.withdraw_ticks([customer.id])
        if edited.kind is not customer.kind:
            await uow.drafts.unpick_everywhere(customer.id)
    return edited


class ClearField(Operation):
    """Empty a field. Drafts that hold this customer lose their tick.

    Raises `DomainError("field_needed")` for a field that every customer must have.
    """

    async def __call__(self, actor: Actor, customer_id: int, field: CustomerField) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            customer = await own_customer(uow, actor, customer_id)
            return await clear_field(uow, customer, field, self.clock.now())


async def clear_field(uow: UnitOfWork, customer: Customer, field: CustomerField, now: datetime) -> Customer:
    """The customer with one field emptied, as `ClearField` does."""
    if field not in CLEARABLE:
        raise DomainError("field_needed")
    changes: dict[str, Any] = {field.value: ""}
    cleared = replace(customer, **changes)
    if cleared != customer:
        await uow.customers.update(cleared, now)
        await uow.drafts.withdraw_ticks([customer.id])
    return cleared


class ArchiveCustomer(Operation):
    """Take a customer out of the catalogue's lists, or bring it back. Nothing is deleted."""

    async def __call__(self, actor: Actor, customer_id: int, archived: bool) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            customer = replace(await own_customer(uow, actor, customer_id), archived=archived)
            await uow.customers.update(customer, self.clock.now())
            return customer


class FindSharedLogins(Operation):
    """Other customers whose representative has the same phone or e-mail: they will share one login."""

    async def __call__(self, actor: Actor, customer_id: int) -> Sequence[Customer]:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.read() as uow:
            return await _sharing(uow, await own_customer(uow, actor, customer_id))


async def _sharing(uow: UnitOfWork, customer: Customer) -> Sequence[Customer]:
    return await uow.customers.sharing_login(customer.firm_id, customer.phone, customer.email, customer.id)
