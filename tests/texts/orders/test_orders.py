"""The words of placed orders."""

from datetime import UTC, datetime

import pytest

from domain.customers import CustomerKind
from domain.orders import Order, OrderState
from domain.recipients import RecipientMode
from texts.orders.orders import order_button
from texts.widths import BUTTON, width


@pytest.mark.parametrize("package", ["Starter", "Standard", "Enterprise Plus một gói có tên dài"])
@pytest.mark.parametrize(("count", "total"), [(2, 3_900_000), (199, 587_050_000), (1_000, 4_450_555_000)])
def test_an_order_is_never_without_its_year_and_sum(package: str, count: int, total: int) -> None:
    """The package's name gives way."""
    order = Order(
        *(1, "KTD3D3333", 1, 1, 1, package, CustomerKind.ENTERPRISE, 2026, RecipientMode.CUSTOMER),
        *(count, total, OrderState.PLACED, datetime(2026, 6, 15, tzinfo=UTC), "P"),
    )
    label = order_button(order)
    assert f"{count} khách · " in label
    assert " 2026 · " in label
    assert label.endswith(" tr")
    assert width(label) <= BUTTON
