"""Whose money a transfer may be: open requests of its sum, or of whom its content names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.candidates import IN_A_SET, names_in, stands_in, tax_codes_in, the_one_set, words_of
from domain.people import Actor, Right
from domain.transfers import VND, Attention, Transfer
from services.back_office.transfers import transfer_with
from services.operation import Operation
from services.ports import OpenRequest, UnitOfWork

SHOWN = 7
"""With the five buttons of the window, twelve."""
_LOOKED_AT = 50
"""Open requests that are looked at for each reason."""
_FIRMS = 5
"""Firms of which sets of requests are tried."""

_OF_AMOUNT, _OF_CUSTOMER, _OF_FIRM = 4, 3, 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """Requests that a transfer may pay: one, or all of a set that together make its sum."""

    requests: tuple[OpenRequest, ...]
    names_customer: bool = False
    """Whether the content names the one request's customer, by name or tax code."""

    @property
    def codes(self) -> str:
        return " ".join(request.code for request in self.requests)

    @property
    def left(self) -> int:
        return sum(request.left for request in self.requests)


class ListCandidates(Operation):
    """Requests that a transfer may pay. Raises `DomainError("transfer_unknown")`."""

    async def __call__(self, actor: Actor, transfer_id: int) -> Sequence[Candidate]:
        actor.require(Right.RUN_BACK_OFFICE)
        async with self.units.read() as uow:
            return await find_candidates(uow, await transfer_with(uow, transfer_id))


async def find_candidates(uow: UnitOfWork, transfer: Transfer) -> tuple[Candidate, ...]:
    """At most `SHOWN`, the likeliest first; none for what is settled, outgoing or refunded. Books nothing."""
    reported = transfer.reported
    if transfer.attention in (None, Attention.REFUND) or reported.outgoing:
        return ()
    amount = (transfer.surplus or reported.amount) if reported.currency == VND else 0
    tax_codes = tax_codes_in(reported.content)
    found = (
        {one.code: one for one in await uow.desk_search.open_of_amount(amount, _LOOKED_AT)} if amount else {}
    )
    named = await uow.desk_search.open_of_named(names_in(reported.content), tax_codes, _LOOKED_AT)
    found |= {one.code: one for one in named}
    firm_ids = list(await uow.desk_search.firms_of_tax_codes(tax_codes)) if tax_codes else []
    for firm_id in firm_ids[:_FIRMS]:
        found |= {one.code: one for one in await uow.desk_search.open_of_firm(firm_id, _LOOKED_AT)}
    words = words_of(reported.content)
    customers = {one.code for one in found.values() if _names_customer(one, words, tax_codes)}
    firms = _firms_named(found.values(), words, tax_codes)
    scores = {
        one.code: _OF_AMOUNT * (one.left == amount)
        + _OF_CUSTOMER * (one.code in customers)
        + _OF_FIRM * (one.firm_id in firms)
        for one in found.values()
    }
    likely = sorted(found.values(), key=lambda one: (-scores[one.code], -one.order_id))
    candidates = [Candidate((one,), one.code in customers) for one in likely if scores[one.code]]
    if amount:
        firm_ids += [one.firm_id for one in named]
        firm_ids += await uow.desk_search.firms_of_total(amount, _FIRMS)
        candidates = [*await _sets(uow, firm_ids, amount), *candidates]
    return tuple(candidates[:SHOWN])


def the_named(candidates: Iterable[Candidate]) -> Candidate | None:
    """The one candidate whose customer is named; `None` if none is, or several are."""
    named = [one for one in candidates if one.names_customer]
    return named[0] if len(named) == 1 else None


def _names_customer(one: OpenRequest, words: str, tax_codes: list[str]) -> bool:
    return one.tax_code in tax_codes or stands_in(one.customer, words)


def _firms_named(found: Iterable[OpenRequest], words: str, tax_codes: list[str]) -> set[int]:
    """The ids of the firms that are named, each looked for once."""
    firms = {one.firm_id: one for one in found}
    return {
        firm_id
        for firm_id, one in firms.items()
        if one.firm_tax_code in tax_codes or stands_in(one.firm, words)
    }


async def _sets(uow: UnitOfWork, firm_ids: Iterable[int], amount: int) -> list[Candidate]:
    """For each firm the one set of its open requests that makes the amount, if exactly one does."""
    found = []
    for firm_id in list(dict.fromkeys(firm_ids))[:_FIRMS]:
        requests = await uow.desk_search.open_of_firm(firm_id, IN_A_SET + 1)
        places = the_one_set([one.left for one in requests], amount)
        if places:
            found.append(Candidate(tuple(requests[place] for place in places)))
    return found
