"""Sign-offs, claims, firms and payments by hand on the desk's page, each as in the chat."""

import re

import pytest

from domain.files import FileRef
from domain.orders import Order
from domain.people import Actor, FirmState
from domain.sign_offs import AskedAct, SignedAct
from gateways.vietqr import png
from services.back_office.people import EnsureBackOffice
from services.operations import Operations, build_operations
from storage.database import Database
from tests.bot.desk.test_tables import Page, page
from tests.support.builders import CHANNELS, PAYEE, register_owner
from tests.support.clock import FixedClock
from tests.support.desk_site import DeskSite, browser
from tests.support.rows import rows_of
from tests.support.workbooks import JsonWorkbooks

__all__ = ["page"]


@pytest.fixture
async def owner(operations: Operations, order: Order, database: Database) -> Actor:
    async with database.read() as uow:
        return (await uow.people.accountant(order.accountant_id)).actor


async def left(database: Database, order: Order) -> list[int]:
    async with database.read() as uow:
        return [one.left for one in await uow.payments.of_order(order.id)]


async def test_a_claim_shows_its_picture(
    page: Page, operations: Operations, owner: Actor, order: Order, database: Database, site: DeskSite
) -> None:
    async with database.read() as uow:
        first, second, third = await uow.payments.of_order(order.id)
    pictures = {"a": png("A"), "b": b"<script>alert(1)</script>"}
    site.files.update(pictures)
    for one, picture in ((first, "telegram:a"), (second, "telegram:b"), (third, "")):
        await operations.claim_transfer(owner, one.code, picture)
    async with page.http.get(f"{site.url}/desk/claims/1/picture") as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert await answer.read() == pictures["a"]
        assert answer.headers["Cache-Control"] == "private, no-store"
    for number in (2, 3, 9):
        async with page.http.get(f"{site.url}/desk/claims/{number}/picture") as answer:
            assert answer.status in (404, 422), number
    # A picture that its app has dropped is not shown; the claim is.
    del site.files["a"]
    async with page.http.get(f"{site.url}/desk/claims/1/picture") as answer:
        assert answer.status == 404
    await page.get("claims/3")
    assert (page.status, "<img" in page.html) == (200, False)
    async with browser() as stranger, stranger.get(f"{site.url}/desk/claims/1/picture") as answer:
        assert answer.status == 401


async def test_claims_are_settled_with_another_sum_or_refused(
    page: Page, operations: Operations, owner: Actor, order: Order, database: Database
) -> None:
    async with database.read() as uow:
        first, second, _ = await uow.payments.of_order(order.id)
    for one in (first, second):
        await operations.claim_transfer(owner, one.code, str(FileRef("telegram", "a", "b")))
    await page.get("claims")
    assert page.amounts == ["1.950.000 ₫"] * 2
    assert "2 khoản" in page.html
    await page.get("claims/1")
    assert '<img class="sent" src="/desk/claims/1/picture"' in page.html
    await page.post("claims/1", act="accept", text="FT1", amount="500.000")
    assert "500.000 ₫" in page.html
    await page.post("claims/1", act="accept", text="FT1", amount="500000", sure="1")
    assert "Đã ghi nhận khoản này" in page.html
    assert (await left(database, order))[0] == first.amount - 500_000
    await page.get("claims/2")
    await page.post("claims/2", act="refuse", text="Chưa thấy")
    assert "Báo kế toán là chưa thấy tiền" in page.html
    await page.post("claims/2", act="refuse", text="Chưa thấy", sure="1")
    assert "Đã báo kế toán" in page.html
    assert "Không có gì đang chờ." in page.html
    await page.get("claims/9")
    assert page.status == 422


