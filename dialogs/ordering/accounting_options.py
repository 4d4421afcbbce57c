"""What may be chosen for each part of the accounting data."""

from domain.accounting import (
    AccountingData,
    Option,
    offered_costings,
    offered_first_months,
    offered_income_methods,
    offered_regimes,
    offered_vat_methods,
)
from domain.customers import CustomerKind
from texts.ordering import accounting as texts


def options_of(field: str, kind: CustomerKind, fiscal_year: int, data: AccountingData) -> list[Option]:
    match field:
        case "regime":
            return list(offered_regimes(kind, fiscal_year, data.first_month))
        case "vat_method":
            return list(offered_vat_methods(kind, fiscal_year, data.first_month))
        case "income_method":
            return offered_income_methods(data.regime, data.vat_method)
        case "first_month":
            return [Option(str(m), texts.month_label(m), "") for m in offered_first_months(kind)]
        case _:
            return list(offered_costings())
