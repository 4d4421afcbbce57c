"""Names and addresses that a list leaves open, from the registry of taxpayers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.customer_fields import parse_field
from domain.customers import CustomerField
from domain.errors import DomainError
from domain.intakes.entries import Entry, EntryField, Known, Standing
from services.ports import Registered

_FILLED = {EntryField.NAME: CustomerField.NAME, EntryField.ADDRESS: CustomerField.ADDRESS}
_OPEN = (Standing.READY, Standing.LACKING, Standing.WRONG)


def open_fields(entry: Entry) -> list[EntryField]:
    """Those of name and address that a customer not known yet is lacking, with nothing wrong said of them."""
    if entry.known is not Known.NEW or entry.standing not in _OPEN or not entry.get(EntryField.TAX_CODE):
        return []
    wrong = {problem.field for problem in entry.problems}
    return [field for field in _FILLED if field not in wrong and not entry.get(field)]


def to_look_up(entries: Iterable[Entry]) -> list[str]:
    """The tax codes to ask for."""
    return [entry.get(EntryField.TAX_CODE) for entry in entries if open_fields(entry)]


def filled(entry: Entry, registered: Mapping[str, Registered]) -> Entry:
    """With what is registered in the fields that are open; to be judged again."""
    found = registered.get(entry.get(EntryField.TAX_CODE))
    if found is None:
        return entry
    said = {EntryField.NAME: found.name, EntryField.ADDRESS: found.address}
    values = dict(entry.values)
    for field in open_fields(entry):
        try:
            values[field] = parse_field(_FILLED[field], said[field], None)
        except DomainError:
            continue  # The accountant is asked, as without a registry.
    return replace(entry, values=values)
