"""Reads what a person types, or a cell holds, as the value of a customer's field."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from domain.customers import FIELDS, CustomerField, CustomerKind
from domain.errors import DomainError
from domain.identifiers import parse_email, parse_login_phone, parse_tax_code
from domain.names import parse_legal_name, parse_name
from domain.text import clean_line, fold


def parse_field(field: CustomerField, text: str, kind: CustomerKind | None) -> str:
    """The normalised value of one field of a customer of this `kind` (`None`: not known yet).

    Raises `DomainError` that says what a right value looks like.
    """
    if field is CustomerField.TAX_CODE:
        return parse_tax_code(text, kind).value
    if parse := _PARSERS.get(field):
        return parse(text)
    if field is CustomerField.NAME:
        return parse_legal_name(text, FIELDS[field].limit)
    if field is CustomerField.REPRESENTATIVE:
        return parse_name(text, FIELDS[field].limit)
    return clean_line(text, FIELDS[field].limit)


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
    """Raises `DomainError("kind_unknown")` for anything but the two kinds."""
    try:
        return _KIND_WORDS[fold(text)]
    except KeyError:
        raise DomainError("kind_unknown", value=text[:50]) from None


_PARSERS: Mapping[CustomerField, Callable[[str], str]] = {
    CustomerField.KIND: parse_kind,
    CustomerField.EMAIL: lambda text: parse_email(text).value,
    CustomerField.PHONE: parse_login_phone,
}
"""Fields that are more than one line of text; the tax code needs the kind as well."""
