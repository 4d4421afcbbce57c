"""What an order needs of a customer, and the merged data of two entries of one customer."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.customers import REQUIRED_FOR_ORDER, Customer, CustomerData, CustomerKind, filled_from

ENTERPRISE, HOUSEHOLD = CustomerKind.ENTERPRISE, CustomerKind.HOUSEHOLD
WHOLE = Customer(
    ENTERPRISE, "0101243150", "An Bình", "1 Láng", "Lê Thị Hoa", "hoa@anbinh.vn", "+84912345678", "KH1"
)


@given(st.sets(st.sampled_from(REQUIRED_FOR_ORDER)))
@settings(deadline=None)
def test_what_is_missing_is_told_in_the_order_to_ask_for_it(empty: set[str]) -> None:
    emptied: dict[str, Any] = dict.fromkeys(empty, "")
    customer = replace(WHOLE, **emptied)
    assert customer.missing == tuple(field for field in REQUIRED_FOR_ORDER if field in empty)


def test_a_customer_without_a_name_is_called_by_its_tax_code() -> None:
    assert WHOLE.called == "An Bình"
    assert replace(WHOLE, name="").called == "0101243150"


def test_the_data_of_a_customer_are_without_what_the_firm_keeps_of_it() -> None:
    data = replace(WHOLE, id=7, firm_id=3, assignee_id=2, regime="TT99").data
    assert type(data) is CustomerData
    assert data == CustomerData(**{field.name: getattr(data, field.name) for field in fields(CustomerData)})
    assert (data.regime, data.tax_code) == ("TT99", "0101243150")


def test_only_what_is_empty_is_filled() -> None:
    keep = replace(WHOLE, email="", assignee_id=None)
    drop = replace(WHOLE, name="Khác", email="khac@anbinh.vn", address="", assignee_id=4)
    assert filled_from(keep, drop) == {"email": "khac@anbinh.vn", "assignee_id": 4}


@pytest.mark.parametrize(
    ("kind", "filled"), [(ENTERPRISE, {"regime": "TT99", "first_month": 4}), (HOUSEHOLD, {})]
)
def test_what_was_declared_is_taken_from_one_of_the_same_kind_alone(
    kind: CustomerKind, filled: dict[str, object]
) -> None:
    assert filled_from(WHOLE, replace(WHOLE, kind=kind, regime="TT99", first_month=4)) == filled


texts = st.sampled_from(["", "x", "y"])
customers = st.builds(
    Customer,
    kind=st.sampled_from(CustomerKind),
    tax_code=st.sampled_from(["1", "2"]),
    name=texts,
    address=texts,
    email=texts,
    regime=st.sampled_from([None, "TT99"]),
    assignee_id=st.sampled_from([None, 1]),
)


@given(customers, customers)
@settings(deadline=None)
def test_a_filled_customer_lacks_nothing_that_the_other_could_give(keep: Customer, drop: Customer) -> None:
    filled = replace(keep, **filled_from(keep, drop))
    assert filled_from(filled, drop) == {}
    assert (filled.kind, filled.tax_code) == (keep.kind, keep.tax_code)
    assert set(filled.missing) == set(keep.missing) & set(drop.missing)
