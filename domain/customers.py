"""The firm's customers: their fields, and what holds for each field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from operator import attrgetter
from typing import Any

from domain.errors import DomainError
from domain.text import fold

NAME_LIMIT = 200
ADDRESS_LIMIT = 300
LABEL_LIMIT = 30


class CustomerKind(StrEnum):
    """Packages, regimes and VAT methods belong to one kind; an order never mixes them."""

    ENTERPRISE = "enterprise"
    HOUSEHOLD = "household"


def kind_of_name(name: str) -> CustomerKind | None:
    """The kind that the first words of a name tell, if they do."""
    return _kind_of_words(" ".join(name.split(None, 3)[:3]))


def is_household_name(text: str) -> bool:
    """Whether the short word for a household stands in front; without its mark it may be a surname."""
    return text[:80].casefold().split()[:1] == [_names()["household_word"]]


@lru_cache(maxsize=4096)
def _kind_of_words(name: str) -> CustomerKind | None:
    words = fold(name[:40]) + " "
    if is_household_name(name):
        return CustomerKind.HOUSEHOLD
    begun = (kind for kind in CustomerKind if any(words.startswith(f"{one} ") for one in _names()[kind]))
    return next(begun, None)


@cache
def _names() -> dict[str, Any]:
    """The words that names begin with, by kind."""
    return dict(json.loads(files("domain").joinpath("data/kind_names.json").read_text("utf-8")))


def told_otherwise(kind: CustomerKind, name: str, tax_code: str = "") -> CustomerKind | None:
    """The other kind, if the name tells it, or the tax code: only a household has twelve digits. A household
    may still have ten or thirteen, as before 01/07/2025."""
    told = kind_of_name(name)
    if told is None or told is kind:
        told = CustomerKind.HOUSEHOLD if len(tax_code) == 12 else kind
    return None if told is kind else told


def check_name(kind: CustomerKind, name: str) -> None:
    """Raise `DomainError("kind_of_name")` (value, kind, told) for a name that tells the other kind."""
    told = told_otherwise(kind, name)
    if told is not None:
        raise DomainError("kind_of_name", value=name, kind=kind, told=told)


class CustomerField(StrEnum):
    """The fields that can be asked for and edited one by one, each named as in `CustomerData`."""

    KIND = "kind"
    TAX_CODE = "tax_code"
    NAME = "name"
    ADDRESS = "address"
    REPRESENTATIVE = "representative"
    EMAIL = "email"
    PHONE = "phone"
    OWN_CODE = "own_code"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What holds for one field.

    `limit`: how many characters its one line has at most; 0 for a field with a parser of its own
    (`domain/customer_fields.py`). `required`: no order is placed without it. `clearable`: it may be emptied
    again. `searched`: customers are found by it, as they are by name and tax code.
    """

    limit: int = 0
    required: bool = False
    clearable: bool = False
    searched: bool = False


FIELDS: Mapping[CustomerField, FieldRule] = {
    CustomerField.KIND: FieldRule(),
    CustomerField.TAX_CODE: FieldRule(),
    # A customer without a name or a tax code could not be found, so neither is clearable.
    CustomerField.NAME: FieldRule(NAME_LIMIT, required=True),
    CustomerField.ADDRESS: FieldRule(ADDRESS_LIMIT, required=True, clearable=True),
    CustomerField.REPRESENTATIVE: FieldRule(NAME_LIMIT, required=True, clearable=True),
    CustomerField.EMAIL: FieldRule(required=True, clearable=True),
    CustomerField.PHONE: FieldRule(required=True, clearable=True),
    CustomerField.OWN_CODE: FieldRule(30, clearable=True, searched=True),
}
"""The one table of the fields. Required fields are asked for in its order."""

REQUIRED_FOR_ORDER = tuple(field for field, rule in FIELDS.items() if rule.required)
CLEARABLE = tuple(field for field, rule in FIELDS.items() if rule.clearable)
SEARCHED = tuple(field for field, rule in FIELDS.items() if rule.searched)
_required_values = attrgetter(*(field.value for field in REQUIRED_FOR_ORDER))


DECLARED = ("regime", "vat_method", "income_method", "first_month", "data_start", "costing")
"""The fields of accounting data that a customer keeps; they are of its kind."""


@dataclass(frozen=True, slots=True)
class CustomerData:
    """What is known of a customer, already normalised; empty text means not given yet.

    `email` and `phone` (E.164) are the legal representative's and create the login of the software.
    The fields of `DECLARED` are the accounting data last declared, each `None` when never; `data_start` is
    the first day of the books. `sure_of` has a word for each doubt about the login that was answered
    (`domain.logins`).
    """

    kind: CustomerKind
    tax_code: str
    name: str = ""
    address: str = ""
    representative: str = ""
    email: str = ""
    phone: str = ""
    own_code: str = ""
    regime: str | None = None
    vat_method: str | None = None
    first_month: int | None = None
    data_start: date | None = None
    costing: str | None = None
    income_method: str | None = None
    sure_of: str = ""

    @property
    def called(self) -> str:
        """The name, or the tax code of a customer without a name yet."""
        return self.name or self.tax_code

    @property
    def missing(self) -> tuple[CustomerField, ...]:
        """What keeps this customer from being ordered, in the order to ask for it: a kind that its name or
        tax code contradicts, and fields that are empty."""
        values = _required_values(self)
        doubt = told_otherwise(self.kind, self.name, self.tax_code)
        if all(values) and doubt is None:
            return ()
        open_fields = (field for field, value in zip(REQUIRED_FOR_ORDER, values, strict=True) if not value)
        return (CustomerField.KIND, *open_fields) if doubt else tuple(open_fields)


def check_kind_told(data: CustomerData) -> None:
    """Raise `DomainError` if the name ("kind_of_name") or the tax code ("tax_code_kind") tells the other
    kind."""
    check_name(data.kind, data.name)
    if told_otherwise(data.kind, data.name, data.tax_code):
        raise DomainError("tax_code_kind", value=data.tax_code)


_data_values = attrgetter(*(field.name for field in fields(CustomerData)))


@dataclass(frozen=True, slots=True)
class Customer(CustomerData):
    """A customer kept by a firm. One declared only inside an order is not `in_catalogue`.

    `assignee_id` is the accountant who looks after it. `merged_into` is the customer that took its place in
    the catalogue. An `erased` customer holds no personal data any more.
    """

    id: int = 0
    firm_id: int = 0
    in_catalogue: bool = True
    archived: bool = False
    assignee_id: int | None = None
    merged_into: int | None = None
    erased: bool = False

    @property
    def data(self) -> CustomerData:
        return CustomerData(*_data_values(self))


_FILLED = (CustomerField.NAME.value, *(field.value for field in CLEARABLE), "assignee_id")


def filled_from(keep: Customer, drop: Customer) -> dict[str, Any]:
    """What `keep` lacks and `drop` has, by field; of another kind neither accounting data, nor a name that
    tells it."""
    names = _FILLED + DECLARED if keep.kind is drop.kind else _FILLED
    if told_otherwise(keep.kind, drop.name):
        names = tuple(name for name in names if name != CustomerField.NAME)
    return {name: getattr(drop, name) for name in names if not getattr(keep, name) and getattr(drop, name)}
