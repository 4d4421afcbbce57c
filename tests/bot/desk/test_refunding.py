"""Refunds on the desk's page, as in the chat."""

from domain.orders import Order
from domain.payments import PaymentState
from storage.database import Database
from tests.bot.desk.test_tables import Page, page
from tests.support.banks import Bank

__all__ = ["page"]


async def test_money_of_one_customer_and_of_a_whole_order_is_refunded(
    page: Page, order: Order, bank: Bank, database: Database
) -> None:
    async with database.read() as uow:
        requests = list(await uow.payments.of_order(order.id))
    first = requests[0]
    await bank.tells(order.code, sum(one.amount for one in requests))
    await page.get("transfers/1")
    assert f"1.950.000 ₫ · {first.code}</option>" in page.html
    assert f'<option value="{order.code}">Cả đơn {order.code} · 5.850.000 ₫</option>' in page.html
    await page.post("transfers/1", act="refund", code=first.code, text="Khách giải thể")
    assert "Mở hồ sơ hoàn tiền?" in page.html
    assert "Khách giải thể" in page.html
    await page.post("transfers/1", act="refund", code=first.code, text="Khách giải thể", sure="1")
    assert "Đã mở hồ sơ hoàn tiền" in page.html
    await page.get("cases")
    assert page.amounts == ["1.950.000 ₫"]
    assert "hoàn tiền" in page.html
    await page.get("transfers/1")
    await page.post("transfers/1", act="refund", code=first.code, text="Lần nữa", sure="1")
    assert (page.status, "còn việc chờ xử lý" in page.html) == (422, True)
    await page.post("transfers/1", act="ignore", text="Đổi ý", sure="1")
    await page.get("transfers/1")
    await page.post("transfers/1", act="refund", code=order.code, text="Hủy đơn", sure="1")
    async with database.read() as uow:
        case = await uow.return_cases.of_transfer(1)
        states = {one.state for one in await uow.payments.of_order(order.id)}
    assert case is not None
    assert (case.why, case.order_id, states) == ("Hủy đơn", order.id, {PaymentState.PAID})
