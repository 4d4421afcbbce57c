"""Accounting data that are kept of a customer."""

from datetime import date
from typing import Any

import pytest

from domain.people import Actor
from services.operations import Operations
from storage.database import Database
from tests.services.support import refusal, unchanged
from tests.support.builders import add_customers, household, ready_draft

WHOLE = {
    "regime": "TT133",
    "vat_method": "KHAU_TRU",
    "first_month": 4,
    "data_start": date(2026, 5, 1),
    "costing": "fifo",
}


async def test_what_is_declared_is_kept_and_ticks_are_withdrawn(operations: Operations, owner: Actor) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    await ready_draft(operations, owner, [customer])
    declared = await operations.declare_accounting(owner, customer.id, WHOLE)
    assert {name: getattr(declared, name) for name in WHOLE} == WHOLE
    assert await operations.get_customer(owner, customer.id) == declared
    assert not (await operations.view_draft(owner)).draft.confirmed
    await operations.confirm_draft(owner, True)
    await operations.declare_accounting(owner, customer.id, WHOLE)
    assert (await operations.view_draft(owner)).draft.confirmed


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"regime": "TT99"}, "accounting_regime_not_offered"),
        ({"vat_method": "KHAU_TRU"}, "accounting_vat_method_not_offered"),
        ({"first_month": 4}, "accounting_first_month_not_offered"),
        ({"costing": "lifo"}, "accounting_costing_not_offered"),
    ],
)
async def test_what_no_such_customer_may_have_is_refused(
    operations: Operations, owner: Actor, database: Database, wrong: dict[str, Any], code: str
) -> None:
    (customer,) = await add_customers(operations, owner, 1, household)
    async with unchanged(database):
        with refusal(code):
            await operations.declare_accounting(owner, customer.id, wrong)


async def test_another_firms_customer_looks_like_none(
    operations: Operations, owner: Actor, stranger: Actor
) -> None:
    (customer,) = await add_customers(operations, owner, 1)
    with refusal("customer_unknown"):
        await operations.declare_accounting(stranger, customer.id, WHOLE)
