"""What the lines of a draft have for accounting data, in figures: declared, guessed, or changed by law."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.accounting import AccountingData, fiscal_year_end, fiscal_year_start, offered_income_methods
from domain.customers import Customer
from domain.orders import Draft, DraftLine, line_accounting


@dataclass(frozen=True, slots=True)
class Some:
    """How many customers, and the name of one of them."""

    count: int = 0
    name: str = ""

    def and_of(self, line: DraftLine, count: int) -> "Some":
        return Some(self.count + count, self.name or line.customer.called)


@dataclass(frozen=True, slots=True)
class AccountingOverview:
    """The regimes and VAT methods of a draft's lines with how many have each, the most frequent first.

    `own` were declared in this order alone; `common` take the whole answer for all; `guessed` have a regime
    or VAT method that nobody declared; of `by_law` the year does not allow what was declared; the books of
    `earlier` began before the year and go on with it; those of `later` would begin after it.
    """

    regimes: Sequence[tuple[str, int]]
    vat_methods: Sequence[tuple[str, int]]
    own: Some
    common: Some
    guessed: Some
    by_law: Some
    earlier: Some
    later: Some


def overview(draft: Draft, alike: Iterable[tuple[DraftLine, int]]) -> AccountingOverview | None:
    """The overview of lines given with how many are alike; `None` before year and answer are known."""
    if draft.accounting is None or draft.fiscal_year is None:
        return None
    regimes: Counter[str] = Counter()
    methods: Counter[str] = Counter()
    found = dict.fromkeys(("own", "common", "guessed", "by_law", "earlier", "later"), Some())
    for line, count in alike:
        data = line_accounting(line, draft.accounting, draft.fiscal_year, draft.keep_declared)
        regimes[data.regime] += count
        methods[data.vat_method] += count
        for name in _marks(line, data, draft, draft.fiscal_year):
            found[name] = found[name].and_of(line, count)
    return AccountingOverview(regimes.most_common(), methods.most_common(), **found)


def _marks(line: DraftLine, data: AccountingData, draft: Draft, fiscal_year: int) -> Iterable[str]:
    if line.accounting is not None:
        yield "own"
        return
    customer = line.customer
    declared = (customer.regime, customer.vat_method) if draft.keep_declared else (None, None)
    if not any(declared):
        yield "common"
    if draft.accounting_guessed and None in declared:
        yield "guessed"
    if draft.keep_declared:
        ordered = (data.regime, data.vat_method)
        if any(said not in (None, has) for said, has in zip(declared, ordered, strict=True)):
            yield "by_law"
        yield from _start_mark(customer, data.first_month, fiscal_year)


def _start_mark(customer: Customer, first_month: int, fiscal_year: int) -> Iterable[str]:
    if customer.data_start is None:
        return
    if customer.data_start < fiscal_year_start(fiscal_year, first_month):
        yield "earlier"
    elif customer.data_start > fiscal_year_end(fiscal_year, first_month):
        yield "later"


def all_declared(draft: Draft, alike: Iterable[tuple[DraftLine, int]], has_stock: bool) -> bool:
    """Whether each line has all that an order asks from its customer's declaration, as the year allows it.

    How goods are costed is asked where the package `has_stock`, how income tax is worked out where the books
    depend on it."""
    if draft.accounting is None or draft.fiscal_year is None or not draft.keep_declared:
        return False
    return all(_is_declared(line, draft.accounting, draft.fiscal_year, has_stock) for line, _ in alike)


def _is_declared(line: DraftLine, common: AccountingData, fiscal_year: int, has_stock: bool) -> bool:
    customer, data = line.customer, line_accounting(line, common, fiscal_year, keep_declared=True)
    if line.accounting is not None:
        return True
    if (customer.regime, customer.vat_method) != (data.regime, data.vat_method):
        return False
    needs_income = bool(offered_income_methods(data.regime, data.vat_method))
    return (customer.costing is not None or not has_stock) and (
        customer.income_method is not None or not needs_income
    )
