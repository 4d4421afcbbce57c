"""Who is told instead of the customers, as a typed line says it."""

from collections.abc import Callable, Mapping
from typing import Any

from aiogram.fsm.state import State

from dialogs.offers import OFFER
from dialogs.states import OtherForm
from domain.customers import NAME_LIMIT
from domain.identifiers import parse_email, parse_phone
from domain.intakes.contacts import read_contact
from domain.names import parse_name


def person_in(text: str, asked: str) -> dict[str, Any]:
    """What a line says of the person; an address that looks mistyped is the `OFFER`."""
    said = read_contact(text)
    given = {"name": said.name if asked == "name" else "", "email": said.email, "phone": said.phone}
    if not any(given.values()) or (asked != "name" and not given[asked]):
        given[asked] = text
    read: dict[str, Any] = {field: _READ[field](it) for field, it in given.items() if it}
    if given["email"] and (hint := parse_email(given["email"]).hint):
        read[OFFER] = {"typed": read.pop("email"), "better": hint}
    return read


def next_of(data: Mapping[str, Any]) -> State:
    """The window that asks for what is missing of the person, or for the invoice."""
    if OFFER in data:
        return OtherForm.email
    return next((state for field, state in _PERSON.items() if not data.get(field)), OtherForm.invoice)


def name_in(text: str) -> str:
    return parse_name(text, NAME_LIMIT)


def _phone(text: str) -> str:
    return parse_phone(text).e164


_READ: dict[str, Callable[[str], str]] = {
    "name": name_in,
    "email": lambda text: parse_email(text).value,
    "phone": _phone,
}
_PERSON = {"name": OtherForm.name, "email": OtherForm.email, "phone": OtherForm.phone}
