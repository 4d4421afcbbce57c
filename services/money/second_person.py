"""Whether a second person has to look at money that one person books or sends back by hand."""

from collections.abc import Sequence
from typing import NewType

from domain.errors import DomainError
from domain.sign_offs import AskedAct, SignedAct, is_large
from domain.transfers import VND, Transfer
from services.ports import UnitOfWork

SecondPersonAbove = NewType("SecondPersonAbove", int)
"""VND above which a second person approves a payment or a return by hand; 0 for never."""

SIGNED = SecondPersonAbove(0)
"""For an act that a second person has approved."""


async def check_alone(uow: UnitOfWork, above: SecondPersonAbove, amount: int, currency: str = VND) -> None:
    """Raise `DomainError("second_person")` (above, in VND) where a second person has to approve this amount.
    Nobody has to as long as nobody may: a desk that gave the right to nobody works as it did."""
    if is_large(amount, currency, above) and await uow.people.approvers():
        raise DomainError("second_person", above=above)


async def waiting_for_second(uow: UnitOfWork, transfers: Sequence[Transfer]) -> frozenset[int]:
    """The ids of those whose return waits for a second person."""
    keys = {AskedAct(SignedAct.RETURN, str(one.id), 0, "").key: one.id for one in transfers}
    return frozenset(keys[key] for key in await uow.sign_offs.waiting_about(list(keys)))
