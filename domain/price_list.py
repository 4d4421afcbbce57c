"""A price list as rows of a workbook: checked row by row, and compared with what is on sale."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from domain.customer_fields import parse_kind
from domain.errors import DomainError
from domain.money import parse_amount
from domain.packages import Package, says_stock
from domain.text import clean_line, fold

PACKAGE_NAME_LIMIT = 60
SUMMARY_LIMIT = 120
HIGHEST_PRICE = 10**10
NO_VAT = "KCT"
"""What a row says of a package that is not subject to VAT."""

_YES_OR_NO = {"co": True, "co kho": True, "x": True, "khong": False, "khong kho": False, "khong co": False}
_CODE = re.compile(r"[A-Z0-9_]{2,30}")


class PriceColumn(StrEnum):
    CODE = "code"
    KIND = "kind"
    NAME = "name"
    SUMMARY = "summary"
    PRICE = "price"
    VAT_RATE = "vat_rate"
    HAS_STOCK = "has_stock"


@dataclass(frozen=True, slots=True)
class PriceProblem:
    """A column of a row that cannot be taken, and why."""

    column: PriceColumn
    error: DomainError


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row of the workbook, numbered as in Excel. It has a package or problems."""

    number: int
    package: Package | None
    problems: tuple[PriceProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceChanges:
    """What a new price list changes: packages by code."""

    new: tuple[Package, ...]
    changed: tuple[tuple[Package, Package], ...]
    """Before and after."""
    gone: tuple[Package, ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def check_prices(rows: Iterable[tuple[int, Mapping[str, str]]]) -> list[PriceRow]:
    """Read every row. If two rows have the same code, the second one is a problem."""
    checked: list[PriceRow] = []
    first_of: dict[str, int] = {}
    for number, cells in rows:
        row = _check_row(number, cells)
        if row.package is not None:
            earlier = first_of.setdefault(row.package.code, number)
            if earlier != number:
                error = DomainError("package_repeated", row=earlier)
                row = PriceRow(number, None, (PriceProblem(PriceColumn.CODE, error),))
        checked.append(row)
    return checked


def compare(on_sale: Sequence[Package], new: Sequence[Package]) -> PriceChanges:
    before = {package.code: replace(package, id=0) for package in on_sale}
    after = {package.code: package for package in new}
    both = [(before[code], package) for code, package in after.items() if code in before]
    return PriceChanges(
        new=tuple(package for code, package in after.items() if code not in before),
        changed=tuple((old, package) for old, package in both if old != package),
        gone=tuple(package for code, package in before.items() if code not in after),
        same=sum(old == package for old, package in both),
    )


def mark_of(packages: Sequence[Package]) -> str:
    """A digest: different price lists get different ones."""
    return hashlib.sha256(repr([astuple(package) for package in packages]).encode()).hexdigest()[:16]


def _check_row(number: int, cells: Mapping[str, str]) -> PriceRow:
    values: dict[str, Any] = {}
    problems: list[PriceProblem] = []
    for column, parse in _PARSERS.items():
        try:
            values[column.value] = parse(cells.get(column, ""))
        except DomainError as error:
            problems.append(PriceProblem(column, error))
    if problems:
        return PriceRow(number, None, tuple(problems))
    if values["has_stock"] is None:
        values["has_stock"] = says_stock(values["name"], values["summary"])
    return PriceRow(number, Package(id=0, **values))


def _code(text: str) -> str:
    code = clean_line(text, 100).upper().replace(" ", "_").replace("-", "_")
    if not _CODE.fullmatch(code):
        raise DomainError("package_code_format", value=text)
    return code


def _summary(text: str) -> str:
    return clean_line(text, SUMMARY_LIMIT) if text.strip() else ""


def _price(text: str) -> int:
    price = parse_amount(clean_line(text, 100))
    if price > HIGHEST_PRICE:
        raise DomainError("amount_format", value=text)
    return price


def _has_stock(text: str) -> bool | None:
    """What the cell says; `None` where it is blank."""
    said = fold(text)
    if not said:
        return None
    if said not in _YES_OR_NO:
        raise DomainError("has_stock_unknown", value=text)
    return _YES_OR_NO[said]


def _vat_rate(text: str) -> int | None:
    """A whole percentage; a cell in Excel's own percent format arrives as a fraction."""
    text = clean_line(text, 100)
    if fold(text) == fold(NO_VAT):
        return None
    try:
        rate = Decimal(text.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise DomainError("vat_rate_format", value=text) from None
    if not rate.is_finite():
        raise DomainError("vat_rate_format", value=text)
    if 0 < rate < 1:
        rate *= 100
    # The bounds come first: to write out 1e999999999 would take all memory.
    if not 0 <= rate <= 100 or rate != int(rate):
        raise DomainError("vat_rate_format", value=text)
    return int(rate)


_PARSERS: dict[PriceColumn, Callable[[str], Any]] = {
    PriceColumn.CODE: _code,
    PriceColumn.KIND: lambda text: parse_kind(clean_line(text, 100)),
    PriceColumn.NAME: lambda text: clean_line(text, PACKAGE_NAME_LIMIT),
    PriceColumn.SUMMARY: _summary,
    PriceColumn.PRICE: _price,
    PriceColumn.VAT_RATE: _vat_rate,
    PriceColumn.HAS_STOCK: _has_stock,
}
