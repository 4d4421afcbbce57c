"""The desk's tables and acts over HTTP: filters, pages, refusals in the chat's words, each act once."""

import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from domain.orders import Order
from domain.people import Actor
from services.back_office.people import EnsureBackOffice
from services.back_office.tables import TableFilter
from services.operations import Operations
from storage.database import Database
from tests.support.bank_files import Cells, as_xlsx
from tests.support.banks import Bank
from tests.support.builders import add_customers, placed_order, register_owner
from tests.support.desk_site import DeskSite, browser
from tests.support.rows import rows_of
from tests.support.statements import watched


class Page:
    def __init__(self, http: aiohttp.ClientSession, site: DeskSite) -> None:
        self.http, self.site, self.status, self.html = http, site, 0, ""

    async def get(self, path: str) -> str:
        return await self._ask("GET", path)

    async def post(self, path: str, *pairs: tuple[str, str], **fields: str) -> str:
        found = re.search(r'name="csrf" value="(\w+)"', self.html)
        assert found is not None
        data = [("csrf", found[1]), *pairs, *fields.items()]
        return await self._ask("POST", path, data=data)

    async def _ask(self, method: str, path: str, **more: Any) -> str:
        async with self.http.request(method, f"{self.site.url}/desk/{path}", **more) as answer:
            self.status, self.html = answer.status, await answer.text()
        return self.html

    @property
    def amounts(self) -> list[str]:
        return re.findall(r'<a href="/desk/\w+/\w+">([^<]+)</a></th>', self.html)


@pytest.fixture
async def page(site: DeskSite, desk: Actor, order: Order) -> AsyncIterator[Page]:
    async with browser() as http:
        await http.post(await site.link(desk))
        made = Page(http, site)
        await made.get("transfers")
        yield made


async def test_filters_of_transfers(page: Page, operations: Operations, desk: Actor, bank: Bank) -> None:
    for amount in (5, 6, 7):
        await bank.tells("lai tien gui", amount, reference=f"FT-{amount}")
    await operations.desk.ignore_transfer(desk, 2, "Lãi")
    await page.get("transfers")
    assert page.amounts == ["5 ₫", "7 ₫"]
    await page.get("transfers?state=done")
    assert page.amounts == ["6 ₫"]
    await page.get("transfers?state=all")
    assert page.amounts == ["7 ₫", "6 ₫", "5 ₫"]
    await page.get("transfers?state=all&text=FT-6")
    assert page.amounts == ["6 ₫"]
    await page.get("transfers?state=all&first=2026-06-15&last=2026-06-15")
    assert len(page.amounts) == 3
    await page.get("transfers?state=all&first=2026-06-16")
    assert page.amounts == []
    assert "Không có dòng nào" in page.html
    # What cannot be read counts as not given.
    await page.get("transfers?state=x&first=ngay&last=0001-01-01&page=-3")
    assert (page.status, page.amounts) == (200, ["5 ₫", "7 ₫"])
    await page.get("transfers?text=%3F%3F")
    assert 'role="alert"' in page.html


async def test_the_page_says_whether_the_bank_s_balance_agrees(
    page: Page, operations: Operations, desk: Actor
) -> None:
    await page.get("transfers")
    assert "Ngân hàng 14/06/2026: chưa có sao kê" in page.html
    rows: list[Cells] = [["Ngày", "Ghi có", "Số dư", "Nội dung"], ["14/06/2026", 5, 105, "lai"]]
    await operations.desk.check_statement(desk, as_xlsx(rows))
    await page.get("transfers")
    assert "Ngân hàng 14/06/2026: ⚠️ nhiều hơn sổ 5 ₫, số dư cuối ngày 105 ₫" in page.html
    await operations.desk.book_statement(desk, as_xlsx(rows))
    await page.get("transfers?first=2026-06-14&last=2026-06-14")
    assert "Ngân hàng 14/06/2026: ✅ khớp sổ, số dư cuối ngày 105 ₫" in page.html


async def test_a_table_of_orders_costs_the_same_however_many_there_are(
    page: Page, operations: Operations, desk: Actor, order: Order
) -> None:
    counts = []
    for number in (2, 3):
        other = await register_owner(operations, number)
        await placed_order(operations, other, await add_customers(operations, other, 1))
        with watched() as seen:
            found = await operations.desk.list_order_rows(desk, TableFilter())
        assert [row.received for row in found.items] == [0] * number
        counts.append(len(seen.statements))
    if seen.statements:
        assert counts == [2, 2]


async def test_pages_of_a_long_table(page: Page, bank: Bank) -> None:
    for amount in range(1, 28):
        await bank.tells("lai", amount)
    await page.get("transfers")
    assert (len(page.amounts), "Trang 1/2" in page.html) == (25, True)
    await page.get("transfers?page=2")
    assert page.amounts == ["26 ₫", "27 ₫"]
    await page.get("transfers?page=9")
    assert page.amounts == []