async def test_a_payment_is_entered_by_hand(
    page: Page, order: Order, database: Database, ensure: EnsureBackOffice
) -> None:
    async with database.read() as uow:
        first, *_ = await uow.payments.of_order(order.id)
    await page.get("payment")
    await page.post("payment", act="enter", code="gì đó", amount="5", text="FT1")
    assert (page.status, "Em chưa thấy mã đúng nào" in page.html) == (422, True)
    await page.post("payment", act="enter", code=first.code, amount="700.000", text="FT1")
    assert "Ghi <b>700.000 ₫</b>, mã giao dịch <code>FT1</code>" in page.html
    await page.post("payment", act="enter", code=first.code, amount="700000", text="FT1", sure="1")
    assert (await left(database, order))[0] == first.amount - 700_000
    # Above the sum of the setting a second person approves it.
    await ensure([(7, "Lê Thu Hà"), (8, "Hoa")], [8])
    await page.get("payment")
    await page.post("payment", act="enter", code=first.code, amount="1000001", text="FT2")
    assert "Gửi duyệt" in page.html
    ask = {"code": first.code, "amount": "1000001", "text": "FT2", "reason": "Khách trả quầy"}
    await page.post("payment", act="ask", sure="1", **ask)
    assert "Đã gửi duyệt" in page.html
    await page.get("sign_offs")
    assert page.amounts == ["1.000.001 ₫"]
    await page.get("sign_offs/1")
    assert "người khác duyệt" in page.html
    await page.post("sign_offs/1", act="withdraw")
    assert "Đã rút yêu cầu duyệt" in page.html


async def test_a_sign_off_of_somebody_else_is_approved_or_refused(
    page: Page, operations: Operations, order: Order, database: Database, ensure: EnsureBackOffice
) -> None:
    await ensure([(7, "Lê Thu Hà"), (8, "Hoa")], [7])
    rows = await rows_of(database, "accountants")
    hoa = next(row["id"] for row in rows if row["name"] == "Hoa")
    async with database.read() as uow:
        other = (await uow.people.accountant(hoa)).actor
        first, *_ = await uow.payments.of_order(order.id)
    for reference in ("FT1", "FT2"):
        asked = AskedAct(SignedAct.PAYMENT, first.code, 1_000_001, reference)
        await operations.desk.ask_sign_off(other, asked, "Khách trả quầy")
    await page.get("sign_offs/1")
    assert "Lý do: Khách trả quầy" in page.html
    await page.post("sign_offs/1", act="approve")
    assert "Đã duyệt và ghi nhận" in page.html
    await page.get("sign_offs/2")
    await page.post("sign_offs/2", act="refuse", text="Trùng <FT1>")
    assert "Không duyệt <b>1.000.001 ₫</b>" in page.html
    await page.post("sign_offs/2", act="refuse", text="Trùng <FT1>", sure="1")
    assert "Đã báo người gửi là không duyệt" in page.html
    states = [(row["state"], row["note"]) for row in await rows_of(database, "sign_offs")]
    assert states == [("approved", ""), ("refused", "Trùng <FT1>")]


async def test_firms_are_approved_or_refused(
    page: Page, operations: Operations, database: Database, clock: FixedClock, site: DeskSite
) -> None:
    strict = build_operations(database, clock, PAYEE, CHANNELS, JsonWorkbooks(), approval=True)
    for number in (4, 5):
        await register_owner(strict, number)
    await page.get("firms")
    ids = re.findall(r'href="/desk/firms/(\d+)"', page.html)
    assert len(ids) == 2
    await page.get(f"firms/{ids[0]}")
    assert "Chủ đơn vị:" in page.html
    await page.post(f"firms/{ids[0]}", act="approve")
    assert "Đã duyệt" in page.html
    await page.get(f"firms/{ids[1]}")
    await page.post(f"firms/{ids[1]}", act="refuse", text="Sai mã số")
    await page.post(f"firms/{ids[1]}", act="refuse", text="Sai mã số", sure="1")
    assert "Đã từ chối" in page.html
    async with database.read() as uow:
        found = [await uow.people.firm(int(one)) for one in ids]
    assert [one.state for one in found] == [FirmState.APPROVED, FirmState.REFUSED]
    # An act that is none, and a form of somebody else.
    await page.get(f"firms/{ids[1]}")
    await page.post(f"firms/{ids[1]}", act="withdraw", sure="1")
    assert page.status == 422
