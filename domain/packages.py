"""What is sold: packages of a price list, and the fiscal years they can be bought for."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from domain.customers import CustomerKind
from domain.money import line_amount


@dataclass(frozen=True, slots=True)
class Package:
    """`price` is VND a fiscal year before VAT; `vat_rate` is a percentage, `None` when not subject to VAT.
    Without `has_stock` the package keeps no goods, so how to cost them is not asked."""

    id: int
    code: str
    kind: CustomerKind
    name: str
    summary: str
    price: int
    vat_rate: int | None
    sample: bool = False
    has_stock: bool = True

    @property
    def amount(self) -> int:
        """VND to pay for one customer, VAT included."""
        return line_amount(self.price, self.vat_rate)


def says_stock(name: str, summary: str) -> bool:
    """Whether a package has stock as far as its words tell: unless they say that it has none."""
    return not _without_stock().search(unicodedata.normalize("NFC", f"{name} {summary}").casefold())


@cache
def _without_stock() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_price_list()['without_stock'])})\b")


@cache
def _price_list() -> dict[str, Any]:
    return dict(json.loads(files("domain.data").joinpath("price_list.json").read_text("utf-8")))


def offered_fiscal_years(today: date) -> tuple[int, ...]:
    """From last year to three years ahead. This year comes first; from October on, next year does."""
    years = [today.year - 1, today.year, today.year + 1, today.year + 2, today.year + 3]
    first = today.year + 1 if today.month >= 10 else today.year
    return (first, *(year for year in years if year != first))


def sample_price_list() -> tuple[Package, ...]:
    """The shipped price list, marked as sample; ids are given by the storage."""
    content = _price_list()
    return tuple(
        Package(
            id=0,
            code=entry["code"],
            kind=CustomerKind(entry["kind"]),
            name=entry["name"],
            summary=entry["summary"],
            price=entry["price"],
            vat_rate=entry["vat_rate"],
            sample=content["sample"],
            has_stock=says_stock(entry["name"], entry["summary"]),
        )
        for entry in content["packages"]
    )
