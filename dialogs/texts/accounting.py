"""Accounting data in the law's words."""

from typing import Any

from domain.accounting import AccountingData, offered_costings, offered_regimes, offered_vat_methods
from domain.customers import CustomerKind


def labels(kind: CustomerKind, fiscal_year: int, data: AccountingData) -> dict[str, Any]:
    """The answers by what templates call them."""
    regimes = {o.id: o.label for o in offered_regimes(kind, fiscal_year, data.first_month)}
    methods = {o.id: o.label for o in offered_vat_methods(kind, fiscal_year, data.first_month)}
    costings = {o.id: o.label for o in offered_costings()}
    return {
        "regime": regimes.get(data.regime, data.regime),
        "vat_method": methods.get(data.vat_method, data.vat_method),
        "costing": costings.get(data.costing, data.costing),
        "currency": data.currency,
        "starts_on": data.starts_on(fiscal_year),
    }
