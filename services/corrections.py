"""Corrections: a short text, such as a reply to a message about a customer, that changes one field."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.customers import CLEARABLE, Customer, CustomerField
from domain.errors import DomainError
from domain.intakes.pasting import looks_like_list, read_correction, tax_codes_in
from domain.licences import LicenceState
from domain.logins import LoginDoubt
from domain.names import is_doubtful_name
from domain.people import Actor, Right
from services.activation.failed_activations import MENDABLE, mend_line
from services.catalogue.customers import change_field, clear_field, ids_of, own_customer
from services.catalogue.logins import accept_login, login_doubts
from services.operation import Operation
from services.orders.orders import may_see
from services.ports import Turn, UnitOfWork

CORRECTABLE = frozenset((CustomerField.TAX_CODE, CustomerField.NAME, *CLEARABLE))
"""Changing the kind undoes more than one field."""
_LOOKED_AT = 50
"""How many of a customer's newest purchases are looked at."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction changed. The values are normalised; `before` may be empty. `mended` counts the failed
    activations that get the new value when they are tried again."""

    customer: Customer
    field: CustomerField
    before: str
    after: str
    mended: int = 0


@dataclass(frozen=True, slots=True)
class MeantCustomer:
    """The customer that a reply corrects, and the text of the correction."""

    customer: Customer
    text: str


class FindCorrected(Operation):
    """The catalogue's customer that a reply to a message is about.

    It is the only customer whose tax code stands in the message, or the one among several that the reply
    names. `None` if the message names no customer, or if the reply is a list of other customers or only a tax
    code from the message. Raises `DomainError("correction_several")` (with one of the tax codes) if the reply
    does not say which of several it means.
    """

    async def __call__(self, actor: Actor, told: str, text: str) -> MeantCustomer | None:
        actor.require(Right.KEEP_CUSTOMERS)
        codes = tax_codes_in(told)
        if not codes:
            return None
        async with self.units.read() as uow:
            known = await uow.customers.by_tax_codes(actor.firm_id, codes)
        named = [code for code in tax_codes_in(text) if code in known]
        if len(named) == 1:
            rest = _without(text, named[0])
            return MeantCustomer(known[named[0]], rest) if rest else None
        if not known or looks_like_list(text):
            return None
        if len(known) > 1:
            raise DomainError("correction_several", tax_code=min(known, key=codes.index))
        return MeantCustomer(next(iter(known.values())), text)


class CorrectCustomer(Operation):
    """Change the one field that a text corrects, by the rules of `EditCustomer`. Without `field` the text
    itself says which field. A doubtful value is taken only if it is `sure`.

    Raises `DomainError` (`correction_unclear`; `email_doubtful`, `phone_landline`, `login_shared` and
    `name_doubtful` with the field and the value as it would be kept) and what `EditCustomer` raises.
    """

    async def __call__(
        self,
        actor: Actor,
        customer_id: int,
        text: str,
        field: CustomerField | None = None,
        sure: bool = False,
    ) -> Corrected:
        actor.require(Right.KEEP_CUSTOMERS)
        if field is None:
            field, text = _read(text)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            customer = await own_customer(uow, actor, customer_id)
            edited = await change_field(uow, customer, field, text, now)
            if sure:
                edited = await accept_login(uow, edited, field, now)
            elif edited != customer:
                await _refuse_doubtful(uow, edited, field)
            before, after = getattr(customer, field.value), getattr(edited, field.value)
            mended = await _mend_failed(uow, actor, customer, field, before, after, self.clock.now())
        return Corrected(edited, field, before, after, mended)


class UndoCorrection(Operation):
    """Bring back the value `before` a correction. Raises `DomainError("correction_outdated")` if the value is
    not `after` any more. A repeat changes nothing."""

    async def __call__(
        self, actor: Actor, customer_id: int, field: CustomerField, before: str, after: str
    ) -> Customer:
        actor.require(Right.KEEP_CUSTOMERS)
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            customer = await own_customer(uow, actor, customer_id)
            now_is = getattr(customer, field.value)
            if now_is == before:
                return customer
            if now_is != after or field not in CORRECTABLE:
                raise DomainError("correction_outdated")
            if not before:
                return await clear_field(uow, customer, field, self.clock.now())
            await _mend_failed(uow, actor, customer, field, after, before, self.clock.now())
            return await change_field(uow, customer, field, before, self.clock.now())


async def _refuse_doubtful(uow: UnitOfWork, edited: Customer, field: CustomerField) -> None:
    """Raise what is doubtful about the new value of a login, or about a new name."""
    value = getattr(edited, field.value)
    if field is CustomerField.NAME and is_doubtful_name(value):
        raise DomainError("name_doubtful", field=field.value, value=value)
    for doubt in (await login_doubts(uow, edited.firm_id, [edited])).get(edited.id, ()):
        if doubt.value != value:
            continue
        if doubt.kind is LoginDoubt.NEAR_MISS:
            raise DomainError("email_doubtful", field=field.value, value=value, suggestion=doubt.better)
        if doubt.kind is LoginDoubt.LANDLINE:
            raise DomainError("phone_landline", field=field.value, value=value)
        raise DomainError("login_shared", field=field.value, value=value)


async def _mend_failed(
    uow: UnitOfWork,
    actor: Actor,
    customer: Customer,
    field: CustomerField,
    before: str,
    after: str,
    now: datetime,
) -> int:
    """Correct the placed lines whose activation failed with the value `before`, in orders that the actor may
    see. Returns how many there were."""
    if field not in MENDABLE or before == after:
        return 0
    failed = [
        one
        for one in await uow.orders.purchases(actor.firm_id, await ids_of(uow, customer), _LOOKED_AT)
        if one.licence.state is LicenceState.FAILED
        and getattr(one.line, field.value) == before
        and may_see(actor, one.order.firm_id, one.order.accountant_id)
    ]
    for one in failed:
        await mend_line(uow, actor, one.order, one.line.position, field, after, now)
    return len(failed)


def _read(text: str) -> tuple[CustomerField, str]:
    read = read_correction(text)
    if read is not None:
        for field in CORRECTABLE:
            if field.value == read[0].value:
                return field, read[1]
    raise DomainError("correction_unclear")


def _without(text: str, tax_code: str) -> str:
    digits = "[ .-]?".join(tax_code.replace("-", ""))
    return re.sub(rf"(?:mst[ :.]*)?{digits}", " ", text, flags=re.IGNORECASE).strip(" \t\n:;,|-")
