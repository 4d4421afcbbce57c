"""Statements of account, asked for in the list of orders, on a customer's card and by back office."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from dialogs.states import Customers, Orders
from domain.money import vnd
from services.operations import Operations
from tests.dialogs.harness import Harness, Person
from tests.support.builders import add_customers, enterprise, placed_order


@pytest.fixture
async def chat(harness: Harness) -> Person:
    return await harness.person()


def last(harness: Harness) -> tuple[str, list[tuple[Any, ...]]]:
    """The caption of the last file, and the rows of its workbook."""
    sent: Any = harness.bot.documents[-1]
    book = load_workbook(io.BytesIO(sent.document.data))
    sheet: Any = book["Công nợ"]
    return sent.caption, list(sheet.values)[1:]


async def test_an_accountant_takes_that_of_the_firm_and_of_a_customer(
    chat: Person, operations: Operations, harness: Harness
) -> None:
    actor = await chat.actor()
    await chat.open(Orders.list)
    assert "📄 Sao kê công nợ" not in chat.buttons
    strange = enterprise(1, name="Sen & <Hoa>")
    customers = [(await operations.add_customer(actor, strange)).customer]
    customers += await add_customers(operations, actor, 6, first=2)
    order = await placed_order(operations, actor, customers)
    await chat.open(Orders.list)
    await chat.tap("Sao kê công nợ")
    caption, rows = last(harness)
    assert f"Còn lại: {vnd(order.total)}" in caption
    assert f"Đặt trong 30 ngày nay: {vnd(order.total)}" in caption
    assert "• và 2 khoản khác trong tệp" in caption
    assert len(caption) < 1024
    assert sum(row[-2] for row in rows) == order.total
    await chat.open(Customers.card, {"customer_id": customers[0].id})
    await chat.tap("Việc khác")
    await chat.tap("Sao kê công nợ")
    caption, rows = last(harness)
    assert "Công nợ của " in caption
    assert [row[4] for row in rows] == [customers[0].name]