async def test_orders_by_anything(page: Page, order: Order) -> None:
    for text in (order.code, "dai ly thue", "Hoa Sen 2", str(order.total)):
        await page.get(f"orders?text={text}")
        assert f"/desk/orders/{order.code}" in page.html, text
    await page.get("orders?state=done")
    assert "Không có dòng nào" in page.html
    await page.get(f"orders/{order.code}")
    assert "Khoản thanh toán: 0/3" in page.html
    await page.get("orders/KTXXXXXXX")
    assert page.status == 422


async def test_several_are_shown_with_count_and_sum_and_each_says_its_end(
    page: Page, operations: Operations, desk: Actor, bank: Bank, database: Database
) -> None:
    for amount in (5, 6, 7):
        await bank.tells("lai <tien>", amount)
    await page.get("transfers?all=1")
    assert page.html.count(" checked") == 3
    ids = [("id", "1"), ("id", "2"), ("id", "3")]
    await page.post("several", *ids, act="ignore")
    assert "3 khoản, 18 ₫" in page.html
    await operations.desk.return_transfer(desk, 2, "FT1")
    await page.post("several", *ids, act="ignore", sure="1", reason="Lãi <tiền gửi>")
    assert "2 dòng xong, 1 dòng chưa làm được." in page.html
    assert "lai &lt;tien&gt;: Khoản chuyển này đã có người xử lý rồi ạ." in page.html
    for wrong in ([], [("id", "999")], [("id", "x")]):
        await page.get("transfers?state=all")
        html = await page.get("orders")
        await page.post("several", *wrong, act="ignore")
        assert page.status == 422, html
        page.html = html
    assert [row["note"] for row in await rows_of(database, "transfers")] == [
        "Lãi <tiền gửi>",
        "FT1",
        "Lãi <tiền gửi>",
    ]


async def test_several_go_to_the_customers_that_they_name(
    page: Page, bank: Bank, order: Order, database: Database
) -> None:
    await bank.tells("cty hoa sen 2 ck", 1_950_000)
    await bank.tells("khong ro", 4)
    await page.post("several", ("id", "1"), ("id", "2"), act="assign")
    assert "→ Công ty TNHH Hoa Sen 2" in page.html
    assert "không nêu đúng một khách" in page.html
    (pick,) = re.findall(r'name="pick" value="([^"]+)"', page.html)
    await page.post("several", ("pick", pick), act="assign", sure="1")
    assert "1 dòng xong." in page.html
    async with database.read() as uow:
        assert [one.left for one in await uow.payments.of_order(order.id)] == [1_950_000, 0, 1_950_000]


async def test_one_transfer_is_given_to_an_order_in_the_words_of_the_chat(
    page: Page, bank: Bank, order: Order, database: Database
) -> None:
    async with database.read() as uow:
        first, *_ = await uow.payments.of_order(order.id)
    await bank.tells("khong ro", first.amount + 500)
    await page.get("transfers/1")
    assert "Nội dung không có mã thanh toán nào đúng" in page.html
    await page.post("transfers/1", act="assign", text="gì đó")
    assert (page.status, "Em chưa thấy mã đúng nào" in page.html) == (422, True)
    await page.post("transfers/1", act="assign", text=first.code)
    assert "Thừa 500 ₫" in page.html
    await page.post("transfers/1", act="assign", text=first.code, sure="1")
    assert "Đã ghi nhận" in page.html
    await page.post("transfers/1", act="take")
    await page.get("cases")
    assert page.amounts == ["500 ₫"]
    assert "Lê Thu Hà" in page.html
    await page.get("cases/1")
    assert "Người làm: Lê Thu Hà" in page.html
    await page.get(f"cases?text={order.code}")
    assert page.amounts == ["500 ₫"]
    await page.get("transfers/1")
    await page.post("transfers/1", act="return", text="FT9")
    await page.post("transfers/1", act="return", text="FT9", sure="1")
    assert "Đã ghi là trả lại." in page.html
    await page.get("transfers/99")
    assert page.status == 422


async def test_a_large_return_waits_for_the_second_person_here_too(
    page: Page, bank: Bank, ensure: EnsureBackOffice, operations: Operations, desk: Actor
) -> None:
    await ensure([(7, "Lê Thu Hà"), (8, "Hoa")], [8])
    await bank.tells("khong ro", 1_000_001)
    await page.get("transfers/1")
    await page.post("transfers/1", act="return", text="FT9", sure="1")
    assert (page.status, "cần người thứ hai duyệt" in page.html) == (422, True)
    await page.post("transfers/1", act="return", text="FT9")
    assert "Gửi duyệt" in page.html
    await page.post("transfers/1", act="ask", text="FT9", reason="Chuyển nhầm", sure="1")
    assert "Đã gửi duyệt" in page.html
    (waiting,) = (await operations.desk.list_sign_offs(desk)).items
    assert (waiting.sign_off.why, waiting.sign_off.amount) == ("Chuyển nhầm", 1_000_001)
    await page.get("transfers")
    assert "không có mã · ✍️ chờ duyệt" in page.html
