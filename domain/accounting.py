"""Accounting data declared per customer: what may be chosen, and whether a choice holds.

Offers depend on the kind of customer and on the first day of its fiscal year. They are data, in
`data/form_options.json`, because laws change them.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from domain.customers import CustomerKind
from domain.errors import DomainError
from domain.text import fold, without_diacritics

_CIRCULAR = re.compile(r"\b(?:tt|thong tu)(?:\b|\d|-?btc)")
_NUMBER_ALONE = re.compile(r"0?\d{2,3}(?:\.0|\s*/\s*20\d\d)?")
# A year after a slash must be the circular's own: 133/2016 is a regime, 133/2020 is not.
_NUMBER_AND_YEAR = re.compile(r"(?<!\d)0?(\d{2,3})(?!\d)(?:\s*/\s*(20\d\d))?")
_VAT_WORDS = {
    "KHAU_TRU": re.compile(r"(?<!khong )(?<!khong duoc )khau tru|^kt$"),
    "TT_DOANH_THU": re.compile(r"\b(?:truc tiep|tt|ty le)\b.*\b(?:doanh thu|dt)\b|^(?:tren )?doanh thu$"),
    "TT_GTGT": re.compile(r"\btruc tiep tren (?:phan )?(?:gtgt|gia tri gia tang)\b|^tt (?:tren )?gtgt$"),
    "KHONG_CHIU": re.compile(r"\bkhong (?:thuoc (?:dien|doi tuong) )?chiu\b|\bkct\b"),
}
_COSTING_WORDS = {
    "average_period_end": re.compile(r"\bcuoi ky\b|\bca ky\b|^average period end$"),
    "average_moving": re.compile(r"\btuc thoi\b|\blien hoan\b|\bdi dong\b|\bmoving\b"),
    "fifo": re.compile(r"\bfifo\b|\bntxt\b|\bnhap truoc xuat truoc\b"),
    "specific": re.compile(r"\bdich danh\b|^specific$"),
}


JOINED_DAYS = 89
"""How many days at most a first period has that is added to the next."""


class Option(NamedTuple):
    """One choice: `id` is stored, `label` is its legal name in Vietnamese, `note` says whom it is for."""

    id: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class AccountingData:
    """`data_start` is the first day of the books in the software; `None` is the fiscal year's first day.
    `income_method` is how income tax is worked out, where the books depend on it; `None` is the usual way."""

    regime: str
    vat_method: str
    first_month: int = 1
    data_start: date | None = None
    currency: str = "VND"
    costing: str = "average_period_end"
    income_method: str | None = None

    def starts_on(self, fiscal_year: int) -> date:
        """First day of the books in `fiscal_year`."""
        return self.data_start or fiscal_year_start(fiscal_year, self.first_month)


def fiscal_year_start(year: int, first_month: int) -> date:
    return date(year, first_month, 1)


def fiscal_year_end(year: int, first_month: int) -> date:
    return fiscal_year_start(year + 1, first_month) - timedelta(days=1)


def earliest_start(year: int, first_month: int) -> date:
    """The first day on which books kept for this fiscal year may begin. A new unit's books open on its
    founding day (Accounting Law 88/2015 art. 26), and a first period of less than 90 days may be added to the
    next, which then has less than 15 months (art. 12)."""
    return fiscal_year_start(year, first_month) - timedelta(days=JOINED_DAYS)


def offered_regimes(kind: CustomerKind, fiscal_year: int, first_month: int) -> list[Option]:
    """Accounting regimes for a fiscal year, the usual one first."""
    return list(_offered("regimes", kind, fiscal_year, first_month))


def offered_vat_methods(kind: CustomerKind, fiscal_year: int, first_month: int) -> list[Option]:
    """VAT methods for a fiscal year, the usual one first."""
    return list(_offered("vat_methods", kind, fiscal_year, first_month))


def offered_income_methods(regime: str, vat_method: str) -> list[Option]:
    """Ways to work out income tax, the usual one first; none where the books do not depend on it."""
    return [
        Option(entry["id"], entry["label"], entry.get("note", ""))
        for entry in _data()["income_methods"]
        if regime in entry["regimes"] and vat_method in entry.get("vat_methods", (vat_method,))
    ]


def income_method_of(data: AccountingData) -> str | None:
    """The way to work out income tax; `None` where the books do not depend on it."""
    offered = [option.id for option in offered_income_methods(data.regime, data.vat_method)]
    return data.income_method if data.income_method in offered else next(iter(offered), None)


def offered_first_months(kind: CustomerKind) -> list[int]:
    """Months in which a fiscal year may begin, 1 to 12, the usual one first."""
    return list(_data()["first_months"][kind.value])


def offered_costings() -> list[Option]:
    """Ways to cost inventory, the usual one first."""
    return list(_costings())


def offered_currencies() -> list[str]:
    """ISO 4217 codes of accounting currencies, the usual one first."""
    return list(_data()["currencies"])


def default_accounting(kind: CustomerKind, fiscal_year: int) -> AccountingData:
    """What most customers of `kind` have: the first of everything offered."""
    first_month = offered_first_months(kind)[0]
    return AccountingData(
        regime=_offered("regimes", kind, fiscal_year, first_month)[0].id,
        vat_method=_offered("vat_methods", kind, fiscal_year, first_month)[0].id,
        first_month=first_month,
        currency=offered_currencies()[0],
        costing=_costings()[0].id,
    )


def check_accounting(kind: CustomerKind, fiscal_year: int, data: AccountingData) -> None:
    """Raise `DomainError` unless every field of `data` is offered to `kind` in `fiscal_year`.

    Codes: "accounting_first_month_not_offered" (first_month), "accounting_regime_not_offered" (regime),
    "accounting_vat_method_not_offered" (vat_method), "accounting_currency_not_offered" (currency),
    "accounting_costing_not_offered" (costing), "accounting_income_method_not_offered"
    (income_method), each with `offered`, the ids to choose from;
    "accounting_data_start_outside" (data_start, year_start, first, last) when the books begin outside the
    fiscal year and a short first period that joins it.
    """
    # The month comes first: it decides which regimes and VAT methods there are.
    _check_offered("first_month", data.first_month, offered_first_months(kind))
    for field, value, group in (
        ("regime", data.regime, "regimes"),
        ("vat_method", data.vat_method, "vat_methods"),
    ):
        options = _offered(group, kind, fiscal_year, data.first_month)
        _check_offered(field, value, [option.id for option in options])
    _check_offered("currency", data.currency, offered_currencies())
    _check_offered("costing", data.costing, [option.id for option in _costings()])
    if data.income_method is not None:
        _check_offered("income_method", data.income_method, _ids_of("income_methods", kind))
    first, last = (
        earliest_start(fiscal_year, data.first_month),
        fiscal_year_end(fiscal_year, data.first_month),
    )
    if not first <= data.starts_on(fiscal_year) <= last:
        raise DomainError(
            "accounting_data_start_outside",
            data_start=data.data_start,
            year_start=fiscal_year_start(fiscal_year, data.first_month),
            first=first,
            last=last,
        )


def check_declared(kind: CustomerKind, declared: Mapping[str, Any]) -> None:
    """Raise `DomainError`, as `check_accounting` does, for a value that no customer of this kind may have in
    any year. `None` is not known and may always be."""
    offered: dict[str, Sequence[Any]] = {
        "regime": regimes_of(kind),
        "vat_method": vat_methods_of(kind),
        "first_month": offered_first_months(kind),
        "costing": [option.id for option in _costings()],
        "income_method": _ids_of("income_methods", kind),
    }
    for field, values in offered.items():
        if declared.get(field) is not None:
            _check_offered(field, declared[field], values)


def moved_to(kind: CustomerKind, fiscal_year: int, data: AccountingData) -> AccountingData | None:
    """`data` for another fiscal year, the books begun on its first day; `None` if it is not offered then."""
    moved = replace(data, data_start=None)
    try:
        check_accounting(kind, fiscal_year, moved)
    except DomainError:
        return None
    return moved


@lru_cache(maxsize=1024)
def recognise_regime(text: str) -> str | None:
    """The regime meant by words of a spreadsheet ("TT99/2025", "Thông tư 133"), `None` unless just one is."""
    plain = without_diacritics(text).casefold().strip()
    if not _CIRCULAR.search(plain) and not _NUMBER_ALONE.fullmatch(plain):
        return None
    by_number = {entry["number"]: entry for entry in _data()["regimes"]}
    meant = set()
    for number, year in _NUMBER_AND_YEAR.findall(plain):
        entry = by_number.get(int(number))
        if entry and (not year or int(year) == entry["year"]):
            meant.add(str(entry["id"]))
    return meant.pop() if len(meant) == 1 else None


@lru_cache(maxsize=1024)
def recognise_vat_method(text: str) -> str | None:
    """The VAT method meant by words of a spreadsheet, `None` unless just one is.

    "Trực tiếp" alone is not decided, since there are two direct methods.
    """
    folded = fold(text)
    meant = [method for method, words in _VAT_WORDS.items() if words.search(folded)]
    return meant[0] if len(meant) == 1 else None


@lru_cache(maxsize=1024)
def recognise_costing(text: str) -> str | None:
    """The way to cost inventory meant by words of a spreadsheet, `None` unless just one is."""
    folded = fold(text)
    meant = [costing for costing, words in _COSTING_WORDS.items() if words.search(folded)]
    return meant[0] if len(meant) == 1 else None


def income_methods_of(kind: CustomerKind) -> tuple[str, ...]:
    """Ids of the ways to work out income tax that a customer of `kind` may have."""
    return _ids_of("income_methods", kind)


@cache
def regimes_of(kind: CustomerKind | None) -> tuple[str, ...]:
    """Ids of the regimes that a customer of `kind` (`None`: any) may have in some fiscal year, the repealed
    ones last."""
    return tuple(sorted(_ids_of("regimes", kind), key=is_repealed))


@cache
def is_repealed(regime: str) -> bool:
    """Whether no fiscal year that begins from some day on may have this regime."""
    return any(entry["id"] == regime and "before" in entry for entry in _data()["regimes"])


@cache
def vat_methods_of(kind: CustomerKind | None) -> tuple[str, ...]:
    """Ids of the VAT methods that a customer of `kind` (`None`: any) may have in some fiscal year."""
    return _ids_of("vat_methods", kind)


def _ids_of(group: str, kind: CustomerKind | None) -> tuple[str, ...]:
    return tuple(entry["id"] for entry in _data()[group] if kind is None or kind.value in entry["kinds"])


@cache
def _labels() -> dict[str, str]:
    groups = (_data()[group] for group in ("regimes", "vat_methods", "income_methods", "costings"))
    return {entry["id"]: entry["label"] for group in groups for entry in group}


def option_label(option_id: str) -> str:
    """The legal name of a regime, VAT method or way of costing, whoever it is offered to."""
    return _labels()[option_id]


@cache
def _data() -> dict[str, Any]:
    text = files("domain").joinpath("data/form_options.json").read_text("utf-8")
    return dict(json.loads(text))


@lru_cache(maxsize=256)
def _offered(group: str, kind: CustomerKind, fiscal_year: int, first_month: int) -> tuple[Option, ...]:
    start = fiscal_year_start(fiscal_year, first_month).isoformat()
    return tuple(
        Option(entry["id"], entry["label"], entry.get("note", ""))
        for entry in _data()[group]
        if kind.value in entry["kinds"] and entry.get("from", "") <= start < entry.get("before", "9999")
    )


@cache
def _costings() -> tuple[Option, ...]:
    return tuple(Option(entry["id"], entry["label"], entry.get("note", "")) for entry in _data()["costings"])


def _check_offered(field: str, value: object, offered: Iterable[object]) -> None:
    ids = list(offered)
    if value not in ids:
        raise DomainError(f"accounting_{field}_not_offered", **{field: value, "offered": ids})
