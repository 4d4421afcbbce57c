"""From what a person types, or a cell holds, to a customer's field."""

from collections.abc import Callable
from functools import lru_cache

from domain.customers import (
    ADDRESS_LIMIT,
    NAME_LIMIT,
    OWN_CODE_LIMIT,
    CustomerField,
    CustomerKind,
)
from domain.errors import DomainError
from domain.identifiers import parse_email, parse_phone, parse_tax_code
from domain.text import clean_line, fold


def parse_field(field: CustomerField, text: str, kind: CustomerKind | None) -> str:
    """The normalised value of one field. Raises `DomainError` that says what a right value looks like."""
    match field:
        case CustomerField.KIND:
            return parse_kind(text)
        case CustomerField.TAX_CODE:
            return parse_tax_code(text, kind).value
        case _:
            return _PARSERS[field](text)


_PARSERS: dict[CustomerField, Callable[[str], str]] = {
    CustomerField.NAME: lambda text: clean_line(text, NAME_LIMIT),
    CustomerField.ADDRESS: lambda text: clean_line(text, ADDRESS_LIMIT),
    CustomerField.REPRESENTATIVE: lambda text: clean_line(text, NAME_LIMIT),
    CustomerField.EMAIL: lambda text: parse_email(text).value,
    CustomerField.PHONE: lambda text: parse_phone(text).e164,
    CustomerField.OWN_CODE: lambda text: clean_line(text, OWN_CODE_LIMIT),
}
"""Those of the fields that are read alike whatever the kind."""


_KIND_WORDS = {
    "enterprise": CustomerKind.ENTERPRISE,
    "doanh nghiep": CustomerKind.ENTERPRISE,
    "dn": CustomerKind.ENTERPRISE,
    "cong ty": CustomerKind.ENTERPRISE,
    "household": CustomerKind.HOUSEHOLD,
    "ho kinh doanh": CustomerKind.HOUSEHOLD,
    "hkd": CustomerKind.HOUSEHOLD,
}


@lru_cache(maxsize=1024)
def parse_kind(text: str) -> CustomerKind:
    """Raise `DomainError("kind_unknown")` for anything but the two kinds."""
    try:
        return _KIND_WORDS[fold(text)]
    except KeyError:
        raise DomainError("kind_unknown", value=text[:50]) from None
