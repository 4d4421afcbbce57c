"""Completing names and addresses that a list leaves open from the registry of taxpayers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from domain.customer_fields import parse_field
from domain.customers import CustomerField, CustomerKind
from domain.errors import DomainError
from domain.intakes.entries import Entry, EntryField, Known, Standing
from domain.intakes.parsing import fitted, in_order
from services.ports import Registered

_FILLED = {EntryField.NAME: CustomerField.NAME, EntryField.ADDRESS: CustomerField.ADDRESS}
_OPEN = (Standing.READY, Standing.LACKING, Standing.WRONG)


def fields_to_look_up(entry: Entry) -> list[EntryField]:
    """Name and address as far as they are open, for a customer who is not in the catalogue."""
    if entry.known is not Known.NEW or entry.standing not in _OPEN or not entry.get(EntryField.TAX_CODE):
        return []
    wrong = {problem.field for problem in entry.problems}
    return [field for field in _FILLED if field not in wrong and not entry.get(field)]


def to_look_up(entries: Iterable[Entry]) -> list[str]:
    """The tax codes to ask the registry for."""
    return [entry.get(EntryField.TAX_CODE) for entry in entries if fields_to_look_up(entry)]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The `entries` of which the registry knew something, completed, and the `fields` that it filled. They
    have to be judged again."""

    entries: tuple[Entry, ...] = ()
    fields: tuple[EntryField, ...] = ()


def completed(entries: Iterable[Entry], registered: Mapping[str, Registered]) -> LookedUp:
    """What the registry knows of these entries."""
    found = [(entry, done) for entry in entries if (done := _filled(entry, registered)) != entry]
    gained = {field for entry, done in found for field in done.values.keys() - entry.values}
    return LookedUp(tuple(done for _, done in found), tuple(field for field in _FILLED if field in gained))


def _filled(entry: Entry, registered: Mapping[str, Registered]) -> Entry:
    """The entry with its open fields filled from the registry. A registered name that tells another kind
    than the entry has is a problem."""
    found = registered.get(entry.get(EntryField.TAX_CODE))
    if found is None:
        return entry
    said = {EntryField.NAME: found.name, EntryField.ADDRESS: found.address}
    values = dict(entry.values)
    for field in fields_to_look_up(entry):
        try:
            values[field] = parse_field(_FILLED[field], said[field], None)
        except DomainError:
            continue  # The accountant is asked instead.
    problems = fitted(values, entry.problems, CustomerKind(values[EntryField.KIND]), values)
    return replace(entry, values=values, problems=in_order(problems))
