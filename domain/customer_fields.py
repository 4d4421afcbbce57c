"""From what a person types, or a cell holds, to a customer's field."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from domain.accounting import recognise_regime, recognise_vat_method
from domain.customers import (
    ADDRESS_LIMIT,
    NAME_LIMIT,
    OWN_CODE_LIMIT,
    CustomerData,
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


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A field of a row that cannot be taken, and why."""

    field: CustomerField
    error: DomainError


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row of a list: `data` when it can be kept, else what is wrong with it. `number` is the sheet's.

    `says_kind` is false where the row leaves the kind open and `data` has the one its tax code tells.
    """

    number: int
    name: str
    data: CustomerData | None
    problems: tuple[RowProblem, ...] = ()
    says_kind: bool = True


def check_rows(rows: Iterable[tuple[int, Mapping[str, str]]]) -> list[CheckedRow]:
    """Check every row of a list; a tax code that stands twice is taken where it stands first."""
    checked = []
    first_at: dict[str, int] = {}
    for number, cells in rows:
        row = _check_row(number, cells)
        if row.data is not None:
            earlier = first_at.setdefault(row.data.tax_code, number)
            if earlier != number:
                error = DomainError("row_repeated", row=earlier)
                row = CheckedRow(number, row.name, None, (RowProblem(CustomerField.TAX_CODE, error),))
        checked.append(row)
    return checked


_COLUMNS = [(field, field.value, parse) for field, parse in _PARSERS.items()]


def _check_row(number: int, cells: Mapping[str, str]) -> CheckedRow:
    problems: list[RowProblem] = []
    values: dict[str, Any] = {}
    kind = _row_kind(cells, problems)
    try:
        values["tax_code"] = parse_tax_code(cells.get("tax_code", ""), kind).value
    except DomainError as error:
        problems.append(RowProblem(CustomerField.TAX_CODE, error))
    for field, name, parse in _COLUMNS:
        text = cells.get(name, "")
        if not text and field is not CustomerField.NAME:
            continue
        try:
            values[name] = parse(text)
        except DomainError as error:
            problems.append(RowProblem(field, error))
    shown = values.get("name") or cells.get("name", "")[:60]
    if problems:
        return CheckedRow(number, shown, None, tuple(problems))
    return CheckedRow(
        number,
        shown,
        CustomerData(
            kind=kind,
            regime=recognise_regime(cells.get("regime", "")),
            vat_method=recognise_vat_method(cells.get("vat_method", "")),
            **values,
        ),
        says_kind=bool(cells.get("kind")),
    )


def _row_kind(cells: Mapping[str, str], problems: list[RowProblem]) -> CustomerKind:
    """The kind as written in the row, else as the tax code tells: 12 digits are a household's owner."""
    if cells.get("kind"):
        try:
            return parse_kind(cells["kind"])
        except DomainError as error:
            problems.append(RowProblem(CustomerField.KIND, error))
    try:
        hint = parse_tax_code(cells.get("tax_code", "")).kind_hint
    except DomainError:
        hint = None
    if hint is None and fold(cells.get("name", "")).startswith(("ho kinh doanh", "hkd")):
        return CustomerKind.HOUSEHOLD
    return CustomerKind(hint or CustomerKind.ENTERPRISE)
