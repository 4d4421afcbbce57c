"""What stands of a firm on invoices in its name."""

from dataclasses import dataclass

from domain.customers import ADDRESS_LIMIT, NAME_LIMIT
from domain.events import Verb
from domain.names import parse_legal_name
from domain.people import Actor, Firm, Right
from domain.text import clean_line
from services.audit import record
from services.catalogue.registry import LookUp
from services.operation import Operation
from services.people.people import ChatIdentity
from services.people.proofs import count_firm_code
from services.ports import Registered, Turn


@dataclass(frozen=True, slots=True)
class LookUpFirm(Operation):
    """Name and address of a firm as registered; `None` without both, or where the registry does not answer or
    is off. Raises `DomainError("firm_codes_enough")` for a chat of a newcomer that has asked about as many as
    a day allows: nothing said here tells whether a firm is known, and nobody tries long lists."""

    look_up: LookUp

    async def __call__(self, tax_code: str, newcomer: ChatIdentity | None = None) -> Registered | None:
        if newcomer is not None:
            async with self.units.write(Turn.of_chat(newcomer.channel, newcomer.external_id)) as uow:
                await count_firm_code(uow, newcomer, self.clock.now())
        found = await self.look_up.one(tax_code)
        return found if found is not None and found.address else None


class ChangeFirm(Operation):
    """Change the firm's address, and its name if one is given. Orders placed before keep their copy.

    Raises what `parse_legal_name` raises.
    """

    async def __call__(self, actor: Actor, address: str, name: str = "") -> Firm:
        actor.require(Right.PLACE_ORDERS)
        address = clean_line(address, ADDRESS_LIMIT)
        now = self.clock.now()
        async with self.units.write(Turn.of_firm(actor.firm_id)) as uow:
            before = await uow.people.firm(actor.firm_id)
            name = parse_legal_name(name, NAME_LIMIT) if name else before.name
            if (name, address) == (before.name, before.address):
                return before
            await uow.people.change_firm(actor.firm_id, name, address)
            await record(uow, Verb.FIRM_CHANGED, now, by=actor, firm_id=actor.firm_id)
            return await uow.people.firm(actor.firm_id)
